/** Opens a state's file to write it, and makes it where there is none. */

import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Sqlite from 'better-sqlite3';
import type { Database } from './database.ts';
import { StateError } from './errors.ts';
import { connect, oneAtATime, patiently, statementsOf, transaction } from './sqlite-connection.ts';
import { explain } from './sqlite-errors.ts';
import { checkUsable, migrate, readSchema } from './sqlite-schema.ts';

// Only its owner may read a new state: it holds people.
const PRIVATE = 0o600;

/** The database in the file `path`, its schema up to date, in WAL mode and with every commit on the disk before it returns. */
export async function openToWrite(path: string): Promise<Database> {
  const file = resolve(path);
  const connection = await prepared(file);
  const sql = statementsOf(connection);
  const next = oneAtATime();
  const alone = <T>(work: () => Promise<T>) =>
    next(work).catch((error: unknown) => {
      throw explain(error, file);
    });
  return {
    read: (work) => alone(() => transaction(connection, 'DEFERRED', () => work(sql))),
    write: (work, kind = 'lasting') =>
      alone(async () => {
        // In WAL mode both keep the database whole; FULL alone waits for the disk at every commit.
        connection.pragma(`synchronous = ${kind === 'lasting' ? 'FULL' : 'NORMAL'}`);
        return transaction(connection, 'IMMEDIATE', () => work(sql));
      }),
    [Symbol.asyncDispose]: () => next(async () => void connection.close()),
  };
}

async function prepared(file: string): Promise<Sqlite.Database> {
  let connection: Sqlite.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a', PRIVATE));
    connection = connect(file);
    await prepare(connection, file);
    return connection;
  } catch (error) {
    connection?.close();
    throw explain(error, file);
  }
}

async function prepare(connection: Sqlite.Database, file: string): Promise<void> {
  const sql = statementsOf(connection);
  // Before anything is written: it may be somebody else's.
  await transaction(connection, 'DEFERRED', async () => checkUsable(await readSchema(sql), file));
  const mode = await patiently(() => connection.pragma('journal_mode = WAL', { simple: true }));
  if (mode !== 'wal') {
    throw new StateError(
      'STATE_IO',
      `The state in ${file} is on a file system without shared memory.`,
      'SQLite needs a local disk. Set state.path in rollcall.yaml to a file on one.',
    );
  }
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  await transaction(connection, 'IMMEDIATE', () => migrate(sql, randomUUID));
}
