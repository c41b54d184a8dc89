/** Users of an import that are no users: aliases of somebody, or groups, that what was imported did not tell from users (MRG-7). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import { type Entry, followsDirectory } from '../domain/roster.ts';
import type { Settlement } from './claims.ts';
import type { Fate } from './deletion.ts';
import type { Skipped } from './select.ts';
import { isGroupSupply, type Supply } from './supply.ts';
import { TELL } from './telling.ts';

/** Entries that would be flagged, each with the object in the sync whose address they are. */
export type Mistaken = ReadonlyMap<Entry, Supply>;

/** What tells whether somebody is no user. */
export interface Evidence {
  readonly supplies: readonly Supply[];
  /** Objects that were read and are not in the sync: whoever has the primary of one is that person, and gone. */
  readonly skipped: Iterable<Skipped>;
  /** Entries that are people by all that is known. */
  readonly people: ReadonlySet<Entry>;
}

/**
 * Of those who would be flagged as gone, the users that no directory ever supplied and whose primary is an address of an object in the
 * sync.
 */
export function mistakenIn(fates: ReadonlyMap<Entry, Fate>, { supplies, skipped, people }: Evidence): Mistaken {
  const suspects = [...fates.values()].filter(isSuspect).map(({ entry }) => entry);
  if (suspects.length === 0) return new Map();
  const gone = new Set([...skipped].flatMap(({ primary }) => primary?.key ?? []));
  const open = suspects.filter((entry) => !people.has(entry) && !gone.has(keyOf(entry.address)));
  const claims = claimsOn(new Set(open.map(({ address }) => keyOf(address))), supplies);
  return new Map(
    open.flatMap((entry) => {
      const supply = claims.get(keyOf(entry.address));
      return supply === undefined ? [] : [[entry, supply] as const];
    }),
  );
}

/** What becomes of such an entry: its address goes on as what it is in the directory. */
export function mistakenFate(entry: Entry, supply: Supply): Fate {
  const { object, primary } = supply;
  const key = keyOf(entry.address);
  const name = object?.name ?? primary.display;
  const what = isGroupSupply(supply) && primary.key === key ? 'the group' : 'an address of';
  return {
    kind: 'goes',
    entry,
    reasons: [{ rule: 'MRG-7', message: TELL.mistaken.say({ what, name }) }],
  };
}

/** Those whose address nobody would get in the same plan, because whoever has it in the directory goes without it (ADR-3, ADR-4). */
export function unclaimed(mistaken: Mistaken, { supplies, lost }: Settlement): readonly Entry[] {
  if (mistaken.size === 0) return [];
  const keys = new Set([...mistaken.keys()].map(({ address }) => keyOf(address)));
  const given = new Set<AddressKey>();
  for (const supply of supplies) {
    if (supply.object === null) continue;
    const without = lost.get(supply);
    for (const { key } of [supply.primary, ...supply.aliases]) {
      if (keys.has(key) && without?.has(key) !== true) given.add(key);
    }
  }
  return [...mistaken.keys()].filter(({ address }) => !given.has(keyOf(address)));
}

/** Whoever has an object id is a person; so is whoever was flagged before, or has something that would be lost. */
function isSuspect(fate: Fate): boolean {
  if (fate.kind !== 'changes' || fate.action !== 'flag') return false;
  const { entry } = fate;
  const { allow, deny } = entry.rules;
  return (
    followsDirectory(entry) &&
    entry.status === 'active' &&
    entry.objectId === null &&
    !entry.addition &&
    entry.archive === null &&
    allow.length + deny.length === 0
  );
}

/** Whose these addresses are in the directory: the object's whose primary it is, else the one's with the smaller id (ADR-3). */
function claimsOn(keys: ReadonlySet<AddressKey>, supplies: readonly Supply[]): ReadonlyMap<AddressKey, Supply> {
  const claims = new Map<AddressKey, { readonly supply: Supply; readonly rank: string }>();
  const claim = (key: AddressKey, supply: Supply, rank: string) => {
    const other = claims.get(key);
    if (keys.has(key) && (other === undefined || rank < other.rank)) claims.set(key, { supply, rank });
  };
  for (const supply of supplies) {
    const { object, primary, aliases } = supply;
    if (object === null) continue;
    claim(primary.key, supply, `0 ${object.id}`);
    for (const { key } of aliases) claim(key, supply, `1 ${object.id}`);
  }
  return new Map([...claims].map(([key, { supply }]) => [key, supply]));
}
