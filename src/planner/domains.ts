/** Which domains are this customer's to decide about (SEL-6, SEL-7, DEL-9). */
import { type AddressKey, type DomainName, keyOf } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { CustomerId, Roster } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import type { DomainSettlement, DomainStanding } from './domain-changes.ts';

/** Tells a domain's standing for one customer, as it is once the plan is applied: users of a domain that it verifies are let in by it. */
export function domainStandings({
  domains,
}: Pick<DomainSettlement, 'domains'>): (domain: DomainName) => DomainStanding {
  const listed = new Map(domains.map(({ config, standing }) => [config.name, standing]));
  // Nearly all of a customer's addresses are in one domain, one after the other.
  let last: { readonly domain: DomainName; readonly standing: DomainStanding } | null = null;
  return (domain) => {
    if (last?.domain !== domain) last = { domain, standing: listed.get(domain) ?? 'foreign' };
    return last.standing;
  };
}

/** Somebody of the configuration who waits for a domain. */
export interface Waiting {
  readonly key: AddressKey;
}

/** A primary that is not in a managed domain. */
export interface OutsidePrimary {
  readonly domain: DomainName;
  /** The domain is pending. */
  readonly deferred: boolean;
}

/** Who is not taken in for the domain of the primary, counted per domain (SEL-6). */
export function outsideDomains(
  primaries: readonly OutsidePrimary[],
  { domains, location }: CustomerConfig,
  lost: ReadonlyMap<DomainName, CustomerId>,
): readonly Diagnostic[] {
  const tally = new Map<DomainName, { objects: number; deferred: boolean }>();
  for (const { domain, deferred } of primaries) {
    tally.set(domain, { objects: (tally.get(domain)?.objects ?? 0) + 1, deferred });
  }
  return [...tally].map(([domain, { objects, deferred }]) => {
    const number = count(objects, 'object');
    const message = deferred
      ? `${number} in ${domain} ${objects === 1 ? 'waits' : 'wait'} until the domain is verified: nobody there is added or removed.`
      : `${number} skipped: the primary address is in ${domain}, which ${whyForeign(domain, lost)}.`;
    const place = domains.find(({ name }) => name === domain)?.location ?? location;
    return diagnostic('warning', 'SEL-6', message, { location: place });
  });
}

/** For the end of a sentence: why a domain is not this customer's. */
export function whyForeign(domain: DomainName, lost: ReadonlyMap<DomainName, CustomerId>): string {
  const winner = lost.get(domain);
  return winner === undefined
    ? 'is not under "domains" of this customer'
    : `was taken over by the customer ${winner} (DOM-3)`;
}

/** Aliases that would be new in a domain that is not verified yet. */
export function waitingAliases(aliases: readonly AddressKey[], { entries }: Roster): readonly Diagnostic[] {
  if (aliases.length === 0) return [];
  const held = new Set(entries.flatMap((entry) => entry.aliases.map(keyOf)));
  const waiting = aliases.filter((alias) => !held.has(alias)).length;
  if (waiting === 0) return [];
  const number = count(waiting, 'alias waits', 'aliases wait');
  return [diagnostic('info', 'SEL-7', `${number} until the domain is verified.`)];
}
