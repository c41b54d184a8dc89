/** Who keeps an address that more than one would hold (ADR-3), and which are held by another customer (ADR-4). */
import { type Address, type AddressKey, keyOf } from '../domain/address.ts';
import type { Location } from '../domain/diagnostic.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { type CustomerId, type Entry, isUser } from '../domain/roster.ts';
import { known, type Supply } from './merge.ts';

/** A roster entry that stays although nobody supplies it, or because who supplies it lost its primary. */
export interface Staying {
  readonly stored: Entry;
  readonly primary: Address;
  readonly aliases: readonly Address[];
}

export type Claimant = Supply | Staying;

export interface Settlement {
  /** Supplies that are planned. */
  readonly supplies: readonly Supply[];
  /** Supplies that lost their primary: whoever of them is in the roster stays as is. */
  readonly unplanned: readonly Supply[];
  /** The aliases that a claimant goes without. */
  readonly lost: ReadonlyMap<Claimant, ReadonlySet<AddressKey>>;
  readonly staying: readonly Staying[];
  readonly diagnostics: readonly Diagnostic[];
}

export function stayingOf(stored: Entry): Staying {
  return { stored, primary: known(stored.address), aliases: stored.aliases.map(known) };
}

/**
 * Gives every address to one claimant: a primary beats an alias; among equals who holds it in the roster keeps it; else the
 * smaller object id. A supply that loses its primary is not planned; if it is in the roster, it goes on claiming what it has there,
 * so settling starts again with it, which ends because every round has fewer supplies.
 */
export function settle(
  supplies: readonly Supply[],
  staying: readonly Staying[],
  elsewhere: ReadonlyMap<AddressKey, CustomerId>,
): Settlement {
  const contested = claimedAnew(supplies);
  const diagnostics: Diagnostic[] = [];
  const unplanned: Supply[] = [];
  let planned = supplies;
  let stays = staying;
  for (;;) {
    const dispute = { contested, elsewhere, diagnostics };
    const { owners, losers } = primaryOwners(planned, stays, dispute);
    if (losers.size === 0) {
      const lost = lostAliases([stays, planned], owners, dispute);
      return { supplies: planned, unplanned, lost, staying: stays, diagnostics };
    }
    unplanned.push(...losers);
    planned = planned.filter((supply) => !losers.has(supply));
    stays = [...stays, ...[...losers].flatMap(({ stored }) => (stored === null ? [] : [stayingOf(stored)]))];
  }
}

type Owners = Map<AddressKey, Claimant>;

interface Dispute {
  readonly contested: ReadonlySet<AddressKey>;
  readonly elsewhere: ReadonlyMap<AddressKey, CustomerId>;
  readonly diagnostics: Diagnostic[];
}

/** What somebody claims without holding it in the roster. Nothing else can be in dispute: the roster holds every address once. */
function claimedAnew(supplies: readonly Supply[]): ReadonlySet<AddressKey> {
  const keys = new Set<AddressKey>();
  for (const supply of supplies) {
    if (!holds(supply, supply.primary)) keys.add(supply.primary.key);
    for (const alias of supply.aliases) if (!holds(supply, alias)) keys.add(alias.key);
  }
  return keys;
}

function primaryOwners(
  supplies: readonly Supply[],
  staying: readonly Staying[],
  { contested, elsewhere, diagnostics }: Dispute,
): { owners: Owners; losers: ReadonlySet<Supply> } {
  const owners: Owners = new Map();
  const losers = new Set<Supply>();
  for (const claimant of staying) if (contested.has(claimant.primary.key)) owners.set(claimant.primary.key, claimant);
  for (const supply of supplies) {
    const { key, display } = supply.primary;
    if (!contested.has(key)) continue;
    const customer = holderElsewhere(supply, supply.primary, elsewhere);
    const owner = owners.get(key);
    if (customer !== undefined) {
      losers.add(supply);
      diagnostics.push(heldElsewhere(supply, display, customer));
    } else if (owner === undefined) {
      owners.set(key, supply);
    } else {
      const [winner, loser] = prefer(owner, supply, supply.primary);
      owners.set(key, winner);
      // Only a supply can lose: what stays holds its primary in the roster, where it is held once.
      if (!isSupply(loser)) continue;
      losers.add(loser);
      diagnostics.push(lostTo(winner, loser, supply.primary, 'primary'));
    }
  }
  return { owners, losers };
}

function lostAliases(
  claimants: readonly (readonly Claimant[])[],
  owners: Owners,
  { contested, elsewhere, diagnostics }: Dispute,
): ReadonlyMap<Claimant, ReadonlySet<AddressKey>> {
  const lost = new Map<Claimant, Set<AddressKey>>();
  const lose = (claimant: Claimant, key: AddressKey, why: Diagnostic) => {
    lost.set(claimant, (lost.get(claimant) ?? new Set()).add(key));
    diagnostics.push(why);
  };
  const aliasOwners: Owners = new Map();
  const claim = (claimant: Claimant, alias: Address) => {
    const { key, display } = alias;
    const customer = holderElsewhere(claimant, alias, elsewhere);
    const holder = owners.get(key);
    const other = aliasOwners.get(key);
    if (customer !== undefined) {
      lose(claimant, key, heldElsewhere(claimant, display, customer));
    } else if (holder !== undefined) {
      lose(claimant, key, lostTo(holder, claimant, alias, 'alias'));
    } else if (other === undefined) {
      aliasOwners.set(key, claimant);
    } else {
      const [winner, loser] = prefer(other, claimant, alias);
      aliasOwners.set(key, winner);
      lose(loser, key, lostTo(winner, loser, alias, 'alias'));
    }
  };
  for (const some of claimants) {
    for (const claimant of some) {
      for (const alias of claimant.aliases) if (contested.has(alias.key)) claim(claimant, alias);
    }
  }
  return lost;
}

/** Of two claims of one rank: the holder in the roster, else the smaller object id; the configuration's own users have none and go first. */
function prefer(a: Claimant, b: Claimant, address: Address): readonly [winner: Claimant, loser: Claimant] {
  const [holdsA, holdsB] = [holds(a, address), holds(b, address)];
  if (holdsA !== holdsB) return holdsA ? [a, b] : [b, a];
  const [idA, idB] = [objectIdOf(a), objectIdOf(b)];
  return idA < idB || (idA === idB && a.primary.key <= b.primary.key) ? [a, b] : [b, a];
}

/** Whether a claimant has the address in the roster already. Nearly always it is written there as it is claimed. */
function holds({ stored }: Claimant, { key, display }: Address): boolean {
  if (stored === null) return false;
  if (stored.address === display || stored.aliases.includes(display)) return true;
  return keyOf(stored.address) === key || stored.aliases.some((alias) => keyOf(alias) === key);
}

function objectIdOf(claimant: Claimant): string {
  return (isSupply(claimant) ? claimant.object?.id : claimant.stored.objectId) ?? '';
}

function isSupply(claimant: Claimant): claimant is Supply {
  return 'configured' in claimant;
}

/** Another customer that holds an address which this claimant does not hold yet (ADR-4). */
function holderElsewhere(
  claimant: Claimant,
  address: Address,
  elsewhere: ReadonlyMap<AddressKey, CustomerId>,
): CustomerId | undefined {
  return elsewhere.size === 0 || holds(claimant, address) ? undefined : elsewhere.get(address.key);
}

function heldElsewhere(claimant: Claimant, address: string, customer: CustomerId): Diagnostic {
  return diagnostic(
    'error',
    'ADR-4',
    `${address} of ${nameOf(claimant)} is held by the customer ${customer}. It is not taken over: remove it there first, and apply that.`,
    { address, ...locationOf(claimant) },
  );
}

function lostTo(winner: Claimant, loser: Claimant, address: Address, rank: 'primary' | 'alias'): Diagnostic {
  const why =
    rank === 'alias' && winner.primary.key === address.key
      ? 'it is its primary address'
      : holds(winner, address)
        ? 'it has it in the roster'
        : 'its object id is smaller';
  const effect = rank === 'alias' ? 'goes without it' : loser.stored === null ? 'is not added' : 'stays as it is';
  return diagnostic(
    'warning',
    'ADR-3',
    `${address.display} belongs to both ${nameOf(winner)} and ${nameOf(loser)}. ${nameOf(winner)} keeps it, because ${why}; ${nameOf(loser)} ${effect}. Give the address to one of them in the directory.`,
    { address: address.display, ...locationOf(loser) },
  );
}

function nameOf(claimant: Claimant): string {
  if (isSupply(claimant) && claimant.object !== null) return claimant.object.name;
  const { stored, primary } = claimant;
  return `${stored === null || isUser(stored) ? 'the user' : 'the group'} ${primary.display}`;
}

function locationOf(claimant: Claimant): { location?: Location } {
  const location = isSupply(claimant) ? (claimant.configured ?? claimant.addition)?.location : undefined;
  return location === undefined ? {} : { location };
}
