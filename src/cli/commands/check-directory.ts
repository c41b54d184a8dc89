/** `rollcall check directory` */
import type { Command } from 'commander';
import { type CheckResult, checkDirectories } from '../../app/check-directory.ts';
import { type Context, chosen, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  addCustomerOption,
  addFormatOption,
  type CustomerOptions,
  parallelismOption,
  type ReadingOptions,
} from '../options.ts';
import { readingProgress } from '../progress.ts';
import { renderChecks, uncheckedNote } from '../text/check.ts';
import type { Perform } from './perform.ts';

interface CheckOptions extends CustomerOptions, Pick<ReadingOptions, 'parallelism'> {
  readonly format: 'text' | 'json';
}

export function addCheckDirectoryCommand(check: Command, perform: Perform): void {
  addCustomerOption(addFormatOption(check.command('directory'), ['text', 'json']))
    .addOption(parallelismOption())
    .description('whether each directory can be reached, signed in to, read and counted; ten seconds each at most')
    .action((options: CheckOptions, command: Command) => perform(command, (context) => directory(options, context)));
}

async function directory(options: CheckOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal, signal, quiet } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, options.customer);
  const tried = customers.filter((customer) => customer.directory?.enabled === true);
  const progress = await readingProgress(terminal, tried.length);
  const tester = adapters.tester((line) => terminal.detail(line));
  const { parallelism } = options;
  const results = await checkDirectories(customers, { tester, parallelism, signal, onDone: progress.done }).finally(
    progress.end,
  );
  if (options.format === 'text') {
    await terminal.print(renderChecks(results, terminal.colors));
  } else {
    for (const result of results) if (result.status !== 'checked' && !quiet) terminal.say(uncheckedNote(result));
    await terminal.print(`${JSON.stringify(results.flatMap(documentOf), null, 2)}\n`);
  }
  return results.some((result) => result.status === 'checked' && !result.ok) ? EXIT.error : EXIT.done;
}

function documentOf(result: CheckResult): readonly object[] {
  return result.status === 'checked' ? [{ customer: result.customer, ok: result.ok, ...result.check }] : [];
}
