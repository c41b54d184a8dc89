/** Holds work to a rate. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Ticks {
  /** Milliseconds from any moment on. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Resolves when the next may begin: not more than so many a second, evenly, and none saved up for later. */
export function paced(perSecond: number, { now, sleep }: Ticks): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const before = now();
    const at = Math.max(before, next);
    next = at + 1000 / perSecond;
    if (at > before) await sleep(at - before);
  };
}

/** Real time. Once the signal is aborted nobody sleeps. */
export function realTicks(signal: AbortSignal): Ticks {
  return {
    now: () => performance.now(),
    sleep: (ms) => wait(ms, undefined, { signal }).catch(() => {}),
  };
}
