/** Domains, sites, relays and tombstones as rows of their tables, which is also how the journal has them. Columns are only ever added at the end. */
import { keyOf } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Domain, ObjectId, Relay, Site, Tombstone } from '../../domain/roster.ts';
import { parseStored } from './errors.ts';

export type DomainRow = readonly [
  name: string,
  status: string,
  verifiedAt: string | null,
  token: string | null,
  site: string | null,
];

/** The servers are a JSON array of `[address, port, priority]`. */
export type SiteRow = readonly [name: string, isDefault: number, servers: string];

/** The addresses are a JSON array of texts. */
export type RelayRow = readonly [name: string, addresses: string];

/** The addresses are a JSON array of texts. */
export type TombstoneRow = readonly [
  key: string,
  addresses: string,
  objectId: string | null,
  archive: string,
  deletedAt: string,
];

export function domainRow({ name, status, verifiedAt, token, site }: Domain): DomainRow {
  return [name, status, verifiedAt, token, site];
}

export function domainOf([name, status, verifiedAt, token, site]: DomainRow): Domain {
  return {
    name,
    site,
    status: status as Domain['status'],
    token,
    verifiedAt: verifiedAt as Instant | null,
  };
}

export function siteRow(site: Site): SiteRow {
  const servers = site.servers.map(({ address, port, priority }) => [address, port, priority]);
  return [site.name, site.default ? 1 : 0, JSON.stringify(servers)];
}

export function siteOf([name, isDefault, servers]: SiteRow): Site {
  const rows = parseStored(servers) as readonly (readonly [string, number, number])[];
  return {
    default: isDefault === 1,
    name,
    servers: rows.map(([address, port, priority]) => ({ address, port, priority })),
  };
}

export function relayRow({ name, addresses }: Relay): RelayRow {
  return [name, JSON.stringify(addresses)];
}

export function relayOf([name, addresses]: RelayRow): Relay {
  return { addresses: parseStored(addresses) as readonly string[], name };
}

export function tombstoneRow({ addresses, objectId, archive, deletedAt }: Tombstone): TombstoneRow {
  return [keyOf(addresses[0]), JSON.stringify(addresses), objectId, archive, deletedAt];
}

export function tombstoneOf([, addresses, objectId, archive, deletedAt]: TombstoneRow): Tombstone {
  return {
    addresses: parseStored(addresses) as Tombstone['addresses'],
    archive,
    deletedAt: deletedAt as Instant,
    objectId: objectId as ObjectId | null,
  };
}
