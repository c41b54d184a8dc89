/** The stored state in an SQLite file. */
import type { Clock } from '../../ports/clock.ts';
import type { StateReader, StateStore } from '../../ports/state.ts';
import { startOf } from './processes.ts';
import { openToRead } from './sqlite-reading.ts';
import { openToWrite } from './sqlite-writing.ts';
import { readerOf, storeOf } from './store.ts';

/** Who writes, for the locks. */
export interface Writer {
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  readonly now: Clock;
}

/**
 * Opens the state in the file `path` to read it, and changes no byte of it. A file that does not exist reads as an empty state, and none
 * is made. Rejects with StateError; with StateVersionError for a schema that is not this program's.
 */
export async function openStateReader(path: string): Promise<StateReader> {
  return readerOf(await openToRead(path));
}

/** Opens the state in the file `path`, which is made or brought up to date if need be. Rejects as openStateReader does. */
export async function openStateStore(path: string, writer: Writer): Promise<StateStore> {
  return storeOf(await openToWrite(path), { ...writer, started: startOf(writer.pid) });
}
