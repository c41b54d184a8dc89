/** Locks on customers and targets. */
import type { Instant } from '../domain/instant.ts';
import type { CustomerId } from '../domain/roster.ts';

/** What can be locked: a customer, or a target. */
export type LockName = CustomerId | `target:${string}`;

/** Who has locked a customer or a target. */
export interface LockHolder {
  readonly who: string;
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
}

export interface LockOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once, if the lock has to be waited for. */
  readonly onWait?: (holder: LockHolder) => void;
}

/** A lock was not had in time. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  readonly lock: LockName;
  readonly holder: LockHolder;
  constructor(lock: LockName, holder: LockHolder) {
    super(heldBy(lock, holder));
    this.lock = lock;
    this.holder = holder;
  }
}

/** `acme is locked by ann@host (process 1 on host) since …`. */
export function heldBy(lock: LockName, { who, pid, host, since }: LockHolder): string {
  return `${lock} is locked by ${who} (process ${pid} on ${host}) since ${since}`;
}
