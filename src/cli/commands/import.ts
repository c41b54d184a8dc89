/** `rollcall import` */
import type { Command } from 'commander';
import { addImportCsvCommand } from './import-csv.ts';
import { addImportStateCommand } from './import-state.ts';
import { addImportTargetCommand } from './import-target.ts';
import type { Perform } from './perform.ts';

export function addImportCommand(program: Command, perform: Perform): void {
  const imports = program.command('import').description('take over what exists');
  addImportCsvCommand(imports, perform);
  addImportTargetCommand(imports, perform);
  addImportStateCommand(imports, perform);
}
