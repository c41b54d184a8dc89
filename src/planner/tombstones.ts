/** Who takes over what is left of somebody who was deleted (DEL-6). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import type { ObjectId, Tombstone } from '../domain/roster.ts';
import { isGroupSupply, type Supply } from './supply.ts';

/** The tombstones that newcomers among the supplied take over. */
export function takeovers(
  supplies: readonly Supply[],
  tombstones: readonly Tombstone[],
): ReadonlyMap<Supply, Tombstone> {
  const newcomers = supplies.filter((supply) => supply.stored === null && !isGroupSupply(supply));
  return heirsOf(tombstones, newcomers, ({ object, primary }) => ({
    objectId: object?.id ?? null,
    primary: primary.key,
  }));
}

/** What a newcomer is known by. */
interface Newcomer {
  readonly objectId: ObjectId | null;
  readonly primary: AddressKey;
}

/**
 * The tombstone of each newcomer that has one: the one with its object id, whatever its address is now; else the one with its primary, unless
 * that is somebody else's by object id. An archive goes to one person.
 */
export function heirsOf<T>(
  tombstones: readonly Tombstone[],
  newcomers: readonly T[],
  knownBy: (newcomer: T) => Newcomer,
): ReadonlyMap<T, Tombstone> {
  const found = new Map<T, Tombstone>();
  if (tombstones.length === 0) return found;
  const byId = new Map<string, Tombstone>();
  const byPrimary = new Map<AddressKey, Tombstone>();
  for (const tombstone of tombstones) {
    if (tombstone.objectId !== null) byId.set(tombstone.objectId, tombstone);
    byPrimary.set(keyOf(tombstone.addresses[0]), tombstone);
  }
  for (const newcomer of newcomers) {
    const tombstone = byId.get(knownBy(newcomer).objectId ?? '');
    if (tombstone !== undefined) found.set(newcomer, tombstone);
  }
  const taken = new Set(found.values());
  for (const newcomer of newcomers) {
    const tombstone = byPrimary.get(knownBy(newcomer).primary);
    if (tombstone !== undefined && !found.has(newcomer) && !taken.has(tombstone)) found.set(newcomer, tombstone);
  }
  return found;
}
