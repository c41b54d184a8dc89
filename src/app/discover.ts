/** Finds out which addresses of a customer exist, by asking the mail servers of its sites. */
import { type AddressKey, type DomainName, domainOf } from '../domain/address.ts';
import type { CustomerConfig, SiteConfig } from '../domain/config.ts';
import { type AskProgress, type AskRequest, askSite, type SiteFindings } from './ask-site.ts';

export interface DiscoverRequest extends Omit<AskRequest, 'onProgress'> {
  readonly onProgress?: (progress: DiscoverProgress) => void;
}

/** How far it is. */
export interface DiscoverProgress extends Pick<AskProgress, 'server'> {
  readonly asked: number;
  readonly found: number;
}

export interface Discovery {
  /** In the order of the configuration; those that nobody had to be asked at are not among them. */
  readonly sites: readonly SiteFindings[];
  /** How many addresses are in domains whose mail is delivered to no site, so that there is nobody to ask. */
  readonly withoutSite: ReadonlyMap<DomainName, number>;
}

/** One site after the other, so that the rate holds for all of them. Never rejects for what a server did. */
export async function discover(
  { domains, sites }: CustomerConfig,
  addresses: readonly AddressKey[],
  { onProgress, ...request }: DiscoverRequest,
): Promise<Discovery> {
  const siteOf = new Map(domains.map(({ name, site }) => [name, site]));
  let [asked, found] = [0, 0];
  const progress = (step: AskProgress) => {
    asked += 1;
    if (step.found) found += 1;
    onProgress?.({ server: step.server, asked, found });
  };
  const findings: SiteFindings[] = [];
  for (const site of sites) {
    const here = addresses.filter((address) => siteOf.get(domainOf(address)) === site.name);
    if (here.length > 0) findings.push(await askSite(site, here, { ...request, onProgress: progress }));
  }
  return { sites: findings, withoutSite: homeless(addresses, siteOf, sites) };
}

function homeless(
  addresses: readonly AddressKey[],
  siteOf: ReadonlyMap<DomainName, string | null>,
  sites: readonly SiteConfig[],
): ReadonlyMap<DomainName, number> {
  const names = new Set<string | null>(sites.map(({ name }) => name));
  const counts = new Map<DomainName, number>();
  for (const domain of addresses.map(domainOf)) {
    if (!names.has(siteOf.get(domain) ?? null)) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}

/** Everybody who was found, sorted. */
export function foundIn({ sites }: Discovery): readonly AddressKey[] {
  return sites.flatMap(({ found }) => found).toSorted();
}

/** Whether it is known of every address whether it exists. */
export function isComplete({ sites, withoutSite }: Discovery): boolean {
  const open = sites.some(
    ({ undecided, stopped, notAsked }) => undecided.length > 0 || stopped !== null || notAsked > 0,
  );
  return !open && withoutSite.size === 0;
}
