/** `rollcall check dns` */
import type { Command } from 'commander';
import type { CheckDnsOptions } from '../look-at-dns.ts';
import { addCustomerOption, addFormatOption, domainsOption } from '../options.ts';
import type { Perform } from './perform.ts';

export function addCheckDnsCommand(check: Command, perform: Perform): void {
  addCustomerOption(addFormatOption(check.command('dns'), ['text', 'json', 'junit']))
    .addOption(domainsOption())
    .description('what the DNS shows of each domain: whose it is, where its mail goes, and who may send for it')
    .action((options: CheckDnsOptions, command: Command) =>
      perform(command, async (context) => (await import('../look-at-dns.ts')).checkDomains(options, context)),
    );
}
