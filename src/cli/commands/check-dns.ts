/** `rollcall check dns` */
import type { Command } from 'commander';
import { checkDns } from '../../app/check-dns.ts';
import { dnsCheckDocument } from '../check-dns-document.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addCustomerOption, addFormatOption, type CustomerOptions, domainsOption } from '../options.ts';
import { renderDnsChecks } from '../render-check-dns.ts';
import { renderDnsJunit } from '../render-check-dns-junit.ts';
import type { Perform } from './perform.ts';

interface CheckDnsOptions extends CustomerOptions {
  readonly parallelism: number;
  readonly format: 'text' | 'json' | 'junit';
}

export function addCheckDnsCommand(check: Command, perform: Perform): void {
  addCustomerOption(addFormatOption(check.command('dns'), ['text', 'json', 'junit']))
    .addOption(domainsOption())
    .description('what the DNS shows of each domain: whose it is, where its mail goes, and who may send for it')
    .action((options: CheckDnsOptions, command: Command) =>
      perform(command, (context) => checkDomains(options, context)),
    );
}

async function checkDomains({ customer, format, parallelism }: CheckDnsOptions, context: Context): Promise<ExitCode> {
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
