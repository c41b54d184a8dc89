/** Reads what changed since a copy was made: https://learn.microsoft.com/graph/delta-query-overview. */
import { DirectoryError, failure } from '../errors.ts';
import { batch, inBatches, type PartRequest } from './batch.ts';
import { type GroupChange, groupChanges, type UserChange, userChanges } from './changes.ts';
import type { GraphAnswer } from './client.ts';
import type { MutableRecords, Position, UsableCopy } from './copy.ts';
import { pageRequest, type ReadingContext, withMembers } from './full.ts';
import { type Asked, errorOf, graphFailure, malformed } from './graph-errors.ts';
import { asksPurposes, mayBeShared, withPurposes } from './mailboxes.ts';
import { pages } from './pages.ts';
import {
  GROUP_SELECT,
  type GroupRecord,
  parseGroup,
  parseUser,
  USER_SELECT,
  type UserRecord,
  wholeGroup,
  wholeUser,
} from './records.ts';

/** Only what changed of a changed object; without it, all of it comes and means the same. */
const MINIMAL = { Prefer: 'return=minimal' };

/** Beyond this a full reading is less work: it has 999 objects in an answer, a batch has 20. */
const MOST_READ_ALONE = 1000;

const RESYNC = 'ENTRA_RESYNC';

/** Where a reading that begins now can go on later. It has to be known before anything is read: what changes in between comes again then. */
export async function latestPosition(context: ReadingContext): Promise<Position> {
  const [users, groups] = await deltaRound(context, {
    users: `/users/delta?$select=${USER_SELECT}&$deltatoken=latest`,
    groups: `/groups/delta?$select=${GROUP_SELECT},members&$deltatoken=latest`,
  });
  return { users: users.link, groups: groups.link };
}

export interface ChangedRecords {
  readonly position: Position;
  /** Ids of all records that are not certain to be as they were. */
  readonly touched: ReadonlySet<string>;
}

export interface DeltaOptions {
  /** Whether users are in the records, or are read otherwise. */
  readonly keepsUsers: boolean;
  readonly passes: (user: UserRecord) => boolean;
}

/**
 * Brings the copy's records to what the tenant is now. Nobody is gone because nothing is said of them; who is said to be deleted is so once
 * reading them by their id says so too. Rejects with DirectoryError; see `needsFullReading`.
 */
export async function readChanges(
  context: ReadingContext,
  { records, position }: UsableCopy,
  options: DeltaOptions,
): Promise<ChangedRecords> {
  const { root } = context.client;
  const [users, groups] = await deltaRound(context, {
    users: position.users.slice(root.length),
    groups: position.groups.slice(root.length),
  });
  const touched = new Set<string>();
  await applyUsers(context, records, userChanges(users.items), options, touched);
  await applyGroups(context, records, groupChanges(groups.items), touched);
  forgetMarks(records, touched);
  return { position: { users: users.link, groups: groups.link }, touched };
}

/** Whether Graph, or the amount of changes, asks for a full reading. */
export function needsFullReading(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && error.problem.code === RESYNC;
}

interface Round {
  readonly items: readonly unknown[];
  readonly link: string;
}

/** Both lists from one request, and from as many more as there are further pages. Paths are below `/v1.0`. */
async function deltaRound(context: ReadingContext, paths: Position): Promise<readonly [Round, Round]> {
  const parts: readonly PartRequest[] = [paths.users, paths.groups].map((path) => ({ path, headers: MINIMAL }));
  const [users, groups] = await batch({ ...context, asked: 'users' }, parts);
  return [await wholeRound(context, 'users', users), await wholeRound(context, 'groups', groups)];
}

async function wholeRound(context: ReadingContext, asked: Asked, first: GraphAnswer | undefined): Promise<Round> {
  if (first === undefined) throw malformed(asked, 'a batch lacks a response');
  const items: unknown[] = [];
  let link: string | null = null;
  const refuse = (answer: GraphAnswer) => deltaFailure(answer, asked, context);
  for await (const page of pages({ ...pageRequest(context, asked), headers: MINIMAL, refuse }, first)) {
    for (const item of page.items) items.push(item);
    link = page.deltaLink;
    context.onPage(page.items.length);
  }
  if (link === null) throw malformed(asked, 'its last page has no @odata.deltaLink');
  return { items, link };
}

/** 410 says that the token is too old, and so do some codes; whatever else Graph has against a token, a full reading needs none. */
function deltaFailure(answer: GraphAnswer, asked: Asked, { connection }: ReadingContext): DirectoryError {
  const { status } = answer;
  if (status === 401 || status === 403 || status >= 500) return graphFailure(answer, asked, connection);
  const { code } = errorOf(answer);
  return fullReading(`Graph no longer knows what changed of the ${asked} (${status}${code === '' ? '' : ` ${code}`}).`);
}

function fullReading(why: string): DirectoryError {
  return failure(RESYNC, why, 'All is read instead.');
}

async function applyUsers(
  context: ReadingContext,
  { users, gone }: MutableRecords,
  changes: ReadonlyMap<string, UserChange>,
  { keepsUsers, passes }: DeltaOptions,
  touched: Set<string>,
): Promise<void> {
  const toRead: string[] = [];
  const live: UserRecord[] = [];
  for (const [id, { fields, maybeDeleted }] of changes) {
    const held = users.get(id);
    if (maybeDeleted) toRead.push(id);
    else if (held !== undefined) live.push(wholeUser(id, { ...held, ...fields }));
    else if (keepsUsers || gone.has(id)) toRead.push(id);
  }
  const read = await readAlone(context, 'users', toRead, USER_SELECT, parseUser);
  for (const id of toRead) {
    touched.add(id);
    users.delete(id);
    gone.add(id);
    const user = read.get(id);
    if (user === undefined) continue;
    gone.delete(id);
    live.push(user);
  }
  const passing = live.filter((user) => keepsUsers && passes(user));
  for (const { id } of live) {
    touched.add(id);
    users.delete(id);
  }
  for (const user of await withAskedPurposes(context, passing)) users.set(user.id, user);
}

async function withAskedPurposes(
  context: ReadingContext,
  users: readonly UserRecord[],
): Promise<readonly UserRecord[]> {
  if (!asksPurposes(context.include)) return users;
  const others = users.filter((user) => !mayBeShared(user));
  return [...others, ...(await withPurposes(context, users.filter(mayBeShared)))];
}

async function applyGroups(
  context: ReadingContext,
  { groups, gone }: MutableRecords,
  changes: ReadonlyMap<string, GroupChange>,
  touched: Set<string>,
): Promise<void> {
  const toRead: string[] = [];
  const merged: GroupRecord[] = [];
  const withoutMembers: GroupRecord[] = [];
  for (const [id, { fields, maybeDeleted, members }] of changes) {
    const held = groups.get(id);
    if (held === undefined && !maybeDeleted && !gone.has(id) && fields.mailEnabled === false) continue;
    touched.add(id);
    if (maybeDeleted || held === undefined) toRead.push(id);
    // All of its properties come of a group that is new or restored, and then of its members no more than those that it has.
    else if (fields.mailEnabled !== undefined) withoutMembers.push(wholeGroup(id, { ...held, ...fields }, []));
    else merged.push(wholeGroup(id, { ...held, ...fields }, changedMembers(held, members)));
  }
  const read = await readAlone(context, 'groups', toRead, GROUP_SELECT, parseGroup);
  for (const id of toRead) {
    groups.delete(id);
    gone.add(id);
    const group = read.get(id);
    if (group === undefined) continue;
    gone.delete(id);
    withoutMembers.push(group);
  }
  const toFill = withoutMembers.filter(({ mailEnabled }) => mailEnabled === true);
  for (const { id } of withoutMembers) groups.delete(id);
  for (const group of [...merged, ...(await withMembers(context, toFill))]) groups.set(group.id, group);
}

function changedMembers({ members }: GroupRecord, changes: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const found = new Set(members);
  for (const [id, isMember] of changes) {
    if (isMember) found.add(id);
    else found.delete(id);
  }
  return found;
}

/** A mark of a deleted object is of use as long as a group names it. */
function forgetMarks({ groups, gone }: MutableRecords, touched: Set<string>): void {
  if (gone.size === 0) return;
  const members = new Set([...groups.values()].flatMap((group) => group.members));
  for (const id of gone) {
    if (members.has(id)) continue;
    gone.delete(id);
    touched.add(id);
  }
}

/** Objects by their ids, as Graph has them now; those that are not there are not in it. */
async function readAlone<Parsed extends { readonly id: string }>(
  context: ReadingContext,
  asked: 'users' | 'groups',
  ids: readonly string[],
  select: string,
  parse: (raw: unknown) => Parsed,
): Promise<ReadonlyMap<string, Parsed>> {
  if (ids.length > MOST_READ_ALONE)
    throw fullReading(`So many ${asked} are new or deleted that reading all is less work.`);
  const found = new Map<string, Parsed>();
  const parts = ids.map((id) => ({ path: `/${asked}/${id}?$select=${select}` }));
  await inBatches({ ...context, asked }, parts, (answer, index) => {
    if (answer.status === 404 && errorOf(answer).code === 'Request_ResourceNotFound') return;
    if (answer.status !== 200) throw graphFailure(answer, asked, context.connection);
    const object = parse(answer.body);
    if (object.id !== ids[index]) throw malformed(asked, `it is about ${object.id}, not ${ids[index]}`);
    found.set(object.id, object);
  });
  return found;
}
