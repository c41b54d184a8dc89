/** Reading the stored state leaves every byte of it alone, and nothing beside it, however the file was left. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { openStateReader } from '../../src/adapters/state/sqlite.ts';
import { emptyRoster, type Roster } from '../../src/domain/roster.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { APPLY } from '../contract/state-store-fixture.ts';
import { ACME, user } from '../support/builders.ts';
import { created, step } from '../support/roster-builders.ts';
import { type StateFolder, stateFolder } from '../support/state-folder.ts';
import { asNobody } from '../support/unprivileged.ts';

/** Everything in a folder: names, what is in them, and when they were changed. */
function everythingIn(folder: string): unknown {
  const names = readdirSync(folder).toSorted();
  return names.map((name) => {
    const { mtimeNs, ino, mode, size } = statSync(join(folder, name), { bigint: true });
    const sha256 = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    return { name, sha256, size, mtimeNs, ino, mode };
  });
}

/** Does all that a reader can do, and returns the roster. */
async function readAll(path: string): Promise<Roster | undefined> {
  await using reader = await openStateReader(path);
  await reader.customers();
  await reader.syncedAt();
  await reader.runs(10);
  await reader.appliedBy('sha256:1');
  await reader.journal(1);
  await reader.rosterAt(ACME, 1);
  await reader.copy(ACME);
  return (await reader.read([ACME], ['acme.example'])).rosters.get(ACME);
}

/** Reads, and holds that nothing in the folder is another than before. Returns how many users were read. */
async function usersReadWithoutTrace(path: string): Promise<number> {
  const folder = join(path, '..');
  const before = everythingIn(folder);
  const first = await readAll(path);
  expect(await readAll(path)).toEqual(first);
  expect(everythingIn(folder)).toEqual(before);
  return first?.entries.length ?? 0;
}

async function commitUsers(store: StateStore, count: number): Promise<void> {
  const run = await store.begin(APPLY);
  const { serial, entries } = (await store.read([ACME], [])).rosters.get(ACME) ?? emptyRoster(ACME);
  const changes = Array.from({ length: count }, (_, index) =>
    created(user(`u${entries.length + index}@acme.example`, { objectId: null })),
  );
  await store.commit({ ...step(changes), customer: ACME, run, expectedSerial: serial });
}

/** A state that was written and closed. */
async function fill(state: StateFolder, users: number): Promise<void> {
  await using store = await state.open();
  await commitUsers(store, users);
}

/** The files as a process leaves them that is killed after its last commit, in a folder of their own. */
async function fillAndKill(state: StateFolder, users: number, more: number): Promise<string> {
  await fill(state, users);
  await using store = await state.open();
  await commitUsers(store, more);
  const killed = join(state.folder, 'killed');
  mkdirSync(killed);
  for (const name of ['state.db', 'state.db-wal', 'state.db-shm'])
    copyFileSync(join(state.folder, name), join(killed, name));
  return join(killed, 'state.db');
}

function copiesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /^rollcall-state-(?!test-)/.test(name));
}

describe('reading', () => {
  test('makes nothing where there is no state, not even the folder', async () => {
    await using state = await stateFolder();
    const path = join(state.folder, 'deep/er/state.db');
    await using reader = await openStateReader(path);
    expect(await reader.read([ACME], ['acme.example'])).toEqual({
      lineage: '',
      rosters: new Map([[ACME, emptyRoster(ACME)]]),
    });
    expect(await reader.journal(1)).toBeNull();
    expect(existsSync(join(state.folder, 'deep'))).toBe(false);
  });

  test('sees the state that is made after it looked first', async () => {
    await using state = await stateFolder();
    await using reader = await state.openToRead();
    expect(await reader.customers()).toEqual([]);
    await fill(state, 3);
    expect(await reader.customers()).toEqual([ACME]);
  });

  test('leaves a state alone that was closed', async () => {
    await using state = await stateFolder();
    await fill(state, 300);
    expect(readdirSync(state.folder)).toEqual(['state.db']);
    expect(await usersReadWithoutTrace(state.path)).toBe(300);
  });

  test('leaves a state alone whose writer was killed, and sees its last commit', async () => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    expect(await usersReadWithoutTrace(path)).toBe(320);
  });

  test('leaves a log alone that was copied without its index', async () => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    rmSync(`${path}-shm`);
    expect(await usersReadWithoutTrace(path)).toBe(320);
  });

  test('leaves a log alone whose end is torn, and sees the commit before', async () => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    const log = readFileSync(`${path}-wal`);
    writeFileSync(`${path}-wal`, log.subarray(0, log.length - 1000));
    expect(await usersReadWithoutTrace(path)).toBe(300);
  });

  test.each([0, 32])('leaves a log of %i bytes alone, as a kill at the beginning leaves one', async (bytes) => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    const plain = join(state.folder, 'plain');
    mkdirSync(plain);
    await (await state.open())[Symbol.asyncDispose]();
    writeFileSync(join(plain, 'state.db'), readFileSync(state.path));
    writeFileSync(join(plain, 'state.db-wal'), readFileSync(`${path}-wal`).subarray(0, bytes));
    writeFileSync(join(plain, 'state.db-shm'), readFileSync(`${path}-shm`));
    const began = performance.now();
    expect(await usersReadWithoutTrace(join(plain, 'state.db'))).toBe(320);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test.each([0, 4096])('leaves a file of %i bytes alone that a killed process had just made', async (bytes) => {
    await using state = await stateFolder();
    await fill(state, 1);
    const path = join(state.folder, 'made/state.db');
    mkdirSync(join(state.folder, 'made'));
    const connection = openDatabase(path);
    connection.pragma('journal_mode = WAL');
    connection.close();
    writeFileSync(path, readFileSync(path).subarray(0, bytes));
    expect(await usersReadWithoutTrace(path)).toBe(0);
  });

  test('leaves an interrupted rollback alone, and sees what was before', async () => {
    await using state = await stateFolder();
    await fill(state, 300);
    const connection = openDatabase(state.path);
    connection.pragma('journal_mode = DELETE');
    connection.pragma('cache_size = 1');
    connection.exec('BEGIN; DELETE FROM entry');
    const path = join(state.folder, 'killed/state.db');
    mkdirSync(join(state.folder, 'killed'));
    copyFileSync(state.path, path);
    copyFileSync(`${state.path}-journal`, `${path}-journal`);
    connection.close();
    expect(await usersReadWithoutTrace(path)).toBe(300);
  });

  test('leaves the file alone while a writer has it open, and sees each commit', async () => {
    await using state = await stateFolder();
    await fill(state, 300);
    await using store = await state.open();
    await using reader = await state.openToRead();
    const before = readFileSync(state.path);
    await commitUsers(store, 20);
    const names = readdirSync(state.folder);
    expect((await reader.read([ACME], [])).rosters.get(ACME)?.entries).toHaveLength(320);
    await commitUsers(store, 1);
    expect((await reader.read([ACME], [])).rosters.get(ACME)?.entries).toHaveLength(321);
    expect(readFileSync(state.path)).toEqual(before);
    expect(readdirSync(state.folder)).toEqual(names);
  });

  test.each(['closed', 'killed', 'without its index'])('works where nothing may be written (%s)', async (how) => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    if (how === 'closed') rmSync(`${path}-wal`);
    if (how !== 'killed') rmSync(`${path}-shm`);
    chmodSync(state.folder, 0o755);
    chmodSync(join(path, '..'), 0o555);
    for (const name of readdirSync(join(path, '..'))) chmodSync(join(path, '..', name), 0o444);
    const users = await asNobody(() => usersReadWithoutTrace(path));
    expect(users).toBe(how === 'closed' ? 300 : 320);
    chmodSync(join(path, '..'), 0o755);
  });

  test.each(['closed', 'killed'])('needs no room for a copy of a state that was %s', async (how) => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    if (how === 'closed') for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`);
    vi.stubEnv('TMPDIR', join(state.folder, 'nowhere'));
    try {
      expect(await usersReadWithoutTrace(path)).toBe(how === 'closed' ? 300 : 320);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('leaves no copy behind where it needed one', async () => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    rmSync(`${path}-shm`);
    const before = copiesIn(tmpdir());
    await readAll(path);
    expect(copiesIn(tmpdir())).toEqual(before);
  });

  test('follows a link to where the log is', async () => {
    await using state = await stateFolder();
    const path = await fillAndKill(state, 300, 20);
    mkdirSync(join(state.folder, 'linked'));
    symlinkSync(path, join(state.folder, 'linked/state.db'));
    expect(await usersReadWithoutTrace(path)).toBe(320);
    const before = readdirSync(join(state.folder, 'linked'));
    expect((await readAll(join(state.folder, 'linked/state.db')))?.entries).toHaveLength(320);
    expect(readdirSync(join(state.folder, 'linked'))).toEqual(before);
  });

  test('works in a path with characters that mean something in a URI', async () => {
    await using state = await stateFolder();
    const folder = join(state.folder, 'a?b#c%41 d&immutable=0');
    mkdirSync(folder);
    await fill(state, 5);
    copyFileSync(state.path, join(folder, 'state.db'));
    expect(await usersReadWithoutTrace(join(folder, 'state.db'))).toBe(5);
  });
});
