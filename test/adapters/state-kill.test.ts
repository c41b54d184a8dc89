/** A process killed at any point leaves the old roster or the new one, and the next one finishes what it began. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalize } from 'json-canonicalize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { type CustomerId, emptyRoster, type Roster } from '../../src/domain/roster.ts';
import { advance } from '../../src/planner/advance.ts';
import { ACME } from '../support/builders.ts';
import { numberedCopy, numberedStep } from '../support/numbered-steps.ts';
import { inOrder } from '../support/roster-builders.ts';
import { type StateFolder, stateFolder } from '../support/state-folder.ts';
import { type StateProgram, stateProgram } from '../support/state-program.ts';

const LAST = 10_000;
const NEVER = new AbortController().signal;

let program: StateProgram;

beforeAll(() => {
  program = stateProgram();
});

afterAll(() => program[Symbol.asyncDispose]());

const rosters: Roster[] = [emptyRoster(ACME)];

/** The roster after so many numbered steps. */
function rosterAfter(serial: number): Roster {
  for (let last = rosters.at(-1); last !== undefined && last.serial < serial; last = rosters.at(-1)) {
    rosters.push(advance(last, numberedStep(last)));
  }
  return rosters[serial] ?? emptyRoster(ACME);
}

/** Like toEqual, which takes its time with thousands of entries. */
function expectRoster(roster: Roster | null, serial: number): void {
  const [actual, expected] = [roster && inOrder(roster), rosterAfter(serial)];
  if (canonicalize(actual) !== canonicalize(expected)) expect(actual).toEqual(expected);
}

/** What is stored is the roster after some step, whole, and the journal agrees. Returns its serial. */
async function storedSerial(state: StateFolder): Promise<number> {
  await using reader = await state.openToRead();
  const roster = (await reader.read([ACME], [])).rosters.get(ACME) ?? emptyRoster(ACME);
  expectRoster(roster, roster.serial);
  expectRoster(await reader.rosterAt(ACME, roster.serial), roster.serial);
  return roster.serial;
}

/** The same where nobody writes any more: then the journal holds nothing that the roster does not. */
async function settledSerial(state: StateFolder): Promise<number> {
  const serial = await storedSerial(state);
  await using reader = await state.openToRead();
  expect(await reader.rosterAt(ACME, serial + 1)).toBeNull();
  return serial;
}

function integrity(path: string): unknown {
  const connection = openDatabase(path);
  try {
    return connection.pragma('integrity_check', { simple: true });
  } finally {
    connection.close();
  }
}

describe('SIGKILL', () => {
  test('while it commits, at 30 points', async () => {
    await using state = await stateFolder();
    let before = 0;
    for (let kill = 0; kill < 30; kill += 1) {
      const worker = program.start('commit', state.path, ACME, String(LAST));
      let told = Number(await worker.line());
      setTimeout(() => worker.process.kill('SIGKILL'), kill);
      for (let line = await worker.line(); line !== null; line = await worker.line()) told = Number(line);
      expect(await worker.ended).toBe('SIGKILL');
      const serial = await settledSerial(state);
      // The last commit may have been done and not told.
      expect([told, told + 1]).toContain(serial);
      expect(serial).toBeGreaterThan(before);
      before = serial;
    }
    expect(integrity(state.path)).toBe('ok');
  }, 240_000);

  test('while it keeps copies, at 20 points: each is whole, as of its position', async () => {
    await using state = await stateFolder();
    let before = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const worker = program.start('keep', state.path, ACME, String(LAST));
      let told = Number(await worker.line());
      setTimeout(() => worker.process.kill('SIGKILL'), kill);
      for (let line = await worker.line(); line !== null; line = await worker.line()) told = Number(line);
      expect(await worker.ended).toBe('SIGKILL');
      await using reader = await state.openToRead();
      const copy = await reader.copy(ACME);
      const position = Number(copy?.position);
      // The last one may have been kept and not told.
      expect([told, told + 1]).toContain(position);
      expect(position).toBeGreaterThan(before);
      expect(copy?.objects).toEqual(new Map(numberedCopy(position).changed));
      before = position;
    }
    expect(integrity(state.path)).toBe('ok');
  }, 240_000);

  test('while it makes the state, at 15 points; the next one finishes', async () => {
    for (let kill = 0; kill < 15; kill += 1) {
      await using state = await stateFolder();
      const worker = program.start('commit', state.path, ACME, '3');
      // Until the file is there the process only loads its modules.
      while (!existsSync(state.path)) await sleep(1);
      await sleep(kill);
      worker.process.kill('SIGKILL');
      await worker.ended;
      const serial = await settledSerial(state);
      const next = program.start('commit', state.path, ACME, String(5 - serial));
      expect(await next.ended).toBe(0);
      expect(await settledSerial(state)).toBe(5);
      expect(integrity(state.path)).toBe('ok');
    }
  }, 240_000);

  test('the lock of the killed is taken over at once', async () => {
    await using state = await stateFolder();
    const worker = program.start('hold', state.path, ACME);
    expect(await worker.line()).toBe('locked');
    await using store = await state.open();
    const refused = store.lock(ACME, { timeoutMs: 0, signal: NEVER });
    await expect(refused).rejects.toMatchObject({ holder: { who: 'worker', pid: worker.process.pid } });
    worker.process.kill('SIGKILL');
    await worker.ended;
    await using _lock = await store.lock(ACME, { timeoutMs: 0, signal: NEVER });
  });
});

describe('two processes', () => {
  test('write different customers at once', async () => {
    await using state = await stateFolder();
    const other = 'globex';
    const workers = [ACME, other].map((customer) => program.start('commit', state.path, customer, '25'));
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0]);
    await using reader = await state.openToRead();
    const { rosters: stored } = await reader.read([ACME, other as CustomerId], []);
    expect([...stored.values()].map(({ serial }) => serial)).toEqual([25, 25]);
    expect(await settledSerial(state)).toBe(25);
    expect((await reader.runs(9)).map(({ finishedAt }) => finishedAt !== null)).toEqual([true, true]);
  }, 60_000);

  test('write one customer one after the other', async () => {
    await using state = await stateFolder();
    const workers = [1, 2].map(() => program.start('commit', state.path, ACME, '10'));
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(await settledSerial(state)).toBe(20);
  }, 60_000);

  test('a reader sees whole rosters while another process writes', async () => {
    await using state = await stateFolder();
    const worker = program.start('commit', state.path, ACME, '60');
    await worker.line();
    await using reader = await state.openToRead();
    const seen: number[] = [];
    while (worker.process.exitCode === null) {
      const roster = (await reader.read([ACME], [])).rosters.get(ACME) ?? emptyRoster(ACME);
      expectRoster(roster, roster.serial);
      seen.push(roster.serial);
      await sleep(1);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(5);
    expect(await settledSerial(state)).toBe(60);
  }, 60_000);
});
