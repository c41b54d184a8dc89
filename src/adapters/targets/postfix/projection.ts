/** What the tables of a Postfix gateway are to hold of a roster. */
import { acceptedAddresses, acceptedDomains } from '../../../domain/accepted.ts';
import { keyOf } from '../../../domain/address.ts';
import type { Group, Roster, Site } from '../../../domain/roster.ts';
import type { TargetEntry } from '../../../domain/target.ts';
import { addressKeys, domainKeys } from './lookup-key.ts';
import { entryKey, FOUND, relayKey, type Table } from './tables.ts';

type Put = (table: Table, key: string, value: string) => void;

/** The lines for one customer. */
export function projectRoster(
  roster: Roster,
  { expandGroups }: { readonly expandGroups: boolean },
): readonly TargetEntry[] {
  const lines = new Map<string, string>();
  const put: Put = (table, key, value) => {
    lines.set(entryKey(table, key), value);
  };
  const domains = acceptedDomains(roster);
  putDomains(roster, put);
  putRelays(roster, put);
  for (const entry of roster.entries) {
    for (const address of acceptedAddresses(entry, domains)) {
      for (const key of addressKeys(address)) put('recipients', key, FOUND);
    }
  }
  if (expandGroups) putAliases(roster, domains, put);
  const { customer } = roster;
  return Array.from(lines, ([key, value]) => ({ customer, key, value }));
}

function putDomains({ domains, sites }: Roster, put: Put): void {
  const hops = new Map(sites.map((site) => [site.name, nextHops(site)]));
  for (const { name, status, site } of domains) {
    if (status !== 'verified') continue;
    const hop = site === null ? undefined : hops.get(site);
    for (const key of domainKeys(name)) {
      put('domains', key, FOUND);
      put('senders', key, FOUND);
      if (hop !== undefined) put('transport', key, hop);
    }
  }
}

/** The servers of a site in the order in which Postfix 3.5 or later tries them (smtp(8)); brackets keep it from asking for MX records. */
function nextHops({ servers }: Site): string | undefined {
  if (servers.length === 0) return undefined;
  const hops = servers.toSorted((a, b) => a.priority - b.priority).map(({ address, port }) => hopOf(address, port));
  return `relay:${hops.join(',')}`;
}

function hopOf(address: string, port: number): string {
  return address.includes(':') ? `[ipv6:${address}]:${port}` : `[${address}]:${port}`;
}

/** The networks of the customer's own servers. */
function putRelays({ customer, relays }: Roster, put: Put): void {
  for (const network of relays.flatMap(({ addresses }) => addresses)) {
    put('relays', relayKey(network, customer), FOUND);
  }
}

/** Distribution lists that somebody is on; mail for the others goes on to the list at the site. */
function putAliases({ entries }: Roster, domains: ReadonlySet<string>, put: Put): void {
  const accepted = new Map(
    entries.map((entry) => [keyOf(entry.address), acceptedAddresses(entry, domains)[0]] as const),
  );
  for (const group of entries.filter((entry): entry is Group => entry.type === 'group')) {
    const members = group.members.flatMap((member) => {
      const address = accepted.get(keyOf(member));
      return address === undefined ? [] : addressKeys(address).slice(0, 1);
    });
    if (members.length === 0) continue;
    const value = [...new Set(members)].sort().join(',');
    for (const address of acceptedAddresses(group, domains)) {
      for (const key of addressKeys(address)) put('aliases', key, value);
    }
  }
}
