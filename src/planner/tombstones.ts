/** Who takes over what is left of somebody who was deleted (DEL-6). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import type { Tombstone } from '../domain/roster.ts';
import { isGroupSupply, type Supply } from './supply.ts';

/**
 * The tombstones that newcomers take over: each one's by its object id, whatever its address is now; else the one with its primary, unless
 * that is somebody else's by object id. An archive goes to one person.
 */
export function takeovers(
  supplies: readonly Supply[],
  tombstones: readonly Tombstone[],
): ReadonlyMap<Supply, Tombstone> {
  const found = new Map<Supply, Tombstone>();
  if (tombstones.length === 0) return found;
  const newcomers = supplies.filter((supply) => supply.stored === null && !isGroupSupply(supply));
  const byId = new Map<string, Tombstone>();
  const byPrimary = new Map<AddressKey, Tombstone>();
  for (const tombstone of tombstones) {
    if (tombstone.objectId !== null) byId.set(tombstone.objectId, tombstone);
    byPrimary.set(keyOf(tombstone.addresses[0]), tombstone);
  }
  for (const supply of newcomers) {
    const tombstone = byId.get(supply.object?.id ?? '');
    if (tombstone !== undefined) found.set(supply, tombstone);
  }
  const taken = new Set(found.values());
  for (const supply of newcomers) {
    const tombstone = byPrimary.get(supply.primary.key);
    if (tombstone !== undefined && !found.has(supply) && !taken.has(tombstone)) found.set(supply, tombstone);
  }
  return found;
}
