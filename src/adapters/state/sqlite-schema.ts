/** The schema of a state in SQLite, as numbered steps. Append only: a step that was ever released is never changed. */
import type { Sql } from './database.ts';
import { StateError, StateVersionError } from './errors.ts';

/** Tables of SQLite. `run`, `run_customer` and the journal hold what was done; the rest is what is so now. */
const FIRST: readonly string[] = [
  'CREATE TABLE state (lineage TEXT NOT NULL)',
  `CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    serial INTEGER NOT NULL,
    directory_type TEXT,
    directory_id TEXT,
    synced_at TEXT
  ) STRICT`,
  `CREATE TABLE entry (
    customer INTEGER NOT NULL,
    address_key TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (customer, address_key)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE domain (
    customer INTEGER NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    verified_at TEXT,
    token TEXT,
    site TEXT,
    PRIMARY KEY (customer, name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE tombstone (
    customer INTEGER NOT NULL,
    address_key TEXT NOT NULL,
    addresses TEXT NOT NULL,
    object_id TEXT,
    archive TEXT NOT NULL,
    deleted_at TEXT NOT NULL,
    PRIMARY KEY (customer, address_key)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX tombstone_by_object_id ON tombstone (customer, object_id)',
  // How many addresses of a domain a customer's entries hold: finds who else holds some without reading every roster (ADR-4).
  `CREATE TABLE held_domain (
    domain TEXT NOT NULL,
    customer INTEGER NOT NULL,
    addresses INTEGER NOT NULL,
    PRIMARY KEY (domain, customer)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    who TEXT NOT NULL,
    plan_digest TEXT
  ) STRICT`,
  'CREATE INDEX run_by_plan ON run (plan_digest)',
  `CREATE TABLE run_customer (
    run INTEGER NOT NULL REFERENCES run (id),
    customer TEXT NOT NULL,
    outcome TEXT NOT NULL,
    serial_before INTEGER NOT NULL,
    serial_after INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    message TEXT,
    PRIMARY KEY (run, customer)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE journal (
    customer INTEGER NOT NULL,
    serial_after INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES run (id),
    at TEXT NOT NULL,
    directory_type TEXT,
    directory_id TEXT,
    baseline INTEGER NOT NULL,
    synced_at TEXT,
    PRIMARY KEY (customer, serial_after)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX journal_by_run ON journal (run)',
  `CREATE TABLE journal_part (
    customer INTEGER NOT NULL,
    serial_after INTEGER NOT NULL,
    part INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (customer, serial_after, part),
    FOREIGN KEY (customer, serial_after) REFERENCES journal (customer, serial_after)
  ) STRICT`,
  ...['journal', 'journal_part'].flatMap((table) =>
    ['UPDATE', 'DELETE'].map(
      (action) => `CREATE TRIGGER ${table}_no_${action.toLowerCase()} BEFORE ${action} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
    ),
  ),
  // INSERT OR REPLACE would pass by the triggers on DELETE.
  `CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
    WHEN EXISTS (SELECT 1 FROM journal WHERE customer = NEW.customer AND serial_after = NEW.serial_after)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  `CREATE TRIGGER journal_part_no_replace BEFORE INSERT ON journal_part
    WHEN EXISTS (SELECT 1 FROM journal_part
      WHERE customer = NEW.customer AND serial_after = NEW.serial_after AND part = NEW.part)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  // One row for each customer that somebody works on. To release one by hand: DELETE FROM customer_lock WHERE customer = '…'.
  `CREATE TABLE customer_lock (
    customer TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    who TEXT NOT NULL,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    process TEXT,
    since TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

/** What directory sources want kept for their next readings. By name, for it may come before the customer's first commit. */
const SECOND: readonly string[] = [
  `CREATE TABLE directory_copy (
    customer TEXT PRIMARY KEY,
    directory_type TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    question TEXT NOT NULL,
    position TEXT NOT NULL,
    full_at TEXT NOT NULL,
    objects INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE directory_copy_object (
    customer TEXT NOT NULL,
    object_key TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (customer, object_key)
  ) STRICT, WITHOUT ROWID`,
];

/** The customers' sites and relays (DOM-6), and who has a domain (DOM-3). */
const THIRD: readonly string[] = [
  `CREATE TABLE site (
    customer INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    servers TEXT NOT NULL,
    PRIMARY KEY (customer, name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE relay (
    customer INTEGER NOT NULL,
    name TEXT NOT NULL,
    addresses TEXT NOT NULL,
    PRIMARY KEY (customer, name)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX domain_by_name ON domain (name)',
];

/** How targets fared in runs, and with which configuration customers were last applied. */
const FOURTH: readonly string[] = [
  `CREATE TABLE run_target (
    run INTEGER NOT NULL REFERENCES run (id),
    target TEXT NOT NULL,
    customer TEXT NOT NULL,
    outcome TEXT NOT NULL,
    serial INTEGER NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    message TEXT,
    PRIMARY KEY (run, target, customer)
  ) STRICT, WITHOUT ROWID`,
  // Of each target and customer only the latest: a table of all runs would have to be searched for it.
  `CREATE TABLE target_standing (
    target TEXT NOT NULL,
    customer TEXT NOT NULL,
    outcome TEXT NOT NULL,
    message TEXT,
    written_at INTEGER,
    PRIMARY KEY (target, customer)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE applied_config (
    customer TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    files TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

const MIGRATIONS: readonly (readonly string[])[] = [FIRST, SECOND, THIRD, FOURTH];

/** The version that this program writes and reads. */
const SCHEMA_VERSION = MIGRATIONS.length;

/** A version, an empty database, or one that is none of ours. */
export type Schema = number | 'empty' | 'foreign';

export async function readSchema(sql: Sql): Promise<Schema> {
  const tables = await sql.rows("SELECT name FROM sqlite_master WHERE type = 'table'");
  if (tables.length === 0) return 'empty';
  if (!tables.some(([name]) => name === 'migration') || !tables.some(([name]) => name === 'state')) return 'foreign';
  const [row] = await sql.rows('SELECT max(version) FROM migration');
  return typeof row?.[0] === 'number' ? row[0] : 'foreign';
}

/** Brings the schema up to date, inside the caller's transaction. A database that was empty gets the lineage. */
export async function migrate(sql: Sql, lineage: () => string): Promise<void> {
  const schema = await readSchema(sql);
  if (schema === 'foreign' || schema === SCHEMA_VERSION) return;
  if (schema === 'empty') await sql.run('CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT');
  const from = schema === 'empty' ? 0 : schema;
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < from) continue;
    for (const statement of statements) await sql.run(statement);
    await sql.run('INSERT INTO migration (version) VALUES (?)', [index + 1]);
  }
  if (schema === 'empty') await sql.run('INSERT INTO state (lineage) VALUES (?)', [lineage()]);
}

/** Refuses what this program cannot use: another program's database, and a schema newer than its own. */
export function checkUsable(schema: Schema, path: string): void {
  if (schema === 'foreign') {
    throw new StateError(
      'STATE_FOREIGN',
      `${path} is an SQLite database of another program.`,
      'Set state.path in rollcall.yaml to the state of Rollcall, or to a file that does not exist yet.',
    );
  }
  if (schema !== 'empty' && schema > SCHEMA_VERSION) {
    throw new StateVersionError(
      'STATE_NEWER',
      `The state in ${path} was written by a newer Rollcall: its schema is ${schema}, this one knows up to ${SCHEMA_VERSION}.`,
      'Use the version of Rollcall that last applied, or a later one.',
    );
  }
}

/** Refuses to read a schema that only a writer may bring up to date. */
export function checkCurrent(schema: Schema, path: string): void {
  checkUsable(schema, path);
  if (schema === SCHEMA_VERSION) return;
  throw new StateVersionError(
    'STATE_OLDER',
    `The state in ${path} was written by an older Rollcall: its schema is ${schema}, this one reads ${SCHEMA_VERSION}.`,
    'Back the file up and run `rollcall apply` once: it brings the state up to date.',
  );
}
