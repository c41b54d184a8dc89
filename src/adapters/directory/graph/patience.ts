/** Waiting where Graph asks for it, and no longer than a reading may wait in all. */

import { epochMs } from '../../../domain/instant.ts';
import type { Clock } from '../../../ports/clock.ts';
import { abortError } from '../aborted.ts';
import { DirectoryError, failure } from '../errors.ts';
import type { HttpAnswer } from './exchange.ts';

/** A clock that never goes back, and how to let time pass on it. */
export interface Time {
  readonly now: Clock;
  /** Milliseconds. */
  readonly monotonic: () => number;
  /** Ends at once when the signal aborts, whether it resolves or rejects then. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Patience {
  /** How often an answer asked to wait and try again. */
  readonly throttled: number;
  /** Resolves when a request may be sent. Rejects with DirectoryError (INTERRUPTED). */
  ready(): Promise<void>;
  /** Notes an answer that asked to wait, for the `attempt`th time from 0. Throws DirectoryError (ENTRA_THROTTLED) if that is too long. */
  asked(answer: Pick<HttpAnswer, 'status' | 'headers'>, url: string, attempt: number): void;
  /** Lets some time pass before the `attempt`th repetition of what broke, from 0; false if it was tried often enough. */
  mayRepeat(attempt: number): Promise<boolean>;
}

const SHORTEST_MS = 250;
const LONGEST_BACKOFF_MS = 32_000;
const REPEAT_MS: readonly number[] = [250, 1000, 4000];

/**
 * All requests of a reading wait together: Graph counts by app and tenant, so that a second request meets what the first one met. What is
 * waited at the same time counts once towards `limitMs`.
 */
export function patienceOf(limitMs: number, { now, monotonic, sleep }: Time, signal: AbortSignal): Patience {
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let waitedMs = 0;
  let throttled = 0;
  const pass = async (ms: number) => {
    await sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw abortError(signal);
  };
  return {
    get throttled() {
      return throttled;
    },
    async ready() {
      for (;;) {
        if (signal.aborted) throw abortError(signal);
        const leftMs = pausedUntil - monotonic();
        if (leftMs <= 0) return;
        await pass(leftMs);
      }
    },
    asked(answer, url, attempt) {
      throttled += 1;
      const backoffMs = Math.min(1000 * 2 ** attempt, LONGEST_BACKOFF_MS);
      const waitMs = Math.max(retryAfterMs(answer.headers, now) ?? backoffMs, SHORTEST_MS);
      const at = monotonic();
      const addedMs = Math.max(0, at + waitMs - Math.max(at, pausedUntil));
      if (waitedMs + addedMs > limitMs) throw tooLong(answer.status, url, waitMs, limitMs, waitedMs);
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
function retryAfterMs(headers: Headers, now: Clock): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return null;
  const server = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(server) ? epochMs(now()) : server));
}

function tooLong(status: number, url: string, waitMs: number, limitMs: number, waitedMs: number): DirectoryError {
  const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
  return failure(
    'ENTRA_THROTTLED',
    `${new URL(url).host} answered ${status} and is to be asked again in ${seconds(waitMs)}; this reading has waited ${seconds(waitedMs)} of the ${seconds(limitMs)} that it may.`,
    'Run it again later, when less asks this tenant, or allow a longer wait under directory.timeouts.throttled.',
  );
}

const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503, 504]);
const MAY_PASS: ReadonlySet<number> = new Set([408, 500, 502]);

/**
 * Sends until there is an answer that stands: 429, 503 and 504 are waited out, a lost connection, 500 and 502 are tried three times
 * more. The answer of the last attempt is returned as it is.
 */
export async function persistently(
  send: () => Promise<HttpAnswer>,
  url: string,
  patience: Patience,
  asksToWait: (answer: HttpAnswer) => boolean = ({ status }) => ASKS_TO_WAIT.has(status),
): Promise<HttpAnswer> {
  let broken = 0;
  for (let waits = 0; ; ) {
    await patience.ready();
    const answer = await send().catch((error: unknown) => {
      if (error instanceof DirectoryError && error.retry === 'always') return error;
      throw error;
    });
    if (!(answer instanceof DirectoryError) && asksToWait(answer)) {
      patience.asked(answer, url, waits);
      waits += 1;
      continue;
    }
    const mayPass = answer instanceof DirectoryError || MAY_PASS.has(answer.status);
    if (mayPass && (await patience.mayRepeat(broken))) {
      broken += 1;
      continue;
    }
    if (answer instanceof DirectoryError) throw answer;
    return answer;
  }
}
