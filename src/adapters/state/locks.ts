/** Locks on customers and targets, as rows that every process sees: two applies of one customer cannot interleave. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../domain/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { LockHeldError, type LockHolder, type LockName, type LockOptions } from '../../ports/lock.ts';
import type { Database, Sql } from './database.ts';
import { StateError } from './errors.ts';
import { livenessOf, type ProcessName } from './processes.ts';

/** Who takes locks. */
export interface LockTaker extends ProcessName {
  readonly who: string;
  readonly now: Clock;
}

interface Locks extends AsyncDisposable {
  lock(name: LockName, options: LockOptions): Promise<AsyncDisposable>;
}

interface Holder extends LockHolder {
  /** False for a process of another machine or container, which cannot be seen. */
  readonly isSurelyAlive: boolean;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** The locks of one process. Disposing of them gives back those that are still held. */
export function locksIn(db: Database, taker: LockTaker): Locks {
  const held = new Set<string>();
  const release = async (token: string) => {
    if (!held.has(token)) return;
    try {
      await db.write((sql) => sql.run('DELETE FROM customer_lock WHERE token = ?', [token]), 'fleeting');
      held.delete(token);
    } catch (error) {
      // On a full disk what was locked for may well be done: it must not seem to have failed. When this process has ended, the
      // lock is there for the taking.
      if (!(error instanceof StateError)) throw error;
    }
  };
  return {
    lock: async (name, { timeoutMs, signal, onWait }) => {
      const token = randomUUID();
      const giveUpAt = performance.now() + timeoutMs;
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        signal.throwIfAborted();
        const holder = await take(db, name, token, taker);
        if (holder === null) break;
        const left = giveUpAt - performance.now();
        if (left <= 0) throw refusal(name, holder);
        if (pause === FIRST_PAUSE_MS) onWait?.(holder);
        await sleep(Math.min(pause, left), undefined, { signal });
      }
      held.add(token);
      return { [Symbol.asyncDispose]: () => release(token) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const token of held) await release(token);
    },
  };
}

/** Takes the lock, or tells who has it. Looks first, so that waiting does not keep others from writing. */
async function take(db: Database, name: LockName, token: string, taker: LockTaker): Promise<Holder | null> {
  const seen = await db.read((sql) => holderOf(sql, name, taker));
  if (seen !== null) return seen;
  return db.write(async (sql) => {
    const holder = await holderOf(sql, name, taker);
    if (holder !== null) return holder;
    const { who, pid, host, started, now } = taker;
    await sql.run('DELETE FROM customer_lock WHERE customer = ?', [name]);
    await sql.run(
      'INSERT INTO customer_lock (customer, token, who, pid, host, process, since) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [name, token, who, pid, host, started, now()],
    );
    return null;
  }, 'fleeting');
}

/** Who has the lock, or null if nobody has it whose process may still run. */
async function holderOf(sql: Sql, name: LockName, self: ProcessName): Promise<Holder | null> {
  const [row] = await sql.rows('SELECT who, pid, host, process, since FROM customer_lock WHERE customer = ?', [name]);
  if (row === undefined) return null;
  const [who, pid, host, started, since] = row as [string, number, string, string | null, Instant];
  const liveness = livenessOf({ pid, host, started }, self);
  return liveness === 'dead' ? null : { who, pid, host, since, isSurelyAlive: liveness === 'alive' };
}

function refusal(name: LockName, { isSurelyAlive, ...holder }: Holder): LockHeldError {
  const error = new LockHeldError(name, holder);
  if (!isSurelyAlive) {
    error.message += `. Whether that process still runs cannot be seen from here. If it does not, give the lock back in the state's database: DELETE FROM customer_lock WHERE customer = '${name}'`;
  }
  return error;
}
