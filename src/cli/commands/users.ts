/** `rollcall users` */
import type { Command } from 'commander';
import { keyOf } from '../../domain/address.ts';
import { ATTRIBUTE_NAMES, type CustomerId, isUser, type User } from '../../domain/roster.ts';
import { type Context, chosen, openReader, openWorkspace } from '../context.ts';
import { renderCsv } from '../csv.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addCustomerOption, addFormatOption, type CustomerOptions, refuseOperands } from '../options.ts';
import { renderTable } from '../text/table.ts';
import type { Perform } from './perform.ts';

type Format = 'text' | 'json' | 'csv';
type UserOptions = CustomerOptions & { readonly format: Format };

interface Listed {
  readonly customer: CustomerId;
  readonly user: User;
}

export function addUsersCommand(program: Command, perform: Perform): void {
  const users = program
    .command('users')
    .description('the roster, as the last apply left it')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall users --customer acme\n  rollcall users export --format csv > users.csv',
    );
  const define = (command: Command, formats: readonly [Format, ...Format[]]) =>
    addCustomerOption(addFormatOption(command, formats)).action((options: UserOptions, own: Command) =>
      perform(own, (context) => listUsers(options, context)),
    );
  define(refuseOperands(users.command('list', { isDefault: true })), ['text', 'json']).description(
    'address, status, source and name',
  );
  define(users.command('export'), ['csv', 'json']).description('everything, as CSV or JSON');
}

async function listUsers(options: UserOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  const { rosters } = await reader.read(
    customers.map(({ name }) => name),
    [],
  );
  const listed = customers.flatMap(({ name }) =>
    (rosters.get(name)?.entries ?? [])
      .filter(isUser)
      .map((user): Listed => ({ customer: name, user }))
      .toSorted((a, b) => (keyOf(a.user.address) < keyOf(b.user.address) ? -1 : 1)),
  );
  await terminal.print(rendered(listed, options.format));
  return EXIT.done;
}

function rendered(listed: readonly Listed[], format: Format): string | Iterable<string> {
  switch (format) {
    case 'json':
      return jsonArray(listed.map(({ user }) => user));
    case 'csv':
      return renderCsv(CSV_COLUMNS, listed.map(csvRow));
    case 'text':
      if (listed.length === 0) return 'The roster is empty.\n';
      return renderTable([
        ['customer', 'address', 'status', 'source', 'aliases', 'name'],
        ...listed.map(({ customer, user }) => [
          customer,
          user.address,
          user.status,
          user.addition ? `${user.source} (addition)` : user.source,
          String(user.aliases.length),
          user.attributes.displayName ?? '',
        ]),
      ]);
  }
}

/** An array with an element a line, without holding its whole text. */
function* jsonArray(values: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, value] of values.entries()) yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(value)}`;
  yield '\n]\n';
}

const CSV_COLUMNS = ['customer', 'address', 'aliases', ...ATTRIBUTE_NAMES, 'source', 'status', 'flaggedAt', 'objectId'];

function csvRow({ customer, user }: Listed): readonly string[] {
  return [
    customer,
    user.address,
    user.aliases.join(';'),
    ...ATTRIBUTE_NAMES.map((name) => user.attributes[name] ?? ''),
    user.source,
    user.status,
    user.flaggedAt ?? '',
    user.objectId ?? '',
  ];
}
