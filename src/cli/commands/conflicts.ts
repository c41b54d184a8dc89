/** `rollcall conflicts` */
import type { Command } from 'commander';
import { type Conflict, conflictsOf } from '../../app/conflicts.ts';
import { redactConflict } from '../../app/redaction/conflicts.ts';
import { dayOf } from '../../domain/instant.ts';
import { emptyRoster } from '../../domain/roster.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { renderCsv } from '../csv.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  addAtOption,
  addCustomerOption,
  addFormatOption,
  REVIEW_FORMATS,
  type ReadingOptions,
  type ReviewFormat,
  refuseOperands,
} from '../options.ts';
import { addRedactOption, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import { renderTable } from '../text/table.ts';
import type { Perform } from './perform.ts';

type Format = ReviewFormat | 'csv';
type ConflictOptions = Pick<ReadingOptions, 'customer' | 'at'> & RedactOptions & { readonly format: Format };

const COLUMNS = ['customer', 'address', 'status', 'flaggedAt', 'due', 'decision', 'until', 'reason'] as const;

export function addConflictsCommand(program: Command, perform: Perform): void {
  const conflicts = program
    .command('conflicts')
    .description('users whom the directory supplied once and no live source supplies now')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall conflicts\n  rollcall conflicts export --format csv > conflicts.csv',
    );
  const define = (command: Command, formats: readonly [Format, ...Format[]]) =>
    addRedactOption(addAtOption(addCustomerOption(addFormatOption(command, formats)))).action(
      (options: ConflictOptions, own: Command) => perform(own, (context) => listConflicts(options, context)),
    );
  define(refuseOperands(conflicts.command('list', { isDefault: true })), REVIEW_FORMATS).description(
    'with flagged since, due and decision',
  );
  define(conflicts.command('export'), ['csv', 'json']).description('as CSV or JSON');
}

async function listConflicts(options: ConflictOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  const { rosters } = await reader.read(
    customers.map(({ name }) => name),
    [],
  );
  const now = clockOf(options)();
  const found = customers.flatMap((customer) =>
    conflictsOf(customer, rosters.get(customer.name) ?? emptyRoster(customer.name), now),
  );
  const pseudonym = await pseudonymsFor(options, config, context);
  const shown = pseudonym === null ? found : found.map((conflict) => redactConflict(conflict, pseudonym));
  await terminal.print(await rendered(shown, options.format));
  return EXIT.done;
}

async function rendered(conflicts: readonly Conflict[], format: Format): Promise<string | Iterable<string>> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(conflicts.map(conflictDocument), null, 2)}\n`;
    case 'csv':
      return renderCsv(
        COLUMNS,
        conflicts.map((conflict) => rowOf(conflict)),
      );
    case 'markdown':
      return (await import('../markdown/conflicts.ts')).renderConflictsMarkdown(conflicts);
    case 'html':
      return (await import('../html/conflicts.ts')).renderConflictsHtml(conflicts);
    case 'junit':
      return (await import('../junit/conflicts.ts')).renderConflictsJunit(conflicts);
    case 'text':
      if (conflicts.length === 0) return 'No user is in conflict.\n';
      return renderTable([COLUMNS.map((name) => name), ...conflicts.map((conflict) => rowOf(conflict, true))]).join('');
  }
}

function rowOf({ customer, address, status, flaggedAt, due, decision }: Conflict, short = false): readonly string[] {
  const moment = (instant: Conflict['due']) => (instant === null ? '' : short ? dayOf(instant) : instant);
  return [
    customer,
    address,
    status,
    moment(flaggedAt),
    status === 'flagged' && due === null ? 'never' : moment(due),
    decision?.action ?? '',
    moment(decision?.until ?? null),
    decision?.reason ?? '',
  ];
}

function conflictDocument({ customer, address, status, flaggedAt, due, decision }: Conflict) {
  const decided =
    decision === null
      ? null
      : { action: decision.action, until: decision.until, reason: decision.reason, location: decision.location };
  return { customer, address, status, flaggedAt, due, decision: decided };
}
