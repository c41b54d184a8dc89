/** How long a mail server is waited for. */
import type { SmtpServer } from '../../domain/smtp-probe.ts';
import { interrupted, timedOut } from './failure.ts';

/** RFC 5321 4.5.3.2 would wait minutes for each step; somebody who looks at a screen does not. */
export interface Patience {
  readonly server: SmtpServer;
  /** For one step: a connection, a whole reply, a handshake. In milliseconds. */
  readonly stepMs: number;
  /** When all must be over, as `performance.now()` counts; Infinity for never. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

/** How a wait is ended by what it waits for. */
export interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Waits for what `begin` starts; `begin` returns how to stop listening, which is always called. Rejects with SmtpError when a step takes
 * too long, when all together does, and when it is interrupted. `waitedFor` is as in "there was no answer to RCPT".
 */
export function waitFor<T>(
  { server, stepMs, endsAt, signal }: Patience,
  waitedFor: string,
  begin: (settle: Settle<T>) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    let stopListening = () => {};
    const end = (settle: () => void) => {
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      stopListening();
      settle();
    };
    const stop = () => end(() => reject(interrupted(server)));
    const leftMs = endsAt - performance.now();
    const late = () => reject(timedOut(server, waitedFor, leftMs < stepMs ? null : stepMs));
    const timer = setTimeout(() => end(late), Math.max(0, Math.min(stepMs, leftMs)));
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    const stopIt = begin({
      resolve: (value) => end(() => resolve(value)),
      reject: (error) => end(() => reject(error)),
    });
    // What was waited for may have been there already.
    if (over) stopIt();
    else stopListening = stopIt;
  });
}
