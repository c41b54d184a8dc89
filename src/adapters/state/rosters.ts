/** Reads rosters out of the tables that hold what is so now. */
import { keyOf } from '../../domain/address.ts';
import type { DirectoryIdentity } from '../../domain/identity.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CustomerId, Entry, Roster, State, Tombstone, User } from '../../domain/roster.ts';
import { emptyRoster } from '../../domain/roster.ts';
import type { Sql, Value } from './database.ts';
import {
  type DomainRow,
  domainOf,
  type RelayRow,
  relayOf,
  type SiteRow,
  siteOf,
  type TombstoneRow,
  tombstoneOf,
} from './domain-rows.ts';
import { type EntryRow, entryOf, type Intern } from './entry-text.ts';
import { parseStored } from './errors.ts';

/** A customer as its row has it. */
export interface CustomerRow {
  readonly id: number;
  readonly serial: number;
  readonly directory: DirectoryIdentity | null;
  readonly syncedAt: Instant | null;
}

const CUSTOMER = 'SELECT id, serial, directory_type, directory_id, synced_at FROM customer WHERE name = ?';
const ENTRIES = 'SELECT content FROM entry WHERE customer = ? ORDER BY address_key';
const DOMAINS = 'SELECT name, status, verified_at, token, site FROM domain WHERE customer = ? ORDER BY name';
const SITES = 'SELECT name, is_default, servers FROM site WHERE customer = ? ORDER BY name';
const RELAYS = 'SELECT name, addresses FROM relay WHERE customer = ? ORDER BY name';
const TOMBSTONES = 'SELECT address_key, addresses, object_id, archive, deleted_at FROM tombstone WHERE customer = ?';
const HOLDERS = `SELECT name FROM customer WHERE id IN (SELECT customer FROM held_domain WHERE domain = ?)
    OR id IN (SELECT customer FROM domain WHERE name = ?)`;

// For more users than these, reading all of a customer's tombstones is quicker.
const MOST_LOOKED_UP = 1000;
// Beyond so many different texts they are no longer few, and a table of them costs more than it saves.
const MOST_INTERNED = 20_000;

/** The rosters of these customers, and those of others that have one of `domains`, or hold addresses in it. */
export async function readState(
  sql: Sql,
  customers: readonly CustomerId[],
  domains: readonly string[],
): Promise<State> {
  const wanted = new Set(customers);
  for (const domain of new Set(domains)) {
    for (const [name] of await sql.rows(HOLDERS, [domain, domain])) wanted.add(name as CustomerId);
  }
  const rosters = new Map<CustomerId, Roster>();
  for (const customer of wanted) rosters.set(customer, await readRoster(sql, customer));
  return { lineage: await readLineage(sql), rosters };
}

export async function readRoster(sql: Sql, customer: CustomerId): Promise<Roster> {
  const row = await readCustomer(sql, customer);
  if (row === null) return emptyRoster(customer);
  const intern = interning();
  const entries: Entry[] = [];
  await sql.each(ENTRIES, [row.id], ([content]) => {
    entries.push(entryOf(parseStored(content) as EntryRow, intern));
  });
  const domains = (await sql.rows(DOMAINS, [row.id])).map((row) => domainOf(row as DomainRow));
  const sites = (await sql.rows(SITES, [row.id])).map((row) => siteOf(row as SiteRow));
  const relays = (await sql.rows(RELAYS, [row.id])).map((row) => relayOf(row as RelayRow));
  const tombstones = await readTombstones(sql, row.id);
  const { serial, directory, syncedAt } = row;
  return { customer, serial, directory, syncedAt, entries, domains, sites, relays, tombstones };
}

async function readTombstones(sql: Sql, customer: number): Promise<readonly Tombstone[]> {
  return (await sql.rows(`${TOMBSTONES} ORDER BY address_key`, [customer])).map((row) =>
    tombstoneOf(row as TombstoneRow),
  );
}

/** At least the tombstones that one of these users has to do with: of its object id, or its primary. */
export async function readTombstonesOf(
  sql: Sql,
  customer: number,
  users: readonly User[],
): Promise<readonly Tombstone[]> {
  if (users.length > MOST_LOOKED_UP) return readTombstones(sql, customer);
  const found = new Map<string, Tombstone>();
  for (const { address, objectId } of users) {
    const rows = await sql.rows(`${TOMBSTONES} AND (address_key = ? OR object_id = ?)`, [
      customer,
      keyOf(address),
      objectId,
    ]);
    for (const row of rows as readonly TombstoneRow[]) if (!found.has(row[0])) found.set(row[0], tombstoneOf(row));
  }
  return [...found.values()];
}

/** Null for a customer that the state does not know. */
export async function readCustomer(sql: Sql, customer: CustomerId): Promise<CustomerRow | null> {
  const [row] = await sql.rows(CUSTOMER, [customer]);
  if (row === undefined) return null;
  const [id, serial, type, directory, syncedAt] = row as [number, number, string | null, string | null, Instant | null];
  return { id, serial, directory: identityOf(type, directory), syncedAt };
}

export async function readCustomers(sql: Sql): Promise<readonly CustomerId[]> {
  return (await sql.rows('SELECT name FROM customer ORDER BY name')).map(([name]) => name as CustomerId);
}

/** When each customer was last brought in step. */
export async function readSyncedAt(sql: Sql): Promise<ReadonlyMap<CustomerId, Instant>> {
  const rows = await sql.rows('SELECT name, synced_at FROM customer WHERE synced_at IS NOT NULL ORDER BY name');
  return new Map(rows.map(([name, syncedAt]) => [name as CustomerId, syncedAt as Instant]));
}

export async function readLineage(sql: Sql): Promise<string> {
  const [row] = await sql.rows('SELECT lineage FROM state');
  return String(row?.[0] ?? '');
}

export function identityOf(type: Value | undefined, id: Value | undefined): DirectoryIdentity | null {
  if (typeof type !== 'string' || typeof id !== 'string') return null;
  return { type: type as DirectoryIdentity['type'], id };
}

/** Remembers the texts it has seen. */
export function interning(): Intern {
  const seen = new Map<string, string>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    if (seen.size < MOST_INTERNED) seen.set(text, text);
    return text;
  };
}
