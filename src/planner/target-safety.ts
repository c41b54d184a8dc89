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
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
}

/** Whether so few entries would go that nobody need look into why. */
export function isWithinLimit({ customer, removed, present, allowRemovals }: TargetRemovals): boolean {
  return removed.length <= (allowRemovals ?? allowedRemovals(customer.safety.maxRemovals, present));
}

/**
 * Why a target is not brought in step: it would lose more entries than the policy lets go that the state did not have when the target was
 * last in step with it. What the state had and has no more went by a plan, which was reviewed. Null where nothing is in the way.
 * `before` is what the target held then, or empty if it never was in step.
 */
export function removalsBlock(removals: TargetRemovals, before: readonly TargetEntry[]): string | null {
  const { customer, target, removed, present, allowRemovals } = removals;
  const known = new Set(before.map(({ key }) => key));
  const strange = removed.filter((key) => !known.has(key));
  const allowed = allowRemovals ?? allowedRemovals(customer.safety.maxRemovals, present);
  if (strange.length <= allowed) return null;
  const limit = allowRemovals === null ? 'safety.maxRemovals lets' : '--allow-removals lets';
  return `${target} would lose ${grouped(strange.length)} of ${count(present, 'entry', 'entries')} that this state never put there, and ${limit} ${grouped(allowed)} go. Is this the right state? If the entries are to stay, take them over with "rollcall import target ${target}"; if they are to go, run again with --allow-removals ${strange.length}.`;
}
