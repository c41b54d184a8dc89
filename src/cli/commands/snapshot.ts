/** `rollcall snapshot` */
import type { Command } from 'commander';
import { type SnapshotResult, snapshot } from '../../app/snapshot.ts';
import { count } from '../../domain/words.ts';
import { type Context, chosen, clockOf, openWorkspace, withDirectories } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addReadingOptions, type ReadingOptions } from '../options.ts';
import type { Perform } from './perform.ts';

interface SnapshotOptions extends ReadingOptions {
  readonly out: string;
}

export function addSnapshotCommand(program: Command, perform: Perform): void {
  addReadingOptions(program.command('snapshot'))
    .description('read each directory once and record it, to plan from later')
    .requiredOption('-o, --out <dir>', 'the folder for the recordings, <customer>.ndjson each')
    .addHelpText('after', '\nExamples:\n  rollcall snapshot -o recordings/\n  rollcall plan --snapshot recordings/')
    .action((options: SnapshotOptions, command: Command) => perform(command, (context) => take(options, context)));
}

async function take(options: SnapshotOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const { config } = await openWorkspace(context);
  const folder = context.file(options.out);
  const now = clockOf(options)();
  const customers = chosen(config, options.customer);
  const results = await withDirectories(context, options, { customers: customers.length, copies: null }, (request) =>
    snapshot({
      ...request,
      customers,
      record: (customer, reading) => adapters.record(folder, customer, reading, now),
    }),
  );
  for (const result of results) tell(result, context);
  await terminal.print(
    `${count(results.filter(({ ok }) => ok).length, 'directory', 'directories')} recorded in ${options.out}\n`,
  );
  return results.every(({ ok }) => ok) ? EXIT.done : EXIT.error;
}

function tell(result: SnapshotResult, { terminal, quiet }: Context): void {
  if (!result.ok) terminal.complain(result.problem, result.customer);
  else if (!quiet) terminal.say(`${result.customer}: ${count(result.objects, 'object')} in ${result.path}`);
}
