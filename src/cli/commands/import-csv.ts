/** `rollcall import csv` */
import type { Command } from 'commander';
import { renderCsv } from '../csv.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption } from '../options.ts';
import type { TakeInOptions } from '../take-in-csv.ts';
import type { Perform } from './perform.ts';

interface ImportCsvOptions extends Omit<TakeInOptions, 'customer'> {
  readonly customer?: string;
  readonly template?: boolean;
}

export function addImportCsvCommand(imports: Command, perform: Perform): void {
  addFormatOption(imports.command('csv'), ['text', 'json'])
    .argument('[file]', 'the CSV file')
    .description('users of a CSV file: review them, then have the configuration of a customer take them in')
    .option('--customer <name>', 'the customer whose users they are')
    .option('--to <path>', 'where the file is kept (default: imports/<customer>.csv in the workspace)')
    .option('--auto-approve', 'do not ask')
    .option('--template', 'print a sample file and do nothing else')
    .addHelpText(
      'after',
      `
Examples:
  rollcall import csv --template > people.csv
  rollcall import csv people.csv --customer acme`,
    )
    .action((file: string | undefined, options: ImportCsvOptions, command: Command) => {
      if (options.template === true) {
        return perform(command, async ({ terminal }): Promise<ExitCode> => {
          await terminal.print(renderCsv(TEMPLATE_COLUMNS, TEMPLATE_ROWS));
          return EXIT.done;
        });
      }
      const { customer } = options;
      if (file === undefined) return command.error("error: missing required argument 'file'.");
      if (customer === undefined) return command.error("error: required option '--customer <name>' not specified.");
      return perform(command, async (context) =>
        (await import('../take-in-csv.ts')).takeInCsv(file, { ...options, customer }, context),
      );
    });
}

const TEMPLATE_COLUMNS = [
  'address',
  'givenName',
  'surname',
  'displayName',
  'aliases',
  'homePhone',
  'mobile',
  'company',
  'department',
  'notes',
];

// Numbers that nobody has (Ofcom, numbers for drama).
const TEMPLATE_ROWS = [
  [
    'ann.lee@acme.example',
    'Ann',
    'Lee',
    'Ann Lee',
    'a.lee@acme.example;ann@acme.example',
    '+44 20 7946 0101',
    '+44 7700 900101',
    'Acme Ltd',
    'Sales',
    'Only the address is needed',
  ],
  ['reception@acme.example', '', '', 'Reception, ground floor', '', '', '', '', '', ''],
];
