/** What goes wrong on demand: each fault waits for its requests, in the order in which they come, and never for a clock. */
import type { JsonObject } from './wire.ts';

/**
 * - `throttle`: 429. `retryAfter` is sent as it stands, seconds or an HTTP date; null sends none, without it 1.
 * - `status`: an error of that status; without `code`, the one that Graph uses for it.
 * - `answer`: exactly this.
 * - `cut`: the headers promise the whole body, and the connection ends after half of it. `reset`: it ends before any header.
 * - `late`: the answer waits for the promise.
 * - `repeat`: the page has its first object twice. `emptyPage`: the page is empty, and its link leads to what should have been in it.
 *   `loop`: the page's link leads to the same page, for ever. `noValue`: the page has no `value`. `errorBody`: 200 with the body of an error.
 * - `signIn`: the sign-in service answers with this AADSTS number; only with `where: 'login'`.
 */
export type Fault =
  | { readonly kind: 'throttle'; readonly retryAfter?: number | string | null }
  | { readonly kind: 'status'; readonly status: number; readonly code?: string; readonly retryAfter?: number | string }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: JsonObject | string;
    }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'late'; readonly until: Promise<unknown> }
  | { readonly kind: 'repeat' | 'emptyPage' | 'loop' | 'noValue' | 'errorBody' }
  | { readonly kind: 'signIn'; readonly code: 90033 | 90055 | 90090 };

/** `graph`: a request to Graph, a batch as a whole among them. `part`: a request inside a batch. `login`: one to the sign-in service. */
export type FaultPlace = 'graph' | 'part' | 'login';

export interface FaultMatch {
  /** Without it `graph`. */
  readonly where?: FaultPlace;
  /** Found in the path and query, `/v1.0/users?$select=id`; without it every request is meant. */
  readonly path?: string | RegExp;
  /** How many requests; without it 1. */
  readonly times?: number;
  /** How many matching requests go well before. */
  readonly skip?: number;
}

export interface Faults {
  add(fault: Fault, match?: FaultMatch): void;
  clear(): void;
  /** How many requests are still going to fail. */
  readonly pending: number;
  /** Takes the fault for this request, if there is one. */
  take(where: FaultPlace, pathAndQuery: string): Fault | null;
}

/** The kinds that can hit a part of a batch. */
const OF_PARTS: ReadonlySet<Fault['kind']> = new Set([
  ...(['throttle', 'status', 'answer', 'repeat', 'emptyPage', 'loop', 'noValue', 'errorBody'] as const),
]);

const OF_SIGN_IN: ReadonlySet<Fault['kind']> = new Set([
  ...(['throttle', 'status', 'answer', 'cut', 'reset', 'late', 'signIn'] as const),
]);

export function createFaults(): Faults {
  let waiting: { fault: Fault; match: FaultMatch; skip: number; left: number }[] = [];
  return {
    add(fault, match = {}) {
      const where = match.where ?? 'graph';
      if (where === 'part' && !OF_PARTS.has(fault.kind))
        throw new Error(`A part of a batch cannot have ${fault.kind}.`);
      if (where === 'login' && !OF_SIGN_IN.has(fault.kind)) {
        throw new Error(`The sign-in service cannot have ${fault.kind}.`);
      }
      if (where !== 'login' && fault.kind === 'signIn') throw new Error('signIn is a fault of where: login.');
      waiting.push({ fault, match, skip: match.skip ?? 0, left: match.times ?? 1 });
    },
    clear() {
      waiting = [];
    },
    get pending() {
      return waiting.reduce((sum, { left }) => sum + left, 0);
    },
    take(where, pathAndQuery) {
      for (const each of waiting) {
        if (!isMeant(each.match, where, pathAndQuery)) continue;
        if (each.skip > 0) {
          each.skip -= 1;
          continue;
        }
        each.left -= 1;
        waiting = waiting.filter(({ left }) => left > 0);
        return each.fault;
      }
      return null;
    },
  };
}

function isMeant(match: FaultMatch, where: FaultPlace, pathAndQuery: string): boolean {
  if ((match.where ?? 'graph') !== where) return false;
  const { path = '' } = match;
  return typeof path === 'string' ? pathAndQuery.includes(path) : path.test(pathAndQuery);
}
