/** Which customers are to be synced now. */
import type { CustomerConfig } from '../domain/config.ts';
import { epochMs, type Instant } from '../domain/instant.ts';
import type { CustomerId } from '../domain/roster.ts';

/** Where no directory says how often: changes of the configuration and deletions that are due want it too. */
const DEFAULT_EVERY_MS = 24 * 60 * 60 * 1000;

/** Those whose `sync.every` has passed since they were last in step, or who never were. */
export function dueCustomers(
  customers: readonly CustomerConfig[],
  syncedAt: ReadonlyMap<CustomerId, Instant>,
  now: Instant,
): readonly CustomerConfig[] {
  return customers.filter(({ name, directory }) => {
    const last = syncedAt.get(name);
    return last === undefined || epochMs(now) - epochMs(last) >= (directory?.syncEveryMs ?? DEFAULT_EVERY_MS);
  });
}
