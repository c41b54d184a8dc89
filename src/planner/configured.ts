/** Users that the configuration states: beside the objects that they are in the directory, or on their own (MRG-3, MRG-4). */
import { type Address, type AddressKey, domainOf, known } from '../domain/address.ts';
import type { AdditionConfig, ConfiguredUser } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { type Entry, followsDirectory, isUser, type User } from '../domain/roster.ts';
import type { Waiting } from './domains.ts';
import type { Matching } from './matching.ts';
import { isGroupSupply, outranks, type Supply } from './supply.ts';

/**
 * Puts the users of the configuration into `supplies`: into the supply of the object that they were bound to, else of the object with their
 * address, else on their own. An object is one user's at most. Returns those who wait for their domain.
 */
export function linkConfigured(matching: Matching, supplies: Supply[]): readonly Waiting[] {
  const { customer, standing, taken } = matching;
  const users = customer.users.filter(({ key }) => standing(domainOf(key)) !== 'foreign');
  if (users.length === 0) return [];
  const byStored = indexByStored(supplies);
  const unbound = users.filter((user) => {
    const found = storedUser(matching, user.key);
    const index = found === null || followsDirectory(found) ? undefined : byStored.get(found);
    const supply = index === undefined ? undefined : supplies[index];
    if (index === undefined || supply === undefined) return true;
    supplies[index] = supplement(supply, user, null, matching);
    return false;
  });
  const byPrimary = indexByPrimary(supplies);
  const waiting: Waiting[] = [];
  for (const user of unbound) {
    const own = untakenUser(matching, user.key);
    const index = byPrimary.get(user.key);
    const supply = index === undefined ? undefined : supplies[index];
    // Somebody else's new address, while this user has an entry of its own: ADR-3 decides between the two.
    const another = own !== null && supply !== undefined && supply.stored !== null;
    if (index !== undefined && supply !== undefined && !another) {
      supplies[index] = supplement(supply, user, own, matching);
    } else if (own === null && standing(domainOf(user.key)) === 'pending') {
      waiting.push(user);
    } else {
      supplies.push(configuredAlone(user, own, matching));
    }
    if (own !== null) taken.add(own);
  }
  return waiting;
}

function indexByStored(supplies: readonly Supply[]): ReadonlyMap<Entry, number> {
  const byStored = new Map<Entry, number>();
  for (const [index, { stored }] of supplies.entries()) if (stored !== null) byStored.set(stored, index);
  return byStored;
}

/** Users and public folders whom only the directory supplies; of several with one primary, the one that ADR-3 would choose. */
function indexByPrimary(supplies: readonly Supply[]): ReadonlyMap<AddressKey, number> {
  const byPrimary = new Map<AddressKey, number>();
  for (const [index, supply] of supplies.entries()) {
    if (isGroupSupply(supply) || supply.configured !== null) continue;
    const other = supplies[byPrimary.get(supply.primary.key) ?? -1];
    if (other === undefined || outranks(supply, other, supply.primary)) byPrimary.set(supply.primary.key, index);
  }
  return byPrimary;
}

function storedUser({ byKey }: Matching, key: AddressKey): User | null {
  const entry = byKey.get(key);
  return entry !== undefined && isUser(entry) ? entry : null;
}

function untakenUser(matching: Matching, key: AddressKey): User | null {
  const found = storedUser(matching, key);
  return found === null || matching.taken.has(found) ? null : found;
}

/** The configuration names the user, the directory adds to it: its address too, should that be another one. */
function supplement(supply: Supply, user: ConfiguredUser, own: User | null, matching: Matching): Supply {
  const primary = known(user.address);
  const stored = supply.stored ?? own;
  const stated = managed(user.aliases.map(known), matching);
  const given = matching.isExcepted(supply.primary.key) ? supply.aliases : [supply.primary, ...supply.aliases];
  const aliases = distinct([...stated, ...given, ...matching.frozen(stored)], primary);
  return { ...supply, configured: user, primary, aliases, stored };
}

/**
 * A user of the configuration whom the directory does not know. One that it knew once keeps what it was given: absence from the
 * directory changes nothing (MRG-3), unless it is another directory now (DEL-11).
 */
function configuredAlone(user: ConfiguredUser, stored: User | null, matching: Matching): Supply {
  const primary = known(user.address);
  const wasBound = stored !== null && stored.objectId !== null && !matching.switched;
  const aliases = [
    ...managed(user.aliases.map(known), matching),
    ...(wasBound ? keptAliases(stored, matching) : []),
    ...matching.frozen(stored),
  ];
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

/** What becomes of additions: those that nobody else supplies are supplies of their own (MRG-4). */
export interface Additions {
  readonly supplies: readonly Supply[];
  readonly waiting: readonly Waiting[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Supplies the additions that neither the directory nor the configuration supplies. */
export function unsuppliedAdditions(matching: Matching, supplies: readonly Supply[]): Additions {
  const { additions, selected, standing, byKey } = matching;
  if (additions.length === 0) return { supplies: [], waiting: [], diagnostics: [] };
  // An object's own primary counts, even where the configuration states another one for it.
  const inDirectory = new Set(selected.map(({ primary }) => primary.key));
  const supplied = new Set(supplies.map(({ primary }) => primary.key));
  const open = additions.filter(({ key }) => !inDirectory.has(key) && !supplied.has(key));
  const alone = open
    .filter(({ key }) => standing(domainOf(key)) === 'managed')
    .map((addition) => additionAlone(addition, matching));
  return {
    supplies: alone,
    waiting: open.filter(({ key }) => standing(domainOf(key)) === 'pending' && !byKey.has(key)),
    diagnostics: [
      ...additions.filter(({ key }) => inDirectory.has(key)).map(suppliedAnyway),
      ...alone.flatMap(heldByAddition),
    ],
  };
}

function suppliedAnyway({ address, location }: AdditionConfig): Diagnostic {
  const message = `The directory supplies the addition ${address} itself. Take it out of "additions".`;
  return diagnostic('info', 'MRG-4', message, { address, location });
}

/** An addition that was left standing keeps whom the directory has lost. */
function heldByAddition({ addition, stored }: Supply): readonly Diagnostic[] {
  if (addition === null || stored === null || stored.objectId === null) return [];
  const { address, location } = addition;
  const message = `The directory supplied ${address} once and does not any more: only the addition keeps the user. If the user has left, take it out of "additions".`;
  return [diagnostic('warning', 'MRG-4', message, { address, location })];
}

function additionAlone(addition: AdditionConfig, matching: Matching): Supply {
  const stored = untakenUser(matching, addition.key);
  if (stored !== null) matching.taken.add(stored);
  const primary = known(addition.address);
  const aliases = stored === null ? [] : [...keptAliases(stored, matching), ...matching.frozen(stored)];
  return { object: null, configured: null, addition, primary, aliases, stored, binding: null };
}

/** What an entry keeps of its aliases although no directory supplies them now. */
function keptAliases({ aliases }: User, matching: Matching): readonly Address[] {
  return managed(aliases.map(known), matching).filter(({ key }) => !matching.isExcepted(key));
}

function managed(addresses: readonly Address[], { standing }: Matching): readonly Address[] {
  return addresses.filter(({ domain }) => standing(domain) === 'managed');
}

function distinct(addresses: readonly Address[], primary: Address): readonly Address[] {
  const byKey = new Map<AddressKey, Address>();
  for (const address of addresses) {
    if (address.key !== primary.key && !byKey.has(address.key)) byKey.set(address.key, address);
  }
  return [...byKey.values()];
}
