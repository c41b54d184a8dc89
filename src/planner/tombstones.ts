/** Finds what is left of somebody who was deleted (DEL-6). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import type { ObjectId, Tombstone, User } from '../domain/roster.ts';

/** Finds the tombstone of a new user: by object id, else by its primary. */
export type FindTombstone = (user: Pick<User, 'address' | 'objectId'>) => Tombstone | undefined;

/** Indexes tombstones; of several alike the first is found. */
export function tombstoneFinder(tombstones: readonly Tombstone[]): FindTombstone {
  if (tombstones.length === 0) return () => undefined;
  const byId = new Map<ObjectId, Tombstone>();
  const byAddress = new Map<AddressKey, Tombstone>();
  for (const tombstone of tombstones.toReversed()) {
    if (tombstone.objectId !== null) byId.set(tombstone.objectId, tombstone);
    byAddress.set(keyOf(tombstone.addresses[0]), tombstone);
  }
  return ({ address, objectId }) =>
    (objectId === null ? undefined : byId.get(objectId)) ?? byAddress.get(keyOf(address));
}
