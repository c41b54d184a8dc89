/** Tables in PostgreSQL, which Postfix asks directly (pgsql_table(5)). */
import type { Client } from 'pg';
import type { PostfixTargetConfig } from '../../../domain/target-config.ts';
import { TargetProblem } from '../../../ports/target.ts';
import type { TargetOpening } from '../opening.ts';
import { quoted } from './programs.ts';
import { entryOf } from './sqlite-store.ts';
import type { TableRow, TableStore } from './table-store.ts';
import type { LineWrite, Table } from './tables.ts';

const TIMEOUT_MS = 30_000;
const SCHEMA = `CREATE TABLE IF NOT EXISTS rollcall_postfix (
  map text NOT NULL, key text NOT NULL, value text NOT NULL, customer text, PRIMARY KEY (map, key))`;
const PUT = `INSERT INTO rollcall_postfix (map, key, value, customer)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
  ON CONFLICT (map, key) DO UPDATE SET value = excluded.value, customer = excluded.customer`;
const TAKE = `DELETE FROM rollcall_postfix AS there
  USING unnest($1::text[], $2::text[], $3::text[]) AS gone (map, key, customer)
  WHERE there.map = gone.map AND there.key = gone.key AND there.customer = gone.customer`;

export function pgsqlStore({ name, database }: PostfixTargetConfig, opening: TargetOpening): TableStore {
  const withClient = <T>(work: (client: Client) => Promise<T>) => connected(name, database, opening, work);
  return {
    read: (customers) =>
      withClient(async (client) => {
        const there = await client.query("SELECT to_regclass('rollcall_postfix') IS NOT NULL AS there");
        if (there.rows[0]?.there !== true)
          return { entries: [], faults: [], missing: ['rollcall_postfix'], begun: false };
        const { rows } = await client.query<TableRow>('SELECT map, key, value, customer FROM rollcall_postfix');
        return { entries: rows.flatMap((row) => entryOf(row, customers)), faults: [], missing: [], begun: true };
      }),
    prepare: async ({ writes }) => ({
      staged: [],
      reload: false,
      commit: () => withClient((client) => writeRows(client, writes)),
    }),
  };
}

async function writeRows(client: Client, writes: ReadonlyMap<Table, readonly LineWrite[]>): Promise<void> {
  const lines = [...writes]
    .filter(([table]) => table !== 'relays')
    .flatMap(([table, some]) => some.map((line) => ({ table, ...line })));
  const put = lines.filter(({ value }) => value !== null);
  const gone = lines.filter(({ value }) => value === null);
  await client.query('BEGIN');
  await client.query(SCHEMA);
  await client.query(TAKE, [
    gone.map((line) => line.table),
    gone.map((line) => line.key),
    gone.map((line) => line.customer),
  ]);
  await client.query(PUT, [
    put.map((line) => line.table),
    put.map((line) => line.key),
    put.map((line) => line.value),
    put.map((line) => line.customer),
  ]);
  await client.query('COMMIT');
}

/** The URL is had when it is used, and nothing that is said has it in it. */
async function connected<T>(
  target: string,
  database: PostfixTargetConfig['database'],
  { resolveSecret, log }: TargetOpening,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  // The configuration is refused without it.
  if (database === null) throw new TypeError(`${target} has no database`);
  const url = await resolveSecret(database).catch((error: Error) => {
    const hint = 'Give the URL of the database there: postgresql://user:password@host/name.';
    throw new TargetProblem({ code: 'POSTFIX_DATABASE_URL', message: error.message, hint });
  });
  try {
    const { Client } = await import('pg');
    const client = new Client({
      connectionString: url.trim(),
      connectionTimeoutMillis: TIMEOUT_MS,
      statement_timeout: TIMEOUT_MS,
    });
    // A connection that breaks makes the query fail too.
    client.on('error', () => {});
    log(`PostgreSQL for ${target}`);
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => {});
    }
  } catch (error) {
    if (error instanceof TargetProblem) throw error;
    throw databaseProblem(target, url, error);
  }
}

function databaseProblem(target: string, url: string, error: unknown): TargetProblem {
  const message = `The database of ${target} did not do it: ${quoted(withoutSecret(messageOf(error), url))}. Its tables are as they were.`;
  const hint =
    'See that the database runs, and that the user of the URL may create and change the table rollcall_postfix; then apply again.';
  return new TargetProblem({ code: 'POSTFIX_DATABASE', message, hint });
}

/** A host with several addresses fails with an error for each, and no message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : 'no reason given';
}

function withoutSecret(text: string, url: string): string {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : null;
  const password = parsed?.password ?? '';
  const secrets = [url.trim(), password, safeDecoded(password)].filter((secret) => secret !== '');
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
}

function safeDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
