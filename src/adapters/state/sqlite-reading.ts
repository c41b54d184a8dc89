/**
 * Opens a state's file so that reading leaves no trace: not a byte of the file changes and no file appears beside it, on a read-only
 * disk and after a killed writer too. An ordinary read-only connection to a WAL database makes a -wal and a -shm file and leaves them.
 */
import { type BigIntStats, copyFileSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { Database, Sql } from './database.ts';
import { StateError } from './errors.ts';
import { connect, statementsOf, transaction } from './sqlite-connection.ts';
import { explain } from './sqlite-errors.ts';
import { checkCurrent, migrate, readSchema } from './sqlite-schema.ts';

const ATTEMPTS = 40;
const PAUSE_MS = 25;
// https://sqlite.org/fileformat2.html#the_write_ahead_log
const WAL_HEADER_BYTES = 32n;

/**
 * How to read the file as it lies there. `missing`: there is no state yet. `still`: all is in the one file and nobody writes, so SQLite
 * may take it for unchangeable. `shared`: a writer is at work or was killed, so SQLite reads the log too, with its index opened
 * read-only. `copied`: what is left, a log without its index or an interrupted rollback, is put right in a private copy.
 */
type Way = 'missing' | 'still' | 'shared' | 'copied';

/** What lies at the path; null for a file that is absent or empty. */
interface Files {
  readonly main: BigIntStats | null;
  readonly wal: BigIntStats | null;
  readonly shm: BigIntStats | null;
  readonly journal: BigIntStats | null;
}

/** The database in the file `path`. One that does not exist reads as an empty state without a lineage. */
export async function openToRead(path: string): Promise<Database> {
  const file = resolve(path);
  const memory = { mustCopy: false };
  const read: Database['read'] = (work) =>
    steadily(file, memory, work).catch((error: unknown) => {
      throw explain(error, file);
    });
  await read(async () => undefined);
  return {
    read,
    write: () => Promise.reject(new TypeError('A state that was opened to read is not written.')),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Reads again until nobody wrote to the files meanwhile. Each time has a connection of its own, so that nothing stays open. */
async function steadily<T>(path: string, memory: { mustCopy: boolean }, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const file = targetOf(path);
    const before = look(file);
    const way = memory.mustCopy && before.main !== null ? 'copied' : wayOf(before);
    try {
      const result = await once(file, way, work);
      if (way === 'shared' || unchanged(before, look(file), way)) return result;
      memory.mustCopy = false;
    } catch (error) {
      const settled = unchanged(before, look(file), 'copied');
      if (settled && (way === 'copied' || !cannotShare(error))) throw error;
      memory.mustCopy = settled;
    }
    if (!memory.mustCopy) await sleep(PAUSE_MS);
  }
  throw new StateError(
    'STATE_BUSY',
    `The state in ${path} could not be read, because other processes kept writing to it.`,
    'Run the command again when they are done.',
  );
}

/** Where the file really is: SQLite puts the log beside that, and not beside a link to it. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function look(file: string): Files {
  const main = statsOf(file);
  if (main?.isDirectory() === true) {
    throw new StateError('STATE_FOREIGN', `${file} is a folder.`, 'Set state.path in rollcall.yaml to a file.');
  }
  return {
    main,
    // A log with nothing after its header says nothing, and SQLite cannot read one without writing to its index.
    wal: statsOf(`${file}-wal`, WAL_HEADER_BYTES),
    shm: statsOf(`${file}-shm`),
    journal: statsOf(`${file}-journal`),
  };
}

function statsOf(path: string, emptyBytes = 0n): BigIntStats | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined || (stats.size <= emptyBytes && !stats.isDirectory()) ? null : stats;
}

function wayOf(files: Files): Way {
  if (files.main === null) return 'missing';
  if (files.journal !== null) return 'copied';
  if (files.wal === null) return 'still';
  return files.shm === null ? 'copied' : 'shared';
}

function unchanged(a: Files, b: Files, way: Way): boolean {
  return same(a.main, b.main) && (way === 'still' || (same(a.wal, b.wal) && same(a.journal, b.journal)));
}

function same(a: BigIntStats | null, b: BigIntStats | null): boolean {
  if (a === null || b === null) return a === b;
  // Not the time of a file's last status change: SQLite run by root sets the owner of a log that it opens, to the same one.
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/** Whether SQLite could not open the files without writing beside them. */
function cannotShare(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(CANTOPEN|READONLY|BUSY|PROTOCOL)/.test(error.code);
}

async function once<T>(file: string, way: Way, work: (sql: Sql) => Promise<T>): Promise<T> {
  const connection = open(file, way);
  try {
    const sql = statementsOf(connection);
    if (way === 'missing') await migrate(sql, () => '');
    return await transaction(connection, 'DEFERRED', async () => {
      const schema = await readSchema(sql);
      // Its maker was killed before the schema was there.
      if (schema === 'empty') return once(file, 'missing', work);
      checkCurrent(schema, file);
      return work(sql);
    });
  } finally {
    connection.close();
  }
}

function open(file: string, way: Way): Sqlite.Database {
  switch (way) {
    case 'missing':
      return connect(':memory:');
    case 'still':
      return openUri(file, 'immutable=1');
    case 'shared':
      return openUri(file, 'mode=ro&readonly_shm=1');
    case 'copied':
      return openCopy(file);
  }
}

/** Opens with parameters of https://sqlite.org/uri.html. */
function openUri(file: string, parameters: string): Sqlite.Database {
  return connect(`${pathToFileURL(file).href}?${parameters}`, { readonly: true });
}

/** Lets SQLite put right a copy that nobody else can see. Its folder is gone as soon as it is open. */
function openCopy(file: string): Sqlite.Database {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-state-'));
  try {
    const copy = join(folder, 'state.db');
    for (const suffix of ['', '-wal', '-journal']) copyIfThere(`${file}${suffix}`, `${copy}${suffix}`);
    const connection = connect(copy);
    connection.pragma('schema_version');
    return connection;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
