/** `rollcall import` */
import type { Command } from 'commander';
import type { Perform } from './perform.ts';

export function addImportCommand(program: Command, _perform: Perform): void {
  program.command('import').description('take over what exists');
}
