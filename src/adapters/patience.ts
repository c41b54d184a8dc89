/** Waiting where an HTTP service asks for it, and no longer than the work may wait in all. */

/** A clock that never goes back, one that tells the date, and how to let time pass. Milliseconds. */
export interface Time {
  readonly monotonic: () => number;
  readonly now: () => number;
  /** Ends at once when the signal aborts, whether it resolves or rejects then. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** An answer that asks to wait. */
export interface BusyAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** How long is to be waited now, was waited already, and may be waited in all: `12 s`. */
export interface Wait {
  readonly asked: string;
  readonly waited: string;
  readonly limit: string;
}

export interface Patience {
  /** How often an answer asked to wait and try again. */
  readonly throttled: number;
  /** Resolves when a request may be sent. Rejects with what `interrupted` makes. */
  ready(): Promise<void>;
  /** Notes that `host` asked to wait, for the `attempt`th time from 0. Throws what `tooLong` makes if that is too long. */
  asked(answer: BusyAnswer, host: string, attempt: number): void;
  /** Lets some time pass before the `attempt`th repetition of what broke, from 0; false if it was tried often enough. */
  mayRepeat(attempt: number): Promise<boolean>;
}

export interface PatienceOptions {
  readonly limitMs: number;
  readonly time: Time;
  readonly signal: AbortSignal;
  readonly interrupted: () => Error;
  readonly tooLong: (status: number, host: string, wait: Wait) => Error;
}

const SHORTEST_MS = 250;
const LONGEST_BACKOFF_MS = 32_000;
const REPEAT_MS: readonly number[] = [250, 1000, 4000];

/**
 * All requests wait together: services count by app and tenant or by token, so that a second request meets what the first one met. What is
 * waited at the same time counts once towards `limitMs`.
 */
export function startPatience({ limitMs, time, signal, interrupted, tooLong }: PatienceOptions): Patience {
  const { monotonic, now, sleep } = time;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let waitedMs = 0;
  let throttled = 0;
  const pass = async (ms: number) => {
    await sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw interrupted();
  };
  return {
    get throttled() {
      return throttled;
    },
    async ready() {
      for (;;) {
        if (signal.aborted) throw interrupted();
        const leftMs = pausedUntil - monotonic();
        if (leftMs <= 0) return;
        await pass(leftMs);
      }
    },
    asked({ status, headers }, host, attempt) {
      throttled += 1;
      const backoffMs = Math.min(1000 * 2 ** attempt, LONGEST_BACKOFF_MS);
      const waitMs = Math.max(retryAfterMs(headers, now) ?? backoffMs, SHORTEST_MS);
      const at = monotonic();
      const addedMs = Math.max(0, at + waitMs - Math.max(at, pausedUntil));
      if (waitedMs + addedMs > limitMs) {
        throw tooLong(status, host, { asked: seconds(waitMs), waited: seconds(waitedMs), limit: seconds(limitMs) });
      }
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

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

const HTTP_DATE = /^[a-z]{3}, \d{2} [a-z]{3} \d{4} [\d:]{8} GMT$/i;

/** Of seconds or of an HTTP date, which is read by the server's own clock (RFC 9110 10.2.3); null if it says nothing that can be read. */
function retryAfterMs(headers: BusyAnswer['headers'], now: () => number): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return null;
  const server = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(server) ? now() : server));
}

/** How one request is sent, and what its outcomes mean. */
export interface Attempt<A> {
  readonly host: string;
  send(): Promise<A>;
  /** The answer, if it asks to wait; else null. */
  busy(answer: A): BusyAnswer | null;
  /** Whether another try may bring another answer than this one, or than this error. */
  mayPass(outcome: { readonly answer: A } | { readonly error: unknown }): boolean;
}

/** Sends until there is an answer that stands: what asks to wait is waited out, what may pass is tried three times more. The last outcome stands. */
export async function sendPatiently<A>(attempt: Attempt<A>, patience: Patience): Promise<A> {
  let waits = 0;
  let broken = 0;
  for (;;) {
    await patience.ready();
    const outcome = await attempt.send().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    const busy = 'answer' in outcome ? attempt.busy(outcome.answer) : null;
    if (busy !== null) {
      patience.asked(busy, attempt.host, waits);
      waits += 1;
      continue;
    }
    if (attempt.mayPass(outcome) && (await patience.mayRepeat(broken))) {
      broken += 1;
      continue;
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  }
}
