/** The changes that make domains, sites and relays again what they were (UND-1). */
import type { DomainName } from '../domain/address.ts';
import type { DomainChange, NonEmpty, Reason, RelayChange, SiteChange } from '../domain/change.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { dayOf } from '../domain/instant.ts';
import type { CustomerId, Domain, Roster } from '../domain/roster.ts';
import type { ForeignDomains } from './revert-obstacles.ts';
import { reasonsWith } from './revert-reasons.ts';
import { relayDifferences, siteDifferences } from './sites.ts';

export interface NamedReversal {
  readonly now: Roster;
  readonly was: Roster;
  readonly foreign: ForeignDomains;
  /** Domains that somebody keeps an address in who cannot be put back. */
  readonly needed: ReadonlySet<string>;
  /** The first reason of every change. */
  readonly why: Reason;
}

export interface NamedChanges {
  readonly changes: readonly (DomainChange | SiteChange | RelayChange)[];
  /** An error for each domain that cannot be put back. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One change for each domain, site and relay that differs from what it was. A domain's token and its verification come back as they were. */
export function namedChanges({ now, was, foreign, needed, why }: NamedReversal): NamedChanges {
  const wanted = wantedDomains(now, was, foreign, needed);
  const domains = transitions(now.domains, wanted.domains, domainDifferences, why);
  const sites = transitions(now.sites, was.sites, siteDifferences, why);
  const relays = transitions(now.relays, was.relays, relayDifferences, why);
  return {
    changes: [
      ...domains.map((change): DomainChange => ({ ...change, resource: 'domain' })),
      ...sites.map((change): SiteChange => ({ ...change, resource: 'site' })),
      ...relays.map((change): RelayChange => ({ ...change, resource: 'relay' })),
    ],
    diagnostics: wanted.diagnostics,
  };
}

/** The domains as they are to be: as they were, but for what another customer has by now (DOM-3), and what is still needed. */
function wantedDomains(
  { domains: now }: Roster,
  { domains: was, sites }: Roster,
  foreign: ForeignDomains,
  needed: ReadonlySet<string>,
): { readonly domains: readonly Domain[]; readonly diagnostics: readonly Diagnostic[] } {
  const present = new Map(now.map((domain) => [domain.name, domain]));
  const former = new Set(was.map(({ name }) => name));
  const domains: Domain[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const domain of was) {
    const before = present.get(domain.name) ?? null;
    const owner = regains(before, domain) ? foreign(domain.name as DomainName) : null;
    if (owner === null) domains.push(domain);
    else diagnostics.push(notTaken(domain, owner));
    // Its site is put back all the same, for the one that it has now may go.
    if (owner !== null && before !== null) domains.push({ ...before, site: domain.site });
  }
  const known = new Set(sites.map(({ name }) => name));
  for (const domain of now) {
    if (former.has(domain.name) || !needed.has(domain.name)) continue;
    domains.push(domain.site === null || known.has(domain.site) ? domain : { ...domain, site: null });
  }
  return { domains, diagnostics };
}

/** Whether it would be this customer's by more than it is now. */
function regains(before: Domain | null, domain: Domain): boolean {
  if (before === null) return true;
  return domain.status === 'verified' && (before.status !== 'verified' || before.verifiedAt !== domain.verifiedAt);
}

function notTaken({ name }: Domain, owner: CustomerId): Diagnostic {
  const message = `The domain ${name} is not put back: it is verified for the customer ${owner} by now, and a domain is one customer's only.`;
  return diagnostic('error', 'DOM-3', message);
}

type Made<T> = { readonly reasons: NonEmpty<Reason> } & (
  | { readonly action: 'create'; readonly after: T }
  | { readonly action: 'update'; readonly before: T; readonly after: T }
  | { readonly action: 'delete'; readonly before: T }
);

function transitions<T extends { readonly name: string }>(
  now: readonly T[],
  wanted: readonly T[],
  differences: (before: T, after: T) => readonly string[],
  why: Reason,
): readonly Made<T>[] {
  const present = new Map(now.map((one) => [one.name, one]));
  const kept = new Set(wanted.map(({ name }) => name));
  return [
    ...now
      .filter(({ name }) => !kept.has(name))
      .map((before) => ({ action: 'delete', before, reasons: [why] }) as const),
    ...wanted.flatMap((after): readonly Made<T>[] => {
      const before = present.get(after.name);
      if (before === undefined) return [{ action: 'create', after, reasons: [why] }];
      const found = differences(before, after);
      return found.length === 0 ? [] : [{ action: 'update', before, after, reasons: reasonsWith(why, found) }];
    }),
  ];
}

function domainDifferences(before: Domain, after: Domain): readonly string[] {
  return [
    ...(before.status === after.status ? [] : [`${after.status}, and was ${before.status}`]),
    ...(before.verifiedAt === after.verifiedAt || after.verifiedAt === null
      ? []
      : [`verified since ${dayOf(after.verifiedAt)}`]),
    ...(before.verifiedAt !== null && after.verifiedAt === null && before.status === after.status
      ? ["verified by the configuration's word"]
      : []),
    ...(before.token === after.token ? [] : [after.token === null ? 'without a token' : 'with its former token']),
    ...(before.site === after.site ? [] : [`mail is delivered to ${siteText(after)}, and was to ${siteText(before)}`]),
  ];
}

function siteText({ site }: Domain): string {
  return site === null ? 'no site' : `the site ${site}`;
}
