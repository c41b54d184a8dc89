/** Keeps what directory sources want kept for their next readings. */
import { setImmediate } from 'node:timers/promises';
import type { DirectoryCopyUpdate } from '../domain/directory-copy.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { StateStore } from '../ports/state.ts';

/** What a plan's readings want kept, by customer. */
export type CopyUpdates = ReadonlyMap<CustomerId, DirectoryCopyUpdate>;

/** Copies that could not be kept, and why not. */
export interface UnkeptCopies {
  readonly customers: readonly CustomerId[];
  readonly error: unknown;
}

/**
 * Keeps each customer's in one transaction. Never rejects, for a copy only saves a full reading: the first that cannot be kept ends it, and
 * is returned with those behind it. An aborted signal ends it in silence.
 */
export async function keepCopies(
  updates: CopyUpdates,
  store: Pick<StateStore, 'keepCopy'>,
  signal: AbortSignal,
): Promise<UnkeptCopies | null> {
  const all = [...updates];
  for (const [index, [customer, update]] of all.entries()) {
    // Without a turn for others a signal would not be heard before the end.
    await setImmediate();
    if (signal.aborted) return null;
    try {
      await store.keepCopy(customer, update);
    } catch (error) {
      return { customers: all.slice(index).map(([name]) => name), error };
    }
  }
  return null;
}
