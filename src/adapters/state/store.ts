/** The state ports over a database that speaks SQL, whichever it is. */
import type { StateReader, StateStore } from '../../ports/state.ts';
import { commitStep } from './commit.ts';
import { readCopy, writeCopy } from './copies.ts';
import type { Database } from './database.ts';
import { readRunJournal, rebuildRoster } from './journal.ts';
import { type LockTaker, locksIn } from './locks.ts';
import { replaceRosters } from './replace.ts';
import { readCustomers, readState, readSyncedAt } from './rosters.ts';
import { beginRun, finishRun, hasRun, noteOutcome, readAppliedBy, readRun, readRuns } from './runs.ts';
import { noteTargets, readConfig, readStandings, writeConfig } from './targets.ts';

/** Disposing of the reader disposes of the database. */
export function readerOf(db: Database): StateReader {
  return {
    read: (customers, domains) => db.read((sql) => readState(sql, customers, domains)),
    customers: () => db.read(readCustomers),
    syncedAt: () => db.read(readSyncedAt),
    runs: (limit) => db.read((sql) => readRuns(sql, limit)),
    run: (id) => db.read((sql) => readRun(sql, id)),
    appliedBy: (planDigest) => db.read((sql) => readAppliedBy(sql, planDigest)),
    journal: (run) => db.read(async (sql) => ((await hasRun(sql, run)) ? readRunJournal(sql, run) : null)),
    rosterAt: (customer, serial) => db.read((sql) => rebuildRoster(sql, customer, serial)),
    copy: (customer) => db.read((sql) => readCopy(sql, customer)),
    targetStandings: () => db.read(readStandings),
    appliedConfig: (customer) => db.read((sql) => readConfig(sql, customer)),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** Disposing of the store gives back its locks and disposes of the database. */
export function storeOf(db: Database, taker: LockTaker): StateStore {
  const locks = locksIn(db, taker);
  return {
    ...readerOf(db),
    lock: locks.lock,
    begin: (run) => db.write((sql) => beginRun(sql, run)),
    finish: (run, at) => db.write((sql) => finishRun(sql, run, at)),
    note: (run, outcome) => db.write((sql) => noteOutcome(sql, run, outcome)),
    commit: (commit) => db.write((sql) => commitStep(sql, commit)),
    replace: (run, at, state) => db.write((sql) => replaceRosters(sql, run, at, state)),
    keepCopy: (customer, update) => db.write((sql) => writeCopy(sql, customer, update)),
    noteTargets: (run, outcomes) => db.write((sql) => noteTargets(sql, run, outcomes)),
    noteConfig: (customer, config) => db.write((sql) => writeConfig(sql, customer, config)),
    [Symbol.asyncDispose]: async () => {
      try {
        await locks[Symbol.asyncDispose]();
      } finally {
        await db[Symbol.asyncDispose]();
      }
    },
  };
}
