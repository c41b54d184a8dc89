/** Random rosters and steps for property tests. The pools of names are small, so that the interesting collisions come up. */
import fc from 'fast-check';
import { keyOf } from '../../src/domain/address.ts';
import { ACTIONS, type Action, type Change } from '../../src/domain/change.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import { type Instant, instantOf } from '../../src/domain/instant.ts';
import {
  ATTRIBUTE_NAMES,
  type Attributes,
  type Domain,
  type Entry,
  emptyRoster,
  type Group,
  type ObjectId,
  type Relay,
  type Roster,
  type Site,
  type Source,
  type Status,
  type User,
} from '../../src/domain/roster.ts';
import { advance, type Step } from '../../src/planner/advance.ts';
import { ACME } from './builders.ts';
import { changed, created, deleted, named } from './roster-builders.ts';

const LOCAL_PARTS = ['ann', 'Bob', 'cleo.lee', "d'arcy", '"eve adams"', 'frédéric', '用户', 'GUS+list', 'i𝒳'];
/** Where random addresses are. */
export const DOMAINS = ['acme.example', 'Globex.Example', 'initech.test', 'bücher.example', 'xn--bcher-kva.example'];
const OBJECT_IDS = Array.from(
  { length: 12 },
  (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
);
const TEXTS = [
  'Acme Ltd',
  'R&D',
  'line one\nline two',
  '\u001f',
  '"quoted" \\ back',
  'Zoë',
  '日本',
  '[1]',
  'null',
  ' ',
];

/** Any moment of a few years, to the millisecond. */
const arbitraryInstant: fc.Arbitrary<Instant> = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map(instantOf);

const arbitraryAddress: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...LOCAL_PARTS), fc.nat({ max: 3 }), fc.constantFrom(...DOMAINS))
  .map(([local, number, domain]) => (number === 0 ? `${local}@${domain}` : `${number}@${domain}`));

const arbitraryObjectId = fc.option(fc.constantFrom(...OBJECT_IDS).map((id) => id as ObjectId));
const arbitraryText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }));
const arbitraryAddresses = fc.uniqueArray(arbitraryAddress, { maxLength: 3, selector: keyOf });
const arbitraryIdentity: fc.Arbitrary<DirectoryIdentity> = fc.record({
  type: fc.constantFrom<DirectoryIdentity['type'][]>('ldap', 'entra'),
  id: fc.constantFrom('home', 'other'),
});

// With the members in alphabetical order, as everything builds them.
const arbitraryAttributes: fc.Arbitrary<Attributes> = fc.record(
  Object.fromEntries([...ATTRIBUTE_NAMES].sort().map((name) => [name, arbitraryText])),
  { requiredKeys: [] },
);

const arbitrarySource = fc.constantFrom<Source[]>('ldap', 'entra', 'manual', 'csv', 'smtp');

const arbitraryUser: fc.Arbitrary<User> = fc.record({
  addition: fc.boolean(),
  address: arbitraryAddress,
  aliases: arbitraryAddresses,
  archive: fc.option(arbitraryText),
  attributes: arbitraryAttributes,
  flaggedAt: fc.option(arbitraryInstant),
  objectId: arbitraryObjectId,
  rules: fc.record({ allow: arbitraryAddresses, deny: arbitraryAddresses }),
  source: arbitrarySource,
  status: fc.constantFrom<Status[]>('active', 'flagged', 'ignored', 'deactivated'),
  type: fc.constantFrom<User['type'][]>('user', 'publicFolder'),
});

const arbitraryGroup: fc.Arbitrary<Group> = fc.record({
  address: arbitraryAddress,
  aliases: arbitraryAddresses,
  displayName: fc.option(arbitraryText),
  members: arbitraryAddresses,
  objectId: arbitraryObjectId,
  source: arbitrarySource,
  type: fc.constant('group' as const),
});

const arbitraryEntry: fc.Arbitrary<Entry> = fc.oneof({ weight: 4, arbitrary: arbitraryUser }, arbitraryGroup);

const arbitraryDomain: fc.Arbitrary<Domain> = fc.record({
  name: fc.constantFrom('acme.example', 'globex.example', 'initech.test'),
  site: fc.option(arbitraryText),
  status: fc.constantFrom<Domain['status'][]>('pending', 'verified'),
  token: fc.option(arbitraryText),
  verifiedAt: fc.option(arbitraryInstant),
});

const arbitrarySite: fc.Arbitrary<Site> = fc.record({
  default: fc.boolean(),
  name: fc.constantFrom('london', 'Zürich'),
  servers: fc.array(
    fc.record({
      address: fc.constantFrom('mx.acme.example', '192.0.2.25', '2001:db8::25'),
      port: fc.constantFrom(25, 2525),
      priority: fc.nat({ max: 20 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const arbitraryRelay: fc.Arbitrary<Relay> = fc.record({
  addresses: fc.array(fc.constantFrom('192.0.2.25/32', '2001:db8::/64'), { maxLength: 2 }),
  name: fc.constantFrom('exchange', 'scanner "3"'),
});

/** What goes by its name, and what it is. */
const arbitraryNamed: fc.Arbitrary<Named> = fc.oneof(
  arbitraryDomain.map((thing) => ({ resource: 'domain' as const, thing })),
  arbitrarySite.map((thing) => ({ resource: 'site' as const, thing })),
  arbitraryRelay.map((thing) => ({ resource: 'relay' as const, thing })),
);

interface Named {
  readonly resource: 'domain' | 'site' | 'relay';
  readonly thing: Domain | Site | Relay;
}

/** What somebody wishes to happen; which roster it happens to decides what comes of it. */
type Wish =
  | { readonly kind: 'create'; readonly entry: Entry }
  | { readonly kind: 'delete' | 'swap'; readonly at: number }
  | { readonly kind: 'become'; readonly at: number; readonly entry: Entry; readonly action: Action }
  | { readonly kind: 'named'; readonly named: Named; readonly gone: boolean };

export interface Wishes {
  readonly at: Instant;
  readonly directory: DirectoryIdentity | null;
  readonly list: readonly Wish[];
}

const arbitraryIndex = fc.nat({ max: 30 });
const arbitraryWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), entry: arbitraryEntry }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'swap' as const), at: arbitraryIndex }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('become' as const),
      at: arbitraryIndex,
      entry: arbitraryEntry,
      action: fc.constantFrom(...ACTIONS),
    }),
  },
  fc.record({ kind: fc.constant('named' as const), named: arbitraryNamed, gone: fc.boolean() }),
);

/** Wishes for one step. `stepFor` makes them a valid step of a roster. */
export const arbitraryWishes: fc.Arbitrary<Wishes> = fc.record({
  at: arbitraryInstant,
  directory: fc.option(arbitraryIdentity),
  list: fc.array(arbitraryWish, { maxLength: 12 }),
});

/** Any roster that can come about, and the steps on the way to it. */
export const arbitraryRoster: fc.Arbitrary<Roster> = fc
  .array(arbitraryWishes, { maxLength: 4 })
  .map((all) => all.reduce((roster, wishes) => advance(roster, stepFor(roster, wishes)), emptyRoster(ACME)));

/** A step that a planner could have made: no resource twice, no two entries with one address or one object id afterwards. */
export function stepFor(roster: Roster, wishes: Wishes): Step {
  const draft: Draft = {
    left: [...roster.entries],
    named: new Map<string, Named['thing']>([
      ...roster.domains.map((domain) => [`domain ${domain.name}`, domain] as const),
      ...roster.sites.map((site) => [`site ${site.name}`, site] as const),
      ...roster.relays.map((relay) => [`relay ${relay.name}`, relay] as const),
    ]),
    keys: new Set(roster.entries.map(({ address }) => keyOf(address))),
    ids: new Set(roster.entries.flatMap(({ objectId }) => objectId ?? [])),
  };
  const changes = wishes.list.flatMap((wish) => changesFor(wish, draft));
  return { at: wishes.at, changes, directory: wishes.directory };
}

/** What no change of the step has touched yet, and the keys and object ids that are taken. */
interface Draft {
  readonly left: Entry[];
  /** By what it is and its name. */
  readonly named: Map<string, Named['thing'] | null>;
  readonly keys: Set<string>;
  readonly ids: Set<string>;
}

function changesFor(wish: Wish, draft: Draft): readonly Change[] {
  switch (wish.kind) {
    case 'create':
      return draft.keys.has(keyOf(wish.entry.address)) ? [] : [created(put(wish.entry, draft))];
    case 'delete':
      return take(wish.at, draft).map((entry) => deleted(lift(entry, draft)));
    case 'swap':
      return swap(take(wish.at, draft), take(wish.at + 1, draft));
    case 'become':
      return take(wish.at, draft).map((entry) => become(entry, wish.entry, wish.action, draft));
    case 'named':
      return namedChange(wish.named, wish.gone, draft);
  }
}

function swap([a]: readonly Entry[], [b]: readonly Entry[]): readonly Change[] {
  if (a === undefined || b === undefined) return [];
  return [changed(a, { ...a, address: b.address }, 'rename'), changed(b, { ...b, address: a.address }, 'rename')];
}

function become(before: Entry, wanted: Entry, action: Action, draft: Draft): Change {
  lift(before, draft);
  const address = draft.keys.has(keyOf(wanted.address)) ? before.address : wanted.address;
  const after = put({ ...wanted, address }, draft);
  return changed(before, after, action === 'create' || action === 'delete' ? 'update' : action);
}

function namedChange({ resource, thing }: Named, gone: boolean, draft: Draft): readonly Change[] {
  const key = `${resource} ${thing.name}`;
  const before = draft.named.get(key);
  if (before === null || (before === undefined && gone)) return [];
  draft.named.set(key, null);
  return [named(resource, before ?? null, gone ? null : thing)];
}

function take(index: number, { left }: Draft): readonly Entry[] {
  return left.length === 0 ? [] : left.splice(index % left.length, 1);
}

function lift(entry: Entry, { keys, ids }: Draft): Entry {
  keys.delete(keyOf(entry.address));
  if (entry.objectId !== null) ids.delete(entry.objectId);
  return entry;
}

function put(wanted: Entry, { keys, ids }: Draft): Entry {
  const entry = wanted.objectId !== null && ids.has(wanted.objectId) ? { ...wanted, objectId: null } : wanted;
  keys.add(keyOf(entry.address));
  if (entry.objectId !== null) ids.add(entry.objectId);
  return entry;
}
