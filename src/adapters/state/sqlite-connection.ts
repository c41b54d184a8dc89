/** SQLite behind the seam of database.ts: one connection, its statements, and one transaction at a time. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { openDatabase } from '../sqlite-database.ts';
import type { Sql, Value, Values } from './database.ts';
import { isBusy } from './sqlite-errors.ts';

/** How long a writer waits for another process to end its transaction, in milliseconds. */
const WRITE_PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 50;
const ROWS_A_TURN = 1000;
// A statement that inserts so many rows takes two thirds of the time that as many statements take.
const ROWS_AT_ONCE = 25;
const ROW_OF_VALUES = /(?<=VALUES )\(\?(?:, \?)*\)/;

/**
 * Connects to a file, a `file:` URI or `:memory:`. better-sqlite3 asks the environment whether URIs are allowed, once, when a process first
 * connects to anything. Waiting is left to `patiently`.
 */
export function connect(name: string, options: { readonly readonly?: boolean } = {}): Sqlite.Database {
  const before = process.env['SQLITE_USE_URI'];
  process.env['SQLITE_USE_URI'] = '1';
  try {
    return openDatabase(name, { ...options, timeout: 0 });
  } finally {
    if (before === undefined) delete process.env['SQLITE_USE_URI'];
    else process.env['SQLITE_USE_URI'] = before;
  }
}

/** The statements of a connection; each text is prepared once. */
export function statementsOf(connection: Sqlite.Database): Sql {
  const prepared = new Map<string, Sqlite.Statement<unknown[], unknown>>();
  const prepare = (text: string) => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const statement = connection.prepare(text);
    if (statement.reader) statement.raw();
    prepared.set(text, statement);
    return statement;
  };
  return {
    rows: async (text, values = []) => prepare(text).all(...values) as Values[],
    each: async (text, values, visit) => {
      let rows = 0;
      for (const row of prepare(text).iterate(...values)) {
        visit(row as Values);
        rows += 1;
        // Meanwhile a directory answers: a long read takes turns with what comes in over the network.
        if (rows % ROWS_A_TURN === 0) await nextTurn();
      }
    },
    run: async (text, values = []) => {
      prepare(text).run(...values);
    },
    runMany: async (text, rows) => {
      const one = prepare(text);
      if (!ROW_OF_VALUES.test(text) || rows.length < ROWS_AT_ONCE) {
        for (const row of rows) one.run(row);
        return;
      }
      const many = prepare(text.replace(ROW_OF_VALUES, (row) => Array(ROWS_AT_ONCE).fill(row).join(', ')));
      const whole = rows.length - (rows.length % ROWS_AT_ONCE);
      for (let from = 0; from < whole; from += ROWS_AT_ONCE) many.run(valuesOf(rows, from));
      for (const row of rows.slice(whole)) one.run(row);
    },
  };
}

function valuesOf(rows: readonly Values[], from: number): Value[] {
  const values: Value[] = [];
  for (let index = from; index < from + ROWS_AT_ONCE; index += 1) values.push(...(rows[index] ?? []));
  return values;
}

/** Runs one piece of work after the other, whoever asks. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** One transaction around `work`, in which it need not wait for anybody: all that it may have to wait for is had at the beginning. */
export async function transaction<T>(
  connection: Sqlite.Database,
  kind: 'DEFERRED' | 'IMMEDIATE',
  work: () => Promise<T>,
): Promise<T> {
  try {
    await patiently(() => begin(connection, kind));
    const result = await work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function begin(connection: Sqlite.Database, kind: 'DEFERRED' | 'IMMEDIATE'): void {
  // What an attempt before began.
  rollBack(connection);
  connection.exec(`BEGIN ${kind}`);
  // A deferred transaction begins to read with its first statement, and that may have to wait for a recovery.
  connection.pragma('schema_version');
}

function rollBack(connection: Sqlite.Database): void {
  // SQLite has undone it already after some errors, a full disk among them.
  if (connection.inTransaction) connection.exec('ROLLBACK');
}

/** Tries again while another process holds what is needed, with growing pauses in which this process goes on with other things. */
export async function patiently<T>(attempt: () => T): Promise<T> {
  const giveUpAt = performance.now() + WRITE_PATIENCE_MS;
  for (let pause = 2; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
    }
    await sleep(pause);
  }
}
