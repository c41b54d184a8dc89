/** The journal: what was applied, in the order of the serials, never changed. Long entries are cut into parts. */
import type { Change } from '../../domain/change.ts';
import type { DirectoryIdentity } from '../../domain/identity.ts';
import type { Instant } from '../../domain/instant.ts';
import {
  type CustomerId,
  type Domain,
  type Entry,
  emptyRoster,
  type Relay,
  type Roster,
  type Site,
  type Tombstone,
} from '../../domain/roster.ts';
import { advanceFrom } from '../../planner/advance.ts';
import type { JournalEntry, RunId } from '../../ports/run.ts';
import { type ChangeRow, changeOf } from './change-text.ts';
import type { Sql, Values } from './database.ts';
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
import { identityOf, interning } from './rosters.ts';

/** How many changes or entries make a part: enough to write quickly, few enough to hold in memory. */
export const PART_LENGTH = 500;

/** What is written of an entry before its parts. */
export interface JournalHead {
  readonly serialAfter: number;
  readonly run: RunId;
  readonly at: Instant;
  /** Of a step: the directory from then on, or null for the one before. Of a baseline: the roster's. */
  readonly directory: DirectoryIdentity | null;
  /** Whether the parts are a whole roster that was pushed, and not the changes of a step. */
  readonly baseline: boolean;
  readonly syncedAt: Instant | null;
}

/** What JSON.parse makes of the text of a part: rows, by what they are rows of. */
type PartRows =
  | { readonly changes: readonly ChangeRow[] }
  | { readonly entries: readonly EntryRow[] }
  | { readonly domains: readonly DomainRow[] }
  | { readonly sites: readonly SiteRow[] }
  | { readonly relays: readonly RelayRow[] }
  | { readonly tombstones: readonly TombstoneRow[] };

/** A part to be written: the JSON texts of its rows. */
export interface PartTexts {
  readonly of: 'changes' | 'entries' | 'domains' | 'sites' | 'relays' | 'tombstones';
  readonly rows: readonly string[];
}

interface StoredEntry extends JournalHead {
  readonly customer: CustomerId;
  readonly changes: readonly Change[];
  readonly roster: Roster | null;
}

const HEADS = `SELECT journal.customer, customer.name, serial_after, run, at, journal.directory_type, journal.directory_id,
    baseline, journal.synced_at
  FROM journal JOIN customer ON customer.id = journal.customer`;

export async function writeHead(sql: Sql, customer: number, head: JournalHead): Promise<void> {
  const { serialAfter, run, at, directory, baseline, syncedAt } = head;
  await sql.run(
    `INSERT INTO journal (customer, serial_after, run, at, directory_type, directory_id, baseline, synced_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [customer, serialAfter, run, at, directory?.type ?? null, directory?.id ?? null, baseline ? 1 : 0, syncedAt],
  );
}

/** Parts count from 0. */
export async function writePart(
  sql: Sql,
  customer: number,
  serialAfter: number,
  part: number,
  { of, rows }: PartTexts,
): Promise<void> {
  await sql.run('INSERT INTO journal_part (customer, serial_after, part, content) VALUES (?, ?, ?, ?)', [
    customer,
    serialAfter,
    part,
    `{"${of}":[${rows.join(',')}]}`,
  ]);
}

/** What a run did, by customer. */
export async function readRunJournal(sql: Sql, run: RunId): Promise<readonly JournalEntry[]> {
  const found: JournalEntry[] = [];
  const intern = interning();
  for (const head of await sql.rows(`${HEADS} WHERE run = ? ORDER BY customer.name, serial_after`, [run])) {
    const { customer, at, serialAfter, directory, changes, roster } = await readEntry(sql, head, intern);
    found.push({ run, customer, at, serialAfter, directory, changes, baseline: roster });
  }
  return found;
}

/** The roster as of the step or push that gave it this serial, from the journal alone; null if there was none. */
export async function rebuildRoster(sql: Sql, customer: CustomerId, serial: number): Promise<Roster | null> {
  if (serial === 0) return emptyRoster(customer);
  const heads = await sql.rows(`${HEADS} WHERE customer.name = ? AND serial_after <= ? ORDER BY serial_after`, [
    customer,
    serial,
  ]);
  if (heads.at(-1)?.[2] !== serial) return null;
  const first = Math.max(
    0,
    heads.findLastIndex((head) => head[7] === 1),
  );
  const intern = interning();
  let advancing = advanceFrom(emptyRoster(customer));
  for (const head of heads.slice(first)) {
    const { roster, at, directory, changes } = await readEntry(sql, head, intern);
    if (roster === null) advancing.apply({ at, directory, changes });
    else advancing = advanceFrom(roster);
  }
  return advancing.roster();
}

async function readEntry(sql: Sql, head: Values, intern: Intern): Promise<StoredEntry> {
  const [id, name, serial, run, at, type, directoryId, baseline, syncedAt] = head;
  const changes: Change[] = [];
  const entries: Entry[] = [];
  const domains: Domain[] = [];
  const sites: Site[] = [];
  const relays: Relay[] = [];
  const tombstones: Tombstone[] = [];
  const parts = 'SELECT content FROM journal_part WHERE customer = ? AND serial_after = ? ORDER BY part';
  await sql.each(parts, [id ?? 0, serial ?? 0], ([content]) => {
    const part = parseStored(content) as PartRows;
    if ('changes' in part) for (const row of part.changes) changes.push(changeOf(row, intern));
    else if ('entries' in part) for (const row of part.entries) entries.push(entryOf(row, intern));
    else if ('domains' in part) domains.push(...part.domains.map(domainOf));
    else if ('sites' in part) sites.push(...part.sites.map(siteOf));
    else if ('relays' in part) relays.push(...part.relays.map(relayOf));
    else tombstones.push(...part.tombstones.map(tombstoneOf));
  });
  const stored: JournalHead & { readonly customer: CustomerId } = {
    customer: name as CustomerId,
    serialAfter: serial as number,
    run: run as RunId,
    at: at as Instant,
    directory: identityOf(type, directoryId),
    baseline: baseline === 1,
    syncedAt: (syncedAt ?? null) as Instant | null,
  };
  const { customer, serialAfter, directory } = stored;
  const held = { entries, domains, sites, relays, tombstones };
  const roster = { customer, serial: serialAfter, directory, syncedAt: stored.syncedAt, ...held };
  return { ...stored, changes, roster: stored.baseline ? roster : null };
}
