/** `rollcall check smtp` */
import type { Command } from 'commander';
import { checkSites, chooseSite, heloOf, type SmtpCheckResult } from '../../app/check-smtp.ts';
import type { Config, CustomerConfig } from '../../domain/config.ts';
import type { CustomerId, Entry } from '../../domain/roster.ts';
import { serverText } from '../../domain/smtp-probe.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  addCustomerOption,
  addFormatOption,
  type CustomerOptions,
  parallelismOption,
  type ReadingOptions,
  smtpTimeoutOption,
} from '../options.ts';
import { renderSmtpChecks, untriedNote } from '../text/check-smtp.ts';
import type { Perform } from './perform.ts';

interface CheckSmtpOptions extends CustomerOptions, Pick<ReadingOptions, 'parallelism'> {
  readonly site?: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly format: 'text' | 'json';
}

export function addCheckSmtpCommand(check: Command, perform: Perform): void {
  const parallelism = parallelismOption();
  parallelism.description = 'how many mail servers are tried at once';
  addCustomerOption(addFormatOption(check.command('smtp'), ['text', 'json']))
    .option('--site <name>', 'only the site of this name')
    .addOption(smtpTimeoutOption())
    .addOption(parallelism)
    .description('whether each mail server of the sites answers, has TLS and knows its recipients; no message is sent')
    .action((options: CheckSmtpOptions, command: Command) =>
      perform(command, (context) => checkSmtp(options, context)),
    );
}

async function checkSmtp(options: CheckSmtpOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal, signal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chooseSite(chosen(config, options.customer), options.site ?? null);
  const host = adapters.host();
  const results = await checkSites(customers, {
    tester: adapters.mailServerTester(options.timeout, clockOf({})),
    entriesOf: await readEntries(customers, context, config),
    helo: heloOf(host.name, host.addresses),
    parallelism: options.parallelism,
    signal,
  });
  if (options.format === 'text') await terminal.print(renderSmtpChecks(results, terminal.colors));
  else await printJson(results, context);
  return results.some((result) => result.status === 'checked' && !result.ok) ? EXIT.error : EXIT.done;
}

async function readEntries(
  customers: readonly CustomerConfig[],
  context: Context,
  config: Config,
): Promise<(customer: CustomerId) => readonly Entry[]> {
  await using reader = await openReader(context, config);
  const { rosters } = await reader.read(
    customers.map(({ name }) => name),
    [],
  );
  return (customer) => rosters.get(customer)?.entries ?? [];
}

async function printJson(results: readonly SmtpCheckResult[], { terminal, quiet }: Context): Promise<void> {
  for (const result of results) if (result.status !== 'checked' && !quiet) terminal.say(untriedNote(result));
  await terminal.print(`${JSON.stringify(results.flatMap(documentOf), null, 2)}\n`);
}

function documentOf(result: SmtpCheckResult): readonly object[] {
  if (result.status !== 'checked') return [];
  const { customer, site, ok, probe, findings } = result;
  return [{ customer, site, server: serverText(probe.server), ok, probe, findings }];
}
