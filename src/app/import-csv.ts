/** Looks over a CSV file of users before a customer's configuration takes it in: what it would change, and what stands in the way. */
import { addressesTwice, aliasesInUnmanagedDomains, unmanagedUsers } from '../config/checks-addresses.ts';
import { type Finding, sortFindings } from '../config/finding.ts';
import { type AddressKey, domainOf, keyOf } from '../domain/address.ts';
import type { ConfiguredUser, CustomerConfig } from '../domain/config.ts';
import {
  ATTRIBUTE_NAMES,
  type CustomerId,
  type Entry,
  emptyRoster,
  followsDirectory,
  isBillable,
  isUser,
  type Roster,
  type State,
  type User,
} from '../domain/roster.ts';
import type { CsvUsersFile } from '../ports/users-files.ts';

export interface CsvReviewRequest {
  readonly customer: CustomerConfig;
  readonly csv: Pick<CsvUsersFile, 'users' | 'rows' | 'findings'>;
  /** The file whose place it takes, as the places of its users name it. */
  readonly replaces: string;
  /** The customer's roster, and those of whoever else holds addresses in its domains. */
  readonly state: State;
}

export interface CsvReview {
  readonly customer: CustomerId;
  readonly rows: number;
  /** What is wrong with the file itself. Of such a file nothing is taken. */
  readonly rejected: readonly Finding[];
  /** What would be wrong with the configuration that takes it in: it cannot. */
  readonly refused: readonly Finding[];
  readonly added: readonly ConfiguredUser[];
  readonly known: readonly ConfiguredUser[];
  readonly differing: readonly DifferingUser[];
  /** Users of the file that it takes the place of, who are not in it: the next apply deletes them (MRG-5). */
  readonly gone: readonly string[];
  readonly contested: readonly ContestedAddress[];
  /** New users in domains that are not verified yet, whom the next apply leaves out (SEL-6). */
  readonly waiting: readonly string[];
  readonly billable: { readonly before: number; readonly after: number; readonly seats: number | null };
}

export interface DifferingUser {
  readonly user: ConfiguredUser;
  readonly differences: readonly Difference[];
}

/** One thing about a user: `alias`, `source`, or an attribute. Null is nothing. */
export interface Difference {
  readonly what: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** An address of the file that somebody else holds in the state. */
export interface ContestedAddress {
  readonly address: string;
  /** The user of the file that has it, by its primary. */
  readonly user: string;
  /** Who holds it, by the primary. */
  readonly holder: string;
  /** Whose the holder is. */
  readonly customer: CustomerId;
  /** Who has it after the next apply: a primary beats an alias (ADR-3), and nobody takes from another customer (ADR-4). */
  readonly keeps: 'user' | 'holder';
}

/** A pure comparison with the configuration and the state; no directory is asked. */
export function reviewCsv({ customer, csv, replaces, state }: CsvReviewRequest): CsvReview {
  const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
  const before = customer.users.filter(({ location }) => location.file === replaces);
  const others = customer.users.filter(({ location }) => location.file !== replaces);
  const wanted: CustomerConfig = { ...customer, users: [...others, ...csv.users] };
  const keys = new Set(wanted.users.map(({ key }) => key));
  const gone = before.filter(({ key }) => !keys.has(key));
  const earlier = earlierUsers(roster, before);
  const compared = csv.users.map((user) => ({ user, differences: differencesOf(user, earlier.get(user.key)) }));
  const added = compared.flatMap(({ user, differences }) => (differences === null ? [user] : []));
  return {
    customer: customer.name,
    rows: csv.rows,
    rejected: csv.findings,
    refused: refusals(wanted, csv.users),
    added,
    known: compared.flatMap(({ user, differences }) => (differences?.length === 0 ? [user] : [])),
    differing: compared.flatMap(({ user, differences }) =>
      differences !== null && differences.length > 0 ? [{ user, differences }] : [],
    ),
    gone: gone.map(({ address }) => address),
    contested: contestedIn(csv.users, new Set(gone.map(({ key }) => key)), state, customer.name),
    waiting: added.filter(({ key }) => isPending(customer, roster, key)).map(({ address }) => address),
    billable: billable(customer, roster, wanted.users, gone),
  };
}

/** Whether the file can be taken in. */
export function isAcceptable({ rejected, refused }: Pick<CsvReview, 'rejected' | 'refused'>): boolean {
  return rejected.length === 0 && refused.length === 0;
}

/** What "validate" would refuse about the users of the file. */
function refusals(wanted: CustomerConfig, users: readonly ConfiguredUser[]): readonly Finding[] {
  const files = new Set(users.map(({ location }) => location.file));
  const found = [addressesTwice, unmanagedUsers, aliasesInUnmanagedDomains].flatMap((check) => check(wanted));
  return sortFindings(found.filter(({ severity, location }) => severity === 'error' && files.has(location.file)));
}

type EarlierUser = User | ConfiguredUser;

/** A user of the roster goes before one that only stands in the file that was there. */
function earlierUsers({ entries }: Roster, before: readonly ConfiguredUser[]): ReadonlyMap<AddressKey, EarlierUser> {
  return new Map<AddressKey, EarlierUser>([
    ...before.map((user) => [user.key, user] as const),
    ...entries.filter(isUser).map((user) => [keyOf(user.address), user] as const),
  ]);
}

/** Null for somebody new. */
function differencesOf(user: ConfiguredUser, old: EarlierUser | undefined): readonly Difference[] | null {
  if (old === undefined) return null;
  // What a directory adds stays, although the file does not state it (MRG-3).
  const keepsMore = 'objectId' in old && old.objectId !== null;
  const attributes = ATTRIBUTE_NAMES.flatMap((what): Difference[] => {
    const [from, to] = [old.attributes[what] ?? null, user.attributes[what] ?? null];
    return from === to || (to === null && keepsMore) ? [] : [{ what, from, to }];
  });
  const has = new Set([old.address, ...old.aliases].map(keyOf));
  const states = new Set([user.key, ...user.aliases.map(keyOf)]);
  const more = user.aliases.filter((alias) => !has.has(keyOf(alias)));
  const fewer = keepsMore ? [] : old.aliases.filter((alias) => !states.has(keyOf(alias)));
  return [
    ...(old.source === user.source ? [] : [{ what: 'source', from: old.source, to: user.source }]),
    ...attributes,
    ...more.map((to) => ({ what: 'alias', from: null, to })),
    ...fewer.map((from) => ({ what: 'alias', from, to: null })),
  ];
}

interface Holder {
  readonly entry: Entry;
  readonly customer: CustomerId;
}

function contestedIn(
  users: readonly ConfiguredUser[],
  gone: ReadonlySet<AddressKey>,
  { rosters }: State,
  customer: CustomerId,
): readonly ContestedAddress[] {
  const byKey = new Map(users.map((user) => [user.key, user]));
  const holders = new Map<AddressKey, Holder>();
  for (const roster of rosters.values()) {
    for (const entry of roster.entries) {
      for (const address of [entry.address, ...entry.aliases]) {
        holders.set(keyOf(address), { entry, customer: roster.customer });
      }
    }
  }
  return users.flatMap((user) =>
    [user.address, ...user.aliases].flatMap((address): ContestedAddress[] => {
      const key = keyOf(address);
      const holder = holders.get(key);
      if (holder === undefined || (holder.customer === customer && letsGo(holder.entry, user, key))) return [];
      const isTaken = holder.customer === customer && key === user.key && keyOf(holder.entry.address) !== key;
      const { address: held } = holder.entry;
      const keeps = isTaken ? 'user' : 'holder';
      return [{ address, user: user.address, holder: held, customer: holder.customer, keeps }];
    }),
  );

  /** Whether an entry of the same customer is the user itself, or goes without the address from now on. */
  function letsGo(entry: Entry, user: ConfiguredUser, key: AddressKey): boolean {
    const own = keyOf(entry.address);
    if (!isUser(entry)) return false;
    if (own === user.key || gone.has(own)) return true;
    const row = byKey.get(own);
    const states = row !== undefined && [row.address, ...row.aliases].some((address) => keyOf(address) === key);
    return row !== undefined && !followsDirectory(entry) && entry.objectId === null && !states;
  }
}

function isPending({ domains }: CustomerConfig, roster: Roster, key: AddressKey): boolean {
  const domain = domains.find(({ name }) => name === domainOf(key));
  if (domain === undefined || domain.verification === 'none') return false;
  return !roster.domains.some(({ name, status }) => name === domain.name && status === 'verified');
}

/** Those of the roster, and those of the configuration that are to come (CNT-1). */
function billable(
  { seats }: CustomerConfig,
  { entries }: Roster,
  users: readonly ConfiguredUser[],
  gone: readonly ConfiguredUser[],
): CsvReview['billable'] {
  const now = entries.filter(isBillable).map(({ address }) => keyOf(address));
  const after = new Set<AddressKey>([...now, ...users.map(({ key }) => key)]);
  const followers = new Set(entries.filter(followsDirectory).map(({ address }) => keyOf(address)));
  for (const { key } of gone) if (!followers.has(key)) after.delete(key);
  return { before: now.length, after: after.size, seats };
}
