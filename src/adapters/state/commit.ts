/** Applies one step to one customer's tables, with its journal entry and outcome. Called inside one transaction. */
import { keyOf } from '../../domain/address.ts';
import { type Change, isEntryChange } from '../../domain/change.ts';
import { isUser } from '../../domain/roster.ts';
import { movesSerial, tombstonesAfter } from '../../planner/advance.ts';
import { type Commit, StaleSerialError } from '../../ports/state.ts';
import { changeText } from './change-text.ts';
import type { Sql } from './database.ts';
import { domainRow, relayRow, siteRow } from './domain-rows.ts';
import { PART_LENGTH, writeHead, writePart } from './journal.ts';
import {
  countHeld,
  type EntryValues,
  type HeldDomains,
  removeEntries,
  removeNamed,
  writeCustomer,
  writeEntries,
  writeHeld,
  writeNamed,
  writeTombstones,
} from './roster-writes.ts';
import { readCustomer, readTombstonesOf } from './rosters.ts';
import { noteOutcome } from './runs.ts';

/** What the tables hold afterwards is `advance(before, commit)`. Returns the new serial; rejects with StaleSerialError. */
export async function commitStep(sql: Sql, commit: Commit): Promise<number> {
  const { customer, at, changes, run, expectedSerial } = commit;
  const stored = await readCustomer(sql, customer);
  const serialBefore = stored?.serial ?? 0;
  if (serialBefore !== expectedSerial) throw new StaleSerialError(staleMessage(commit, serialBefore));
  const directory = stored?.directory ?? null;
  const moved = movesSerial({ directory }, commit);
  const serial = serialBefore + (moved ? 1 : 0);
  const id = await writeCustomer(sql, { customer, serial, directory: commit.directory ?? directory, syncedAt: at });
  if (moved) {
    const head = { serialAfter: serial, run, at, directory: commit.directory, baseline: false, syncedAt: at };
    await writeHead(sql, id, head);
    await writeChanges(sql, id, serial, changes);
    await buryAndRaise(sql, id, commit);
  }
  const outcome = moved ? 'applied' : 'unchanged';
  const counts = { serialBefore, serialAfter: serial, changes: changes.length };
  await noteOutcome(sql, run, { customer, outcome, ...counts, message: null });
  return serial;
}

// All of the old goes before any of the new comes: two users may have swapped their addresses.
async function writeChanges(sql: Sql, customer: number, serial: number, changes: readonly Change[]): Promise<void> {
  const held: HeldDomains = new Map();
  await removeOld(sql, customer, changes);
  for (let from = 0; from < changes.length; from += PART_LENGTH) {
    const part = changes.slice(from, from + PART_LENGTH);
    const rows = await putNew(sql, customer, part);
    await writePart(sql, customer, serial, from / PART_LENGTH, { of: 'changes', rows });
    for (const change of part) countChange(held, change);
  }
  await writeHeld(sql, customer, held);
}

/** Returns the texts of the changes, for the journal. */
async function putNew(sql: Sql, customer: number, changes: readonly Change[]): Promise<readonly string[]> {
  const texts: string[] = [];
  const entries: EntryValues[] = [];
  for (const change of changes) {
    const { text, after } = changeText(change);
    texts.push(text);
    if (!isEntryChange(change) || change.action === 'delete' || after === null) continue;
    entries.push([customer, keyOf(change.after.address), after]);
  }
  await writeEntries(sql, entries);
  await writeNamed(sql, customer, {
    domain: aftersOf(changes, 'domain').map(domainRow),
    site: aftersOf(changes, 'site').map(siteRow),
    relay: aftersOf(changes, 'relay').map(relayRow),
  });
  return texts;
}

type Kind = 'domain' | 'site' | 'relay';
type Kept<K extends Kind> = Extract<Change, { readonly resource: K; readonly action: 'create' | 'update' }>['after'];

/** What the resources of one kind are after these changes. */
function aftersOf<K extends Kind>(changes: readonly Change[], kind: K): readonly Kept<K>[] {
  return changes.flatMap((change) =>
    change.resource === kind && change.action !== 'delete' ? [change.after as Kept<K>] : [],
  );
}

async function removeOld(sql: Sql, customer: number, changes: readonly Change[]): Promise<void> {
  const addresses: string[] = [];
  const names: Record<Kind, string[]> = { domain: [], site: [], relay: [] };
  for (const change of changes) {
    if (change.action === 'create') continue;
    if (isEntryChange(change)) addresses.push(keyOf(change.before.address));
    else names[change.resource].push(change.before.name);
  }
  await removeEntries(sql, customer, addresses);
  for (const kind of ['domain', 'site', 'relay'] as const) await removeNamed(sql, customer, kind, names[kind]);
}

function countChange(held: HeldDomains, change: Change): void {
  if (!isEntryChange(change)) return;
  if (change.action !== 'create') countHeld(held, change.before, -1);
  if (change.action !== 'delete') countHeld(held, change.after, 1);
}

/** Tombstones that no user of the step has to do with stay as they are, so they need not be read. */
async function buryAndRaise(sql: Sql, customer: number, commit: Commit): Promise<void> {
  const users = commit.changes.flatMap((change) => {
    if (!isEntryChange(change)) return [];
    const entry = change.action === 'create' ? change.after : change.action === 'delete' ? change.before : null;
    return entry !== null && isUser(entry) ? [entry] : [];
  });
  const before = await readTombstonesOf(sql, customer, users);
  await writeTombstones(sql, customer, before, tombstonesAfter(before, commit));
}

function staleMessage({ customer, expectedSerial }: Commit, stored: number): string {
  return `${customer} has changed since the plan was made: the plan is for serial ${expectedSerial} of its roster, the stored one is ${stored}. Nothing was written; plan again.`;
}
