/** A plan as text for people: what is removed first and in full, the rest folded, each change with its reason. */
import { ACTIONS, type Action, addressOf, type Change } from '../../domain/change.ts';
import { type Diagnostic, placeOf } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { dayOf } from '../../domain/instant.ts';
import type { CustomerPlan, Plan, PlanSummary } from '../../domain/plan.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import type { Colors } from '../terminal.ts';
import { changeDetails } from './change.ts';

export interface PlanView {
  readonly colors: Colors;
  /** Unfolds every list. */
  readonly full: boolean;
  /** Shows notes too, not only warnings, and how the directories were read. */
  readonly verbose: boolean;
}

type PlannedCustomer = Exclude<CustomerPlan, { status: 'failed' }>;

/** Removals first. */
const ORDER: readonly Action[] = ['delete', 'deactivate', 'flag', 'ignore', 'restore', 'create', 'rename', 'update'];

/** So many of each kind of change are shown; removals always are. */
const FOLD = 10;

const ALWAYS_SHOWN: ReadonlySet<Action> = new Set(['delete', 'deactivate', 'flag']);

const MARKS: Readonly<Record<Action, string>> = {
  delete: '-',
  deactivate: '-',
  flag: '!',
  ignore: 'o',
  restore: '+',
  create: '+',
  rename: '>',
  update: '~',
};

/** The lines of a plan, each with its line end. */
export function* renderPlan(plan: Plan, view: PlanView): Generator<string> {
  const quiet: string[] = [];
  for (const customer of plan.customers) {
    if (customer.status === 'failed') yield* renderFailure(customer, view);
    else if (hasSomething(customer, view)) yield* renderCustomer(customer, view);
    else quiet.push(customer.customer);
  }
  yield* renderQuiet(quiet);
  yield* renderTotals(plan, view);
  if (plan.redacted === true) yield 'Redacted: names, phones and notes are pseudonyms; it cannot be applied.\n';
}

function hasSomething(customer: PlannedCustomer, view: PlanView): boolean {
  const { status, changes, diagnostics } = customer;
  return (
    status === 'blocked' ||
    changes.length > 0 ||
    shown(diagnostics, view).length > 0 ||
    readingNotes(customer, view).length > 0
  );
}

function* renderQuiet(names: readonly string[]): Generator<string> {
  if (names.length === 0) return;
  const some = names.length <= 5 ? listed(names) : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  yield `${some}: no changes.\n`;
}

function* renderFailure(
  { customer, problem }: Extract<CustomerPlan, { status: 'failed' }>,
  { colors }: PlanView,
): Generator<string> {
  yield `${colors.bold(customer)}: ${colors.red(`not planned (${problem.code})`)}\n`;
  yield `  ${inert(problem.message)}\n`;
  yield `  ${inert(problem.hint)}\n\n`;
}

function* renderCustomer(customer: PlannedCustomer, view: PlanView): Generator<string> {
  const { colors } = view;
  const blocked = customer.status === 'blocked' ? colors.red(' BLOCKED:') : '';
  yield `${colors.bold(customer.customer)}:${blocked} ${totals(customer.summary)}; ${billable(customer.summary)}\n`;
  for (const note of readingNotes(customer, view)) yield `  ${colors.dim(note)}\n`;
  if (customer.status === 'blocked') {
    for (const { rule, message } of customer.blocks) yield `  ${colors.red(`${rule}:`)} ${inert(message)}\n`;
  }
  yield* renderDiagnostics(shown(customer.diagnostics, view), view);
  yield* renderChanges(customer.changes, view);
  yield '\n';
}

/** A line for each change, removals first, the rest folded. `tell` says what stands behind a change's own details. */
export function* renderChanges(
  changes: readonly Change[],
  view: PlanView,
  tell: (change: Change) => string = () => '',
): Generator<string> {
  for (const action of ORDER) yield* renderAction(action, changes, view, tell);
}

/** How the directory was read, where it was not read whole or not at the first asking. */
function readingNotes({ directory }: PlannedCustomer, { verbose }: PlanView): readonly string[] {
  if (directory === null || !verbose) return [];
  const { since, throttled } = directory.proof;
  return [
    ...(since === null ? [] : [`read: only what changed since the full reading of ${dayOf(since)} (--full reads all)`]),
    ...(throttled === 0 ? [] : [`read: the directory made us wait ${count(throttled, 'time')}`]),
  ];
}

export function shown(diagnostics: readonly Diagnostic[], { verbose }: PlanView): readonly Diagnostic[] {
  return verbose ? diagnostics : diagnostics.filter(({ severity }) => severity !== 'info');
}

/** In their order, of each rule the first few: what is wrong with a thousand objects must not hide the removals below. */
export function* renderDiagnostics(diagnostics: readonly Diagnostic[], { colors, full }: PlanView): Generator<string> {
  const number = new Map<string, number>();
  for (const diagnostic of diagnostics) {
    const kind = `${diagnostic.severity} ${diagnostic.rule}`;
    const sofar = number.get(kind) ?? 0;
    number.set(kind, sofar + 1);
    if (full || sofar < FOLD) yield `  ${diagnosticText(diagnostic, colors)}\n`;
  }
  if (full) return;
  for (const [kind, all] of number) {
    if (all > FOLD) yield `  ${colors.dim(`  … ${grouped(all - FOLD)} more: ${kind} (--all-changes shows them)`)}\n`;
  }
}

function diagnosticText({ severity, rule, message, location }: Diagnostic, colors: Colors): string {
  const paint = severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.dim;
  const place = location === null ? '' : colors.dim(` (${placeOf(location)})`);
  return `${paint(`${severity} ${rule}:`)} ${inert(message)}${place}`;
}

function* renderAction(
  action: Action,
  changes: readonly Change[],
  view: PlanView,
  tell: (change: Change) => string,
): Generator<string> {
  const all = changes.filter((change) => change.action === action);
  const fold = view.full || ALWAYS_SHOWN.has(action) || all.length <= FOLD + 1;
  for (const change of fold ? all : all.slice(0, FOLD)) yield `${changeLine(change, view, tell(change))}\n`;
  if (!fold)
    yield `  ${view.colors.dim(`  … ${grouped(all.length - FOLD)} more to ${action} (--all-changes shows them)`)}\n`;
}

/** `  ~ update user ann@acme.example  department: "Sales" -> "HR"  [SEL-8]`, on one line. */
function changeLine(change: Change, view: PlanView, further: string): string {
  const { colors } = view;
  const { action, resource, reasons } = change;
  const kind = resource === 'user' ? '' : `${resource} `;
  const details = changeDetails(change, view) + further;
  const rules = [...new Set(reasons.map(({ rule }) => rule))].join(' ');
  const paint = colorOf(action, colors);
  return `  ${paint(`${MARKS[action]} ${action.padEnd(10)}`)} ${kind}${colors.bold(inert(addressOf(change)))}  ${inert(details)} ${colors.dim(`[${rules}]`)}`;
}

function colorOf(action: Action, colors: Colors): (text: string) => string {
  switch (action) {
    case 'delete':
    case 'deactivate':
      return colors.red;
    case 'flag':
    case 'ignore':
      return colors.yellow;
    case 'create':
    case 'restore':
      return colors.green;
    case 'rename':
    case 'update':
      return colors.cyan;
  }
}

/** `2 to delete, 1 to create`, or `no changes`. */
export function totals(summary: Readonly<Record<Action, number>>): string {
  const parts = ORDER.filter((action) => summary[action] > 0).map(
    (action) => `${grouped(summary[action])} to ${action}`,
  );
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}

function billable({ billable: { before, after } }: PlanSummary): string {
  return before === after ? count(after, 'billable user') : `billable users ${grouped(before)} -> ${grouped(after)}`;
}

function* renderTotals({ customers }: Plan, { colors }: PlanView): Generator<string> {
  const planned = customers.filter((customer) => customer.status !== 'failed');
  const blocked = planned.filter(({ status }) => status === 'blocked').length;
  const failed = customers.length - planned.length;
  const sum = (pick: (summary: PlanSummary) => number) =>
    planned.reduce((total, { summary }) => total + pick(summary), 0);
  const all: PlanSummary = {
    ...(Object.fromEntries(ACTIONS.map((action) => [action, sum((summary) => summary[action])])) as Record<
      Action,
      number
    >),
    billable: { before: sum((summary) => summary.billable.before), after: sum((summary) => summary.billable.after) },
  };
  const held = [
    blocked > 0 ? colors.red(`${grouped(blocked)} blocked`) : '',
    failed > 0 ? colors.red(`${grouped(failed)} not planned`) : '',
  ].filter((part) => part !== '');
  const suffix = held.length === 0 ? '' : ` (${held.join(', ')})`;
  yield `Plan for ${count(customers.length, 'customer')}${suffix}: ${totals(all)}; ${billable(all)}.\n`;
}
