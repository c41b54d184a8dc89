/** From what was decided to the changes of the plan: one a resource, named by the strongest action, sorted. */
import { type Address, type AddressKey, domainOf, keyOf } from '../domain/address.ts';
import {
  addressOf,
  type Change,
  type EntryChange,
  isEntryChange,
  type NonEmpty,
  type Reason,
} from '../domain/change.ts';
import { placeOf } from '../domain/diagnostic.ts';
import { dayOf } from '../domain/instant.ts';
import { type Entry, type Group, isUser, type ObjectId, type Source, type Tombstone } from '../domain/roster.ts';
import type { CustomerInputs, Decided } from './decide.ts';
import { whyForeign } from './domains.ts';
import { differences, groupOf, isAsStored, type Making, originOf, sameEntry, shownAddress, userOf } from './entries.ts';
import { followMembers, membersOf } from './groups.ts';
import { siteChanges } from './sites.ts';
import { isGroupSupply, type Staying, type Supply } from './supply.ts';
import { takeovers } from './tombstones.ts';

interface Context {
  readonly decided: Decided;
  readonly source: Source;
  /** Of those who come back after a deletion (DEL-6). */
  readonly tombstones: ReadonlyMap<Supply, Tombstone>;
  readonly whyWithout: (alias: string) => Reason;
}

/** The changes that carry out what was decided, sorted: deletes first, then by resource and address. */
export function changesOf(inputs: CustomerInputs, decided: Decided): readonly Change[] {
  const { supplies, staying } = decided.settlement;
  const context: Context = {
    decided,
    source: sourceFor(inputs),
    tombstones: takeovers(supplies, inputs.roster.tombstones),
    whyWithout: aliasLoss(decided),
  };
  const groups = supplies.filter(isGroupSupply);
  const addresses = new Map<ObjectId, string>();
  const note = ({ objectId, address }: { objectId: ObjectId | null; address: string }) => {
    if (groups.length > 0 && objectId !== null) addresses.set(objectId, address);
  };

  const changes: EntryChange[] = [];
  for (const fate of decided.fates.values()) if (fate.kind === 'goes') changes.push(deletion(fate.entry, fate.reasons));
  for (const supply of supplies) {
    if (isGroupSupply(supply)) continue;
    const making = makingOf(supply, context);
    if (supply.stored !== null && isAsStored(supply, making)) {
      note(supply.stored);
      continue;
    }
    const after = userOf(supply, making);
    note(after);
    const change = suppliedChange(supply, after, context);
    if (change !== null) changes.push(change);
  }
  for (const claimant of staying) {
    if (!decided.switched) note(claimant.stored);
    if (!isUser(claimant.stored)) continue;
    const change = stayingChange(claimant, claimant.stored, context);
    if (change !== null) changes.push(change);
  }
  for (const supply of groups)
    note({ objectId: supply.object?.id ?? null, address: shownAddress(supply, supply.stored) });
  return inPlanOrder([
    ...decided.domains.changes,
    ...siteChanges(inputs.customer, inputs.roster),
    ...changes,
    ...groupChanges(groups, addresses, changes, context),
  ]);
}

/** Without a directory nobody is supplied by one, so which source it would be does not matter. */
function sourceFor({ customer }: CustomerInputs): Source {
  return customer.directory?.connection.type ?? 'ldap';
}

function makingOf(supply: Supply, { source, decided, tombstones }: Context): Making {
  const { switched, settlement } = decided;
  return { source, switched, lost: settlement.lost.get(supply), tombstone: tombstones.get(supply) };
}

function deletion(entry: Entry, reasons: NonEmpty<Reason>): EntryChange {
  return { action: 'delete', before: entry, reasons, resource: entry.type };
}

/** The change that makes a supplied entry what it is to be; null if it is that already. */
function suppliedChange(supply: Supply, after: Entry, { whyWithout, tombstones }: Context): EntryChange | null {
  const before = supply.stored;
  if (before === null) {
    const tombstone = tombstones.get(supply);
    const reasons: NonEmpty<Reason> = [originOf(supply), ...(tombstone === undefined ? [] : [revival(tombstone)])];
    return { action: 'create', after, reasons, resource: after.type };
  }
  if (sameEntry(before, after)) return null;
  const { action, reason } = namedBy(before, after);
  const { binding } = supply;
  // What binds an entry to another object says already why its object id is another one.
  const bound = binding === null ? before : { ...before, objectId: after.objectId };
  const reasons = [
    ...(reason === null ? [] : [reason]),
    ...(binding === null ? [] : [binding]),
    ...differences(bound, after, whyWithout),
  ];
  return { action, before, after, reasons: nonEmpty(reasons, supply), resource: after.type };
}

/** Why somebody who comes back is given an archive (DEL-6). */
export function revival({ deletedAt, addresses, archive }: Tombstone): Reason {
  return {
    rule: 'DEL-6',
    message: `back after the deletion of ${addresses[0]} on ${dayOf(deletedAt)}: the archive ${archive} is restored`,
  };
}

/** Of all that differs, what names the change. */
function namedBy(before: Entry, after: Entry): { action: 'restore' | 'rename' | 'update'; reason: Reason | null } {
  const renamed = keyOf(before.address) !== keyOf(after.address);
  if (isUser(before) && before.status !== 'active') {
    const since = before.flaggedAt === null ? before.status : `flagged since ${dayOf(before.flaggedAt)}`;
    const was = renamed ? `, as ${after.address} now` : '';
    return { action: 'restore', reason: { rule: 'DEL-4', message: `back in the sync: was ${since}${was}` } };
  }
  if (!renamed) return { action: 'update', reason: null };
  const message = `the same object with another primary: ${before.address} becomes ${after.address}`;
  return { action: 'rename', reason: { rule: 'MRG-1', message } };
}

function nonEmpty(reasons: readonly Reason[], supply: Supply): NonEmpty<Reason> {
  const [first, ...rest] = reasons;
  return first === undefined ? [originOf(supply)] : [first, ...rest];
}

/** The change of somebody who stays without being supplied: marked, or losing an alias; null if nothing changes. */
function stayingChange(claimant: Staying, before: Entry, context: Context): EntryChange | null {
  const fate = context.decided.fates.get(before);
  const marked = fate?.kind === 'changes' ? fate.after : before;
  const after = kept(marked, claimant, context);
  if (sameEntry(before, after)) return null;
  const losses = lossesOf({ ...marked, aliases: before.aliases }, after, context);
  if (fate?.kind === 'changes') {
    return { action: fate.action, before, after, reasons: [...fate.reasons, ...losses], resource: after.type };
  }
  const [first, ...rest] = losses;
  return first === undefined
    ? null
    : { action: 'update', before, after, reasons: [first, ...rest], resource: after.type };
}

/** What an entry that stays keeps: aliases that are not lost, and its object id unless that was of the former directory (DEL-11). */
function kept<E extends Entry>(entry: E, claimant: Staying, { decided: { settlement, switched } }: Context): E {
  const lost = settlement.lost.get(claimant);
  const aliases = lost === undefined ? claimant.aliases : claimant.aliases.filter(({ key }) => !lost.has(key));
  return {
    ...entry,
    aliases: aliases.length === entry.aliases.length ? entry.aliases : aliases.map(({ display }) => display),
    objectId: switched ? null : entry.objectId,
  };
}

function lossesOf(before: Entry, after: Entry, { whyWithout }: Context): readonly Reason[] {
  return [
    ...differences({ ...before, objectId: after.objectId }, after, whyWithout),
    ...(before.objectId === after.objectId ? [] : [FORMER_ID]),
  ];
}

const FORMER_ID: Reason = { rule: 'DEL-11', message: 'its object id was of the former directory' };

/** Old primaries of entries that have another one after these changes, or none (null): groups that stay follow them. */
function movesOf(changes: readonly EntryChange[]): ReadonlyMap<AddressKey, string | null> {
  const moves = new Map<AddressKey, string | null>();
  for (const change of changes) {
    if (change.action === 'create') continue;
    const key = keyOf(change.before.address);
    if (change.action === 'delete') moves.set(key, null);
    else if (keyOf(change.after.address) !== key) moves.set(key, change.after.address);
  }
  return moves;
}

/** The changes of groups: those that are read anew, and those that stay and follow whatever else is renamed or deleted. */
function groupChanges(
  supplies: readonly Supply[],
  addresses: ReadonlyMap<ObjectId, string>,
  others: readonly EntryChange[],
  context: Context,
): readonly EntryChange[] {
  const supplied = supplies
    .map((supply) =>
      suppliedChange(supply, groupOf(supply, membersOf(supply, addresses), makingOf(supply, context)), context),
    )
    .filter((change) => change !== null);
  const moves = movesOf([...others, ...supplied]);
  const remaining = context.decided.settlement.staying.map((claimant) => {
    const { stored } = claimant;
    return isUser(stored) ? null : keptGroupChange(stored, claimant, moves, context);
  });
  return [...supplied, ...remaining.filter((change) => change !== null)];
}

function keptGroupChange(
  before: Group,
  claimant: Staying,
  moves: ReadonlyMap<AddressKey, string | null>,
  context: Context,
): EntryChange | null {
  const after = followMembers(kept(before, claimant, context), moves);
  const [first, ...rest] = lossesOf(before, after, context);
  return first === undefined ? null : { action: 'update', before, after, reasons: [first, ...rest], resource: 'group' };
}

/** Why an entry goes without an alias that it had. */
function aliasLoss({ domains, settlement, selection, standing }: Decided): (alias: string) => Reason {
  const lost = new Set([...settlement.lost.values()].flatMap((keys) => [...keys]));
  return (alias) => {
    const key = keyOf(alias);
    const domain: Address['domain'] = domainOf(key);
    if (standing(domain) === 'foreign') {
      return { rule: 'DEL-9', message: `alias ${alias} removed: ${domain} ${whyForeign(domain, domains.lost)}` };
    }
    const exception = selection.exceptions.ofAlias(key);
    if (exception !== undefined) {
      return { rule: 'SEL-5', message: `alias ${alias} removed: excepted in ${placeOf(exception.location)}` };
    }
    if (lost.has(key)) return { rule: 'ADR-3', message: `alias ${alias} removed: it belongs to somebody else` };
    return { rule: 'ADR-2', message: `alias ${alias} removed` };
  };
}

/** Deletes first, then by resource and address. */
export function inPlanOrder(changes: readonly Change[]): readonly Change[] {
  return changes
    .map((change) => ({ change, first: change.action === 'delete' ? 0 : 1, key: sortKey(change) }))
    .toSorted((a, b) => a.first - b.first || compare(a.change.resource, b.change.resource) || compare(a.key, b.key))
    .map(({ change }) => change);
}

function sortKey(change: Change): string {
  return isEntryChange(change) ? keyOf(addressOf(change)) : addressOf(change);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
