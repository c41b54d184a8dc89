/** What mail systems are to hold of the rosters, what they do hold, and the one comparison of both that drift and apply go by. */
import type { Problem } from './diagnostic.ts';
import type { CustomerId } from './roster.ts';

/** What a target holds under a key: a text, or named fields. Lists are sorted by whoever makes them, so that equal ones are equal. */
export type TargetValue = string | { readonly [field: string]: TargetField };
export type TargetField = string | boolean | null | readonly string[];

/** One thing that a target is to hold. Its key is unique in the target: no two customers have one in common. */
export interface TargetEntry {
  readonly customer: CustomerId;
  readonly key: string;
  readonly value: TargetValue;
}

/**
 * One thing that a target holds.
 * `ours`: marked as put there for this customer. `nobody`: without a mark; it becomes ours where the roster wants it.
 * `other`: another system's, by its mark; never touched (TGT-2).
 */
export type FoundEntry =
  | { readonly owner: 'ours'; readonly customer: CustomerId; readonly key: string; readonly value: TargetValue }
  /** The customer that it concerns, if one can tell. */
  | {
      readonly owner: 'nobody' | 'other';
      readonly customer: CustomerId | null;
      readonly key: string;
      readonly value: TargetValue;
    };

/** Something wrong with the target as a whole that its next writing mends, such as an index that is older than its map. */
export interface TargetFault {
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/** All that a target holds, and what is wrong with how it holds it. */
export interface TargetReading {
  readonly entries: readonly FoundEntry[];
  readonly faults: readonly TargetFault[];
}

/** What putting a target right would do with one key; what is `foreign` is only told of. */
export type TargetChange = { readonly key: string } & (
  | { readonly action: 'add'; readonly customer: CustomerId; readonly expected: TargetValue }
  | {
      readonly action: 'change';
      readonly customer: CustomerId;
      readonly expected: TargetValue;
      readonly found: TargetValue;
    }
  | { readonly action: 'remove'; readonly customer: CustomerId; readonly found: TargetValue }
  /** `expected` is what the roster wants under a key that another system holds, or null where it wants nothing. */
  | {
      readonly action: 'foreign';
      readonly customer: CustomerId | null;
      readonly expected: TargetValue | null;
      readonly found: TargetValue;
    }
);

/** A change that makes a difference at the target. */
export type TargetWrite = Exclude<TargetChange, { readonly action: 'foreign' }>;

/** What could not be done at a target: about one customer and key, or all of it. */
export interface TargetFailure {
  /** Null is every customer that was written. */
  readonly customer: CustomerId | null;
  readonly key: string | null;
  readonly problem: Problem;
}

/** Whom a comparison is about. */
export interface TargetScope {
  /** Customers whose entries are compared. */
  readonly chosen: ReadonlySet<CustomerId>;
  /** All customers that the target serves: ours of anybody else is told of as foreign. */
  readonly served: ReadonlySet<CustomerId>;
  /** Whether what is found is what is expected, for a target that has a form of its own; without it both are to be equal. */
  readonly matches?: ((expected: TargetValue, found: TargetValue) => boolean) | undefined;
}

/**
 * What would bring a target in step with what is desired of it, sorted by key (TGT-2). Of found entries that share a key, ours counts, and
 * the others are told of. Of customers that are served and not chosen nothing is said.
 */
export function diffTarget(
  desired: readonly TargetEntry[],
  found: readonly FoundEntry[],
  scope: TargetScope,
): readonly TargetChange[] {
  const byKey = new Map<string, FoundEntry>();
  const spare: FoundEntry[] = [];
  for (const entry of found) {
    const other = byKey.get(entry.key);
    if (other === undefined) byKey.set(entry.key, entry);
    else if (other.owner !== 'ours' && entry.owner === 'ours') {
      byKey.set(entry.key, entry);
      spare.push(other);
    } else spare.push(entry);
  }
  const changes: TargetChange[] = [];
  for (const entry of desired) {
    const there = byKey.get(entry.key);
    byKey.delete(entry.key);
    const change = towards(entry, there, scope.matches ?? sameValue);
    if (change !== null) changes.push(change);
  }
  for (const entry of [...byKey.values(), ...spare]) {
    const change = unwanted(entry, scope);
    if (change !== null) changes.push(change);
  }
  return changes.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** Whether a change makes a difference at the target. */
export function isWrite(change: TargetChange): change is TargetWrite {
  return change.action !== 'foreign';
}

function towards(
  { customer, key, value }: TargetEntry,
  there: FoundEntry | undefined,
  matches: (expected: TargetValue, found: TargetValue) => boolean,
): TargetChange | null {
  if (there === undefined) return { action: 'add', customer, key, expected: value };
  if (there.owner === 'other') return { action: 'foreign', customer, key, expected: value, found: there.value };
  const same = there.owner === 'ours' && there.customer === customer && matches(value, there.value);
  return same ? null : { action: 'change', customer, key, expected: value, found: there.value };
}

function unwanted(entry: FoundEntry, { chosen, served }: TargetScope): TargetChange | null {
  const { customer, key, value } = entry;
  if (customer !== null && served.has(customer) && !chosen.has(customer)) return null;
  return entry.owner === 'ours' && served.has(entry.customer)
    ? { action: 'remove', customer: entry.customer, key, found: value }
    : { action: 'foreign', customer, key, expected: null, found: value };
}

/** Whether two values are the same, whatever order their fields come in. */
export function sameValue(a: TargetValue, b: TargetValue): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameField(a[name], b[name]));
}

function sameField(a: TargetField | undefined, b: TargetField | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
