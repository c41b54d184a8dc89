/** `apply` that is stopped: by force at any point, or asked to. What is committed stays, and the same file does the rest. */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { openStateStore } from '../../src/adapters/state/sqlite.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { at, person } from '../support/builders.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const NAMES = ['acme', 'globex', 'hooli', 'initech'];
const USERS = 1500;
const APPLY = ['apply', 'plan.json', '--at', MONDAY] as const;

/** Four customers, and a plan to create everybody. */
async function planned(): Promise<TestWorkspace> {
  const made = await workspace({
    customers: Object.fromEntries(NAMES.map((name) => [name, customerFile(name)])),
    directories: Object.fromEntries(
      NAMES.map((name) => [
        name,
        Array.from({ length: USERS }, (_, n) => person(`${name}-${n}`, `user${n}@${name}.example`)),
      ]),
    ),
  });
  const { code, stderr } = await made.run('plan', ...READ, '-o', 'plan.json');
  expect(code, stderr).toBe(0);
  return made;
}

/** Each customer is either as it was or as it was to be; says which are done. */
async function finished(made: TestWorkspace): Promise<readonly string[]> {
  const { code, stdout, stderr } = await made.run('state', 'list', '--format', 'json');
  expect(code, stderr).toBe(0);
  const stored: { customer: string; serial: number; entries: number }[] = JSON.parse(stdout);
  for (const { customer, serial, entries } of stored) {
    expect([customer, serial, entries]).toEqual([customer, serial, serial === 0 ? 0 : USERS]);
    expect(serial).toBeLessThanOrEqual(1);
  }
  return stored.filter(({ serial }) => serial === 1).map(({ customer }) => customer);
}

function expectIntegrity(made: TestWorkspace): void {
  const database = openDatabase(made.path('.rollcall/state.db'));
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
  } finally {
    database.close();
  }
}

/** Every customer was created once, by one run, and the history says so. */
async function expectWholeJournal(made: TestWorkspace): Promise<void> {
  const runs: { id: number }[] = JSON.parse((await made.run('history', '--format', 'json', '--limit', '100')).stdout);
  const journals = await Promise.all(
    runs.map(async ({ id }) => JSON.parse((await made.run('history', String(id), '--format', 'json')).stdout).journal),
  );
  const entries: { customer: string; changes: unknown[] }[] = journals.flat();
  expect(entries.map(({ customer }) => customer).toSorted()).toEqual(NAMES);
  for (const { changes } of entries) expect(changes).toHaveLength(USERS + 1);
}

/** Applies the file to the end, after whatever became of it before. */
async function finish(made: TestWorkspace): Promise<void> {
  const { code, stderr } = await made.run(...APPLY);
  expect(code, stderr).toBe(0);
  expect(await finished(made)).toEqual(NAMES);
  expectIntegrity(made);
  await expectWholeJournal(made);
  const { stdout } = await made.run('plan', ...READ, '--detailed-exitcode');
  expect(stdout).toContain('no changes');
}

/** Holds the lock of the last customer: however slow this test or fast the command is, it does not end before it is stopped. */
async function holdLast(made: TestWorkspace): Promise<AsyncDisposable> {
  const who = { who: 'olga', host: hostname(), pid: process.pid, now: () => at(MONDAY) };
  const store = await openStateStore(made.path('.rollcall/state.db'), who);
  const never = new AbortController().signal;
  const lock = await store.lock('initech' as CustomerId, { timeoutMs: 0, signal: never });
  return {
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Starts it, waits for that to be said, and kills it so much later. Says whether it was still running. */
async function killAfter(made: TestWorkspace, delayMs: number, text?: string): Promise<boolean> {
  const { child, said, ended } = await made.start({}, ...APPLY, '--lock-timeout', '10m');
  if (text !== undefined) await said(text);
  await wait(delayMs);
  child.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL';
}

describe('killed by force', () => {
  test('at any point: every customer is as it was or as it was to be, and the same file does the rest', async () => {
    using made = await planned();
    const points = NAMES.slice(0, -1).flatMap((name) => [0, 12, 30, 60].map((delay) => ({ name, delay })));
    for (const [index, { name, delay }] of points.entries()) {
      rmSync(made.path('.rollcall'), { recursive: true, force: true });
      const held = await holdLast(made);
      expect(await killAfter(made, delay, `${name}: 1,501 changes applied`)).toBe(true);
      await held[Symbol.asyncDispose]();
      const done = await finished(made);
      expect(done).toContain(name);
      expect(done).not.toContain('initech');
      if (index % 4 === 1) await finish(made);
    }
    await finish(made);
  }, 170_000);

  test('again and again, a little later each time, it comes to its end', async () => {
    using made = await planned();
    const seen: number[] = [];
    for (let delay = 150; ; delay += 60) {
      const killed = await killAfter(made, delay);
      seen.push((await finished(made)).length);
      if (!killed) break;
    }
    // What was done stays done.
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await finish(made);
  }, 170_000);
});

describe.each(['SIGINT', 'SIGTERM'] as const)('asked to stop (%s)', (signal) => {
  test('it stops between two customers with 130, and the same file does the rest', async () => {
    using made = await planned();
    const held = await holdLast(made);
    const { child, said, ended } = await made.start({}, ...APPLY, '--lock-timeout', '10m');
    await said('acme: 1,501 changes applied');
    child.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Interrupted: apply the same plan again to do the rest.');
    const done = await finished(made);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(NAMES.length);
    await held[Symbol.asyncDispose]();
    await finish(made);
  });
});
