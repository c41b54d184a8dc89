/** Decides how a tenant is read: what changed since the last time, or all of it. */
import type { DirectoryCopyUpdate } from '../../../domain/directory-copy.ts';
import type { DirectoryIdentity } from '../../../domain/identity.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { ReadOptions } from '../../../ports/directory.ts';
import { DirectoryError, reasonOf } from '../errors.ts';
import { changedCopy, type Left, newCopy, type Position, questionOf, type UsableCopy, usableCopy } from './copy.ts';
import { latestPosition, needsFullReading, readChanges } from './delta.ts';
import type { Records } from './describe.ts';
import { localFilter } from './filter.ts';
import { type ReadingContext, readGroups, readUsers } from './full.ts';
import type { Outside } from './open.ts';
import type { UserRecord } from './records.ts';

export interface ReadRecords {
  readonly records: Records;
  /** When all was read, where this reading built on that. */
  readonly since: Instant | null;
  readonly copyUpdate: DirectoryCopyUpdate | undefined;
}

/** All records of the tenant. Rejects with DirectoryError. */
export async function readRecords(
  context: ReadingContext,
  identity: DirectoryIdentity,
  outside: Outside,
  options: ReadOptions,
): Promise<ReadRecords> {
  const users = usersBy(context.connection.filter);
  if (options.copy === undefined) return { records: await readAll(context, users), since: null, copyUpdate: undefined };
  const left = { identity, question: questionOf(context.connection, context.include) };
  const copy = await copyFor(context, left, outside, options);
  return (
    (copy === null ? null : await readSince(context, copy, left, users)) ?? readFirst(context, left, users, outside)
  );
}

/** How the filter is served: delta queries take none, so that one which only Graph can evaluate needs all users to be asked for each time. */
interface UserFilter {
  readonly isLocal: boolean;
  readonly passes: (user: UserRecord) => boolean;
}

function usersBy(filter: string | null): UserFilter {
  const passes = filter === null ? () => true : localFilter(filter);
  return passes === null ? { isLocal: false, passes: () => true } : { isLocal: true, passes };
}

async function readAll(context: ReadingContext, { passes }: UserFilter): Promise<Records> {
  const users = await readUsers(context);
  for (const user of users.values()) if (!passes(user)) users.delete(user.id);
  return { users, groups: await readGroups(context), gone: new Set() };
}

/** All of it, and from where the next reading can go on. */
async function readFirst(
  context: ReadingContext,
  left: Pick<Left, 'identity' | 'question'>,
  users: UserFilter,
  { now }: Outside,
): Promise<ReadRecords> {
  const fullAt = now();
  const position = await positionBefore(context);
  const records = await readAll(context, users);
  if (position === null) return { records, since: null, copyUpdate: undefined };
  const kept = users.isLocal ? records : { ...records, users: new Map<string, UserRecord>() };
  return { records, since: null, copyUpdate: newCopy(kept, { ...left, position, fullAt }) };
}

/** Null where Graph gives no position: that only makes the next reading a full one. */
async function positionBefore(context: ReadingContext): Promise<Position | null> {
  try {
    return await latestPosition(context);
  } catch (error) {
    if (!needsFullReading(error)) throw error;
    context.log(`# nothing is kept for the next reading: ${error.message}`);
    return null;
  }
}

/** What changed, on top of the copy; null if Graph wants to be read in full. */
async function readSince(
  context: ReadingContext,
  copy: UsableCopy,
  left: Pick<Left, 'identity' | 'question'>,
  { isLocal, passes }: UserFilter,
): Promise<ReadRecords | null> {
  try {
    const { fullAt, records } = copy;
    const { position, touched } = await readChanges(context, copy, { keepsUsers: isLocal, passes });
    const copyUpdate = changedCopy(records, touched, copy, { ...left, position, fullAt });
    const whole = isLocal ? records : { ...records, users: await readUsers(context) };
    return { records: whole, since: fullAt, copyUpdate };
  } catch (error) {
    if (!needsFullReading(error)) throw error;
    context.log(`# ${error.message} All is read.`);
    return null;
  }
}

async function copyFor(
  { client, connection, log }: ReadingContext,
  left: Pick<Left, 'identity' | 'question'>,
  { now }: Outside,
  { copy }: ReadOptions,
): Promise<UsableCopy | null> {
  const origin = new URL(client.root).origin;
  try {
    const found = (await copy?.()) ?? null;
    if (found === null) return null;
    const usable = usableCopy(found, { ...left, origin, fullEveryMs: connection.fullEveryMs, now: now() });
    if (typeof usable !== 'string') return usable;
    log(`# all is read, the last reading is of no use: ${usable}`);
  } catch (error) {
    if (error instanceof DirectoryError) throw error;
    log(`# all is read, the last reading cannot be had: ${reasonOf(error)}`);
  }
  return null;
}
