/** What a roster is after a step. The oracle for every store: what the database holds afterwards is what this returns. */
import { type AddressKey, keyOf } from '../domain/address.ts';
import { type Change, isEntryChange } from '../domain/change.ts';
import { type DirectoryIdentity, sameIdentity } from '../domain/identity.ts';
import type { Instant } from '../domain/instant.ts';
import {
  type Domain,
  type Entry,
  isUser,
  type ObjectId,
  type Relay,
  type Roster,
  type Site,
  type Tombstone,
  type User,
} from '../domain/roster.ts';

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
 * always the step's moment. Entries come out sorted by canonical address, domains, sites and relays by name,
 * tombstones by their primary.
 */
export function advance(roster: Roster, step: Step): Roster {
  const advancing = advanceFrom(roster);
  advancing.apply(step);
  return advancing.roster();
}

/** A roster on its way through many steps: what `advance` gives one after the other, without a sorted roster in between. */
export interface Advancing {
  apply(step: Step): void;
  roster(): Roster;
}

/** Begins at `roster`, which stays as it is. */
export function advanceFrom(roster: Roster): Advancing {
  const parts: Parts = {
    entries: new Map(roster.entries.map((entry) => [keyOf(entry.address), entry] as const)),
    domains: byName(roster.domains),
    sites: byName(roster.sites),
    relays: byName(roster.relays),
  };
  let { serial, directory, syncedAt, tombstones } = roster;
  return {
    apply: (step) => {
      for (const change of step.changes) removeOld(parts, change);
      for (const change of step.changes) putNew(parts, change);
      tombstones = tombstonesAfter(tombstones, step);
      if (movesSerial({ directory }, step)) serial += 1;
      directory = step.directory ?? directory;
      syncedAt = step.at;
    },
    roster: () => ({
      customer: roster.customer,
      serial,
      directory,
      syncedAt,
      entries: sortedByKey(parts.entries),
      domains: sortedByKey(parts.domains),
      sites: sortedByKey(parts.sites),
      relays: sortedByKey(parts.relays),
      tombstones,
    }),
  };
}

/** All of a roster that changes are made to, by its keys. */
interface Parts {
  readonly entries: Map<AddressKey, Entry>;
  readonly domains: Map<string, Domain>;
  readonly sites: Map<string, Site>;
  readonly relays: Map<string, Relay>;
}

function byName<T extends { readonly name: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.name, thing]));
}

// All of the old goes before any of the new comes: two users may have swapped their addresses.
function removeOld(parts: Parts, change: Change): void {
  if (change.action === 'create') return;
  if (isEntryChange(change)) parts.entries.delete(keyOf(change.before.address));
  else if (change.resource === 'domain') parts.domains.delete(change.before.name);
  else if (change.resource === 'site') parts.sites.delete(change.before.name);
  else parts.relays.delete(change.before.name);
}

function putNew(parts: Parts, change: Change): void {
  if (change.action === 'delete') return;
  if (isEntryChange(change)) parts.entries.set(keyOf(change.after.address), change.after);
  else if (change.resource === 'domain') parts.domains.set(change.after.name, change.after);
  else if (change.resource === 'site') parts.sites.set(change.after.name, change.after);
  else parts.relays.set(change.after.name, change.after);
}

/** Whether a step makes a new version of the roster. */
export function movesSerial(roster: Pick<Roster, 'directory'>, step: Step): boolean {
  const other = step.directory !== null && !sameIdentity(step.directory, roster.directory);
  return other || step.changes.length > 0;
}

/** What is kept of a user that is deleted (DEL-5). Its archive goes by the id or address that it was first known by. */
export function tombstoneOf(user: User, at: Instant): Tombstone {
  return {
    addresses: [user.address, ...user.aliases],
    archive: user.archive ?? user.objectId ?? keyOf(user.address),
    deletedAt: at,
    objectId: user.objectId,
  };
}

/**
 * The tombstones after a step, sorted by their primary. Those that new users took over are gone: each one's by its object id first, then
 * the one with its primary if it is still there (DEL-6, as planner/tombstones.ts gives the archives out). Those of the deleted are added.
 */
export function tombstonesAfter(before: readonly Tombstone[], step: Step): readonly Tombstone[] {
  const created: User[] = [];
  const deleted: User[] = [];
  for (const change of step.changes) {
    if (!isEntryChange(change)) continue;
    if (change.action === 'create' && isUser(change.after)) created.push(change.after);
    if (change.action === 'delete' && isUser(change.before)) deleted.push(change.before);
  }
  if (deleted.length === 0 && (created.length === 0 || before.length === 0)) return before;
  const graves = graveyard(before);
  const others = created.filter(({ objectId }) => !graves.removeById(objectId));
  for (const user of others) graves.removeByPrimary(keyOf(user.address));
  for (const user of deleted) graves.add(tombstoneOf(user, step.at));
  return graves.all();
}

interface Graveyard {
  /** Whether there was one. */
  removeById(id: ObjectId | null): boolean;
  removeByPrimary(key: AddressKey): void;
  /** A person has one tombstone: an older one with the same object id or primary goes. */
  add(tombstone: Tombstone): void;
  all(): readonly Tombstone[];
}

function graveyard(tombstones: readonly Tombstone[]): Graveyard {
  const byPrimary = new Map<AddressKey, Tombstone>();
  const byId = new Map<ObjectId, Tombstone>();
  const put = (tombstone: Tombstone) => {
    byPrimary.set(keyOf(tombstone.addresses[0]), tombstone);
    if (tombstone.objectId !== null) byId.set(tombstone.objectId, tombstone);
  };
  const remove = (tombstone: Tombstone | undefined) => {
    if (tombstone === undefined) return false;
    byPrimary.delete(keyOf(tombstone.addresses[0]));
    if (tombstone.objectId !== null) byId.delete(tombstone.objectId);
    return true;
  };
  const removeById = (id: ObjectId | null) => id !== null && remove(byId.get(id));
  const removeByPrimary = (key: AddressKey) => void remove(byPrimary.get(key));
  for (const tombstone of tombstones) put(tombstone);
  return {
    removeById,
    removeByPrimary,
    add: (tombstone) => {
      removeById(tombstone.objectId);
      removeByPrimary(keyOf(tombstone.addresses[0]));
      put(tombstone);
    },
    all: () => sortedByKey(byPrimary),
  };
}

function sortedByKey<V>(map: ReadonlyMap<string, V>): readonly V[] {
  return [...map].toSorted(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
