/** Waiting for Graph, within what the configuration allows. */
import { epochMs } from '../../../domain/instant.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type Patience, sendPatiently, startPatience, type Wait } from '../../patience.ts';
import { abortError } from '../aborted.ts';
import { DirectoryError, failure } from '../errors.ts';
import type { HttpAnswer } from './exchange.ts';

export type { Patience } from '../../patience.ts';

/** A clock that never goes back, and how to let time pass on it. */
export interface Time {
  readonly now: Clock;
  /** Milliseconds. */
  readonly monotonic: () => number;
  /** Ends at once when the signal aborts, whether it resolves or rejects then. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Of one reading: it throws DirectoryError (ENTRA_THROTTLED, INTERRUPTED). */
export function patienceOf(limitMs: number, { now, monotonic, sleep }: Time, signal: AbortSignal): Patience {
  return startPatience({
    limitMs,
    time: { monotonic, sleep, now: () => epochMs(now()) },
    signal,
    interrupted: () => abortError(signal),
    tooLong,
  });
}

function tooLong(status: number, host: string, { asked, waited, limit }: Wait): DirectoryError {
  return failure(
    'ENTRA_THROTTLED',
    `${host} answered ${status} and is to be asked again in ${asked}; this reading has waited ${waited} of the ${limit} that it may.`,
    'Run it again later, when less asks this tenant, or allow a longer wait under directory.timeouts.throttled.',
  );
}

const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503, 504]);
const MAY_PASS: ReadonlySet<number> = new Set([408, 500, 502]);

/**
 * Sends until there is an answer that stands: 429, 503 and 504 are waited out, a lost connection, 500 and 502 are tried three times
 * more. The answer of the last attempt is returned as it is.
 */
export function persistently(
  exchange: () => Promise<HttpAnswer>,
  url: string,
  patience: Patience,
  asksToWait: (answer: HttpAnswer) => boolean = ({ status }) => ASKS_TO_WAIT.has(status),
): Promise<HttpAnswer> {
  return sendPatiently(
    {
      host: new URL(url).host,
      send: exchange,
      busy: (answer) => (asksToWait(answer) ? answer : null),
      mayPass: (outcome) =>
        'answer' in outcome
          ? MAY_PASS.has(outcome.answer.status)
          : outcome.error instanceof DirectoryError && outcome.error.retry === 'always',
    },
    patience,
  );
}
