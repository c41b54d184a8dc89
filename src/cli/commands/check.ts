/** `rollcall check` */
import type { Command } from 'commander';
import { type CheckResult, checkDirectories } from '../../app/check-directory.ts';
import { checkDns } from '../../app/check-dns.ts';
import { dnsCheckDocument } from '../check-dns-document.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  addCustomerOption,
  addFormatOption,
  type CustomerOptions,
  domainsOption,
  parallelismOption,
  type ReadingOptions,
} from '../options.ts';
import { readingProgress } from '../progress.ts';
import { renderChecks, uncheckedNote } from '../render-check.ts';
import { renderDnsChecks } from '../render-check-dns.ts';
import { renderDnsJunit } from '../render-check-dns-junit.ts';
import type { Perform } from './perform.ts';

interface CheckOptions extends CustomerOptions, Pick<ReadingOptions, 'parallelism'> {
  readonly format: 'text' | 'json';
}

interface CheckDnsOptions extends CustomerOptions {
  readonly parallelism: number;
  readonly format: 'text' | 'json' | 'junit';
}

export function addCheckCommand(program: Command, perform: Perform): void {
  const check = program
    .command('check')
    .description('try out what the configuration points to')
    .addHelpText(
      'after',
      "\nExamples:\n  rollcall check directory\n  rollcall check directory --customer 'north-*' --format json\n  rollcall check dns --format junit > dns.xml",
    );
  addCustomerOption(addFormatOption(check.command('directory'), ['text', 'json']))
    .addOption(parallelismOption())
    .description('whether each directory can be reached, signed in to, read and counted; ten seconds each at most')
    .action((options: CheckOptions, command: Command) => perform(command, (context) => directory(options, context)));
  addCustomerOption(addFormatOption(check.command('dns'), ['text', 'json', 'junit']))
    .addOption(domainsOption())
    .description('what the DNS shows of each domain: whose it is, where its mail goes, and who may send for it')
    .action((options: CheckDnsOptions, command: Command) => perform(command, (context) => dns(options, context)));
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

async function dns({ customer, format, parallelism }: CheckDnsOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal, signal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, customer);
  const clock = clockOf({});
  const observer = adapters.observer({ dns: config.workspace.dns, clock, log: (line) => terminal.detail(line) });
  await using reader = await openReader(context, config);
  const checks = await checkDns(customers, { observer, reader, parallelism, signal });
  switch (format) {
    case 'text':
      await terminal.print(renderDnsChecks(checks, terminal.colors));
      break;
    case 'json':
      await terminal.print(`${JSON.stringify(checks.map(dnsCheckDocument), null, 2)}\n`);
      break;
    case 'junit':
      await terminal.print(renderDnsJunit(checks));
      break;
  }
  return checks.some(({ closed }) => closed.length > 0) ? EXIT.error : EXIT.done;
}
