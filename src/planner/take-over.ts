/** Who of those that are served already comes into the state, and who does not (IMP-1). */
import {
  type Address,
  type AddressKey,
  type AddressResult,
  type DomainName,
  domainOf,
  keyOf,
  parseAddress,
} from '../domain/address.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { ImportedUser } from '../domain/imported-user.ts';
import { type Attributes, type CustomerId, emptyRoster, type State } from '../domain/roster.ts';
import { type DomainStanding, settleDomains } from './domain-changes.ts';
import { domainStandings } from './domains.ts';
import { surroundingsIn } from './plan.ts';

export interface TakeOverInputs {
  /** All customers: an address that the configuration states for any of them is left out. */
  readonly config: Pick<Config, 'customers'>;
  /** Those of them that somebody is taken over for. */
  readonly customers: readonly CustomerConfig[];
  readonly state: State;
  readonly people: readonly ImportedUser[];
}

/** Somebody who is taken over: every address is valid, free, and in a managed domain of the customer. */
export interface TakenUser {
  readonly address: Address;
  /** Sorted. */
  readonly aliases: readonly Address[];
  readonly attributes: Attributes;
}

/** Where an address is held already. */
export const HELD_BY = ['state', 'configuration', 'others'] as const;
export type HeldBy = (typeof HELD_BY)[number];

/** Somebody who is not taken: no address, a wildcard, in a domain that waits, or in one of nobody who was asked about. */
export interface NotTaken {
  readonly address: string;
  readonly why: 'invalid' | 'wildcard' | 'pending' | 'unmanaged';
  /** Null where there is none that is valid. */
  readonly domain: string | null;
  /** What is wrong with one that is invalid. */
  readonly problem: string | null;
}

export interface TakeOver {
  /** How many addresses were looked at, each once. */
  readonly found: number;
  /** In the customers' order, each with somebody; users in the order of their addresses. */
  readonly taken: readonly { readonly customer: CustomerConfig; readonly users: readonly TakenUser[] }[];
  readonly held: Readonly<Record<HeldBy, number>>;
  /** Aliases that their users come without: held by somebody, in no managed domain of the customer, or not valid. */
  readonly aliasesLeftOut: number;
  /** In the order of their addresses. */
  readonly notTaken: readonly NotTaken[];
}

/** Sorts out who is taken over. The order of `people` decides nothing, save which of two spellings of one address is shown. */
export function takeOver(inputs: TakeOverInputs): TakeOver {
  const homes = homesOf(inputs);
  const holderOf = holdersIn(inputs);
  const held = { state: 0, configuration: 0, others: 0 };
  const notTaken: NotTaken[] = [];
  const taken = new Map<CustomerConfig, Candidate[]>();
  const takenOf = (customer: CustomerConfig): Candidate[] => {
    const some = taken.get(customer) ?? [];
    taken.set(customer, some);
    return some;
  };
  const people = distinct(inputs.people);
  for (const { result, person } of people.values()) {
    const refused = refusal(person, result, homes);
    if (refused !== null) notTaken.push(refused);
    if (refused !== null || !result.ok) continue;
    const { address } = result;
    const home = homes.get(address.domain);
    if (home === undefined) continue;
    const holder = holderOf(address.key, home.customer.name);
    if (holder !== null) held[holder] += 1;
    else takenOf(home.customer).push({ address, person });
  }
  const { users, aliasesLeftOut } = withAliases(taken, homes, holderOf);
  return {
    found: people.size,
    taken: inputs.customers.flatMap((customer) => {
      const own = users.get(customer) ?? [];
      return own.length === 0 ? [] : [{ customer, users: own }];
    }),
    held,
    aliasesLeftOut,
    notTaken,
  };
}

/** A customer that has a domain. */
interface Home {
  readonly customer: CustomerConfig;
  readonly standing: Exclude<DomainStanding, 'foreign'>;
}

type Homes = ReadonlyMap<DomainName, Home>;

/** Whose each domain is as a plan would see it, going by what is stored: nobody looks at the DNS. */
function homesOf({ config, customers, state }: TakeOverInputs): Homes {
  const homes = new Map<DomainName, Home>();
  const surroundings = surroundingsIn({ config, state });
  for (const customer of customers) {
    const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
    const standing = domainStandings(settleDomains(customer, roster, surroundings(customer).domains));
    for (const { name } of customer.domains) {
      const here = standing(name);
      if (here === 'foreign' || homes.get(name)?.standing === 'managed') continue;
      homes.set(name, { customer, standing: here });
    }
  }
  return homes;
}

type HolderOf = (key: AddressKey, customer: CustomerId) => HeldBy | null;

function holdersIn({ config, state }: TakeOverInputs): HolderOf {
  const stored = new Map<AddressKey, CustomerId>();
  for (const { customer, entries } of state.rosters.values()) {
    for (const key of entries.flatMap(keysOf)) stored.set(key, customer);
  }
  const stated = new Set(
    config.customers.flatMap(({ users, directory }) => [
      ...users.flatMap(keysOf),
      ...(directory?.additions ?? []).map(({ key }) => key),
    ]),
  );
  return (key, customer) => {
    const holder = stored.get(key);
    if (holder !== undefined) return holder === customer ? 'state' : 'others';
    return stated.has(key) ? 'configuration' : null;
  };
}

function keysOf({ address, aliases }: { readonly address: string; readonly aliases: readonly string[] }) {
  return [address, ...aliases].map(keyOf);
}

interface Candidate {
  readonly address: Address;
  readonly person: ImportedUser;
}

/** Each address once, in canonical order; of several the first that knows aliases or attributes. */
function distinct(
  people: readonly ImportedUser[],
): ReadonlyMap<string, { readonly result: AddressResult; readonly person: ImportedUser }> {
  const byKey = new Map<string, { readonly result: AddressResult; readonly person: ImportedUser }>();
  for (const person of people) {
    const result = parseAddress(person.address.trim());
    const key = result.ok ? result.address.key : person.address;
    const other = byKey.get(key);
    if (other === undefined || (isBare(other.person) && !isBare(person))) byKey.set(key, { result, person });
  }
  return new Map([...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isBare({ aliases, attributes }: ImportedUser): boolean {
  return aliases.length === 0 && Object.keys(attributes).length === 0;
}

function refusal({ address }: ImportedUser, result: AddressResult, homes: Homes): NotTaken | null {
  if (!result.ok) {
    const domain = address.startsWith('@') ? address.slice(1) : null;
    return domain === null
      ? { address, why: 'invalid', domain, problem: result.problem }
      : { address, why: 'wildcard', domain, problem: null };
  }
  const { domain } = result.address;
  const home = homes.get(domain);
  if (home?.standing === 'managed') return null;
  return { address, why: home === undefined ? 'unmanaged' : 'pending', domain, problem: null };
}

/** Gives the users their aliases: those that nobody has, in the order of the users. */
function withAliases(
  taken: ReadonlyMap<CustomerConfig, readonly Candidate[]>,
  homes: Homes,
  holderOf: HolderOf,
): { users: ReadonlyMap<CustomerConfig, readonly TakenUser[]>; aliasesLeftOut: number } {
  const used = new Set([...taken.values()].flatMap((some) => some.map(({ address }) => address.key)));
  let aliasesLeftOut = 0;
  const aliasesOf = ({ address, person }: Candidate, customer: CustomerConfig): readonly Address[] => {
    const given = new Map<AddressKey, Address>();
    for (const text of person.aliases) {
      const result = parseAddress(text.trim());
      const key = result.ok ? result.address.key : null;
      if (key === address.key) continue;
      const home = key === null ? undefined : homes.get(domainOf(key));
      const isOwn = home?.customer === customer && home.standing === 'managed';
      if (!result.ok || key === null || !isOwn || used.has(key) || holderOf(key, customer.name) !== null) {
        aliasesLeftOut += 1;
      } else {
        used.add(key);
        given.set(key, result.address);
      }
    }
    return [...given].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, alias]) => alias);
  };
  const users = new Map(
    [...taken].map(([customer, some]) => [
      customer,
      some.map(
        (one): TakenUser => ({
          address: one.address,
          aliases: aliasesOf(one, customer),
          attributes: attributesOf(one.person),
        }),
      ),
    ]),
  );
  return { users, aliasesLeftOut };
}

/** In the one order that all entries have; none is empty, and half a character is none. */
function attributesOf({ attributes }: ImportedUser): Attributes {
  const texts = Object.entries(attributes)
    .map(([name, text]): [string, string] => [name, text.replaceAll(/\p{Surrogate}/gu, '\ufffd').trim()])
    .filter(([, text]) => text !== '');
  return Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
