/** Who is who: which roster entry each supplied user or group continues (MRG, DEL-11). */
import { type Address, type AddressKey, domainOf, keyOf, parseAddress } from '../domain/address.ts';
import type { Reason } from '../domain/change.ts';
import type { AdditionConfig, ConfiguredUser, CustomerConfig } from '../domain/config.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import { type Entry, followsDirectory, isUser, type ObjectId, type Roster, type User } from '../domain/roster.ts';
import type { DomainStanding } from './domains.ts';
import type { Selected } from './select.ts';

/** Somebody whom a live source supplies: the directory, the configuration, or both. */
export interface Supply {
  readonly object: DirectoryObject | null;
  readonly configured: ConfiguredUser | null;
  readonly addition: AdditionConfig | null;
  readonly primary: Address;
  readonly aliases: readonly Address[];
  /** The roster entry that it continues, or null for somebody new. */
  readonly stored: Entry | null;
  /** How it came to that entry, unless by the object id it had. */
  readonly binding: Reason | null;
}

export interface Merge {
  readonly supplies: readonly Supply[];
  /** Roster entries that no live source supplies. */
  readonly left: readonly Entry[];
}

export interface MergeInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly selected: readonly Selected[];
  /** Whether an object of the reading has this id, be it in the sync or not (MRG-6). */
  readonly wasRead: (id: ObjectId) => boolean;
  /** The reading is of another directory than the roster is bound to (DEL-11). */
  readonly switched: boolean;
  readonly standing: (domain: Address['domain']) => DomainStanding;
  /** Additions in force: none that is excepted, and none without a directory. */
  readonly additions: readonly AdditionConfig[];
}

/** Matches every supplied user and group to the roster. The order of the inputs decides nothing. */
export function merge(inputs: MergeInputs): Merge {
  const taken = new Set<Entry>();
  const { supplies, unknown } = matchById(inputs, taken);
  const { users } = inputs.customer;
  // Where every object is known by its id, and nobody else supplies anybody, addresses need not be looked up.
  const byKey = unknown.length + users.length + inputs.additions.length === 0 ? new Map() : indexByKey(inputs.roster);
  supplies.push(...matchByAddress(unknown, inputs, byKey, taken));
  linkConfigured(inputs, byKey, taken, supplies);
  supplies.push(...unsuppliedAdditions(inputs, byKey, taken, supplies));
  return { supplies, left: inputs.roster.entries.filter((entry) => !taken.has(entry)) };
}

function indexByKey({ entries }: Roster): ReadonlyMap<AddressKey, Entry> {
  return new Map(entries.map((entry) => [keyOf(entry.address), entry]));
}

/** MRG-1; across directories ids mean nothing (DEL-11). */
function matchById(
  { selected, roster, switched }: MergeInputs,
  taken: Set<Entry>,
): { supplies: Supply[]; unknown: readonly Selected[] } {
  const find = switched ? () => undefined : finderById(roster.entries);
  const supplies: Supply[] = [];
  const unknown: Selected[] = [];
  for (const one of selected) {
    const stored = find(one.object);
    if (stored !== undefined) {
      taken.add(stored);
      supplies.push(supplyOf(one, stored, null));
    } else {
      unknown.push(one);
    }
  }
  return { supplies, unknown };
}

function matchByAddress(
  unknown: readonly Selected[],
  inputs: MergeInputs,
  byKey: ReadonlyMap<AddressKey, Entry>,
  taken: Set<Entry>,
): readonly Supply[] {
  // Of two objects with one primary the smaller id is bound, whichever was read first.
  const waiting = byKey.size === 0 ? unknown : unknown.toSorted((a, b) => (a.object.id < b.object.id ? -1 : 1));
  return waiting.map((selected) => {
    const stored = byKey.get(selected.primary.key);
    if (stored === undefined || taken.has(stored) || !sameKind(stored, selected.object)) {
      return supplyOf(selected, null, null);
    }
    const binding = bindingOf(stored, selected.object, inputs);
    if (binding === null) return supplyOf(selected, null, null);
    taken.add(stored);
    return supplyOf(selected, stored, binding);
  });
}

function supplyOf({ object, primary, aliases }: Selected, stored: Entry | null, binding: Reason | null): Supply {
  return { object, configured: null, addition: null, primary, aliases, stored, binding };
}

/** Groups stay groups; a user may become a public folder and back. */
function finderById(entries: readonly Entry[]): (object: DirectoryObject) => Entry | undefined {
  const users = new Map<ObjectId, Entry>();
  const groups = new Map<ObjectId, Entry>();
  for (const entry of entries) if (entry.objectId !== null) (isUser(entry) ? users : groups).set(entry.objectId, entry);
  return ({ id, kind }) => (kind === 'group' ? groups : users).get(id);
}

function sameKind(entry: Entry, object: DirectoryObject): boolean {
  return isUser(entry) === (object.kind !== 'group');
}

/** Why an entry found by its primary is this object, or null if it is somebody else. */
function bindingOf(stored: Entry, object: DirectoryObject, { wasRead, switched }: MergeInputs): Reason | null {
  if (switched && stored.objectId !== null) {
    return { rule: 'DEL-11', message: `the same address in the new directory: rebound to ${object.name}` };
  }
  if (stored.objectId === null) {
    return isUser(stored) && stored.addition
      ? { rule: 'MRG-4', message: `the directory supplies the addition now, as ${object.name}` }
      : { rule: 'MRG-2', message: `bound to ${object.name}, which has this address` };
  }
  if (wasRead(stored.objectId)) return null;
  return { rule: 'MRG-6', message: `made anew in the directory as ${object.name}: rebound to its new object id` };
}

/** Puts the users of the configuration beside the objects that they are in the directory, or on their own (MRG-3). */
function linkConfigured(
  inputs: MergeInputs,
  byKey: ReadonlyMap<AddressKey, Entry>,
  taken: Set<Entry>,
  supplies: Supply[],
): void {
  const configured = inputs.customer.users.filter(({ key }) => inputs.standing(domainOf(key)) === 'managed');
  if (configured.length === 0) return;
  const byStored = new Map<Entry, number>();
  const byPrimary = new Map<AddressKey, number>();
  supplies.forEach((supply, index) => {
    if (supply.object?.kind === 'group') return;
    if (supply.stored !== null) byStored.set(supply.stored, index);
    byPrimary.set(supply.primary.key, index);
  });
  for (const user of configured) {
    const found = storedUser(byKey, user.key);
    const own = found === null || taken.has(found) ? null : found;
    const bound = found === null || followsDirectory(found) ? undefined : byStored.get(found);
    const index = bound ?? byPrimary.get(user.key);
    const supply = index === undefined ? undefined : supplies[index];
    // Somebody else's new address, while this user has an entry of its own: ADR-3 decides between the two.
    const another = bound === undefined && own !== null && supply !== undefined && supply.stored !== null;
    if (index === undefined || supply === undefined || another) supplies.push(configuredAlone(user, own, inputs));
    else supplies[index] = supplement(supply, user, own, inputs);
    if (own !== null) taken.add(own);
  }
}

function storedUser(byKey: ReadonlyMap<AddressKey, Entry>, key: AddressKey): User | null {
  const entry = byKey.get(key);
  return entry !== undefined && isUser(entry) ? entry : null;
}

/** The configuration names the user, the directory adds to it: its address too, should that be another one. */
function supplement(supply: Supply, user: ConfiguredUser, own: User | null, inputs: MergeInputs): Supply {
  const primary = known(user.address);
  const aliases = [...managed(user.aliases.map(known), inputs), supply.primary, ...supply.aliases];
  return { ...supply, configured: user, primary, aliases: distinct(aliases, primary), stored: supply.stored ?? own };
}

/**
 * A user of the configuration whom the directory does not know. One that it knew once keeps what it was given: absence from the
 * directory changes nothing (MRG-3), unless it is another directory now (DEL-11).
 */
function configuredAlone(user: ConfiguredUser, stored: User | null, inputs: MergeInputs): Supply {
  const primary = known(user.address);
  const kept = stored === null || stored.objectId === null || inputs.switched ? [] : stored.aliases;
  const aliases = managed([...user.aliases, ...kept].map(known), inputs);
  return {
    object: null,
    configured: user,
    addition: null,
    primary,
    aliases: distinct(aliases, primary),
    stored,
    binding: null,
  };
}

/** Additions that neither the directory nor the configuration supplies (MRG-4). */
function unsuppliedAdditions(
  inputs: MergeInputs,
  byKey: ReadonlyMap<AddressKey, Entry>,
  taken: Set<Entry>,
  supplies: readonly Supply[],
): readonly Supply[] {
  const open = inputs.additions.filter(({ key }) => inputs.standing(domainOf(key)) === 'managed');
  if (open.length === 0) return [];
  const supplied = new Set(supplies.map(({ primary }) => primary.key));
  return open
    .filter(({ key }) => !supplied.has(key))
    .map((addition) => {
      const found = storedUser(byKey, addition.key);
      const stored = found === null || taken.has(found) ? null : found;
      if (stored !== null) taken.add(stored);
      const primary = known(addition.address);
      const aliases = managed((stored?.aliases ?? []).map(known), inputs);
      return { object: null, configured: null, addition, primary, aliases, stored, binding: null };
    });
}

function managed(addresses: readonly Address[], { standing }: MergeInputs): readonly Address[] {
  return addresses.filter(({ domain }) => standing(domain) === 'managed');
}

function distinct(addresses: readonly Address[], primary: Address): readonly Address[] {
  const byKey = new Map<AddressKey, Address>();
  for (const address of addresses) {
    if (address.key !== primary.key && !byKey.has(address.key)) byKey.set(address.key, address);
  }
  return [...byKey.values()];
}

/** An address that was checked before it came here: from the configuration, or from the state. */
export function known(display: string): Address {
  const parsed = parseAddress(display);
  if (parsed.ok) return parsed.address;
  const key = keyOf(display);
  return { key, domain: domainOf(key), display };
}
