/** `rollcall man` */
import type { Command } from 'commander';
import { dayOf } from '../../domain/instant.ts';
import { clockOf } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { manPage } from '../man-page.ts';
import { version } from '../version.ts';
import type { Perform } from './perform.ts';

export function addManCommand(program: Command, perform: Perform): void {
  program
    .command('man')
    .description('print the manual page')
    .addHelpText('after', '\nExamples:\n  rollcall man | man -l -\n  rollcall man > ~/.local/share/man/man1/rollcall.1')
    .action((_options: unknown, command: Command) =>
      perform(command, async ({ terminal }) => {
        await terminal.print(manPage(program, { day: dayOf(clockOf({})()), version: version() }));
        return EXIT.done;
      }),
    );
}
