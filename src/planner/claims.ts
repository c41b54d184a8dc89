/** Who keeps an address that more than one would hold (ADR-3), and which are held by another customer (ADR-4). */
import type { Address, AddressKey } from '../domain/address.ts';
import type { Location } from '../domain/diagnostic.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { type CustomerId, type Entry, isUser } from '../domain/roster.ts';
import { type Claimant, holds, isSupply, outranks, type Staying, type Supply } from './supply.ts';
import { TELL } from './telling.ts';

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

export interface Claims {
  readonly supplies: readonly Supply[];
  /** Entries that nobody supplies, and that stay. */
  readonly staying: readonly Staying[];
  /** Addresses that another customer holds. */
  readonly elsewhere: ReadonlyMap<AddressKey, CustomerId>;
  /** What the entry of a supply that lost its primary goes on claiming. */
  readonly remaining: (stored: Entry) => Staying;
}

/**
 * Gives every address to one claimant: a primary beats an alias; among equals who holds it in the roster keeps it; else the
 * smaller object id. A supply that loses its primary is not planned; if it is in the roster, it goes on claiming what it has there,
 * so settling starts again with it, which ends because every round has fewer supplies.
 */
export function settle({ supplies, staying, elsewhere, remaining }: Claims): Settlement {
  const contested = claimedAnew(supplies);
  if (contested.size === 0) return { supplies, unplanned: [], lost: new Map(), staying, diagnostics: [] };
  const dispute = { contested, elsewhere };
  let unplanned: readonly Supply[] = [];
  let planned = supplies;
  let stays = staying;
  for (;;) {
    const { owners, losers } = primaryOwners(planned, stays, dispute);
    if (losers.size === 0) {
      const { lost, diagnostics } = lostAliases([stays, planned], owners, dispute);
      const primaries = unplanned.flatMap((supply) =>
        lossOf(supply, supply.primary, owners.get(supply.primary.key), dispute),
      );
      return { supplies: planned, unplanned, lost, staying: stays, diagnostics: [...primaries, ...diagnostics] };
    }
    unplanned = [...unplanned, ...losers];
    planned = planned.filter((supply) => !losers.has(supply));
    stays = [...stays, ...[...losers].flatMap(({ stored }) => (stored === null ? [] : [remaining(stored)]))];
  }
}

type Owners = ReadonlyMap<AddressKey, Claimant>;

interface Dispute {
  readonly contested: ReadonlySet<AddressKey>;
  readonly elsewhere: ReadonlyMap<AddressKey, CustomerId>;
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
  { contested, elsewhere }: Dispute,
): { owners: Owners; losers: ReadonlySet<Supply> } {
  const owners = new Map<AddressKey, Claimant>();
  const losers = new Set<Supply>();
  for (const claimant of staying) if (contested.has(claimant.primary.key)) owners.set(claimant.primary.key, claimant);
  for (const supply of supplies) {
    const { primary } = supply;
    if (!contested.has(primary.key)) continue;
    const owner = owners.get(primary.key);
    if (
      holderElsewhere(supply, primary, elsewhere) !== undefined ||
      (owner !== undefined && !outranks(supply, owner, primary))
    ) {
      losers.add(supply);
    } else {
      // Only a supply can lose: what stays holds its primary in the roster, where it is held once.
      if (owner !== undefined && isSupply(owner)) losers.add(owner);
      owners.set(primary.key, supply);
    }
  }
  return { owners, losers };
}

interface AliasClaim {
  readonly claimant: Claimant;
  readonly alias: Address;
}

function lostAliases(
  claimants: readonly (readonly Claimant[])[],
  primaries: Owners,
  dispute: Dispute,
): Pick<Settlement, 'lost' | 'diagnostics'> {
  const lost = new Map<Claimant, Set<AddressKey>>();
  const losses: AliasClaim[] = [];
  const lose = (claim: AliasClaim) => {
    lost.set(claim.claimant, (lost.get(claim.claimant) ?? new Set()).add(claim.alias.key));
    losses.push(claim);
  };
  const held = new Map<AddressKey, AliasClaim>();
  const settleClaim = (claim: AliasClaim) => {
    const { claimant, alias } = claim;
    const other = held.get(alias.key);
    if (
      holderElsewhere(claimant, alias, dispute.elsewhere) !== undefined ||
      primaries.has(alias.key) ||
      (other !== undefined && !outranks(claimant, other.claimant, alias))
    ) {
      lose(claim);
    } else {
      if (other !== undefined) lose(other);
      held.set(alias.key, claim);
    }
  };
  for (const some of claimants) {
    for (const claimant of some) {
      for (const alias of claimant.aliases) if (dispute.contested.has(alias.key)) settleClaim({ claimant, alias });
    }
  }
  const winnerOf = (key: AddressKey) => primaries.get(key) ?? held.get(key)?.claimant;
  return {
    lost,
    diagnostics: losses.flatMap(({ claimant, alias }) => lossOf(claimant, alias, winnerOf(alias.key), dispute)),
  };
}

/** Another customer that holds an address which this claimant does not hold yet (ADR-4). */
function holderElsewhere(
  claimant: Claimant,
  address: Address,
  elsewhere: Dispute['elsewhere'],
): CustomerId | undefined {
  return elsewhere.size === 0 || holds(claimant, address) ? undefined : elsewhere.get(address.key);
}

/** What is to be said of a lost address, once it is settled who has it. */
function lossOf(
  loser: Claimant,
  address: Address,
  winner: Claimant | undefined,
  { elsewhere }: Dispute,
): readonly Diagnostic[] {
  const customer = holderElsewhere(loser, address, elsewhere);
  if (customer !== undefined) return [heldElsewhere(loser, address, customer)];
  return winner === undefined ? [] : [lostTo(winner, loser, address)];
}

function heldElsewhere(claimant: Claimant, { display }: Address, customer: CustomerId): Diagnostic {
  return diagnostic('error', 'ADR-4', TELL.heldElsewhere.say({ address: display, name: nameOf(claimant), customer }), {
    address: display,
    ...locationOf(claimant),
  });
}

function lostTo(winner: Claimant, loser: Claimant, address: Address): Diagnostic {
  const { display } = address;
  const effect =
    loser.primary.key !== address.key ? 'goes without it' : loser.stored === null ? 'is not added' : 'stays as it is';
  return diagnostic(
    'warning',
    'ADR-3',
    TELL.lostTo.say({
      address: display,
      name: nameOf(winner),
      other: nameOf(loser),
      why: whyKept(winner, loser, address),
      effect,
    }),
    { address: display, ...locationOf(loser) },
  );
}

function whyKept(winner: Claimant, loser: Claimant, address: Address): string {
  if (winner.primary.key === address.key && loser.primary.key !== address.key) return 'it is its primary address';
  if (holds(winner, address)) return 'it has it in the roster';
  return isSupply(winner) && winner.configured !== null
    ? 'it is a user of the configuration'
    : 'its object id is smaller';
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
