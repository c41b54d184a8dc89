/**
 * Random worlds for the planner's property tests. The alphabets are small, so that clashes, swaps, renames, returns, pending domains and
 * decisions about the same few people come up all the time.
 */
import fc from 'fast-check';
import { type AddressKey, keyOf } from '../../src/domain/address.ts';
import type {
  AdditionConfig,
  ConfiguredUser,
  CustomerConfig,
  DecisionConfig,
  DirectoryConfig,
  ExceptionConfig,
  RemovalLimit,
} from '../../src/domain/config.ts';
import type { DirectoryObject, DirectoryReading } from '../../src/domain/directory.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import { addDays, type Instant } from '../../src/domain/instant.ts';
import type { DomainObservation } from '../../src/domain/observations.ts';
import type {
  Attributes,
  CustomerId,
  Domain,
  Entry,
  Group,
  MailRules,
  Roster,
  Source,
  Tombstone,
  User,
} from '../../src/domain/roster.ts';
import {
  addition,
  configured,
  customer,
  decision,
  directory,
  domain,
  exception,
  group,
  HOME,
  line,
  NOW,
  objectId,
  person,
  reading,
  roster,
  rosterAfter,
  storedGroup,
  user,
  verified,
  type World,
} from './builders.ts';
import { answered, FAILED, mx, NO_DATA, NO_NAME, observed, ownership, service } from './observations.ts';

/** A world in which nothing is left to a builder's choice. */
export interface WholeWorld extends World {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly reading: DirectoryReading;
  readonly others: readonly Roster[];
  readonly now: Instant;
}

/** Another directory than HOME. Ids are never shared between directories. */
const AWAY: DirectoryIdentity = { type: 'ldap', id: 'away' };

const LOCAL_PARTS = ['a', 'b', 'c', 'd', 'e'];
// Managed; managed, pending or not listed; mostly not listed.
const DOMAINS = ['acme.example', 'branch.example', 'old.example'];
const USER_IDS = ['1', '2', '3', '4', '5', '6'];
const GROUP_IDS = ['g1', 'g2'];
const NOT_ADDRESSES = ['', 'nobody', 'a@', '@acme.example', 'a..b@acme.example', 'a@[192.0.2.1]'];

function sometimes<T>(present: number, absent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: absent, arbitrary: fc.constant(null) }, { weight: present, arbitrary });
}

/** In the roster's plainest spelling, which is its canonical form. */
const arbitraryPlainAddress = fc
  .tuple(
    fc.constantFrom(...LOCAL_PARTS),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('acme.example') },
      { weight: 3, arbitrary: fc.constantFrom(...DOMAINS) },
    ),
  )
  .map(([local, name]) => `${local}@${name}`);

const arbitraryAddress = fc
  .tuple(arbitraryPlainAddress, fc.nat({ max: 6 }))
  .map(([address, shout]) => (shout === 0 ? address.toUpperCase() : address));

function addresses(max: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(arbitraryAddress, { maxLength: max, selector: keyOf });
}

const arbitraryAttributes: fc.Arbitrary<Attributes> = fc.record(
  { displayName: fc.constantFrom('X', 'Y'), mobile: fc.constantFrom('1', '2') },
  { requiredKeys: [] },
);

const arbitraryRules: fc.Arbitrary<MailRules> = fc.record({
  allow: fc.subarray(['vendor.example', 'friend@vendor.example']),
  deny: fc.subarray(['spam.example']),
});

/** The addresses of one object, in all the ways in which directories write them. */
const arbitraryObjectAddresses: fc.Arbitrary<Pick<DirectoryObject, 'mail' | 'proxyAddresses' | 'aliases'>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(arbitraryAddress, addresses(2)).map(([primary, others]) => ({
      mail: [primary],
      proxyAddresses: [`SMTP:${primary}`, ...others.map((other) => `smtp:${other}`)],
      aliases: [],
    })),
  },
  { weight: 3, arbitrary: addresses(3).map((mail) => ({ mail, proxyAddresses: [], aliases: [] })) },
  {
    weight: 1,
    arbitrary: fc.record({
      mail: fc.array(fc.oneof(arbitraryAddress, fc.constantFrom(...NOT_ADDRESSES)), { maxLength: 2 }),
      proxyAddresses: fc.array(
        fc
          .tuple(
            fc.constantFrom('SMTP:', 'SMTP: ', 'smtp:', 'Smtp:', 'X500:', 'sip:', ''),
            fc.oneof(arbitraryAddress, fc.constantFrom(...NOT_ADDRESSES)),
          )
          .map(([type, address]) => type + address),
        { maxLength: 4 },
      ),
      aliases: addresses(2),
    }),
  },
);

function arbitraryPerson(id: string): fc.Arbitrary<DirectoryObject> {
  return fc
    .record({
      kind: fc.oneof(
        { weight: 8, arbitrary: fc.constant('user' as const) },
        fc.constantFrom('publicFolder' as const, 'contact' as const),
      ),
      mailbox: fc.oneof(
        { weight: 4, arbitrary: fc.constant('user' as const) },
        fc.constantFrom('shared' as const, 'room' as const, 'equipment' as const),
      ),
      disabled: fc.nat({ max: 5 }).map((n) => n === 0),
      guest: fc.nat({ max: 5 }).map((n) => n === 0),
      addresses: arbitraryObjectAddresses,
      attributes: arbitraryAttributes,
    })
    .map(({ addresses: given, ...parts }) => person(id, null, { ...parts, ...given }));
}

function arbitraryGroup(id: string, members: readonly string[]): fc.Arbitrary<DirectoryObject> {
  return fc
    .record({
      addresses: arbitraryObjectAddresses,
      members: fc.subarray([...members]),
      attributes: arbitraryAttributes,
    })
    .map(({ addresses: given, members: ids, attributes }) => group(id, '', ids, { ...given, attributes }));
}

function idsIn(identity: DirectoryIdentity): { readonly users: readonly string[]; readonly groups: readonly string[] } {
  const prefixed = (ids: readonly string[]) => ids.map((id) => `${identity.id}-${id}`);
  return { users: prefixed(USER_IDS), groups: prefixed(GROUP_IDS) };
}

function arbitraryObjects(identity: DirectoryIdentity): fc.Arbitrary<readonly DirectoryObject[]> {
  const { users, groups } = idsIn(identity);
  const some = (ids: readonly string[], make: (id: string) => fc.Arbitrary<DirectoryObject>) =>
    fc.tuple(...ids.map((id) => sometimes(2, 1, make(id)))).map((all) => all.filter((one) => one !== null));
  return fc
    .tuple(
      some(users, arbitraryPerson),
      some(groups, (id) => arbitraryGroup(id, [...users, ...groups])),
    )
    .map(([people, lists]) => [...people, ...lists]);
}

const arbitraryIdentity = fc.oneof({ weight: 5, arbitrary: fc.constant(HOME) }, fc.constant(AWAY));

/** A reading that came to its end. */
export const arbitraryWholeReading: fc.Arbitrary<DirectoryReading> = arbitraryIdentity.chain((identity) =>
  fc
    .oneof({ weight: 12, arbitrary: arbitraryObjects(identity) }, fc.constant([]))
    .map((objects) => reading(objects, identity)),
);

const arbitraryReading: fc.Arbitrary<DirectoryReading> = fc.oneof(
  { weight: 10, arbitrary: arbitraryWholeReading },
  fc.constant<DirectoryReading>({ status: 'none' }),
);

const arbitraryDays = fc.constantFrom(0, 1, 6, 7, 8, 13, 14, 30, 40);

/** An entry that would like to be in a roster; whether its addresses are free is seen there. */
function arbitraryEntry(id: string): fc.Arbitrary<Entry> {
  const common = { address: arbitraryAddress, aliases: addresses(2) };
  if (id.includes('-g')) {
    return fc
      .record({ ...common, displayName: fc.option(fc.constantFrom('X', 'Y')) })
      .map(({ address, ...parts }): Group => storedGroup(address, [], { ...parts, objectId: objectId(id) }));
  }
  const parts = { ...common, attributes: arbitraryAttributes, rules: arbitraryRules };
  const theirs = fc
    .record({
      ...parts,
      bound: fc.nat({ max: 4 }),
      status: fc.constantFrom<User['status'][]>('active', 'active', 'flagged', 'ignored', 'deactivated'),
      days: arbitraryDays,
      type: fc.constantFrom<User['type'][]>('user', 'user', 'user', 'publicFolder'),
      addition: fc.nat({ max: 3 }),
    })
    .map(({ address, bound, days, status, addition: added, ...rest }) => {
      const flaggedAt = status === 'flagged' ? addDays(NOW, -days) : null;
      const unbound = bound === 0 ? { objectId: null, addition: added > 0 } : { objectId: objectId(id) };
      return user(address, { ...rest, ...unbound, status, flaggedAt });
    });
  const ours = fc
    .record({ ...parts, bound: fc.boolean(), source: fc.constantFrom<Source[]>('manual', 'csv', 'smtp') })
    .map(({ address, bound, ...rest }) => user(address, { ...rest, objectId: bound ? objectId(id) : null }));
  return fc.oneof({ weight: 3, arbitrary: theirs }, ours);
}

/** Puts in who still finds its addresses free: the roster holds every address once. Groups then get members of the roster. */
function housed(wished: readonly (Entry | null)[]): readonly Entry[] {
  const held = new Set<AddressKey>();
  const entries: Entry[] = [];
  for (const entry of wished) {
    if (entry === null || held.has(keyOf(entry.address))) continue;
    held.add(keyOf(entry.address));
    const aliases = entry.aliases.filter((alias) => !held.has(keyOf(alias)));
    for (const alias of aliases) held.add(keyOf(alias));
    entries.push({ ...entry, aliases: aliases.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) });
  }
  const primaries = entries.map(({ address }) => address).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return entries.map((entry) => (entry.type === 'group' ? { ...entry, members: primaries.slice(0, 3) } : entry));
}

const arbitraryTombstones: fc.Arbitrary<readonly Tombstone[]> = fc
  .uniqueArray(fc.tuple(arbitraryPlainAddress, fc.constantFrom(...USER_IDS)), {
    maxLength: 3,
    selector: ([address]) => keyOf(address),
  })
  .map((graves) =>
    graves
      .filter(([, id], index) => graves.findIndex(([, other]) => other === id) === index)
      .map(([address, id]) => ({
        addresses: [address],
        objectId: objectId(`${HOME.id}-${id}`),
        archive: `archive ${address}`,
        deletedAt: addDays(NOW, -10),
      })),
  );

/** The token that is stored, as the DNS may show it; a new one cannot have been published yet. */
const TOKEN = 'stored-token';
const NEW_TOKENS = { 'branch.example': 'new-token' };

/** How the domains stand before: most often as an apply has left them, sometimes as nobody has ever looked. */
const arbitraryStoredDomains: fc.Arbitrary<readonly Domain[]> = fc
  .record({
    acme: sometimes<Domain>(3, 1, fc.constant({ ...verified('acme.example'), verifiedAt: null })),
    branch: sometimes<Domain>(
      3,
      1,
      fc.constantFrom<Domain[]>(
        verified('branch.example'),
        { ...verified('branch.example'), verifiedAt: null },
        { ...verified('branch.example'), status: 'pending', verifiedAt: null, token: TOKEN },
      ),
    ),
  })
  .map(({ acme, branch }) => [acme, branch].filter((one) => one !== null));

const arbitraryObservations: fc.Arbitrary<readonly DomainObservation[]> = sometimes(
  2,
  1,
  fc.record({
    ownership: fc.constantFrom('shown', 'shown', 'partly', 'absent', 'failed'),
    mx: fc.constantFrom('right', 'foreign', 'failed'),
  }),
).map((seen) => {
  if (seen === null) return [];
  const record = answered(`rollcall-verification=${TOKEN}`);
  const servers = { shown: [record, FAILED], partly: [record, NO_DATA], absent: [NO_NAME], failed: [FAILED] };
  const records = { right: mx('10 mx1.gw.example'), foreign: mx('5 mx.else.example'), failed: { answer: FAILED } };
  return [
    observed('branch.example', {
      ownership: ownership(servers[seen.ownership], FAILED, '_rollcall.branch.example'),
      mx: records[seen.mx],
    }),
    observed('acme.example', { mx: records[seen.mx] }),
  ];
});

const arbitrarySites: fc.Arbitrary<CustomerConfig['sites']> = fc.subarray(['london', 'zürich']).map((names) =>
  names.map((name, index) => ({
    name,
    isDefault: index === 0,
    servers: [{ address: `mx.${index}.example`, port: 25, priority: 10 }],
    location: line(400 + index),
  })),
);

const arbitraryRelays: fc.Arbitrary<CustomerConfig['relays']> = fc
  .uniqueArray(fc.constantFrom('192.0.2.25/32', '2001:db8::/64'), { maxLength: 2 })
  .map((addresses) => (addresses.length === 0 ? [] : [{ name: 'exchange', addresses, location: line(410) }]));

const arbitraryFirstRoster: fc.Arbitrary<Roster> = fc
  .record({
    wished: fc.tuple(
      ...[HOME, AWAY].flatMap((identity) => {
        const { users, groups } = idsIn(identity);
        const [present, absent] = identity === HOME ? [2, 1] : [1, 7];
        return [...users, ...groups].map((id) => sometimes(present, absent, arbitraryEntry(id)));
      }),
    ),
    directory: sometimes(7, 1, arbitraryIdentity),
    tombstones: arbitraryTombstones,
    domains: arbitraryStoredDomains,
  })
  .map(({ wished, ...parts }) => roster(housed(wished), parts));

const arbitraryException: fc.Arbitrary<ExceptionConfig> = fc
  .tuple(
    fc.constantFrom<ExceptionConfig['kind'][]>('user', 'user', 'group', 'alias'),
    fc.oneof({ weight: 3, arbitrary: arbitraryPlainAddress }, fc.constantFrom(...idsIn(HOME).users)),
  )
  .map(([kind, text]) => exception(kind, text));

const arbitraryDirectory: fc.Arbitrary<DirectoryConfig> = fc
  .record({
    enabled: fc.nat({ max: 9 }).map((n) => n > 0),
    include: fc.record({
      disabled: fc.boolean(),
      guests: fc.boolean(),
      publicFolders: fc.boolean(),
      sharedMailboxes: fc.boolean(),
      resources: fc.boolean(),
    }),
    filter: fc.constantFrom('', '(department=*)'),
    deleteAfterDays: fc.constantFrom<(number | 'never')[]>(7, 7, 14, 'never'),
    exceptions: fc.array(arbitraryException, { maxLength: 3 }),
  })
  .map((parts) =>
    directory({
      ...parts,
      exceptions: parts.exceptions.map((one, index) => ({ ...one, location: line(100 + index) })),
    }),
  );

const arbitraryDecision: fc.Arbitrary<DecisionConfig> = fc
  .tuple(
    fc.constantFrom<DecisionConfig['action'][]>('delete', 'ignore', 'deactivate'),
    arbitraryPlainAddress,
    fc.option(fc.constantFrom(-1, 0, 1, 10)),
  )
  .map(([action, address, days]) => decision(action, address, { until: days === null ? null : addDays(NOW, days) }));

const arbitraryLimit: fc.Arbitrary<RemovalLimit> = fc.oneof(
  fc.constant({ count: 1000, percent: null }),
  fc.record({ count: fc.option(fc.nat({ max: 3 })), percent: fc.option(fc.constantFrom(0, 10, 40, 100)) }),
);

/** What the configuration says of people, each address once, as the checks of the configuration want it. */
const arbitraryPeople = fc
  .uniqueArray(fc.tuple(arbitraryAddress, fc.constantFrom('user', 'user', 'alias', 'addition')), {
    maxLength: 5,
    selector: ([address]) => keyOf(address),
  })
  .chain((named) =>
    fc.tuple(
      fc.constant(named),
      fc.array(
        fc.record({
          attributes: arbitraryAttributes,
          rules: arbitraryRules,
          source: fc.constantFrom<ConfiguredUser['source'][]>('manual', 'csv', 'smtp'),
        }),
        { minLength: named.length, maxLength: named.length },
      ),
    ),
  )
  .map(([named, parts]) => {
    const users: ConfiguredUser[] = [];
    const additions: AdditionConfig[] = [];
    named.forEach(([address, kind], index) => {
      const last = users.at(-1);
      if (kind === 'addition') additions.push({ ...addition(address), location: line(200 + index) });
      else if (kind === 'alias' && last !== undefined) {
        users[users.length - 1] = { ...last, aliases: [...last.aliases, address] };
      } else users.push(configured(address, { ...parts[index], location: line(300 + index) }));
    });
    return { users, additions };
  });

/** A customer whose configuration the checks would let through. */
const arbitraryCustomer: fc.Arbitrary<CustomerConfig> = fc
  .record({
    branch: fc.constantFrom('absent', 'none', 'dns', 'dns'),
    old: fc.constantFrom('absent', 'absent', 'absent', 'none'),
    directory: sometimes(11, 1, arbitraryDirectory),
    decisions: fc.uniqueArray(arbitraryDecision, { maxLength: 3, selector: ({ key }) => key }),
    people: arbitraryPeople,
    seats: sometimes(1, 1, fc.nat({ max: 8 })),
    maxRemovals: arbitraryLimit,
    takeover: fc.boolean(),
    sites: arbitrarySites,
    relays: arbitraryRelays,
    gate: fc.constantFrom<('warn' | 'block')[]>('warn', 'warn', 'block'),
  })
  .map(({ branch, old, directory: connected, decisions, people, seats, maxRemovals, ...rest }) => {
    const domains = [
      { ...domain('acme.example'), site: rest.sites[0]?.name ?? null },
      ...(branch === 'absent'
        ? []
        : branch === 'none'
          ? [domain('branch.example', 'none')]
          : [{ ...domain('branch.example', 'dns'), takeover: rest.takeover }]),
      ...(old === 'absent' ? [] : [domain('old.example')]),
    ];
    const isListed = (address: string) => domains.some(({ name }) => keyOf(address).endsWith(`@${name}`));
    return customer({
      domains,
      directory:
        connected === null
          ? null
          : { ...connected, additions: people.additions.filter(({ address }) => isListed(address)) },
      decisions,
      users: people.users
        .filter(({ address }) => isListed(address))
        .map((one) => ({ ...one, aliases: one.aliases.filter(isListed) })),
      seats,
      safety: { maxRemovals },
      sites: rest.sites,
      relays: rest.relays,
      service: service(),
      gates: { mx: rest.gate, spf: 'warn', ownership: 'block' },
    });
  });

const arbitraryOthers: fc.Arbitrary<readonly Roster[]> = fc
  .tuple(
    fc.uniqueArray(arbitraryAddress, { maxLength: 3, selector: keyOf }),
    // Long ago, so that the domain is taken over from globex; or just now, so that it has gone over to globex.
    fc.constantFrom('none', 'none', 'long ago', 'just now'),
  )
  .map(([[address, ...aliases], verification]) => {
    const when = verification === 'long ago' ? -100 : 1;
    const domains = verification === 'none' ? [] : [{ ...verified('branch.example'), verifiedAt: addDays(NOW, when) }];
    if (address === undefined && domains.length === 0) return [];
    const entries = address === undefined ? [] : [user(address, { aliases })];
    return [roster(entries, { customer: 'globex' as CustomerId, domains })];
  });

/** A while later: other settings, another reading. */
export interface Later {
  readonly customer: CustomerConfig;
  readonly reading: DirectoryReading;
  readonly days: number;
}

export const arbitraryLater: fc.Arbitrary<Later> = fc.record({
  customer: arbitraryCustomer,
  reading: arbitraryReading,
  days: fc.constantFrom(0, 1, 7, 8),
});

/** The world after an apply and a while. */
export function later(world: WholeWorld, { customer: settings, reading: read, days }: Later): WholeWorld {
  return {
    ...world,
    roster: rosterAfter(world),
    customer: settings,
    reading: read,
    now: addDays(world.now, days),
  };
}

/** A world with any roster: made up, or what some applies made of one. */
export const arbitraryWorld: fc.Arbitrary<WholeWorld> = fc
  .record({
    first: arbitraryFirstRoster,
    past: fc.array(arbitraryLater, { maxLength: 2 }),
    customer: arbitraryCustomer,
    reading: arbitraryReading,
    others: arbitraryOthers,
    observations: arbitraryObservations,
    allowRemovals: sometimes(1, 1, fc.nat({ max: 4 })),
  })
  .map(({ first, past, customer: settings, reading: read, others, observations, allowRemovals }) => {
    const days = past.reduce((sum, one) => sum + one.days, 0);
    const begin: WholeWorld = {
      customer: settings,
      roster: first,
      reading: { status: 'none' },
      others,
      newDomains: true,
      observations,
      tokens: NEW_TOKENS,
      now: addDays(NOW, -days),
    };
    let lived = begin;
    for (const one of past) lived = later({ ...lived, customer: one.customer, reading: one.reading }, one);
    const world: WholeWorld = { ...lived, customer: settings, reading: read, now: NOW };
    return allowRemovals === null ? world : { ...world, allowRemovals };
  });

/** The same world with every list whose order means nothing in another order, which `keys` decides. */
export function reordered(world: WholeWorld, keys: readonly number[]): WholeWorld {
  const shuffled = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((item, index) => ({ item, key: keys[(index * 7 + list.length) % keys.length] ?? 0 }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const { customer: settings, roster: stored, reading: read, others } = world;
  return {
    ...world,
    customer: {
      ...settings,
      domains: shuffled(settings.domains),
      sites: shuffled(settings.sites),
      decisions: shuffled(settings.decisions),
      users: shuffled(settings.users),
      directory:
        settings.directory === null
          ? null
          : {
              ...settings.directory,
              exceptions: shuffled(settings.directory.exceptions),
              additions: shuffled(settings.directory.additions),
            },
    },
    roster: {
      ...stored,
      entries: shuffled(stored.entries),
      domains: shuffled(stored.domains),
      sites: shuffled(stored.sites),
      tombstones: shuffled(stored.tombstones),
    },
    reading:
      read.status === 'complete'
        ? {
            ...read,
            objects: shuffled(read.objects).map((object) => ({
              ...object,
              proxyAddresses: shuffled(object.proxyAddresses),
              aliases: shuffled(object.aliases),
              members: shuffled(object.members),
            })),
          }
        : read,
    others: shuffled(others),
  };
}
