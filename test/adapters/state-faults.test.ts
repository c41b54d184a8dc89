/** A state that cannot be used: what is said then, and that nothing is lost. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStateReader, openStateStore } from '../../src/adapters/state/sqlite.ts';
import { openToWrite } from '../../src/adapters/state/sqlite-writing.ts';
import { storeOf } from '../../src/adapters/state/store.ts';
import { emptyRoster } from '../../src/domain/roster.ts';
import { APPLY } from '../contract/state-store-fixture.ts';
import { ACME, NOW, user } from '../support/builders.ts';
import { numberedCopy } from '../support/numbered-steps.ts';
import { BACK_TO_THE_FIRST } from '../support/older-schema.ts';
import { created, step } from '../support/roster-builders.ts';
import { type StateFolder, stateFolder, tamper } from '../support/state-folder.ts';
import { asNobody } from '../support/unprivileged.ts';

const WRITER = { who: 'ann', host: 'here', pid: process.pid, now: () => NOW };

/** Commits so many users as a new state. */
async function fill(state: StateFolder, count: number): Promise<void> {
  await using store = await state.open();
  const run = await store.begin(APPLY);
  const changes = Array.from({ length: count }, (_, index) => created(user(`u${index}@acme.example`)));
  await store.commit({ ...step(changes), customer: ACME, run, expectedSerial: 0 });
}

/** The error of reading everything there is. */
async function readingFails(path: string): Promise<unknown> {
  try {
    await using reader = await openStateReader(path);
    await reader.read([ACME], []);
    await reader.rosterAt(ACME, 1);
    return null;
  } catch (error) {
    return error;
  }
}

async function writingFails(path: string): Promise<unknown> {
  try {
    await using store = await openStateStore(path, WRITER);
    await store.begin(APPLY);
    return null;
  } catch (error) {
    return error;
  }
}

/** Opening fails both ways with this code, tells the path and what to do, and leaves the file as it was. */
async function expectRefused(path: string, code: string): Promise<void> {
  const before = readFileSync(path);
  for (const error of [await readingFails(path), await writingFails(path)]) {
    expect(error).toMatchObject({ code, message: expect.stringContaining(path), hint: expect.stringMatching(/\.$/) });
  }
  expect(readFileSync(path)).toEqual(before);
}

describe('a file that is none of ours', () => {
  test('is no database', async () => {
    await using state = await stateFolder();
    writeFileSync(state.path, 'apiVersion: rollcall/v1\n'.repeat(100));
    await expectRefused(state.path, 'STATE_FOREIGN');
    expect(readdirSync(state.folder)).toEqual(['state.db']);
  });

  test("is another program's database", async () => {
    await using state = await stateFolder();
    tamper(state.path, 'CREATE TABLE bookmarks (url TEXT)');
    await expectRefused(state.path, 'STATE_FOREIGN');
  });

  test('is a folder', async () => {
    await using state = await stateFolder();
    mkdirSync(state.path);
    expect(await readingFails(state.path)).toMatchObject({ code: 'STATE_FOREIGN' });
    expect(await writingFails(state.path)).toMatchObject({ code: 'STATE_FOREIGN' });
  });

  test('is in a folder that is a file', async () => {
    await using state = await stateFolder();
    writeFileSync(state.path, '');
    expect(await writingFails(join(state.path, 'state.db'))).toMatchObject({ code: 'STATE_FOREIGN' });
  });
});

describe('another schema', () => {
  test('a newer one is neither read nor written', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    tamper(state.path, 'INSERT INTO migration VALUES (99)');
    await expectRefused(state.path, 'STATE_NEWER');
    expect(await readingFails(state.path)).toMatchObject({ name: 'StateVersionError' });
  });

  test('an older one is not read, and what to do is said; a writer brings it up to date', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    tamper(state.path, BACK_TO_THE_FIRST);
    expect(await readingFails(state.path)).toMatchObject({
      code: 'STATE_OLDER',
      hint: expect.stringContaining('rollcall apply'),
    });
    await using store = await state.open();
    await store.keepCopy(ACME, numberedCopy(1));
    expect((await store.copy(ACME))?.objects.size).toBe(numberedCopy(1).changed.length);
    await expectWhole(state, 3);
  });
});

describe('a damaged file', () => {
  test('is never taken for a smaller roster', async () => {
    await using state = await stateFolder();
    await fill(state, 2000);
    const whole = readFileSync(state.path);
    const pages = whole.length / 4096;
    for (let page = 1; page < pages; page += 7) {
      for (const filling of [0, 0x5a]) {
        const damaged = Buffer.from(whole);
        damaged.fill(filling, page * 4096, (page + 1) * 4096);
        writeFileSync(state.path, damaged);
        const error = await readingFails(state.path);
        // Not every page is read here.
        if (error !== null) expect([page, error]).toMatchObject([page, { code: expect.stringMatching(/CORRUPT/) }]);
        else await expectWhole(state, 2000);
      }
    }
  });

  test('is a text that nobody stored', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    tamper(state.path, `UPDATE entry SET content = '["u1@acme.example",0' WHERE address_key = 'u1@acme.example'`);
    expect(await readingFails(state.path)).toMatchObject({ code: 'STATE_CORRUPT' });
    tamper(state.path, `UPDATE entry SET content = '["u1@acme.example",0,77]' WHERE address_key = 'u1@acme.example'`);
    expect(await readingFails(state.path)).toMatchObject({ code: 'STATE_CORRUPT' });
  });

  test('is cut short', async () => {
    await using state = await stateFolder();
    await fill(state, 2000);
    const whole = readFileSync(state.path);
    writeFileSync(state.path, whole.subarray(0, Math.floor(whole.length / 2)));
    expect(await readingFails(state.path)).toMatchObject({ code: 'STATE_CORRUPT' });
  });
});

async function expectWhole(state: StateFolder, count: number): Promise<void> {
  await using reader = await state.openToRead();
  expect((await reader.read([ACME], [])).rosters.get(ACME)?.entries).toHaveLength(count);
}

describe('no permission', () => {
  test('to read the file', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    chmodSync(state.folder, 0o755);
    chmodSync(state.path, 0o000);
    expect(await asNobody(() => readingFails(state.path))).toMatchObject({ code: 'STATE_PERMISSION' });
    expect(await asNobody(() => writingFails(state.path))).toMatchObject({ code: 'STATE_PERMISSION' });
  });

  test('to write the file, which is read all the same', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    chmodSync(state.folder, 0o555);
    chmodSync(state.path, 0o444);
    expect(await asNobody(() => writingFails(state.path))).toMatchObject({ code: 'STATE_PERMISSION' });
    expect(await asNobody(() => readingFails(state.path))).toBeNull();
    chmodSync(state.folder, 0o755);
  });

  test('for anybody but the owner to read a new state', async () => {
    await using state = await stateFolder();
    await using store = await state.open();
    await store.begin(APPLY);
    const modes = readdirSync(state.folder).map((name) => statSync(join(state.folder, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });
});

describe('a full disk', () => {
  test('loses nothing: the step before is there, and this one can be done again', async () => {
    await using state = await stateFolder();
    await fill(state, 3);
    const db = await openToWrite(state.path);
    const full = storeOf(db, { ...WRITER, started: null });
    const failing = await full.begin(APPLY);
    // From here on the file can grow by three pages, which SQLite reports as it reports a full disk.
    const [pages] = await db.read((sql) => sql.rows('PRAGMA page_count'));
    await db.read((sql) => sql.rows(`PRAGMA max_page_count = ${Number(pages?.[0]) + 3}`));
    const many = step(Array.from({ length: 2000 }, (_, index) => created(user(`v${index}@acme.example`))));
    await expect(full.commit({ ...many, customer: ACME, run: failing, expectedSerial: 1 })).rejects.toMatchObject({
      code: 'STATE_DISK_FULL',
      message: expect.stringContaining(state.path),
      hint: expect.stringMatching(/room/),
    });
    expect((await full.read([ACME], [])).rosters.get(ACME)?.entries).toHaveLength(3);
    await full[Symbol.asyncDispose]();
    await expectWhole(state, 3);
    await using store = await state.open();
    const run = await store.begin(APPLY);
    const commit = { ...step([created(user('new@acme.example'))]), customer: ACME, run, expectedSerial: 1 };
    expect(await store.commit(commit)).toBe(2);
    await expectWhole(state, 4);
  });
});

describe('the journal', () => {
  test.each([
    'UPDATE journal SET at = 0',
    'DELETE FROM journal',
    'INSERT OR REPLACE INTO journal SELECT * FROM journal',
    "UPDATE journal_part SET content = '{}'",
    'DELETE FROM journal_part',
    'INSERT OR REPLACE INTO journal_part SELECT * FROM journal_part',
  ])('forbids %s', async (sql) => {
    await using state = await stateFolder();
    await fill(state, 3);
    expect(() => tamper(state.path, sql)).toThrow('append-only');
    await using reader = await state.openToRead();
    expect(await reader.rosterAt(ACME, 1)).toMatchObject({ serial: 1 });
    expect(await reader.rosterAt(ACME, 0)).toEqual(emptyRoster(ACME));
  });
});
