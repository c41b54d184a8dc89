/** What somebody else holds by now, and so cannot be put back to what it was (UND-1, ADR-4, DOM-3). */
import { type AddressKey, type DomainName, domainOf, keyOf } from '../domain/address.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { CustomerId, Roster, State } from '../domain/roster.ts';
import { claimsIn } from './domain-claims.ts';
import { keysOf, type Pair, regained } from './revert-match.ts';

/** The other customer that a domain is verified for, where this one has it no longer or not yet, or null (DOM-3). */
export type ForeignDomains = (domain: DomainName) => CustomerId | null;

export function foreignDomains(roster: Roster, state: State): ForeignDomains {
  const { holder, lostTo } = claimsIn(state, new Map())(roster.customer);
  const own = new Set(roster.domains.filter(({ status }) => status === 'verified').map(({ name }) => name));
  return (domain) => lostTo(domain) ?? (own.has(domain) ? null : (holder(domain)?.customer ?? null));
}

/** Those who stay as they are, each with an error that says why. */
export type Obstacles = ReadonlyMap<Pair, Diagnostic>;

/**
 * Finds who cannot be put back: whom it would give an address that another customer holds, or one in a domain of another customer; and then
 * whoever would need an address that one of those keeps.
 */
export function obstaclesTo(pairs: readonly Pair[], others: readonly Roster[], foreign: ForeignDomains): Obstacles {
  const gaining = new Map<AddressKey, Pair>();
  for (const pair of pairs) for (const key of regained(pair)) gaining.set(key, pair);
  const elsewhere = holdersOf(gaining, others);
  const found = new Map<Pair, Diagnostic>();
  for (const pair of pairs) {
    const obstacle = regained(pair)
      .map((key) => heldElsewhere(pair, key, elsewhere, foreign))
      .find((one) => one !== null);
    if (obstacle !== undefined) found.set(pair, obstacle);
  }
  // In one order, so that of two who are in somebody's way the same one is always named.
  const staying = [...found.keys()].toSorted((a, b) => compare(primaryOf(a), primaryOf(b)));
  for (let pair = staying.pop(); pair !== undefined; pair = staying.pop()) {
    for (const key of keysOf(pair.now)) {
      const waiting = gaining.get(key);
      if (waiting === undefined || found.has(waiting)) continue;
      const why = `${key} stays with ${pair.now?.address}, who cannot be put back either`;
      found.set(waiting, notPutBack(waiting, 'ADR-3', why));
      staying.push(waiting);
    }
  }
  return found;
}

function holdersOf(
  wanted: ReadonlyMap<AddressKey, Pair>,
  others: readonly Roster[],
): ReadonlyMap<AddressKey, CustomerId> {
  const held = new Map<AddressKey, CustomerId>();
  if (wanted.size === 0) return held;
  for (const { customer, entries } of others) {
    for (const key of entries.flatMap(keysOf)) if (wanted.has(key)) held.set(key, customer);
  }
  return held;
}

function heldElsewhere(
  pair: Pair,
  key: AddressKey,
  elsewhere: ReadonlyMap<AddressKey, CustomerId>,
  foreign: ForeignDomains,
): Diagnostic | null {
  const holder = elsewhere.get(key);
  if (holder !== undefined) return notPutBack(pair, 'ADR-4', `the customer ${holder} holds ${key} by now`);
  const owner = foreign(domainOf(key));
  if (owner === null) return null;
  return notPutBack(pair, 'DOM-3', `the domain ${domainOf(key)} is verified for the customer ${owner} by now`);
}

function notPutBack({ now, was }: Pair, rule: 'ADR-3' | 'ADR-4' | 'DOM-3', why: string): Diagnostic {
  const address = was?.address ?? '';
  const stays =
    now === null
      ? 'it does not come back'
      : keyOf(now.address) === keyOf(address)
        ? 'it stays as it is'
        : `it stays ${now.address}`;
  return diagnostic('error', rule, `${address} is not put back: ${why}, so ${stays}.`, { address });
}

function primaryOf({ was }: Pair): string {
  return was === null ? '' : keyOf(was.address);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
