/** Conflicts as a page. */
import type { Conflict } from '../../app/conflicts.ts';
import { placeOf } from '../../domain/diagnostic.ts';
import { dayOf } from '../../domain/instant.ts';
import { count } from '../../domain/words.ts';
import { dueStrip } from './due-strip.ts';
import { escaped, outside, page } from './page.ts';

const COLUMNS = ['Customer', 'Address', 'Status', 'Flagged', 'Due', 'Decision'];

export function renderConflictsHtml(conflicts: readonly Conflict[]): Iterable<string> {
  return page({ title: 'Conflicts', body: bodyOf(conflicts) });
}

function* bodyOf(conflicts: readonly Conflict[]): Generator<string> {
  if (conflicts.length === 0) {
    yield '<p class="verdict">No user is in conflict.</p>\n';
    return;
  }
  yield `<p class="verdict">${count(conflicts.length, 'user')} in conflict: once supplied by a directory, and by no live source now.</p>\n`;
  yield* dates(conflicts);
  const head = COLUMNS.map((name) => `<th scope="col">${name}</th>`).join('');
  yield `<section aria-labelledby="users"><h2 id="users">Users</h2><div class="scroll"><table class="plain"><thead><tr>${head}</tr></thead><tbody>\n`;
  const seen = new Set<string>();
  for (const conflict of conflicts) {
    const day = conflict.due === null ? null : dayOf(conflict.due);
    yield row(conflict, day === null || seen.has(day) ? null : day);
    if (day !== null) seen.add(day);
  }
  yield '</tbody></table></div></section>\n';
}

function* dates(conflicts: readonly Conflict[]): Generator<string> {
  const due = new Map<string, number>();
  for (const { due: instant } of conflicts) {
    if (instant !== null) due.set(dayOf(instant), (due.get(dayOf(instant)) ?? 0) + 1);
  }
  if (due.size === 0) return;
  yield '<section aria-labelledby="dates"><h2 id="dates">When they are deleted</h2>\n';
  yield* dueStrip({ today: null, now: null, due, href: (day) => `#due-${day}` });
  yield '<p class="quiet">Unless they come back or are decided about.</p></section>\n';
}

/** The first of a day can be linked to. */
function row({ customer, address, status, flaggedAt, due, decision }: Conflict, anchor: string | null): string {
  const never = status === 'flagged' ? 'never' : '';
  const cells = [
    escaped(customer),
    outside(address),
    `<span class="tag ${status}">${status}</span>`,
    flaggedAt === null ? '' : dayOf(flaggedAt),
    due === null ? never : dayOf(due),
    decision === null ? '' : decisionCell(decision),
  ];
  const id = anchor === null ? '' : ` id="due-${anchor}"`;
  return `<tr${id}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}

function decisionCell({ action, until, reason, location }: NonNullable<Conflict['decision']>): string {
  const end = until === null ? '' : ` until ${dayOf(until)}`;
  const why = reason === null ? '' : `: ${outside(reason)}`;
  return `${action}${end}${why} <span class="place">${outside(placeOf(location))}</span>`;
}
