/** Reads a whole tenant: all users that the filter brings, all groups with an address, and their direct members. */
import type { EntraConnection, IncludePolicy } from '../../../domain/config.ts';
import { inBatches } from './batch.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { needsAdvancedQuery } from './filter.ts';
import { type Asked, errorOf, filteredUsersFailure, graphFailure } from './graph-errors.ts';
import { asksPurposes, mayBeShared, withPurposes } from './mailboxes.ts';
import { type PageRequest, pages } from './pages.ts';
import {
  GROUP_SELECT,
  type GroupRecord,
  identified,
  parseGroup,
  parseUser,
  USER_SELECT,
  type UserRecord,
} from './records.ts';

export interface ReadingContext {
  readonly client: GraphClient;
  readonly connection: EntraConnection;
  readonly include: IncludePolicy;
  readonly log: (line: string) => void;
  /** Counts an answer with objects. */
  readonly onPage: (objects: number) => void;
}

const PAGE = '$top=999';
/** The groups that are read, as a filter. */
export const WITH_ADDRESS = encodeURIComponent('mailEnabled eq true');
export const ADVANCED: Readonly<Record<string, string>> = { consistencylevel: 'eventual' };

/** By id. Rejects with DirectoryError. */
export async function readUsers(context: ReadingContext): Promise<Map<string, UserRecord>> {
  const { client, connection, include, onPage } = context;
  const { start, headers } = await firstUsers(client, connection.filter, PAGE);
  const users = new Map<string, UserRecord>();
  const refuse = (answer: GraphAnswer) => filteredUsersFailure(answer, connection);
  for await (const { items } of pages({ ...pageRequest(context, 'users'), headers, refuse }, start)) {
    for (const user of items.map(parseUser)) users.set(user.id, user);
    onPage(items.length);
  }
  if (asksPurposes(include)) await addPurposes(context, users);
  return users;
}

export interface FirstPage {
  readonly start: GraphAnswer;
  /** For the pages that follow. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The first page of users, with `page` as the options of its size; as an advanced query where the filter needs one. */
export async function firstUsers(client: GraphClient, filter: string | null, page: string): Promise<FirstPage> {
  const plain = { path: usersPath(filter, false, page), headers: {} };
  const advanced = { path: usersPath(filter, true, page), headers: ADVANCED };
  const { path, headers } = filter !== null && needsAdvancedQuery(filter) ? advanced : plain;
  const start = await client.get(path, headers);
  // Some operators need it with some properties only. Graph says so, and knows best.
  const isUnsupported = start.status === 400 && errorOf(start).code === 'Request_UnsupportedQuery';
  if (filter === null || headers === ADVANCED || !isUnsupported) return { start, headers };
  return { start: await client.get(advanced.path, ADVANCED), headers: ADVANCED };
}

/** Asks for the kinds of the mailboxes of those who may have a shared one. */
async function addPurposes(context: ReadingContext, users: Map<string, UserRecord>): Promise<void> {
  const asked = [...users.values()].filter(mayBeShared);
  for (const user of await withPurposes(context, asked)) users.set(user.id, user);
}

function usersPath(filter: string | null, isAdvanced: boolean, page: string): string {
  const narrowed = filter === null ? '' : `&$filter=${encodeURIComponent(filter)}`;
  return `/users?$select=${USER_SELECT}&${page}${narrowed}${isAdvanced ? '&$count=true' : ''}`;
}

/**
 * By id, with their members. A group without an address is nothing that mail can be sent to; so only the others are asked for, which saves
 * the memberships of all security groups.
 */
export async function readGroups(context: ReadingContext): Promise<Map<string, GroupRecord>> {
  const { onPage } = context;
  const groups = new Map<string, GroupRecord>();
  const path = `/groups?$select=${GROUP_SELECT}&$filter=${WITH_ADDRESS}&${PAGE}`;
  for await (const { items } of pages(pageRequest(context, 'groups'), path)) {
    for (const group of items.map(parseGroup)) groups.set(group.id, group);
    onPage(items.length);
  }
  for (const group of await withMembers(context, [...groups.values()])) groups.set(group.id, group);
  return groups;
}

/** The groups with their direct members. Rejects with DirectoryError, for a group that was deleted meanwhile too. */
export async function withMembers(
  context: ReadingContext,
  groups: readonly GroupRecord[],
): Promise<readonly GroupRecord[]> {
  const found: GroupRecord[] = [];
  const parts = groups.map(({ id }) => ({ path: `/groups/${id}/members?$select=id&${PAGE}` }));
  await inBatches({ ...context, asked: 'members' }, parts, async (answer, index) => {
    const group = groups[index] as GroupRecord;
    found.push({ ...group, members: [...(await membersFrom(context, answer))].sort() });
  });
  return found;
}

async function membersFrom(context: ReadingContext, first: GraphAnswer): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  for await (const { items } of pages(pageRequest(context, 'members'), first)) {
    for (const item of items) members.add(identified(item, 'member of a group').id);
    context.onPage(0);
  }
  return members;
}

export function pageRequest({ client, connection }: ReadingContext, asked: Asked): PageRequest {
  return { client, asked, refuse: (answer) => graphFailure(answer, asked, connection) };
}
