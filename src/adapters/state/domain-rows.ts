/** A domain and a tombstone as rows of their tables, which is also how the journal writes them down. Columns are only ever added at the end. */
import { keyOf } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Domain, ObjectId, Tombstone } from '../../domain/roster.ts';
import type { Values } from './database.ts';
import { listOf, textOf } from './text-lists.ts';

export function domainRow({ name, status, verifiedAt, token, site }: Domain): Values {
  return [name, status, verifiedAt, token, site];
}

export function domainOfRow(row: Values): Domain {
  const [name, status, verifiedAt = null, token = null, site = null] = row;
  return {
    name: name as string,
    site: site as string | null,
    status: status as Domain['status'],
    token: token as string | null,
    verifiedAt: verifiedAt as Instant | null,
  };
}

export function tombstoneRow({ addresses, objectId, archive, deletedAt }: Tombstone): Values {
  return [keyOf(addresses[0]), textOf(addresses), objectId, archive, deletedAt];
}

export function tombstoneOfRow(row: Values): Tombstone {
  const [, addresses, objectId = null, archive, deletedAt] = row;
  return {
    addresses: listOf(addresses) as Tombstone['addresses'],
    archive: archive as string,
    deletedAt: deletedAt as Instant,
    objectId: objectId as ObjectId | null,
  };
}
