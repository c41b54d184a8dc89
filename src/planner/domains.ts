/** Which domains are this customer's to decide about (SEL-6, SEL-7, DEL-9). */
import type { DomainName } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { Roster } from '../domain/roster.ts';

/** `managed`: listed and verified. `pending`: listed, not yet verified. `foreign`: not listed. */
export type DomainStanding = 'managed' | 'pending' | 'foreign';

/** Tells a domain's standing for one customer: verification is either not asked for, or on record in the state. */
export function domainStandings(
  customer: CustomerConfig,
  roster: Pick<Roster, 'domains'>,
): (domain: DomainName) => DomainStanding {
  const verified = new Set(
    roster.domains.filter((domain) => domain.status === 'verified').map((domain) => domain.name),
  );
  const listed = new Map<DomainName, DomainStanding>(
    customer.domains.map(({ name, verification }) => [
      name,
      verification === 'none' || verified.has(name) ? 'managed' : 'pending',
    ]),
  );
  return (domain) => listed.get(domain) ?? 'foreign';
}
