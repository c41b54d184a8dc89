/** A domain and a tombstone as rows of their tables, which is also how the journal has them. Columns are only ever added at the end. */
import { keyOf } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Domain, ObjectId, Tombstone } from '../../domain/roster.ts';
import { parseStored } from './errors.ts';

export type DomainRow = readonly [
  name: string,
  status: string,
  verifiedAt: string | null,
  token: string | null,
  site: string | null,
];

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
