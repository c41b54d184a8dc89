/** `rollcall import target` */
import type { Command } from 'commander';
import { addCustomerOption, addFormatOption, addLockOption } from '../options.ts';
import type { ImportTargetOptions } from '../take-over-target.ts';
import type { Perform } from './perform.ts';

export function addImportTargetCommand(parent: Command, perform: Perform): void {
  addLockOption(addCustomerOption(addFormatOption(parent.command('target'), ['text', 'json'])))
    .argument('<target>', 'a target of the workspace')
    .description('take those whom a target serves already into the state, as users that the next plan binds or flags')
    .option('-o, --out <file>', 'add them to a file of users for review instead; "-" prints it')
    .option('--auto-approve', 'do not ask')
    .option('--all-changes', 'show every user instead of the first few')
    .addHelpText(
      'after',
      `
Examples:
  rollcall import target edge                                        review, ask, take over
  rollcall import target edge --auto-approve --format json            from a script
  rollcall import target edge --customer beta -o users/beta.yaml     for a customer without a directory`,
    )
    .action((name: string, options: ImportTargetOptions, command: Command) => {
      if (options.out === '-' && options.format === 'json') {
        command.error("error: option '-o -' cannot be used with '--format json', which lists the users itself.");
      }
      return perform(command, async (context) =>
        (await import('../take-over-target.ts')).takeOverTarget(name, options, context),
      );
    });
}
