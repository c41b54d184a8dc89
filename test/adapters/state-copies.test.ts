/** The copies of directories where the file has no room or was tampered with: they are whole, or there is none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openToWrite } from '../../src/adapters/state/sqlite-writing.ts';
import { storeOf } from '../../src/adapters/state/store.ts';
import type { DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { ACME, NOW } from '../support/builders.ts';
import { type StateFolder, stateFolder, tamper } from '../support/state-folder.ts';

/** A whole copy of so many objects. */
function copyOf(objects: number): DirectoryCopyUpdate {
  const changed = Array.from({ length: objects }, (_, index) => [`key${index}`, `text of ${index}`] as const);
  const identity = { type: 'entra', id: 'tenant' } as const;
  return { identity, question: 'all', position: 'p1', fullAt: NOW, from: null, changed, removed: [] };
}

/** Opens the state and keeps this. */
async function keeping(state: StateFolder, update: DirectoryCopyUpdate): Promise<StateStore> {
  const store = await state.open();
  await store.keepCopy(ACME, update);
  return store;
}

/** How many objects the copy has; null if there is none. */
async function copyIn(state: StateFolder): Promise<number | null> {
  await using reader = await state.openToRead();
  return (await reader.copy(ACME))?.objects.size ?? null;
}

describe('the copy of a directory', () => {
  test('is as it was after one that found no room', async () => {
    await using state = await stateFolder();
    const db = await openToWrite(state.path);
    await using store = storeOf(db, { who: 'ann', host: 'here', pid: process.pid, started: null, now: () => NOW });
    await store.keepCopy(ACME, copyOf(10));
    const before = await store.copy(ACME);
    const [pages] = await db.read((sql) => sql.rows('PRAGMA page_count'));
    await db.read((sql) => sql.rows(`PRAGMA max_page_count = ${Number(pages?.[0]) + 3}`));
    for (const update of [copyOf(5000), { ...copyOf(5000), from: 'p1', position: 'p2', removed: ['key3'] }]) {
      await expect(store.keepCopy(ACME, update)).rejects.toMatchObject({ code: 'STATE_DISK_FULL' });
      expect(await store.copy(ACME)).toEqual(before);
    }
    await store.keepCopy(ACME, { ...copyOf(1), from: 'p1', position: 'p2' });
    expect((await store.copy(ACME))?.position).toBe('p2');
  });

  test.each([
    "UPDATE directory_copy SET directory_type = 'ldif'",
    "UPDATE directory_copy SET full_at = 'the day before'",
    "UPDATE directory_copy SET full_at = '2026-13-41T00:00:00.000Z'",
    "DELETE FROM directory_copy_object WHERE object_key = 'key7'",
    "INSERT INTO directory_copy_object VALUES ('acme', 'new', 'text')",
    'DELETE FROM directory_copy_object',
    'DELETE FROM directory_copy',
  ])('is none after %s, and the next whole one is kept', async (sql) => {
    await using state = await stateFolder();
    await (await keeping(state, copyOf(10)))[Symbol.asyncDispose]();
    tamper(state.path, sql);
    await using reader = await state.openToRead();
    expect(await reader.copy(ACME)).toBeNull();
    await using store = await keeping(state, copyOf(20));
    expect((await store.copy(ACME))?.objects.size).toBe(20);
  });

  test('is never taken for a smaller one where the file is damaged', async () => {
    await using state = await stateFolder();
    await (await keeping(state, copyOf(3000)))[Symbol.asyncDispose]();
    const intact = readFileSync(state.path);
    let unread = 0;
    for (let page = 1; page < intact.length / 4096; page += 1) {
      for (const filling of [0, 0x5a]) {
        const damaged = Buffer.from(intact);
        damaged.fill(filling, page * 4096, (page + 1) * 4096);
        writeFileSync(state.path, damaged);
        const read = await copyIn(state).catch((error: unknown) => error);
        if (read instanceof Error) expect(read).toMatchObject({ code: 'STATE_CORRUPT' });
        else expect([null, 3000]).toContain(read);
        if (read !== 3000) unread += 1;
      }
    }
    expect(unread).toBeGreaterThan(10);
  });
});
