/** Waiting where the service asks for it, and no longer than a run may wait in all. */
import type { HttpAnswer } from './exchange.ts';
import { interrupted, stop } from './problems.ts';

/** A clock that never goes back, one that tells the date, and how to let time pass. Milliseconds. */
export interface Time {
  readonly monotonic: () => number;
  readonly now: () => number;
  /** Ends at once when the signal aborts, whether it resolves or rejects then. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Patience {
  /** Resolves when a request may be sent. */
  ready(): Promise<void>;
  /** Notes an answer that asked to wait, for the `attempt`th time from 0. Throws TargetProblem (SCIM_THROTTLED) if that is too long. */
  asked(answer: Pick<HttpAnswer, 'status' | 'headers'>, attempt: number): void;
  /** Lets some time pass before the `attempt`th repetition of what broke, from 0; false if it was tried often enough. */
  mayRepeat(attempt: number): Promise<boolean>;
}

const LIMIT_MS = 5 * 60 * 1000;
const SHORTEST_MS = 250;
const LONGEST_BACKOFF_MS = 32_000;
const REPEAT_MS: readonly number[] = [250, 1000, 4000];

/** All requests wait together: a service counts by token, so that a second request meets what the first one met. */
export function patienceOf(host: string, { monotonic, now, sleep }: Time, signal: AbortSignal): Patience {
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let waitedMs = 0;
  const pass = async (ms: number) => {
    await sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw interrupted();
  };
  return {
    async ready() {
      for (;;) {
        if (signal.aborted) throw interrupted();
        const leftMs = pausedUntil - monotonic();
        if (leftMs <= 0) return;
        await pass(leftMs);
      }
    },
    asked({ status, headers }, attempt) {
      const backoffMs = Math.min(1000 * 2 ** attempt, LONGEST_BACKOFF_MS);
      const waitMs = Math.max(retryAfterMs(headers, now) ?? backoffMs, SHORTEST_MS);
      const at = monotonic();
      const addedMs = Math.max(0, at + waitMs - Math.max(at, pausedUntil));
      if (waitedMs + addedMs > LIMIT_MS) throw tooLong(host, status, waitMs, waitedMs);
      waitedMs += addedMs;
      pausedUntil = Math.max(pausedUntil, at + waitMs);
    },
    async mayRepeat(attempt) {
      const pauseMs = REPEAT_MS[attempt];
      if (pauseMs === undefined) return false;
      await pass(pauseMs);
      return true;
    },
  };
}

const HTTP_DATE = /^[a-z]{3}, \d{2} [a-z]{3} \d{4} [\d:]{8} GMT$/i;

/** Of seconds or of an HTTP date, which is read by the server's own clock (RFC 9110 10.2.3); null if it says nothing that can be read. */
function retryAfterMs(headers: HttpAnswer['headers'], now: () => number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return null;
  const server = Date.parse(headers.date ?? '');
  return Math.max(0, until - (Number.isNaN(server) ? now() : server));
}

function tooLong(host: string, status: number, waitMs: number, waitedMs: number) {
  const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
  return stop(
    'SCIM_THROTTLED',
    `${host} answered ${status} and is to be asked again in ${seconds(waitMs)}; this run has waited ${seconds(waitedMs)} of the ${seconds(LIMIT_MS)} that it may.`,
    'Run it again later: it goes on where it was. A smaller parallelism of the target may help.',
  );
}
