/** A folder of its own for a state in SQLite, and ways to look at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { openStateReader, openStateStore } from '../../src/adapters/state/sqlite.ts';
import type { StateReader, StateStore } from '../../src/ports/state.ts';
import { NOW } from './builders.ts';

export interface StateFolder extends AsyncDisposable {
  readonly folder: string;
  /** Of the database, which is not there yet. */
  readonly path: string;
  open(who?: string): Promise<StateStore>;
  openToRead(): Promise<StateReader>;
}

/** A new folder; disposing of it removes it. */
export async function stateFolder(): Promise<StateFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-state-test-'));
  const path = join(folder, 'state.db');
  return {
    folder,
    path,
    open: (who = 'ann') => openStateStore(path, { who, host: hostname(), pid: process.pid, now: () => NOW }),
    openToRead: () => openStateReader(path),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Changes the file by SQL, behind the program's back. */
export function tamper(path: string, sql: string): void {
  const connection = openDatabase(path);
  connection.exec(sql);
  connection.close();
}
