/** `rollcall why` */
import type { Command } from 'commander';
import { concernedCustomers, why } from '../../app/why.ts';
import { parseAddress } from '../../domain/address.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace, Reported, withDirectories } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption, addReadingOptions, type ReadingOptions } from '../options.ts';
import { renderWhy } from '../render-why.ts';
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
    fail(
      context,
      EXIT.usage,
      'NO_ADDRESS',
      `${JSON.stringify(text)} is not a mail address: ${parsed.problem}.`,
      'Write it as name@example.com.',
    );
  }
  const { config } = await openWorkspace({ ...context, quiet: true });
  const asked = chosen(config, options.customer);
  const customers = options.customer.length > 0 ? asked : concernedCustomers(asked, parsed.address);
  if (customers.length === 0) {
    const message = `No customer has the domain ${parsed.address.domain} under "domains", so no rule lets ${text} in (SEL-6).`;
    fail(context, EXIT.error, 'NO_CUSTOMER', message, 'Name a customer with --customer to look into its directory.');
  }
  await using reader = await openReader(context, config);
  const explanations = await withDirectories(context, options, customers.length, (request) =>
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
  if (options.format === 'json') await terminal.print(`${JSON.stringify(explanations, null, 2)}\n`);
  else await terminal.print(explanations.map((explanation) => renderWhy(explanation, terminal.colors)).join('\n'));
  return explanations.some(({ steps }) => steps.some(({ rule }) => rule === 'SAF-2')) ? EXIT.error : EXIT.done;
}

function fail({ terminal }: Context, exit: ExitCode, code: string, message: string, hint: string): never {
  terminal.complain({ code, message, hint });
  throw new Reported(exit);
}
