/** The contract of locks: two applies of one customer cannot interleave. */
import { describe, expect, test } from 'vitest';
import { LockHeldError, type LockHolder } from '../../src/ports/lock.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { ACME, NOW } from '../support/builders.ts';
import { type FreshState, GLOBEX, useFreshState } from './state-store-fixture.ts';

const NEVER = new AbortController().signal;

export function describeLocks(fresh: FreshState): void {
  describe('locks', () => {
    const { state, store } = useFreshState(fresh);
    const lock = (from: StateStore, timeoutMs: number, signal = NEVER) => from.lock(ACME, { timeoutMs, signal });

    test('the second says who holds the lock since when', async () => {
      await using _held = await lock(store(), 0);
      await using other = await state().open('bob');
      const refused = await lock(other, 30).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(LockHeldError);
      expect(refused).toMatchObject({ lock: ACME, holder: { who: 'ann', pid: process.pid, since: NOW } });
    });

    test('the second waits, and goes on when the first is done', async () => {
      const held = await lock(store(), 0);
      await using other = await state().open('bob');
      const waiting = lock(other, 20_000);
      const early = await Promise.race([
        waiting.then(() => 'had'),
        new Promise((tell) => setTimeout(tell, 60, 'waits')),
      ]);
      expect(early).toBe('waits');
      await held[Symbol.asyncDispose]();
      await using _taken = await waiting;
      await expect(lock(store(), 0)).rejects.toMatchObject({ holder: { who: 'bob' } });
    });

    test('whoever waits is told once for whom, and nobody is who need not or will not', async () => {
      const told: LockHolder[] = [];
      const options = { timeoutMs: 200, signal: NEVER, onWait: (holder: LockHolder) => told.push(holder) };
      const free = await store().lock(GLOBEX, options);
      await free[Symbol.asyncDispose]();
      await using _held = await lock(store(), 0);
      await using other = await state().open('bob');
      await expect(other.lock(ACME, { ...options, timeoutMs: 0 })).rejects.toThrow(LockHeldError);
      expect(told).toEqual([]);
      await expect(other.lock(ACME, options)).rejects.toThrow(LockHeldError);
      expect(told).toMatchObject([{ who: 'ann', pid: process.pid, since: NOW }]);
    });

    test('other customers are not locked', async () => {
      await using _held = await lock(store(), 0);
      await using other = await state().open('bob');
      await using _second = await other.lock(GLOBEX, { timeoutMs: 0, signal: NEVER });
    });

    test('one store has a lock once, too', async () => {
      await using _held = await lock(store(), 0);
      await expect(lock(store(), 0)).rejects.toThrow(LockHeldError);
    });

    test('giving a lock back twice does not take it from the next one', async () => {
      const first = await lock(store(), 0);
      await first[Symbol.asyncDispose]();
      await using other = await state().open('bob');
      await using _held = await lock(other, 0);
      await first[Symbol.asyncDispose]();
      await expect(lock(store(), 0)).rejects.toMatchObject({ holder: { who: 'bob' } });
    });

    test('closing the store gives its locks back', async () => {
      const other = await state().open('bob');
      await lock(other, 0);
      await other[Symbol.asyncDispose]();
      await using _held = await lock(store(), 0);
    });

    test('an interrupt ends the waiting', async () => {
      await using _held = await lock(store(), 0);
      await using other = await state().open('bob');
      const interrupt = new AbortController();
      setTimeout(() => interrupt.abort(new Error('interrupted')), 30);
      await expect(lock(other, 60_000, interrupt.signal)).rejects.toThrow();
      await expect(lock(other, 60_000, interrupt.signal)).rejects.toThrow('interrupted');
    });
  });
}
