/** What a plan takes away: all that stops somebody's mail or login. Reviews show it in full, whatever else they leave out. */
import { type AddressKey, keyOf } from '../domain/address.ts';
import {
  afterOf,
  beforeOf,
  type Change,
  type EntryChange,
  isEntry,
  isEntryChange,
  type Stored,
} from '../domain/change.ts';
import { type Entry, isUser, type Relay } from '../domain/roster.ts';
import { statedDueDay } from '../planner/due-words.ts';

/**
 * `delete` and `deactivate`: mail and login. `flag`: the login, and the mail once it is due. `reduce`: something stays without an address of
 * its, a relay without a network, a domain without its verification.
 */
export type LossKind = 'delete' | 'deactivate' | 'flag' | 'reduce';

export interface Loss {
  readonly kind: LossKind;
  readonly change: Change;
  /** The address or the name by which it is known before the change. */
  readonly name: string;
  /** What else goes: aliases, a former primary that stays no alias, networks of a relay. */
  readonly others: readonly string[];
  /** Of the addresses that go, those that go on with somebody else of the customer: whose they are after the plan. */
  readonly heirs: ReadonlyMap<string, string>;
  /** The day when a flagged user is deleted, as `2026-12-05`; null for never, and where nobody is flagged. */
  readonly due: string | null;
}

/** The losses in the changes of one customer, in their order. */
export function lossesIn(changes: readonly Change[]): readonly Loss[] {
  const gains = gainsIn(changes);
  return changes.flatMap((change) => {
    const loss = isEntryChange(change) ? entryLoss(change, gains) : otherLoss(change);
    return loss === null ? [] : [loss];
  });
}

/** Whether mail to the thing by its own name stops with the plan. Who was deactivated before has lost it already. */
export function stopsMail({ kind, change, name, heirs }: Loss): boolean {
  if (kind === 'flag' || kind === 'reduce' || heirs.has(name)) return false;
  const before = beforeOf(change);
  return isEntry(before) && takesMail(before);
}

/** The addresses that a change brings somebody, and whose they are then. */
function gainsIn(changes: readonly Change[]): ReadonlyMap<AddressKey, string> {
  const gains = new Map<AddressKey, string>();
  for (const change of changes) {
    const after = afterOf(change);
    if (!isEntry(after) || !takesMail(after)) continue;
    const before = addressesOf(beforeOf(change));
    for (const [key] of addressesOf(after)) if (!before.has(key)) gains.set(key, after.address);
  }
  return gains;
}

function entryLoss(change: EntryChange, gains: ReadonlyMap<AddressKey, string>): Loss | null {
  if (change.action === 'create') return null;
  const { before } = change;
  const kind = kindOf(change);
  const after = addressesOf(kind === 'delete' || kind === 'deactivate' ? null : afterOf(change));
  const gone = [...addressesOf(before)].filter(([key]) => !after.has(key));
  if (kind === 'reduce' && gone.length === 0) return null;
  const heirs = gone.flatMap(([key, address]) => {
    const heir = gains.get(key);
    return heir === undefined ? [] : [[address, heir] as const];
  });
  const others = gone
    .map(([, address]) => address)
    .filter((address) => kind === 'reduce' || address !== before.address);
  return { kind, change, name: before.address, others, heirs: new Map(heirs), due: statedDueDay(change) };
}

function kindOf(change: EntryChange): LossKind {
  const [before, after] = [beforeOf(change), afterOf(change)];
  if (after === null) return 'delete';
  if (!isEntry(before) || !isEntry(after) || !isUser(before) || !isUser(after)) return 'reduce';
  if (before.status !== 'deactivated' && after.status === 'deactivated') return 'deactivate';
  return before.status !== 'flagged' && after.status === 'flagged' ? 'flag' : 'reduce';
}

/** Of what has a name: a domain, a site, a relay. */
function otherLoss(change: Exclude<Change, EntryChange>): Loss | null {
  if (change.action === 'create') return null;
  const { name } = change.before;
  const loss = { change, name, others: [], heirs: new Map(), due: null };
  if (change.action === 'delete') return { ...loss, kind: 'delete' };
  if (change.resource === 'domain') {
    const isUnverified = change.before.status === 'verified' && change.after.status === 'pending';
    return isUnverified ? { ...loss, kind: 'reduce' } : null;
  }
  if (change.resource === 'site') return null;
  const others = networksGone(change.before, change.after);
  return others.length === 0 ? null : { ...loss, kind: 'reduce', others };
}

function networksGone(before: Relay, after: Relay): readonly string[] {
  const left = new Set(after.addresses);
  return before.addresses.filter((network) => !left.has(network));
}

/** Mail to the flagged is taken until they are due (DEL-3), to the deactivated no more (DEL-7). */
function takesMail(entry: Entry): boolean {
  return !isUser(entry) || entry.status !== 'deactivated';
}

function addressesOf(resource: Stored | null): ReadonlyMap<AddressKey, string> {
  if (!isEntry(resource)) return new Map();
  return new Map([resource.address, ...resource.aliases].map((address) => [keyOf(address), address]));
}
