/** Writes a customer's tables: the statements that commit and replace have in common. */
import { domainOf, keyOf } from '../../domain/address.ts';
import type { Entry, Roster, Tombstone } from '../../domain/roster.ts';
import type { Sql, Values } from './database.ts';
import { type DomainRow, type RelayRow, type SiteRow, tombstoneRow } from './domain-rows.ts';
import { readCustomer } from './rosters.ts';

const UPSERT_ENTRY = upsert('entry', ['customer', 'address_key'], ['content']);
const UPSERT_DOMAIN = upsert('domain', ['customer', 'name'], ['status', 'verified_at', 'token', 'site']);
const UPSERT_SITE = upsert('site', ['customer', 'name'], ['is_default', 'servers']);
const UPSERT_RELAY = upsert('relay', ['customer', 'name'], ['addresses']);
const UPSERT_TOMBSTONE = upsert(
  'tombstone',
  ['customer', 'address_key'],
  ['addresses', 'object_id', 'archive', 'deleted_at'],
);
const COUNT_HELD = `INSERT INTO held_domain (domain, customer, addresses) VALUES (?, ?, ?)
  ON CONFLICT (domain, customer) DO UPDATE SET addresses = held_domain.addresses + excluded.addresses`;

/** Writes the customer's own row, and makes it for a new customer. Returns its number. */
export async function writeCustomer(
  sql: Sql,
  roster: Pick<Roster, 'customer' | 'serial' | 'directory' | 'syncedAt'>,
): Promise<number> {
  const { customer, serial, directory, syncedAt } = roster;
  const id = (await readCustomer(sql, customer))?.id ?? (await nextId(sql));
  await sql.run(
    `INSERT INTO customer (id, name, serial, directory_type, directory_id, synced_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET serial = excluded.serial, directory_type = excluded.directory_type,
       directory_id = excluded.directory_id, synced_at = excluded.synced_at`,
    [id, customer, serial, directory?.type ?? null, directory?.id ?? null, syncedAt],
  );
  return id;
}

async function nextId(sql: Sql): Promise<number> {
  const [row] = await sql.rows('SELECT coalesce(max(id), 0) + 1 FROM customer');
  return Number(row?.[0] ?? 1);
}

/** A row of the table `entry`. */
export type EntryValues = readonly [customer: number, key: string, text: string];

/** Rows that are there already are replaced. */
export function writeEntries(sql: Sql, rows: readonly EntryValues[]): Promise<void> {
  return sql.runMany(UPSERT_ENTRY, rows);
}

export function removeEntries(sql: Sql, customer: number, keys: readonly string[]): Promise<void> {
  return sql.runMany('DELETE FROM entry WHERE customer = ? AND address_key = ?', pairs(customer, keys));
}

/** What of a roster has a name, as rows. */
export interface NamedRows {
  readonly domain: readonly DomainRow[];
  readonly site: readonly SiteRow[];
  readonly relay: readonly RelayRow[];
}

/** Rows that are there already are replaced. */
export async function writeNamed(sql: Sql, customer: number, { domain, site, relay }: NamedRows): Promise<void> {
  await sql.runMany(UPSERT_DOMAIN, withCustomer(customer, domain));
  await sql.runMany(UPSERT_SITE, withCustomer(customer, site));
  await sql.runMany(UPSERT_RELAY, withCustomer(customer, relay));
}

export function removeNamed(
  sql: Sql,
  customer: number,
  table: keyof NamedRows,
  names: readonly string[],
): Promise<void> {
  return sql.runMany(`DELETE FROM ${table} WHERE customer = ? AND name = ?`, pairs(customer, names));
}

/** Writes what differs between two lists of a customer's tombstones. */
export async function writeTombstones(
  sql: Sql,
  customer: number,
  before: readonly Tombstone[],
  after: readonly Tombstone[],
): Promise<void> {
  const old = new Set(before);
  const kept = new Set(after);
  const gone = before.filter((tombstone) => !kept.has(tombstone)).map(({ addresses }) => keyOf(addresses[0]));
  await sql.runMany('DELETE FROM tombstone WHERE customer = ? AND address_key = ?', pairs(customer, gone));
  const added = after.filter((tombstone) => !old.has(tombstone)).map(tombstoneRow);
  await sql.runMany(UPSERT_TOMBSTONE, withCustomer(customer, added));
}

/** Removes all that a customer's tables hold, except for its own row and the journal. */
export async function removeAll(sql: Sql, customer: number): Promise<void> {
  for (const table of ['entry', 'domain', 'site', 'relay', 'tombstone', 'held_domain']) {
    await sql.run(`DELETE FROM ${table} WHERE customer = ?`, [customer]);
  }
}

/** How many addresses were added or taken away, by domain. */
export type HeldDomains = Map<string, number>;

/** Counts the addresses of an entry that came (`by` 1) or went (`by` -1). */
export function countHeld(held: HeldDomains, entry: Entry, by: 1 | -1): void {
  countAddress(held, entry.address, by);
  for (const alias of entry.aliases) countAddress(held, alias, by);
}

function countAddress(held: HeldDomains, address: string, by: 1 | -1): void {
  const domain = domainOf(keyOf(address));
  held.set(domain, (held.get(domain) ?? 0) + by);
}

/** Adds the counts to the stored ones. */
export async function writeHeld(sql: Sql, customer: number, held: HeldDomains): Promise<void> {
  const moved = [...held].filter(([, by]) => by !== 0);
  if (moved.length === 0) return;
  await sql.runMany(
    COUNT_HELD,
    moved.map(([domain, by]) => [domain, customer, by]),
  );
  await sql.run('DELETE FROM held_domain WHERE customer = ? AND addresses <= 0', [customer]);
}

function upsert(table: string, key: readonly string[], columns: readonly string[]): string {
  const all = [...key, ...columns];
  const set = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  return `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set}`;
}

function withCustomer(customer: number, rows: readonly Values[]): readonly Values[] {
  return rows.map((row) => [customer, ...row]);
}

function pairs(customer: number, keys: readonly string[]): readonly Values[] {
  return keys.map((key) => [customer, key]);
}
