/** Puts pushed rosters in the place of the stored ones. Called inside one transaction. */
import { keyOf } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Roster, State } from '../../domain/roster.ts';
import type { RunId } from '../../ports/run.ts';
import { PushRefusedError } from '../../ports/state.ts';
import type { Sql } from './database.ts';
import { domainRow, relayRow, siteRow, tombstoneRow } from './domain-rows.ts';
import { entryText } from './entry-text.ts';
import { PART_LENGTH, type PartTexts, writeHead, writePart } from './journal.ts';
import {
  countHeld,
  type HeldDomains,
  removeAll,
  writeCustomer,
  writeEntries,
  writeHeld,
  writeNamed,
  writeTombstones,
} from './roster-writes.ts';
import { readCustomers, readLineage, readRoster } from './rosters.ts';
import { noteOutcome } from './runs.ts';

/** Rejects with PushRefusedError as StateStore.replace says; the caller's transaction then undoes what was written. */
export async function replaceRosters(sql: Sql, run: RunId, at: Instant, state: State): Promise<void> {
  await takeLineage(sql, state.lineage);
  for (const roster of state.rosters.values()) await replaceRoster(sql, run, at, roster);
}

async function takeLineage(sql: Sql, lineage: string): Promise<void> {
  const stored = await readLineage(sql);
  if (stored === lineage) return;
  if ((await readCustomers(sql)).length > 0) {
    throw new PushRefusedError(
      `The pushed state is of lineage ${lineage}, the stored one of ${stored}: they are not two versions of one state. Nothing was written.`,
    );
  }
  await sql.run('UPDATE state SET lineage = ?', [lineage]);
}

async function replaceRoster(sql: Sql, run: RunId, at: Instant, pushed: Roster): Promise<void> {
  const { customer, serial } = pushed;
  const stored = await readRoster(sql, customer);
  const before = contentOf(stored);
  const after = contentOf(pushed);
  const changes = differences(before, after);
  const counts = { serialBefore: stored.serial, serialAfter: serial, changes };
  if (serial === stored.serial && changes === 0) {
    await noteOutcome(sql, run, { customer, outcome: 'unchanged', ...counts, message: null });
    return;
  }
  refuseOlder(pushed, stored);
  const id = await writeCustomer(sql, pushed);
  await removeAll(sql, id);
  await writeBaseline(sql, id, run, at, pushed);
  await noteOutcome(sql, run, { customer, outcome: 'applied', ...counts, message: null });
}

function refuseOlder({ customer, serial }: Roster, stored: Roster): void {
  if (serial > stored.serial) return;
  const what =
    serial < stored.serial
      ? `The pushed roster of ${customer} is older than the stored one: its serial is ${serial}, the stored one's ${stored.serial}.`
      : `The pushed roster of ${customer} has the serial of the stored one, ${serial}, but another content.`;
  throw new PushRefusedError(`${what} Nothing was written. Pull the state, and change that.`);
}

async function writeBaseline(sql: Sql, customer: number, run: RunId, at: Instant, roster: Roster): Promise<void> {
  const { serial, directory, syncedAt } = roster;
  await writeHead(sql, customer, { serialAfter: serial, run, at, directory, baseline: true, syncedAt });
  let part = 0;
  const journal = async (of: PartTexts['of'], rows: readonly string[]) => {
    if (rows.length > 0) await writePart(sql, customer, serial, part++, { of, rows });
  };
  const held: HeldDomains = new Map();
  for (let from = 0; from < roster.entries.length; from += PART_LENGTH) {
    const some = roster.entries.slice(from, from + PART_LENGTH);
    const texts = some.map(entryText);
    const rows = some.map(({ address }, index) => [customer, keyOf(address), texts[index] ?? ''] as const);
    await writeEntries(sql, rows);
    await journal('entries', texts);
    for (const entry of some) countHeld(held, entry, 1);
  }
  const named = {
    domain: roster.domains.map(domainRow),
    site: roster.sites.map(siteRow),
    relay: roster.relays.map(relayRow),
  };
  await writeNamed(sql, customer, named);
  await journal('domains', named.domain.map(textOf));
  await journal('sites', named.site.map(textOf));
  await journal('relays', named.relay.map(textOf));
  await writeTombstones(sql, customer, [], roster.tombstones);
  await journal('tombstones', roster.tombstones.map(tombstoneRow).map(textOf));
  await writeHeld(sql, customer, held);
}

function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row);
}

/** Every part of a roster as text, by what it is and its key. When it was synced is no part of its content. */
function contentOf(roster: Roster): ReadonlyMap<string, string> {
  const content = new Map<string, string>();
  for (const entry of roster.entries) content.set(`entry ${keyOf(entry.address)}`, entryText(entry));
  for (const domain of roster.domains) content.set(`domain ${domain.name}`, textOf(domainRow(domain)));
  for (const site of roster.sites) content.set(`site ${site.name}`, textOf(siteRow(site)));
  for (const relay of roster.relays) content.set(`relay ${relay.name}`, textOf(relayRow(relay)));
  for (const tombstone of roster.tombstones) {
    content.set(`tombstone ${keyOf(tombstone.addresses[0])}`, textOf(tombstoneRow(tombstone)));
  }
  if (roster.directory !== null) content.set('directory', `${roster.directory.type} ${roster.directory.id}`);
  return content;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  let count = 0;
  for (const [key, text] of after) if (before.get(key) !== text) count += 1;
  for (const key of before.keys()) if (!after.has(key)) count += 1;
  return count;
}
