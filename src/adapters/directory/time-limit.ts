/** An end for work that must not take long. */
import { abortError } from './aborted.ts';

export interface TimeLimit {
  /** Aborts when the time is up, and when the given signal does. */
  readonly signal: AbortSignal;
  readonly isUp: () => boolean;
  readonly lift: () => void;
}

/** Gives work so many milliseconds; `reason` is what it is told when they are over. */
export function timeLimit(signal: AbortSignal, ms: number, reason: () => Error): TimeLimit {
  const limit = new AbortController();
  let isUp = false;
  const timer = setTimeout(() => {
    isUp = true;
    limit.abort(reason());
  }, ms);
  const stop = () => limit.abort(abortError(signal));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    signal: limit.signal,
    isUp: () => isUp,
    lift: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}
