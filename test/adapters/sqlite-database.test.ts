/** What must never be collected in some versions of Node.js is not, and all else is as it would be without that. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** How many of the objects that are made in passing are there still once garbage was collected. */
async function left(mustStay?: boolean): Promise<number> {
  const objects = ((): readonly WeakRef<object>[] => {
    const database = openDatabase(':memory:', {}, mustStay);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)');
    const statement = database.prepare('SELECT a FROM t');
    const rows = statement.iterate();
    expect([...rows]).toEqual([{ a: 1 }, { a: 2 }]);
    return [database, statement, rows].map((object) => new WeakRef<object>(object));
  })();
  await new Promise(setImmediate);
  collect();
  return objects.filter((object) => object.deref() !== undefined).length;
}

test('databases, statements and their rows stay where they must', async () => {
  expect(await left(true)).toBe(3);
});

test('and go where they may: before Node.js 24', async () => {
  const mustStay = Number(process.versions.node.split('.')[0]) >= 24;
  expect(await left()).toBe(mustStay ? 3 : 0);
});

describe.each([false, true])('a database whose objects must stay: %s', (mustStay) => {
  test('answers pragmas, sets them, and runs transactions', () => {
    const database = openDatabase(':memory:', {}, mustStay);
    expect(database.pragma('schema_version', { simple: true })).toBe(0);
    expect(database.pragma('user_version')).toEqual([{ user_version: 0 }]);
    database.pragma('user_version = 7');
    expect(database.pragma('user_version', { simple: true })).toBe(7);
    expect(database.pragma('journal_mode = DELETE', { simple: true })).toBe('memory');
    database.exec('CREATE TABLE t (a)');
    const put = database.prepare('INSERT INTO t VALUES (?)');
    expect(() =>
      database
        .transaction(() => {
          put.run(1);
          throw new Error('undone');
        })
        .immediate(),
    ).toThrow('undone');
    database.transaction(() => put.run(2)).immediate();
    expect(database.prepare('SELECT a FROM t').raw().all()).toEqual([[2]]);
    expect(database.prepare('SELECT a FROM t').pluck().get()).toBe(2);
    expect(() => database.prepare('SELECT b FROM t')).toThrow('no such column');
    database.close();
  });
});
