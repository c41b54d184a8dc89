/** The contract of copy and keepCopy: what directory sources leave for their next readings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DirectoryCopy, DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import { ACME, NOW, user } from '../support/builders.ts';
import { created, step } from '../support/roster-builders.ts';
import { type FreshState, GLOBEX, LATER, useFreshState } from './state-store-fixture.ts';

const HEAD = {
  identity: { type: 'entra', id: '0f0e' },
  question: 'users and groups',
  position: 'p1',
  fullAt: NOW,
} as const;

/** A whole new copy of these objects. */
function whole(objects: Readonly<Record<string, string>>, parts: Partial<DirectoryCopyUpdate> = {}) {
  return { ...HEAD, from: null, changed: Object.entries(objects), removed: [], ...parts };
}

/** What changed since `p1`. */
function since(parts: Partial<DirectoryCopyUpdate>): DirectoryCopyUpdate {
  return { ...HEAD, from: 'p1', position: 'p2', changed: [], removed: [], ...parts };
}

function listed(copy: DirectoryCopy | null) {
  return copy && { ...copy, objects: [...copy.objects] };
}

export function describeCopies(fresh: FreshState): void {
  describe('the copy of a directory', () => {
    const { state, store, run, rosterOf, apply } = useFreshState(fresh);
    const keep = (update: DirectoryCopyUpdate, customer = ACME) => store().keepCopy(customer, update);
    const kept = async (customer = ACME) => listed(await store().copy(customer));

    test('is none before one is kept', async () => {
      expect(await kept()).toBeNull();
    });

    test('is what was kept, its objects in the order of their keys', async () => {
      await keep(whole({ b: '{"n":2}', a: '{"n":1}', '10': 'ten', '9': 'nine' }));
      const objects = [
        ['10', 'ten'],
        ['9', 'nine'],
        ['a', '{"n":1}'],
        ['b', '{"n":2}'],
      ];
      expect(await kept()).toEqual({ ...HEAD, objects });
    });

    test('of an empty directory is a copy too', async () => {
      await keep(whole({}));
      expect(await kept()).toEqual({ ...HEAD, objects: [] });
    });

    test('a whole one takes the place of the one before, whatever that was of', async () => {
      await keep(whole({ a: '1', b: '2' }));
      const next = { identity: { type: 'ldap', id: 'home' }, question: 'more', position: 'p9', fullAt: LATER } as const;
      await keep({ ...next, from: null, changed: [['b', '3']], removed: [] });
      expect(await kept()).toEqual({ ...next, objects: [['b', '3']] });
      await keep({ ...next, from: null, changed: [['b', '3']], removed: [] });
      expect(await kept()).toEqual({ ...next, objects: [['b', '3']] });
    });

    test('an update adds, changes and removes', async () => {
      await keep(whole({ a: '1', b: '2', c: '3' }));
      const changed = [
        ['d', '4'],
        ['a', '11'],
      ] as const;
      await keep(since({ changed, removed: ['b', 'unknown'] }));
      const objects = [
        ['a', '11'],
        ['c', '3'],
        ['d', '4'],
      ];
      expect(await kept()).toEqual({ ...HEAD, position: 'p2', objects });
    });

    test('an update without a change moves the position', async () => {
      await keep(whole({ a: '1' }));
      await keep(since({}));
      expect(await kept()).toEqual({ ...HEAD, position: 'p2', objects: [['a', '1']] });
      await keep(since({ from: 'p2', position: 'p3', removed: ['a'] }));
      expect(await kept()).toEqual({ ...HEAD, position: 'p3', objects: [] });
    });

    test('an update that builds on another position is passed over', async () => {
      await keep(since({ changed: [['a', '1']] }));
      expect(await kept()).toBeNull();
      await keep(whole({ a: '1' }));
      await keep(since({ changed: [['a', '2']] }));
      await keep(since({ changed: [['a', '3']], removed: ['a'] }));
      expect(await kept()).toEqual({ ...HEAD, position: 'p2', objects: [['a', '2']] });
    });

    test('what is both removed and changed is kept', async () => {
      await keep(whole({ a: '1' }));
      await keep(since({ changed: [['a', '2']], removed: ['a'] }));
      expect((await kept())?.objects).toEqual([['a', '2']]);
    });

    test('of two customers are apart', async () => {
      await keep(whole({ a: 'acme', b: 'acme' }));
      await keep(whole({ a: 'globex' }), GLOBEX);
      await keep(since({ changed: [['c', 'acme']], removed: ['a'] }));
      expect((await kept(GLOBEX))?.objects).toEqual([['a', 'globex']]);
      await keep(whole({}));
      expect((await kept(GLOBEX))?.objects).toEqual([['a', 'globex']]);
    });

    test('may come before the first commit, and makes nobody known', async () => {
      await keep(whole({ a: '1' }));
      expect(await store().customers()).toEqual([]);
      expect(await store().syncedAt()).toEqual(new Map());
      expect((await rosterOf()).serial).toBe(0);
    });

    test('is no part of the roster: neither serial nor journal move, and steps leave it alone', async () => {
      const before = await apply(step([created(user('ann@acme.example'))]));
      await keep(whole({ a: '1' }));
      await keep(since({ changed: [['b', '2']] }));
      expect(await rosterOf()).toEqual(before);
      expect(await store().journal(run())).toHaveLength(1);
      await apply(step([created(user('bob@acme.example'))]));
      const { lineage } = await store().read([], []);
      const pushed = { ...(await rosterOf()), serial: 9, entries: [] };
      await store().replace(run(), NOW, { lineage, rosters: new Map([[ACME, pushed]]) });
      expect((await kept())?.objects).toHaveLength(2);
    });

    test('is read by others', async () => {
      await keep(whole({ a: '1' }));
      await using reader = await state().openToRead();
      expect(listed(await reader.copy(ACME))).toEqual(await kept());
      await keep(since({ changed: [['a', '2']] }));
      expect((await reader.copy(ACME))?.objects.get('a')).toBe('2');
    });

    test('of two who build on one position, the first is kept', async () => {
      await keep(whole({ a: '1' }));
      await using other = await state().open('bob');
      const updates = ['2', '3'].map((text) => since({ position: `p${text}`, changed: [['a', text]] }));
      await Promise.all(updates.map((update, index) => (index === 0 ? store() : other).keepCopy(ACME, update)));
      const copy = await kept();
      expect([
        ['p2', '2'],
        ['p3', '3'],
      ]).toContainEqual([copy?.position, copy?.objects[0]?.[1]]);
    });

    test('any texts come back as they were, in the order of UTF-8', async () => {
      const objects = [
        ['', 'the empty key'],
        ["'; DROP TABLE customer; --", '"'],
        ['__proto__', 'constructor'],
        ['nul\u0000in it', '\u0000'],
        ['\ufffd', 'UTF-16 would put this last'],
        ['\u{1f600}', '\u202e\r\n\\'],
      ] as const;
      await keep(whole({}, { changed: objects.toReversed() }));
      expect((await kept())?.objects).toEqual(objects);
      const removed = objects.map(([key]) => key);
      await keep(since({ position: 'a\u0000b', removed }));
      expect(await kept()).toEqual({ ...HEAD, position: 'a\u0000b', objects: [] });
    });

    test('any updates leave what a map would hold', async () => {
      const text = fc.string({ unit: 'binary', maxLength: 5 });
      const key = fc.oneof(text, fc.constantFrom('a', 'b', 'c'));
      const update = fc.record({
        isWhole: fc.boolean(),
        changed: fc.uniqueArray(fc.tuple(key, text), { maxLength: 60, selector: ([first]) => first }),
        removed: fc.array(key, { maxLength: 60 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(update, { maxLength: 6 }), async (updates) => {
          await using own = await fresh();
          await using ours = await own.open();
          let expected: Map<string, string> | null = null;
          for (const [index, { isWhole, changed, removed }] of updates.entries()) {
            const from = isWhole || expected === null ? null : `p${index - 1}`;
            if (from === null) expected = new Map();
            for (const gone of from === null ? [] : removed) expected?.delete(gone);
            for (const [one, content] of changed) expected?.set(one, content);
            await ours.keepCopy(ACME, { ...HEAD, from, position: `p${index}`, changed, removed });
            const copy = await ours.copy(ACME);
            expect(copy?.position).toBe(`p${index}`);
            expect(new Map(copy?.objects)).toEqual(expected);
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
