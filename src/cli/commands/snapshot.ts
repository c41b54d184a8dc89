/** `rollcall snapshot` */
import type { Command } from 'commander';
import { type SnapshotResult, snapshot } from '../../app/snapshot.ts';
import { count } from '../../domain/words.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace, withDirectories } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addReadingOptions, type ReadingOptions } from '../options.ts';
import { addRedactOption, notePassing, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import type { Perform } from './perform.ts';

interface SnapshotOptions extends ReadingOptions, RedactOptions {
  readonly out: string;
}

export function addSnapshotCommand(program: Command, perform: Perform): void {
  addRedactOption(addReadingOptions(program.command('snapshot')))
    .description('read each directory once and record it, with what the DNS shows, to plan from later')
    .requiredOption('-o, --out <dir>', 'the folder for the recordings')
    .addHelpText('after', '\nExamples:\n  rollcall snapshot -o recordings/\n  rollcall plan --snapshot recordings/')
    .action((options: SnapshotOptions, command: Command) => perform(command, (context) => take(options, context)));
}

async function take(options: SnapshotOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const { config } = await openWorkspace(context);
  const folder = context.file(options.out);
  const now = clockOf(options)();
  const customers = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  const redact = await pseudonymsFor(options, config, context);
  const directories = { config, customers: customers.length, copies: null };
  const results = await withDirectories(context, options, directories, (request) =>
    snapshot({
      ...request,
      config,
      customers,
      reader,
      redact,
      record: (customer, reading) => adapters.record(folder, customer, reading, now),
      recordObservations: (customer, seen) => adapters.recordObservations(folder, customer, seen, now),
    }),
  );
  for (const result of results) tell(result, context);
  await terminal.print(`${closing(results)} recorded in ${options.out}\n`);
  notePassing(options, config, context);
  return results.some(({ directory }) => directory?.ok === false) ? EXIT.error : EXIT.done;
}

function tell({ customer, directory, domains }: SnapshotResult, { terminal, quiet }: Context): void {
  if (directory?.ok === false) terminal.complain(directory.problem, customer);
  if (quiet) return;
  if (directory?.ok === true) terminal.say(`${customer}: ${count(directory.objects, 'object')} in ${directory.path}`);
  if (domains > 0) terminal.say(`${customer}: what the DNS shows of ${count(domains, 'domain')}`);
}

function closing(results: readonly SnapshotResult[]): string {
  const directories = results.filter(({ directory }) => directory?.ok === true).length;
  const domains = results.reduce((sum, result) => sum + result.domains, 0);
  return [count(directories, 'directory', 'directories'), ...(domains === 0 ? [] : [count(domains, 'domain')])].join(
    ' and ',
  );
}
