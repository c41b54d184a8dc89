/** `rollcall check` */
import type { Command } from 'commander';
import { addCheckDirectoryCommand } from './check-directory.ts';
import { addCheckDnsCommand } from './check-dns.ts';
import { addCheckSmtpCommand } from './check-smtp.ts';
import type { Perform } from './perform.ts';

export function addCheckCommand(program: Command, perform: Perform): void {
  const check = program
    .command('check')
    .description('try out what the configuration points to')
    .addHelpText(
      'after',
      "\nExamples:\n  rollcall check directory\n  rollcall check directory --customer 'north-*' --format json\n  rollcall check dns --format junit > dns.xml\n  rollcall check smtp --customer acme --site london",
    );
  addCheckDirectoryCommand(check, perform);
  addCheckDnsCommand(check, perform);
  addCheckSmtpCommand(check, perform);
}
