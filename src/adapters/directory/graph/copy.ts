/** What a reading leaves behind for the next one: its records as texts, and the links by which Graph tells what changed since. */
import type { EntraConnection, IncludePolicy } from '../../../domain/config.ts';
import type { MailboxKind } from '../../../domain/directory.ts';
import type { DirectoryCopy, DirectoryCopyUpdate } from '../../../domain/directory-copy.ts';
import { type DirectoryIdentity, sameIdentity } from '../../../domain/identity.ts';
import { epochMs, type Instant } from '../../../domain/instant.ts';
import { hostsOf } from './clouds.ts';
import type { Records } from './describe.ts';
import { isObject, jsonOf } from './exchange.ts';
import { asksPurposes } from './mailboxes.ts';
import { GROUP_SELECT, type GroupRecord, parseGroup, parseUser, USER_SELECT, type UserRecord } from './records.ts';

/** Where the next reading goes on: the `@odata.deltaLink` of each list. */
export interface Position {
  readonly users: string;
  readonly groups: string;
}

/** Records that can be changed. */
export interface MutableRecords extends Records {
  readonly users: Map<string, UserRecord>;
  readonly groups: Map<string, GroupRecord>;
  readonly gone: Set<string>;
}

export interface UsableCopy {
  readonly records: MutableRecords;
  readonly position: Position;
  /** As it stands in the copy. */
  readonly from: string;
  readonly fullAt: Instant;
}

/** How records are written and what they mean; a change of either makes older copies useless. */
const VERSION = 1;

/** Everything that decides which records there are and what is in them. */
export function questionOf({ cloud, tenant, clientId, filter }: EntraConnection, include: IncludePolicy): string {
  const { graph } = hostsOf(cloud);
  const purposes = asksPurposes(include);
  return JSON.stringify({ version: VERSION, graph, tenant, clientId, USER_SELECT, GROUP_SELECT, filter, purposes });
}

export interface CopyContext {
  readonly identity: DirectoryIdentity;
  readonly question: string;
  readonly origin: string;
  readonly fullEveryMs: number;
  readonly now: Instant;
}

/** The copy, or in words why it is of no use: of another tenant or question, too old, or not what this version writes. */
export function usableCopy(copy: DirectoryCopy, context: CopyContext): UsableCopy | string {
  const { identity, question, origin, fullEveryMs, now } = context;
  if (!sameIdentity(copy.identity, identity)) return 'it is of another tenant';
  if (copy.question !== question) return 'something else was asked then';
  const ageMs = epochMs(now) - epochMs(copy.fullAt);
  if (!(ageMs >= 0 && ageMs < fullEveryMs)) return `all was last read at ${copy.fullAt}`;
  const position = positionOf(copy.position, origin);
  if (position === null) return 'its position cannot be read';
  const records = recordsOf(copy.objects);
  if (records === null) return 'its objects cannot be read';
  return { records, position, from: copy.position, fullAt: copy.fullAt };
}

function positionOf(text: string, origin: string): Position | null {
  const position = jsonOf(text);
  if (!isObject(position)) return null;
  const { users, groups } = position;
  const isLink = (link: unknown, list: string): link is string =>
    typeof link === 'string' && link.startsWith(`${origin}/v1.0/${list}/`);
  return isLink(users, 'users') && isLink(groups, 'groups') ? { users, groups } : null;
}

function recordsOf(objects: DirectoryCopy['objects']): MutableRecords | null {
  const records = {
    users: new Map<string, UserRecord>(),
    groups: new Map<string, GroupRecord>(),
    gone: new Set<string>(),
  };
  try {
    for (const [id, text] of objects) restore(records, id, JSON.parse(text));
    return records;
  } catch {
    return null;
  }
}

const PURPOSES: ReadonlySet<unknown> = new Set<MailboxKind | null>(['user', 'shared', 'room', 'equipment', null]);

/** Throws for what this version does not write. */
function restore(records: MutableRecords, id: string, text: unknown): void {
  const { user, group, gone } = isObject(text) ? text : {};
  if (isObject(user) && user['id'] === id && PURPOSES.has(user['purpose'])) {
    records.users.set(id, { ...parseUser(user), purpose: user['purpose'] as MailboxKind | null });
  } else if (isObject(group) && group['id'] === id && isTexts(group['members'])) {
    records.groups.set(id, { ...parseGroup(group), members: group['members'] });
  } else if (gone === true) {
    records.gone.add(id);
  } else {
    throw new TypeError(`${id} is not written as a user or a group is`);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** What is to be kept of a record, or of a mark for a deleted one; null for what there is nothing of. */
function textOf({ users, groups, gone }: Records, id: string): string | null {
  const user = users.get(id);
  if (user !== undefined) return JSON.stringify({ user });
  const group = groups.get(id);
  if (group !== undefined) return JSON.stringify({ group });
  return gone.has(id) ? JSON.stringify({ gone: true }) : null;
}

export interface Left {
  readonly identity: DirectoryIdentity;
  readonly question: string;
  readonly position: Position;
  readonly fullAt: Instant;
}

/** A whole new copy. Without users where each reading asks for all of them anyway. */
export function newCopy(records: Records, left: Left): DirectoryCopyUpdate {
  const changed: [string, string][] = [];
  for (const id of [...records.users.keys(), ...records.groups.keys()]) {
    const text = textOf(records, id);
    if (text !== null) changed.push([id, text]);
  }
  return { ...left, position: JSON.stringify(left.position), from: null, changed, removed: [] };
}

/** What changed of the copy that a reading built on; undefined if nothing did. */
export function changedCopy(
  records: Records,
  touched: Iterable<string>,
  copy: UsableCopy,
  left: Left,
): DirectoryCopyUpdate | undefined {
  const position = JSON.stringify(left.position);
  const changed: [string, string][] = [];
  const removed: string[] = [];
  for (const id of [...new Set(touched)].sort()) {
    const text = textOf(records, id);
    if (text === null) removed.push(id);
    else changed.push([id, text]);
  }
  if (position === copy.from && changed.length === 0 && removed.length === 0) return undefined;
  return { ...left, position, from: copy.from, changed, removed };
}
