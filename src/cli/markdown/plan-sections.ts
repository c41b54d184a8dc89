/** All that a comment says about one plan, below its heading: for plans, drift, and replays, which have several. */
import { count } from '../../domain/words.ts';
import { foldedChanges } from './folded.ts';
import { problemsOf } from './problems.ts';
import { type Removals, removalsOf } from './removals.ts';
import type { Reviewed } from './reviewed.ts';
import { sizeOf } from './room.ts';
import { totalsOf } from './totals.ts';

export interface SectionsView {
  /** In octets; not less than 4,000, for there is something to be said of any plan. */
  readonly room: number;
  /** A sentence that says how to see what there is no room for, as Markdown. */
  readonly elsewhere: string;
}

/** What else is left to a plan's removals: first a fair share, and little where they need all. */
const SHARES = [4, 10] as const;

/** Totals, problems, removals in full, and the other changes folded, as blocks of Markdown. It never takes more room than there is. */
export function planSections(plan: Reviewed, { room, elsewhere }: SectionsView): string {
  const [first, ...parts] = beforeOthers(plan, room, elsewhere);
  const before = [first, ...parts].filter((part) => part !== '');
  const { text, left } = foldedChanges(plan, room - sizeOf(before.join('\n\n')) - elsewhere.length - 100);
  const more =
    left === 0
      ? ''
      : `**Left out here: ${count(left, 'change')}, ${left === 1 ? 'no removal' : 'none of them a removal'}.** ${elsewhere}`;
  return [...before, text, more].filter((part) => part !== '').join('\n\n');
}

function beforeOthers(plan: Reviewed, room: number, elsewhere: string): readonly string[] {
  const [fair, little] = SHARES.map((share) => asFarAsRoom(plan, { room, elsewhere }, room / share));
  const chosen = fair?.removals.notice === '' ? fair : (little ?? fair);
  return chosen === undefined ? [] : [chosen.removals.notice, chosen.totals, chosen.problems, chosen.removals.text];
}

interface BeforeOthers {
  readonly totals: string;
  readonly problems: string;
  readonly removals: Removals;
}

function asFarAsRoom(plan: Reviewed, { room, elsewhere }: SectionsView, share: number): BeforeOthers {
  const totals = totalsOf(plan, share);
  const problems = problemsOf(plan.plan, share);
  const rest = room - sizeOf(totals) - sizeOf(problems) - elsewhere.length - 110;
  return { totals, problems, removals: removalsOf(plan, rest, elsewhere) };
}
