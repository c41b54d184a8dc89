/** Who claims addresses: whom a live source supplies, and who stays without being supplied. Which of two claims goes first (ADR-3). */
import { type Address, keyOf, known } from '../domain/address.ts';
import type { Reason } from '../domain/change.ts';
import type { AdditionConfig, ConfiguredUser } from '../domain/config.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import type { Entry } from '../domain/roster.ts';

/** Somebody whom a live source supplies: the directory, the configuration, or both. */
export interface Supply {
  readonly object: DirectoryObject | null;
  readonly configured: ConfiguredUser | null;
  readonly addition: AdditionConfig | null;
  readonly primary: Address;
  readonly aliases: readonly Address[];
  /** The roster entry that it continues, or null for somebody new. */
  readonly stored: Entry | null;
  /** How it came to that entry, unless by the object id it had. */
  readonly binding: Reason | null;
}

/** A roster entry that stays although nobody supplies it, or because who supplies it lost its primary. */
export interface Staying {
  readonly stored: Entry;
  readonly primary: Address;
  readonly aliases: readonly Address[];
}

export type Claimant = Supply | Staying;

/** An entry that claims what it holds, save the aliases that it may not keep. */
export function stayingOf(stored: Entry, mayKeep: (alias: Address) => boolean): Staying {
  return { stored, primary: known(stored.address), aliases: stored.aliases.map(known).filter(mayKeep) };
}

export function isSupply(claimant: Claimant): claimant is Supply {
  return 'configured' in claimant;
}

export function isGroupSupply({ object }: Supply): boolean {
  return object?.kind === 'group';
}

/** Whether a claimant has the address in the roster already. Nearly always it is written there as it is claimed. */
export function holds({ stored }: Claimant, { key, display }: Address): boolean {
  if (stored === null) return false;
  if (stored.address === display || stored.aliases.includes(display)) return true;
  return keyOf(stored.address) === key || stored.aliases.some((alias) => keyOf(alias) === key);
}

/**
 * Whether `a` goes before `b`, who claims the address in the same rank: the one that holds it in the roster, else the one that
 * the configuration states, else the smaller object id.
 */
export function outranks(a: Claimant, b: Claimant, address: Address): boolean {
  const [holdsA, holdsB] = [holds(a, address), holds(b, address)];
  if (holdsA !== holdsB) return holdsA;
  const [idA, idB] = [rankOf(a), rankOf(b)];
  return idA === idB ? a.primary.key < b.primary.key : idA < idB;
}

/** The object id, or the empty text for the configuration's own users, which is before every id. */
function rankOf(claimant: Claimant): string {
  if (!isSupply(claimant)) return claimant.stored.objectId ?? '';
  return claimant.configured === null ? (claimant.object?.id ?? '') : '';
}
