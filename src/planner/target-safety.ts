/** What a target may lose at once (SAF-7). */
import type { CustomerConfig } from '../domain/config.ts';
import type { TargetEntry } from '../domain/target.ts';
import { count, grouped } from '../domain/words.ts';
import { allowedRemovals } from './safety.ts';

export interface TargetRemovals {
  readonly customer: Pick<CustomerConfig, 'name' | 'safety'>;
  readonly target: string;
  /** The keys that the target would lose. */
  readonly removed: readonly string[];
  /** How many entries of ours it holds of the customer. */
  readonly present: number;
  /** Whether this state ever wrote to it for the customer. */
  readonly isWritten: boolean;
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
}

/** Whether so few entries would go that nobody need look into why. */
export function isWithinLimit(removals: TargetRemovals): boolean {
  return removals.removed.length <= allowed(removals);
}

/** A state that never wrote to a target has nothing to take away from it: it may be a new one, in the place of one that was lost. */
function allowed({ customer, present, isWritten, allowRemovals }: TargetRemovals): number {
  return allowRemovals ?? (isWritten ? allowedRemovals(customer.safety.maxRemovals, present) : 0);
}

/**
 * Why a target is not brought in step: it would lose more entries than may go that the state did not have when it last wrote to the
 * target. What the state had and has no more went by a plan, which was reviewed. Null where nothing is in the way.
 * `before` is what the target was to hold then, or empty if nothing was ever written.
 */
export function removalsBlock(removals: TargetRemovals, before: readonly TargetEntry[]): string | null {
  const { target, removed, present, isWritten, allowRemovals } = removals;
  const known = new Set(before.map(({ key }) => key));
  const strange = removed.filter((key) => !known.has(key)).length;
  const limit = allowed(removals);
  if (strange <= limit) return null;
  const why =
    !isWritten && allowRemovals === null
      ? 'and nothing goes before this state has written there once'
      : `and ${allowRemovals === null ? 'safety.maxRemovals' : '--allow-removals'} lets ${grouped(limit)} go`;
  return `${target} would lose ${grouped(strange)} of ${count(present, 'entry', 'entries')} that this state never put there, ${why}. Is this the right state? If the entries are to stay, take them over with "rollcall import target ${target}"; if they are to go, run again with --allow-removals ${strange}.`;
}
