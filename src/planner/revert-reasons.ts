/** Why something is put back to what it was (UND-1), in words. */
import type { NonEmpty, Reason } from '../domain/change.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { dayOf, type Instant } from '../domain/instant.ts';
import type { User } from '../domain/roster.ts';
import { count, listed } from '../domain/words.ts';
import { dueOf } from './deletion.ts';
import { dueWords } from './due-words.ts';

/** The run that is undone, and the later ones that changed the same roster. */
export interface Undone {
  readonly run: number;
  /** When it began. */
  readonly at: Instant;
  /** In their order; they are undone too. */
  readonly later: readonly number[];
}

/** So many runs are named one by one. */
const MOST_NAMED = 5;

/** The reason that every change of an undo has. */
export function undoing({ run, at, later }: Undone): Reason {
  const too = later.length === 0 ? '' : `; ${laterRuns(later)} ${later.length === 1 ? 'is' : 'are'} undone too`;
  return undone(`put back to before run ${run} of ${at}${too}`);
}

/** `run 13`, `runs 13 and 14`, or `17 later runs (13 to 52)`. */
export function laterRuns(later: readonly number[]): string {
  if (later.length > MOST_NAMED) return `${count(later.length, 'later run')} (${later[0]} to ${later.at(-1)})`;
  return `${later.length === 1 ? 'run' : 'runs'} ${listed(later.map(String))}`;
}

/** A reason by UND-1. */
function undone(message: string): Reason {
  return { rule: 'UND-1', message };
}

/** The common reason, and what is to be said beside it. */
export function reasonsWith(first: Reason, messages: readonly string[]): NonEmpty<Reason> {
  return [first, ...messages.map(undone)];
}

/** What becomes of the status, where it changes. */
export function statusReason(now: User, after: User, customer: CustomerConfig): string {
  switch (after.status) {
    case 'active':
      return now.flaggedAt === null ? `was ${now.status}` : `was flagged since ${dayOf(now.flaggedAt)}`;
    case 'flagged': {
      const since = after.flaggedAt === null ? 'flagged' : `flagged since ${dayOf(after.flaggedAt)}`;
      return `${since}; ${dueWords(dueOf(after, customer))}`;
    }
    case 'ignored':
    case 'deactivated':
      return `${after.status}, as it was`;
  }
}
