/** Whose lock may be taken over: that of a process that is surely dead, and no other. */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { startOf } from '../../src/adapters/state/processes.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { ACME, NOW } from '../support/builders.ts';
import { stateFolder } from '../support/state-folder.ts';

interface LockRow {
  readonly pid: number;
  readonly host: string;
  readonly process: string | null;
}

const HERE: LockRow = { pid: process.pid, host: hostname(), process: startOf(process.pid) };

/** Puts a lock into the database as another process would have. */
function putLock(path: string, { pid, host, process: started }: LockRow): void {
  const connection = openDatabase(path);
  connection
    .prepare('INSERT INTO customer_lock (customer, token, who, pid, host, process, since) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(ACME, 'token', 'bob', pid, host, started, NOW);
  connection.close();
}

function lock(store: StateStore): Promise<AsyncDisposable> {
  return store.lock(ACME, { timeoutMs: 0, signal: new AbortController().signal });
}

/** The error of taking a lock that is held so, or null if it was had. */
async function takingFrom(row: LockRow): Promise<unknown> {
  await using state = await stateFolder();
  await using store = await state.open();
  putLock(state.path, row);
  try {
    await using _lock = await lock(store);
    return null;
  } catch (error) {
    return error;
  }
}

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

/** Another start of this machine, container or process. */
function startedElsewhere(part: 0 | 1 | 2): string {
  const parts = (HERE.process ?? '').split('/');
  parts[part] = 'another';
  return parts.join('/');
}

describe('a lock', () => {
  test('of a living process is held', async () => {
    expect(await takingFrom(HERE)).toMatchObject({ name: 'LockHeldError', holder: { who: 'bob', since: NOW } });
  });

  test('of a dead process is taken over', async () => {
    expect(await takingFrom({ ...HERE, pid: deadPid() })).toBeNull();
  });

  test('of a dead process whose pid another one has now is taken over', async () => {
    expect(await takingFrom({ ...HERE, process: startedElsewhere(2) })).toBeNull();
  });

  test('from before the machine was started again is taken over', async () => {
    expect(await takingFrom({ ...HERE, process: startedElsewhere(0) })).toBeNull();
  });

  test('of a process whose start is not known counts by its pid', async () => {
    expect(await takingFrom({ ...HERE, process: null })).toMatchObject({ name: 'LockHeldError' });
    expect(await takingFrom({ ...HERE, pid: deadPid(), process: null })).toBeNull();
  });

  test.each([
    ['another machine', { ...HERE, host: 'elsewhere', pid: 1 }],
    ['another container', { ...HERE, pid: 4_000_000, process: startedElsewhere(1) }],
  ])('of %s is never taken over, and how to give it back is said', async (_, row) => {
    expect(await takingFrom(row)).toMatchObject({
      name: 'LockHeldError',
      message: expect.stringMatching(/DELETE FROM customer_lock WHERE customer = 'acme'/),
    });
  });

  test('that was given back by hand is not missed', async () => {
    await using state = await stateFolder();
    await using store = await state.open();
    const held = await lock(store);
    const connection = openDatabase(state.path);
    connection.exec("DELETE FROM customer_lock WHERE customer = 'acme'");
    connection.close();
    await using other = await state.open('bob');
    await using _taken = await lock(other);
    await held[Symbol.asyncDispose]();
    await expect(lock(store)).rejects.toMatchObject({ holder: { who: 'bob' } });
  });
});
