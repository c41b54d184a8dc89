/** Tables in an SQLite file, changed in place: Postfix sees that at once, and a file put in its place only after a reload. */
import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { CustomerId } from '../../../domain/roster.ts';
import type { FoundEntry, TargetFault } from '../../../domain/target.ts';
import { TargetProblem } from '../../../ports/target.ts';
import { openDatabase } from '../../sqlite-database.ts';
import { fileProblem, withFile } from './file-problem.ts';
import { type QueryFile, queryFile } from './query-files.ts';
import { stageText, unlessMissing } from './table-files.ts';
import type { StoreTask, TableRow, TableStore } from './table-store.ts';
import { entryKey, FOUND, isMembership, type LineWrite, LOOKUP_TABLES, type Table } from './tables.ts';

const DATABASE = 'rollcall.sqlite';
const BUSY_TIMEOUT_MS = 10_000;
const MODE = 0o644;
type RawRow = readonly [map: string, key: string, value: string, customer: string | null];
const SCHEMA = `CREATE TABLE IF NOT EXISTS entry (
  map TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, customer TEXT, PRIMARY KEY (map, key)
) WITHOUT ROWID`;

export function sqliteStore(dir: string): TableStore {
  const path = join(dir, DATABASE);
  const queryFiles = () => Promise.all(LOOKUP_TABLES.map((table) => queryFile(dir, table, DATABASE)));
  return {
    async read(customers) {
      const [files, found] = await Promise.all([queryFiles(), readDatabase(path, customers)]);
      const missing = files.filter(({ state }) => state === 'missing').map(({ name }) => name);
      return {
        entries: found?.entries ?? [],
        faults: [...(found?.faults ?? []), ...files.flatMap(queryFault)],
        missing: found === null ? [DATABASE, ...missing] : missing,
        begun: found !== null || missing.length < files.length,
      };
    },
    async prepare({ writes }: StoreTask) {
      const files = (await queryFiles()).filter(({ state }) => state === 'missing' || state === 'differs');
      const exists = await isThere(path);
      const staged = [];
      for (const { name, text } of files) staged.push(await stageText(dir, name, text));
      return { staged, reload: !exists || files.length > 0, commit: () => writeDatabase(path, writes) };
    },
  };
}

function queryFault({ name, state }: QueryFile): readonly TargetFault[] {
  return state === 'differs' ? [{ key: name, expected: 'the query as Rollcall wrote it', found: 'another one' }] : [];
}

async function isThere(path: string): Promise<boolean> {
  return withFile(path, 'read', async () => (await access(path, constants.F_OK).catch(unlessMissing)) !== null);
}

async function readDatabase(
  path: string,
  customers: ReadonlySet<CustomerId>,
): Promise<{ readonly entries: readonly FoundEntry[]; readonly faults: readonly TargetFault[] } | null> {
  if (!(await isThere(path))) return null;
  // To read what a killed writing has left, it must be undone, which takes the right to write.
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  return withDatabase(path, { readonly: !writable, fileMustExist: true }, (database) => {
    const rows = database.prepare('SELECT map, key, value, customer FROM entry').raw().all() as readonly RawRow[];
    const mode = database.pragma('journal_mode', { simple: true });
    const faults =
      mode === 'wal'
        ? [{ key: DATABASE, expected: 'a rollback journal', found: 'a write-ahead log, which Postfix cannot read' }]
        : [];
    return {
      entries: rows.flatMap(([map, key, value, customer]) => entryOf({ map, key, value, customer }, customers)),
      faults,
    };
  });
}

/** A row as what was found; nothing where it is another customer's. */
export function entryOf({ map, key, value, customer }: TableRow, customers: ReadonlySet<CustomerId>): FoundEntry[] {
  const found = {
    key: entryKey(map as Table, key),
    value: isMembership(map as Table) && value !== '' ? FOUND : value,
  };
  if (customer === null) return [{ owner: 'nobody', customer, ...found }];
  const name = customer as CustomerId;
  return customers.has(name) ? [{ owner: 'ours', customer: name, ...found }] : [];
}

async function writeDatabase(path: string, writes: ReadonlyMap<Table, readonly LineWrite[]>): Promise<void> {
  await withDatabase(path, {}, (database) => {
    database.pragma('journal_mode = DELETE');
    // Else a large change would lock Postfix out long before it is committed.
    database.pragma('cache_spill = OFF');
    database.transaction(() => applyWrites(database, writes)).immediate();
  });
  await withFile(path, 'written', () => chmod(path, MODE));
}

function applyWrites(database: Sqlite.Database, writes: ReadonlyMap<Table, readonly LineWrite[]>): void {
  database.exec(SCHEMA);
  const put = database.prepare(
    `INSERT INTO entry (map, key, value, customer) VALUES (?, ?, ?, ?)
     ON CONFLICT (map, key) DO UPDATE SET value = excluded.value, customer = excluded.customer`,
  );
  const take = database.prepare('DELETE FROM entry WHERE map = ? AND key = ? AND customer = ?');
  for (const [table, lines] of writes) {
    if (table === 'relays') continue;
    for (const { key, customer, value } of lines) {
      if (value === null) take.run(table, key, customer);
      else put.run(table, key, value, customer);
    }
  }
}

async function withDatabase<T>(
  path: string,
  options: Sqlite.Options,
  work: (database: Sqlite.Database) => T,
): Promise<T> {
  let database: Sqlite.Database | null = null;
  try {
    database = openDatabase(path, { ...options, timeout: BUSY_TIMEOUT_MS });
    return work(database);
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    throw databaseProblem(path, error);
  } finally {
    database?.close();
  }
}

function databaseProblem(path: string, error: InstanceType<typeof Sqlite.SqliteError>): TargetProblem {
  const { code, message: said } = error;
  const options = { cause: error };
  const asFile = (name: string) => fileProblem(path, 'written', Object.assign(new Error(said), { code: name }));
  if (code === 'SQLITE_FULL') return asFile('ENOSPC');
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'SQLITE_CANTOPEN')
    return asFile('EACCES');
  if (code.startsWith('SQLITE_IOERR')) return asFile(code);
  if (code.startsWith('SQLITE_BUSY')) {
    const message = `${path} is locked by another program. The tables are as they were.`;
    return new TargetProblem(
      { code: 'POSTFIX_BUSY', message, hint: 'See what has it open, and apply again.' },
      options,
    );
  }
  const message = `${path} is no database of tables, or is damaged: ${said}. The tables are as they were.`;
  const hint = 'Move the file away; the next apply makes a new one. Lines of your own have to be put in again.';
  return new TargetProblem({ code: 'POSTFIX_DATABASE', message, hint }, options);
}
