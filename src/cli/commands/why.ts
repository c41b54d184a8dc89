/** `rollcall why` */
import type { Command } from 'commander';
import { concernedCustomers, why } from '../../app/why.ts';
import { parseAddress } from '../../domain/address.ts';
import { inert } from '../../domain/inert.ts';
import { changeDocument } from '../../planner/document.ts';
import type { Explanation } from '../../planner/explain.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace, Reported, withDirectories } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption, addReadingOptions, type ReadingOptions } from '../options.ts';
import { renderWhy } from '../text/why.ts';
import type { Perform } from './perform.ts';

interface WhyOptions extends ReadingOptions {
  readonly format: 'text' | 'json';
}

export function addWhyCommand(program: Command, perform: Perform): void {
  addReadingOptions(addFormatOption(program.command('why'), ['text', 'json']))
    .argument('<address>', 'a mail address')
    .description('why an address is in the roster as it is, or is not in it')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall why maria@acme.example\n  rollcall why info@other.example --customer acme',
    )
    .action((address: string, options: WhyOptions, command: Command) =>
      perform(command, (context) => answer(address, options, context)),
    );
}

async function answer(text: string, options: WhyOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const parsed = parseAddress(text);
  if (!parsed.ok) {
    terminal.complain({
      code: 'NO_ADDRESS',
      message: `${JSON.stringify(text)} is not a mail address: ${parsed.problem}.`,
      hint: 'Write it as name@example.com.',
    });
    throw new Reported(EXIT.usage);
  }
  const { config } = await openWorkspace({ ...context, quiet: true });
  const asked = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  const customers = options.customer.length > 0 ? asked : await concernedCustomers(asked, parsed.address, reader);
  if (customers.length === 0 && options.format === 'text') {
    await terminal.print(nobodys(text, parsed.address.domain));
    return EXIT.done;
  }
  const directories = { config, customers: customers.length, copies: reader };
  const explanations = await withDirectories(context, options, directories, (request) =>
    why({
      ...request,
      config,
      customers,
      reader,
      address: parsed.address,
      now: clockOf(options)(),
      mayReadUnfiltered: options.snapshot === undefined,
    }),
  );
  if (options.format === 'json')
    await terminal.print(`${JSON.stringify(explanations.map(explanationDocument), null, 2)}\n`);
  else await terminal.print(explanations.map((explanation) => renderWhy(explanation, terminal.colors)).join('\n'));
  return explanations.some(({ steps }) => steps.some(({ rule }) => rule === 'SAF-2')) ? EXIT.error : EXIT.done;
}

/** The next change as it stands in a plan. */
function explanationDocument({ next, ...explanation }: Explanation) {
  return { ...explanation, next: next === null ? null : changeDocument(next) };
}

function nobodys(address: string, domain: string): string {
  return `${inert(address)} is in no roster: mail to it is not accepted.

  SEL-6   no customer has the domain ${domain} under "domains"

Name a customer with --customer to look into its directory all the same.
`;
}
