/** `rollcall directory` */
import type { Command } from 'commander';
import { type ListedObject, listDirectory } from '../../app/directory-list.ts';
import { forEachReading } from '../../app/gather.ts';
import { placeOf } from '../../domain/diagnostic.ts';
import { emptyRoster } from '../../domain/roster.ts';
import { type Context, chosen, openReader, openWorkspace, withDirectories } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import { addFormatOption, addReadingOptions, type ReadingOptions, refuseOperands } from '../options.ts';
import { renderTable } from '../text/table.ts';
import type { Perform } from './perform.ts';

interface DirectoryOptions extends ReadingOptions {
  readonly format: 'text' | 'json';
}

export function addDirectoryCommand(program: Command, perform: Perform): void {
  const directory = program
    .command('directory')
    .description('what a customer’s directory holds')
    .addHelpText('after', '\nExamples:\n  rollcall directory --customer acme\n  rollcall directory list --format json');
  addReadingOptions(addFormatOption(refuseOperands(directory.command('list', { isDefault: true })), ['text', 'json']))
    .description('every object, in the sync or out of it, with the rule that decided')
    .action((options: DirectoryOptions, command: Command) => perform(command, (context) => list(options, context)));
}

async function list(options: DirectoryOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  const { rosters } = await reader.read(
    customers.map(({ name }) => name),
    [],
  );
  const exits: ExitCode[] = [];
  const directories = { config, customers: customers.length, copies: reader };
  const objects = await withDirectories(context, options, directories, (request) =>
    forEachReading(customers, request, (customer, reading): readonly ListedObject[] => {
      if (reading.status === 'complete') {
        return listDirectory(customer, rosters.get(customer.name) ?? emptyRoster(customer.name), reading);
      }
      if (reading.status === 'failed') {
        terminal.complain(reading.problem, customer.name);
        exits.push(EXIT.error);
      }
      return [];
    }),
  );
  const all = objects.flat();
  if (options.format === 'json') await terminal.print(`${JSON.stringify(all, null, 2)}\n`);
  else await terminal.print(all.length === 0 ? 'Nothing was found.\n' : renderTable([COLUMNS, ...all.map(rowOf)]));
  return worst(exits);
}

const COLUMNS = ['customer', 'in sync', 'address', 'kind', 'rule', 'object', 'why'];

function rowOf({ customer, inSync, address, kind, mailbox, rule, name, message, location }: ListedObject) {
  const place = location === null ? '' : ` (${placeOf(location)})`;
  const what = mailbox === 'user' ? kind : `${mailbox} mailbox`;
  return [customer, inSync ? 'yes' : 'no', address ?? '', what, rule, name, `${message}${place}`];
}
