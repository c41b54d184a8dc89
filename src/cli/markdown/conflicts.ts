/** Conflicts as Markdown: a table, those due first. */
import type { Conflict } from '../../app/conflicts.ts';
import { placeOf } from '../../domain/diagnostic.ts';
import { dayOf } from '../../domain/instant.ts';
import { count } from '../../domain/words.ts';
import { code, prose } from './escape.ts';
import { COMMENT_ROOM, cut, fitting, sizeOf } from './room.ts';

const LONGEST_REASON = 200;

/** At most 65,000 characters, and octets. Of more conflicts than there is room for, those due first are shown, and the others counted. */
export function renderConflictsMarkdown(conflicts: readonly Conflict[]): string {
  const heading = `## ${headline(conflicts)}`;
  if (conflicts.length === 0) return `${heading}\n`;
  const head = ['| Customer | Address | Status | Flagged | Due | Decision |', '|:--|:--|:--|:--|:--|:--|'].join('\n');
  const rows = conflicts.toSorted(byDue).map(rowOf);
  const { lines } = fitting(rows, COMMENT_ROOM - sizeOf(heading) - sizeOf(head) - 200);
  const left = rows.length - lines.length;
  const more =
    left === 0
      ? []
      : [`**Left out here: ${count(left, 'conflict')}, due later or never.** \`rollcall conflicts\` lists all.`];
  return `${[heading, [head, ...lines].join('\n'), ...more].join('\n\n')}\n`;
}

function headline(conflicts: readonly Conflict[]): string {
  if (conflicts.length === 0) return 'No user is in conflict';
  const open = conflicts.filter(({ decision }) => decision === null);
  const [first] = open.flatMap(({ due }) => due ?? []).toSorted();
  const when = first === undefined ? '' : `, the first is due on ${dayOf(first)}`;
  const undecided = open.length === 0 ? 'all decided' : `${count(open.length, 'is', 'are')} not decided${when}`;
  return `${count(conflicts.length, 'user is', 'users are')} in conflict; ${undecided}`;
}

function byDue(a: Conflict, b: Conflict): number {
  const [first, second] = [a.due ?? '9', b.due ?? '9'];
  return first < second ? -1 : first > second ? 1 : 0;
}

function rowOf({ customer, address, status, flaggedAt, due, decision }: Conflict): string {
  const dueText = due === null ? (status === 'flagged' ? 'never' : '') : dayOf(due);
  const cells = [
    code(customer),
    code(address),
    status,
    flaggedAt === null ? '' : dayOf(flaggedAt),
    decision === null && due !== null ? `**${dueText}**` : dueText,
    decision === null ? '' : decisionText(decision),
  ];
  return `| ${cells.join(' | ')} |`;
}

function decisionText({ action, until, reason, location }: NonNullable<Conflict['decision']>): string {
  const parts = [
    until === null ? action : `${action} until ${dayOf(until)}`,
    ...(reason === null ? [] : [prose(cut(reason, LONGEST_REASON))]),
  ];
  return `${parts.join(': ')} (${code(placeOf(location))})`;
}
