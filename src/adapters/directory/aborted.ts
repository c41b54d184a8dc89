/** What becomes of work whose signal aborts. */
import { DirectoryError, interrupted } from './errors.ts';

/** The signal's own reason if that is a DirectoryError; else the user stopped it. */
export function abortError({ reason }: AbortSignal): DirectoryError {
  return reason instanceof DirectoryError ? reason : interrupted();
}

/** What the promise settles to, unless the signal aborts before. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
