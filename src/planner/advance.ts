/** What a roster is after a step. The oracle for every store: what the database holds afterwards is what this returns. */
import { keyOf } from '../domain/address.ts';
import type { Change } from '../domain/change.ts';
import type { DirectoryIdentity } from '../domain/directory.ts';
import type { Instant } from '../domain/instant.ts';
import { type Domain, type Entry, isUser, type Roster, type Tombstone, type User } from '../domain/roster.ts';

/** What is applied to one roster at once. */
export interface Step {
  readonly at: Instant;
  /** Of one plan: no resource is in it twice. */
  readonly changes: readonly Change[];
  /** The directory that the roster is in step with from now on; null leaves what is stored. */
  readonly directory: DirectoryIdentity | null;
}

/**
 * The roster after `step`. The serial counts up by one if a change was made or the directory is another one; `syncedAt` is
 * always the step's moment. Entries and domains come out sorted by canonical address and name, tombstones by their primary.
 */
export function advance(roster: Roster, step: Step): Roster {
  const entries = new Map(roster.entries.map((entry) => [keyOf(entry.address), entry] as const));
  const domains = new Map(roster.domains.map((domain) => [domain.name, domain] as const));
  // All of the old goes before any of the new comes: two users may have swapped their addresses.
  for (const change of step.changes) {
    if (change.action === 'create') continue;
    if (change.resource === 'domain') domains.delete(change.before.name);
    else entries.delete(keyOf(change.before.address));
  }
  for (const change of step.changes) {
    if (change.action === 'delete') continue;
    if (change.resource === 'domain') domains.set(change.after.name, change.after);
    else entries.set(keyOf(change.after.address), change.after);
  }
  return {
    customer: roster.customer,
    serial: roster.serial + (movesSerial(roster, step) ? 1 : 0),
    directory: step.directory ?? roster.directory,
    syncedAt: step.at,
    entries: sortedByKey(entries),
    domains: sortedByKey(domains),
    tombstones: tombstonesAfter(roster.tombstones, step),
  };
}

/** Whether a step makes a new version of the roster. */
export function movesSerial(roster: Pick<Roster, 'directory'>, step: Step): boolean {
  const other = step.directory !== null && !sameIdentity(step.directory, roster.directory);
  return other || step.changes.length > 0;
}

/** Whether two readings were of one directory (DEL-11). */
export function sameIdentity(a: DirectoryIdentity | null, b: DirectoryIdentity | null): boolean {
  return a === b || (a !== null && b !== null && a.type === b.type && a.id === b.id);
}

/** What is kept of a user that is deleted (DEL-5). Its archive goes by the id or address that it was first known by. */
export function tombstoneOf(user: User, at: Instant): Tombstone {
  return {
    addresses: [user.address, ...user.aliases],
    objectId: user.objectId,
    archive: user.archive ?? user.objectId ?? keyOf(user.address),
    deletedAt: at,
  };
}

/** The tombstone that a new user takes over: by object id, else by its primary (DEL-6). */
export function tombstoneFor(
  tombstones: readonly Tombstone[],
  user: Pick<User, 'address' | 'objectId'>,
): Tombstone | undefined {
  const key = keyOf(user.address);
  return (
    tombstones.find((tombstone) => tombstone.objectId !== null && tombstone.objectId === user.objectId) ??
    tombstones.find((tombstone) => keyOf(tombstone.addresses[0]) === key)
  );
}

function tombstonesAfter(before: readonly Tombstone[], step: Step): readonly Tombstone[] {
  let kept = before;
  for (const change of step.changes) {
    if (change.resource === 'domain' || change.action !== 'create' || !isUser(change.after)) continue;
    if (kept.length === 0) break;
    const taken = tombstoneFor(kept, change.after);
    if (taken !== undefined) kept = kept.filter((tombstone) => tombstone !== taken);
  }
  const deleted = step.changes.flatMap((change) =>
    change.action === 'delete' && change.resource !== 'domain' && isUser(change.before)
      ? [tombstoneOf(change.before, step.at)]
      : [],
  );
  if (deleted.length === 0) return kept;
  const replaced = (old: Tombstone) => deleted.some((tombstone) => samePerson(tombstone, old));
  return [...kept.filter((tombstone) => !replaced(tombstone)), ...deleted].toSorted((a, b) =>
    compare(keyOf(a.addresses[0]), keyOf(b.addresses[0])),
  );
}

function samePerson(a: Tombstone, b: Tombstone): boolean {
  return (a.objectId !== null && a.objectId === b.objectId) || keyOf(a.addresses[0]) === keyOf(b.addresses[0]);
}

function sortedByKey<K extends string, V extends Entry | Domain>(map: ReadonlyMap<K, V>): readonly V[] {
  return [...map].toSorted(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
