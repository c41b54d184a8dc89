/** What is said while somebody else's lock is waited for. */

import { inert } from '../domain/inert.ts';
import { heldBy, type LockHolder, type LockName } from '../ports/lock.ts';
import type { Context } from './context.ts';

/** Says who holds the lock, and how long it is waited for at most. Nothing with `-q`. */
export function waitNote(
  timeoutMs: number,
  { terminal, quiet }: Pick<Context, 'terminal' | 'quiet'>,
): (lock: LockName, holder: LockHolder) => void {
  return (lock, holder) => {
    if (quiet) return;
    const { who, pid, host, since } = holder;
    terminal.say(inert(`${heldBy(lock, holder)}; waiting for it, ${durationText(timeoutMs)} at most.`), {
      waiting: { lock, holder: { who, pid, host, since }, timeoutMs },
    });
  };
}

/** As `--lock-timeout` takes it: `90s`, `5m`. */
function durationText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? SECONDS;
  return `${Math.round(ms / size)}${unit}`;
}

const SECONDS = ['s', 1000] as const;
const UNITS = [['h', 3_600_000], ['m', 60_000], SECONDS] as const;
