/** `rollcall state` */
import type { Command } from 'commander';
import { chooseCustomers } from '../../app/choose-customers.ts';
import { pushState } from '../../app/push.ts';
import { redactState } from '../../app/redaction/state.ts';
import type { Config } from '../../domain/config.ts';
import { isUser, type Roster, type State } from '../../domain/roster.ts';
import { count } from '../../domain/words.ts';
import { type Context, clockOf, openReader, openStore, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { waitNote } from '../lock-wait.ts';
import { addCustomerOption, addFormatOption, addLockOption, type CustomerOptions } from '../options.ts';
import { addRedactOption, notePassing, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import { renderTable } from '../text/table.ts';
import type { Perform } from './perform.ts';

type ViewOptions = CustomerOptions & { readonly format: 'text' | 'json' };
type PullOptions = CustomerOptions & RedactOptions;

interface Stored {
  readonly state: State;
  readonly config: Config;
}

export function addStateCommand(program: Command, perform: Perform): void {
  const state = program
    .command('state')
    .description('the stored state')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall state list\n  rollcall state pull > state.json\n  rollcall state push state.json',
    );
  addCustomerOption(addFormatOption(state.command('list'), ['text', 'json']))
    .description('the customers in it, with their serials')
    .action((options: ViewOptions, command: Command) => perform(command, (context) => list(options, context)));
  addCustomerOption(addFormatOption(state.command('show'), ['text', 'json']))
    .description('what it holds, in numbers')
    .action((options: ViewOptions, command: Command) => perform(command, (context) => show(options, context)));
  addRedactOption(addCustomerOption(state.command('pull')))
    .description('print it as JSON, for "state push"')
    .action((options: PullOptions, command: Command) => perform(command, (context) => pull(options, context)));
  addLockOption(state.command('push'))
    .argument('<file>', 'what "state pull" printed')
    .description('put it in place of the stored one; refused for another lineage or an older serial')
    .action((file: string, options: { readonly lockTimeout: number }, command: Command) =>
      perform(command, (context) => push(file, options.lockTimeout, context)),
    );
}

/** Every customer that the state knows, configured or not; `--customer` chooses among them. */
async function readStored({ customer }: CustomerOptions, context: Context): Promise<Stored> {
  const { config } = await openWorkspace({ ...context, quiet: true });
  await using reader = await openReader(context, config);
  const known = (await reader.customers()).map((name) => ({ name }));
  const names = chooseCustomers(known, customer).map(({ name }) => name);
  return { state: await reader.read(names, []), config };
}

async function list(options: ViewOptions, context: Context): Promise<ExitCode> {
  const { rosters } = (await readStored(options, context)).state;
  const rows = [...rosters.values()].map(({ customer, serial, syncedAt, entries }) => ({
    customer,
    serial,
    syncedAt,
    entries: entries.length,
  }));
  const text = () =>
    rows.length === 0
      ? 'The state is empty.\n'
      : renderTable([
          ['customer', 'serial', 'entries', 'last in step'],
          ...rows.map((row) => [row.customer, String(row.serial), String(row.entries), row.syncedAt ?? 'never']),
        ]);
  await context.terminal.print(options.format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : text());
  return EXIT.done;
}

async function show(options: ViewOptions, context: Context): Promise<ExitCode> {
  const { state, config } = await readStored(options, context);
  const { lineage, rosters } = state;
  const { path } = config.workspace.state;
  const customers = [...rosters.values()].map(numbersOf);
  if (options.format === 'json') {
    await context.terminal.print(`${JSON.stringify({ path, lineage, customers }, null, 2)}\n`);
    return EXIT.done;
  }
  await context.terminal.print([
    `File     ${path}\n`,
    `Lineage  ${lineage === '' ? 'none yet: nothing has been applied' : lineage}\n`,
    ...customers.flatMap(({ customer, ...numbers }) => [
      `\n${customer}\n`,
      ...renderTable(
        Object.entries(numbers).map(([name, value]) => [`  ${name}`, value === null ? 'none' : String(value)]),
      ),
    ]),
  ]);
  return EXIT.done;
}

function numbersOf({ customer, serial, directory, syncedAt, entries, domains, tombstones }: Roster) {
  const users = entries.filter(isUser);
  const of = (status: string) => users.filter((user) => user.status === status).length;
  return {
    customer,
    serial,
    directory: directory === null ? null : `${directory.type} ${directory.id}`,
    syncedAt,
    active: of('active'),
    flagged: of('flagged'),
    ignored: of('ignored'),
    deactivated: of('deactivated'),
    groups: entries.length - users.length,
    domains: domains.length,
    tombstones: tombstones.length,
  };
}

async function pull(options: PullOptions, context: Context): Promise<ExitCode> {
  const { state, config } = await readStored(options, context);
  const pseudonym = await pseudonymsFor(options, config, context);
  const shown = pseudonym === null ? state : redactState(state, pseudonym);
  await context.terminal.print(context.adapters.stateFiles.text(shown));
  notePassing(options, config, context);
  return EXIT.done;
}

async function push(file: string, lockTimeoutMs: number, context: Context): Promise<ExitCode> {
  const { terminal, adapters, signal, quiet } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const state = await adapters.stateFiles.load(context.file(file));
  const clock = clockOf({});
  await using store = await openStore(context, config, clock);
  const onWait = waitNote(lockTimeoutMs, context);
  const { run, outcomes } = await pushState({
    store,
    state,
    who: adapters.who(),
    clock,
    lockTimeoutMs,
    signal,
    onWait,
  });
  const put = outcomes.filter(({ outcome }) => outcome === 'applied').length;
  const same = outcomes.length - put;
  if (!quiet) {
    const rest = same === 0 ? '' : `, ${count(same, 'customer')} as stored already`;
    terminal.say(`Run ${run}: ${count(put, 'customer')} put in place${rest}.`);
  }
  return EXIT.done;
}
