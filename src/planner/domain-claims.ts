/** Whose a domain is, where two customers have to do with it: it is one customer's at a time, and handed over by a proof only (DOM-3). */
import type { DomainName } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { Instant } from '../domain/instant.ts';
import type { DomainObservation } from '../domain/observations.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import { assessOwnership } from './dns/ownership.ts';

/** A customer that a domain is verified for. */
export interface Holder {
  readonly customer: CustomerId;
  /** Null where the configuration's word was enough. */
  readonly verifiedAt: Instant | null;
}

/** A domain that goes from one customer to another, because the other has shown that it is its own. */
export interface Handover {
  readonly from: CustomerId;
  readonly to: CustomerId;
}

/** The domains that go from one customer to another (DOM-3). */
export type Handovers = ReadonlyMap<DomainName, Handover>;
/** What the DNS showed, by customer and domain. */
export type Observations = ReadonlyMap<CustomerId, ReadonlyMap<DomainName, DomainObservation>>;

/** What one customer has to know of the others. */
export interface DomainClaims {
  /** Another customer that the domain is verified for, whatever it is for this one; the latest. */
  readonly holder: (domain: DomainName) => Holder | null;
  /** To whom this customer loses a domain that is verified for it, or null. */
  readonly lostTo: (domain: DomainName) => CustomerId | null;
}

/**
 * The domains that are handed over now: claimed with `takeover`, verified for another customer so far, and seen with the claiming side's
 * own token. Both sides' plans follow from it, so it is asked of all customers of the workspace, whichever are planned.
 */
export function handoversOf(customers: readonly CustomerConfig[], state: State, observations: Observations): Handovers {
  const holders = holdersByDomain(state);
  const found = new Map<DomainName, Handover>();
  for (const customer of customers) {
    for (const { name, takeover } of customer.domains) {
      if (!takeover) continue;
      const holder = latestOf(holders, name, customer.name);
      const stored = state.rosters.get(customer.name)?.domains.find((domain) => domain.name === name);
      if (holder === null || stored?.status !== 'pending') continue;
      const seen = observations.get(customer.name)?.get(name) ?? null;
      const { status } = assessOwnership(name, stored.token, customer.service.ownership, seen?.ownership ?? null);
      if (status === 'verified' && seen !== null && outdates(seen, holder))
        found.set(name, { from: holder.customer, to: customer.name });
    }
  }
  return found;
}

/** Whether something was seen after the holder was verified: what was seen before, as in an old recording, shows nothing against it. */
export function outdates({ observedAt }: DomainObservation, { verifiedAt }: Holder): boolean {
  return verifiedAt === null || observedAt > verifiedAt;
}

/** Answers for each customer of a state. The rosters are looked into once. */
export function claimsIn(state: State, handovers: Handovers): (customer: CustomerId) => DomainClaims {
  const holders = holdersByDomain(state);
  return (customer) => {
    const holder = (domain: DomainName) => latestOf(holders, domain, customer);
    return { holder, lostTo: (domain) => lostTo(domain, customer, { holders, handovers, other: holder(domain) }) };
  };
}

type Holders = ReadonlyMap<string, readonly Holder[]>;

function holdersByDomain(state: State): Holders {
  const holders = new Map<string, Holder[]>();
  for (const { customer, domains } of state.rosters.values()) {
    for (const { name, status, verifiedAt } of domains) {
      if (status !== 'verified') continue;
      const known = holders.get(name);
      if (known === undefined) holders.set(name, [{ customer, verifiedAt }]);
      else known.push({ customer, verifiedAt });
    }
  }
  return holders;
}

/** The latest that is not `customer`; of two at one moment the first by name. */
function latestOf(holders: Holders, domain: DomainName, customer: CustomerId): Holder | null {
  const others = (holders.get(domain) ?? []).filter((holder) => holder.customer !== customer);
  const [latest = null] = others.toSorted((a, b) =>
    isLater(a, b) ? -1 : isLater(b, a) || b.customer < a.customer ? 1 : -1,
  );
  return latest;
}

function isLater(a: Holder, b: Holder): boolean {
  return a.verifiedAt !== null && (b.verifiedAt === null || a.verifiedAt > b.verifiedAt);
}

/**
 * A hand-over is the only way in which a domain is verified for two: the claiming side's plan was applied, the losing side's not yet. So the
 * later of the two has it.
 */
function lostTo(
  domain: DomainName,
  customer: CustomerId,
  { holders, handovers, other }: { holders: Holders; handovers: Handovers; other: Holder | null },
): CustomerId | null {
  const own = holders.get(domain)?.find((holder) => holder.customer === customer);
  if (own === undefined) return null;
  const handover = handovers.get(domain);
  if (handover !== undefined && handover.to !== customer) return handover.to;
  return other !== null && isLater(other, own) ? other.customer : null;
}
