/** Puts a whole state in the place of the stored one. */
import type { State } from '../domain/roster.ts';
import type { Clock, RunId, StateStore } from '../ports.ts';

export interface PushRequest {
  readonly store: StateStore;
  readonly state: State;
  readonly who: string;
  readonly clock: Clock;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Holds the lock of every customer concerned meanwhile. Rejects with PushRefusedError or LockHeldError; then nothing was written. */
export async function pushState({ store, state, who, clock, lockTimeoutMs, signal }: PushRequest): Promise<RunId> {
  const locks: AsyncDisposable[] = [];
  try {
    for (const customer of [...state.rosters.keys()].toSorted()) {
      locks.push(await store.lock(customer, { timeoutMs: lockTimeoutMs, signal }));
    }
    const run = await store.begin({ command: 'state push', at: clock(), who, planDigest: null });
    await store.replace(run, clock(), state);
    await store.finish(run, clock());
    return run;
  } finally {
    for (const lock of locks.toReversed()) await lock[Symbol.asyncDispose]();
  }
}
