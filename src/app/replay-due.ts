/** Who is flagged already, and is due on another day by the new configuration: no plan changes that, since only the moment of flagging is stored (DEL-2). */
import type { CustomerConfig } from '../domain/config.ts';
import { dayOf, type Instant } from '../domain/instant.ts';
import { emptyRoster, type State } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import { type Conflict, conflictsOf } from './conflicts.ts';

/** So many are named; the earliest days come first. */
const NAMED = 10;

/** A sentence for each customer whose flagged users are due earlier, and one for those due later. */
export function dueNotes(
  before: readonly CustomerConfig[],
  after: readonly CustomerConfig[],
  { rosters }: Pick<State, 'rosters'>,
  now: Instant,
): readonly string[] {
  const old = new Map(before.map((customer) => [customer.name, customer]));
  return after.flatMap((customer) => {
    const was = old.get(customer.name);
    if (was === undefined) return [];
    const roster = rosters.get(customer.name) ?? emptyRoster(customer.name);
    const days = new Map(conflictsOf(was, roster, now).map(({ address, due }) => [address, due]));
    const moves = conflictsOf(customer, roster, now)
      .filter(({ status }) => status === 'flagged')
      .map((conflict): Move => ({ ...conflict, was: days.get(conflict.address) ?? null }));
    const earlier = moves.filter((move) => orderOf(move.due) < orderOf(move.was));
    const later = moves.filter((move) => orderOf(move.due) > orderOf(move.was));
    return [...noteOf(earlier, 'earlier'), ...noteOf(later, 'later')];
  });
}

interface Move extends Conflict {
  readonly was: Instant | null;
}

/** Never is the last of all days. */
function orderOf(due: Instant | null): string {
  return due === null ? '~' : dayOf(due);
}

function noteOf(moves: readonly Move[], word: 'earlier' | 'later'): readonly string[] {
  const [first] = moves;
  if (first === undefined) return [];
  const named = moves.slice(0, NAMED).map(({ address, due, was }) => `${address} ${day(due)} (was ${day(was)})`);
  const rest = moves.length - named.length;
  const more = rest === 0 ? '' : `, and ${count(rest, 'more', 'more')}`;
  return [
    `${first.customer}: ${count(moves.length, 'user who is flagged already is', 'users who are flagged already are')} due ${word}: ${named.join(', ')}${more}.`,
  ];
}

function day(due: Instant | null): string {
  return due === null ? 'never' : dayOf(due);
}
