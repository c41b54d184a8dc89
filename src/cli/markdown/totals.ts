/** What a plan does, in numbers: a table with a row for each customer. */
import { ACTIONS, type Action } from '../../domain/change.ts';
import type { CustomerPlan, PlanSummary } from '../../domain/plan.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { code } from './escape.ts';
import type { Reviewed, ReviewedCustomer } from './reviewed.ts';
import { fitting } from './room.ts';

/** Removals first. */
const COLUMNS: readonly Action[] = ['delete', 'deactivate', 'flag', 'ignore', 'restore', 'create', 'rename', 'update'];
const REMOVING: ReadonlySet<Action> = new Set(['delete', 'deactivate', 'flag']);

/** So many customers without changes are named. */
const MOST_QUIET = 5;

interface Row {
  readonly name: string;
  readonly summary: PlanSummary | null;
  /** Losses that no action is named for: addresses of those who stay, and the like. */
  readonly otherLosses: number;
  readonly note: string;
  /** Shown before the others where there is not room for all. */
  readonly first: boolean;
}

/** The table and how many customers have no changes, as blocks of Markdown. */
export function totalsOf({ plan, customers }: Reviewed, room: number): string {
  const planned = new Map(customers.map((customer) => [customer.plan.customer, customer]));
  const all = plan.customers.map((customer) => rowOf(customer, planned.get(customer.customer)));
  const isQuiet = ({ summary, first }: Row) => !first && summary !== null && !isEventful(summary);
  const rows = all.filter((row) => !isQuiet(row));
  const quiet = all.filter(isQuiet).map(({ name }) => name);
  return [tableOf(rows, room), quietText(quiet)].filter((part) => part !== '').join('\n\n');
}

function rowOf(customer: CustomerPlan, planned: ReviewedCustomer | undefined): Row {
  const name = code(customer.customer);
  if (customer.status === 'failed') {
    return { name, summary: null, otherLosses: 0, note: `**not planned** ${code(customer.problem.code)}`, first: true };
  }
  const losses = planned?.losses ?? [];
  const rules = customer.status === 'blocked' ? customer.blocks.map(({ rule }) => code(rule)) : [];
  return {
    name,
    summary: customer.summary,
    otherLosses: losses.filter(({ kind }) => kind === 'reduce').length,
    note: rules.length === 0 ? '' : `**blocked** ${[...new Set(rules)].join(' ')}`,
    first: rules.length > 0 || losses.length > 0,
  };
}

function isEventful(summary: PlanSummary): boolean {
  return ACTIONS.some((action) => summary[action] > 0) || summary.billable.before !== summary.billable.after;
}

function tableOf(rows: readonly Row[], room: number): string {
  if (rows.length === 0) return '';
  const total = totalRow(rows);
  const columns = COLUMNS.filter((action) => (total.summary?.[action] ?? 0) > 0);
  const hasOthers = total.otherLosses > 0;
  const cells = (row: Row) => cellsOf(row, columns, hasOthers).join('');
  const titles = [...columns.map(titled), ...(hasOthers ? ['Other losses'] : []), 'Billable users'];
  const head = [
    `| Customer |${titles.map((title) => ` ${title} |`).join('')}  |`,
    `|:--|${titles.map(() => '--:|').join('')}:--|`,
  ];
  const last = rows.length === 1 ? [] : [cells(total)];
  const needed = [...head, ...last].reduce((sum, line) => sum + line.length, 200);
  const sorted = [...rows.filter(({ first }) => first), ...rows.filter(({ first }) => !first)];
  const { lines } = fitting(sorted.map(cells), room - needed);
  const left = rows.length - lines.length;
  const more = left === 0 ? [] : ['', `Not in the table, but in its total: ${count(left, 'more customer')}.`];
  return [...head, ...lines, ...last, ...more].join('\n');
}

function cellsOf({ name, summary, otherLosses, note }: Row, columns: readonly Action[], hasOthers: boolean) {
  const numbers = columns.map((action) => shown(summary?.[action] ?? 0, REMOVING.has(action)));
  const values = [name, ...numbers, ...(hasOthers ? [shown(otherLosses, true)] : []), billable(summary), note];
  return values.map((value, index) => `${index === 0 ? '| ' : ' '}${value} |`);
}

function shown(number: number, bold: boolean): string {
  if (number === 0) return '';
  return bold ? `**${grouped(number)}**` : grouped(number);
}

/** `241 → 242`, or the one number where it stays. */
function billable(summary: PlanSummary | null): string {
  if (summary === null) return '';
  const { before, after } = summary.billable;
  return before === after ? grouped(after) : `${grouped(before)} → ${grouped(after)}`;
}

function totalRow(rows: readonly Row[]): Row {
  const sum = (pick: (summary: PlanSummary) => number) =>
    rows.reduce((total, { summary }) => total + (summary === null ? 0 : pick(summary)), 0);
  const actions = Object.fromEntries(ACTIONS.map((action) => [action, sum((summary) => summary[action])]));
  return {
    name: '**Total**',
    summary: {
      ...(actions as Record<Action, number>),
      billable: { before: sum(({ billable: { before } }) => before), after: sum(({ billable: { after } }) => after) },
    },
    otherLosses: rows.reduce((total, { otherLosses }) => total + otherLosses, 0),
    note: '',
    first: false,
  };
}

function titled(action: Action): string {
  return `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
}

function quietText(names: readonly string[]): string {
  if (names.length === 0) return '';
  return names.length <= MOST_QUIET
    ? `No changes: ${listed(names)}.`
    : `No changes: ${count(names.length, 'more customer')}.`;
}
