/** Puts a whole state in the place of the stored one. */
import { ProblemError } from '../domain/diagnostic.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import type { Clock } from '../ports/clock.ts';
import type { LockHolder } from '../ports/lock.ts';
import type { RunId, RunOutcome } from '../ports/run.ts';
import { PushRefusedError, type StateStore } from '../ports/state.ts';

export interface PushRequest {
  readonly store: StateStore;
  readonly state: State;
  readonly who: string;
  readonly clock: Clock;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once for each customer whose lock has to be waited for. */
  readonly onWait: (customer: CustomerId, holder: LockHolder) => void;
}

export interface PushResult {
  readonly run: RunId;
  readonly outcomes: readonly RunOutcome[];
}

/**
 * Holds the lock of every customer concerned meanwhile. Rejects with PushRefusedError, LockHeldError, or ProblemError for a redacted state; then
 * every roster is as it was.
 */
export async function pushState(request: PushRequest): Promise<PushResult> {
  const { store, state, who, clock, lockTimeoutMs, signal, onWait } = request;
  if (state.redacted === true) {
    throw new ProblemError({
      code: 'STATE_REDACTED',
      message: 'The state is redacted: it has pseudonyms where names should be. Nothing was written.',
      hint: 'Push what "rollcall state pull" printed without --redact.',
    });
  }
  const locks: AsyncDisposable[] = [];
  try {
    for (const customer of [...state.rosters.keys()].toSorted()) {
      const wait = { timeoutMs: lockTimeoutMs, signal, onWait: (holder: LockHolder) => onWait(customer, holder) };
      locks.push(await store.lock(customer, wait));
    }
    const run = await store.begin({ command: 'state push', at: clock(), who, planDigest: null });
    await store.replace(run, clock(), state).catch(async (error: unknown) => {
      if (error instanceof PushRefusedError) await noteRefusal(run, error.message, request);
      throw error;
    });
    await store.finish(run, clock());
    const runs = await store.runs(1);
    return { run, outcomes: runs[0]?.id === run ? runs[0].outcomes : [] };
  } finally {
    for (const lock of locks.toReversed()) await lock[Symbol.asyncDispose]();
  }
}

/** The history is to say why nothing came of the run. */
async function noteRefusal(run: RunId, message: string, { store, state, clock }: PushRequest): Promise<void> {
  const stored = await store.read([...state.rosters.keys()], []);
  for (const customer of state.rosters.keys()) {
    const serial = stored.rosters.get(customer)?.serial ?? 0;
    await store.note(run, {
      customer,
      outcome: 'failed',
      serialBefore: serial,
      serialAfter: serial,
      changes: 0,
      message,
    });
  }
  await store.finish(run, clock());
}
