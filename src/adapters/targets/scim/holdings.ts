/** All that a service holds, as the last reading found it and as far as we have changed it since. */
import type { FoundEntry, TargetReading, TargetValue } from '../../../domain/target.ts';
import type { ScimClient } from './client.ts';
import type { Service } from './discovery.ts';
import { readAll } from './pages.ts';
import { USER_FIELDS, type UserField } from './project.ts';
import { type GroupResource, groupIn, type Resource, type UserResource, userIn } from './resources.ts';

export interface Holdings {
  readonly service: Service;
  /** Ours first, then in the order in which they were made: where two share a key, the first counts. */
  readonly users: readonly UserResource[];
  readonly groups: readonly GroupResource[];
  /** The fields that are compared. */
  readonly kept: ReadonlySet<UserField>;
  /** The fields that are sent. */
  readonly sent: ReadonlySet<UserField>;
}

export interface ReadingContext {
  readonly client: ScimClient;
  readonly service: Service;
  readonly groups: boolean;
  readonly log: (line: string) => void;
}

/** Reads all users, and all groups unless they are not wanted. Rejects with TargetProblem where a list was not read to its end. */
export async function readHoldings({ client, service, groups, log }: ReadingContext): Promise<Holdings> {
  const list = { client, pageSize: service.pageSize, log };
  const users = [...(await readAll({ ...list, endpoint: '/Users' }))].map(([id, raw]) => userIn(id, raw));
  const rawGroups = groups ? await readAll({ ...list, endpoint: '/Groups' }) : new Map();
  const addresses = new Map(users.map(({ id, value }) => [id, value.userName]));
  for (const [id, raw] of rawGroups) addresses.set(id, groupIn(id, raw, () => undefined).value.displayName);
  const returned = new Set(users.flatMap((user) => [...user.returned]));
  const known = service.fields ?? new Set<UserField>();
  const kept = new Set(USER_FIELDS.filter((field) => known.has(field) || returned.has(field)));
  // Where there are no schemas, whatever every user may have is sent; an extension only if it was seen.
  const unknown = service.fields === null;
  const isCore = (field: UserField) => field !== 'department' && field !== 'organization';
  const hasEnterprise = users.some(({ isEnterprise }) => isEnterprise);
  return {
    service,
    users: users.sort(byAge),
    groups: [...rawGroups].map(([id, raw]) => groupIn(id, raw, (member) => addresses.get(member))).sort(byAge),
    kept,
    sent: new Set(USER_FIELDS.filter((field) => kept.has(field) || (unknown && (isCore(field) || hasEnterprise)))),
  };
}

function byAge(a: Resource<unknown>, b: Resource<unknown>): number {
  const rank = (one: Resource<unknown>) => `${one.owner.owner === 'ours' ? 0 : 1} ${one.created} ${one.id}`;
  const [left, right] = [rank(a), rank(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What is compared with the roster. */
export function readingOf({ users, groups, kept }: Pick<Holdings, 'users' | 'groups' | 'kept'>): TargetReading {
  const entries = [
    ...users.map((user) => entryOf(user, keptOf(user.value, kept))),
    ...groups.map((group) => entryOf(group, group.value)),
  ];
  return { entries, faults: [] };
}

function entryOf({ key, owner }: Resource<unknown>, value: TargetValue): FoundEntry {
  return { ...owner, key, value };
}

function keptOf(value: UserResource['value'], kept: ReadonlySet<UserField>): UserResource['value'] {
  const optional: ReadonlySet<string> = new Set(USER_FIELDS.filter((field) => !kept.has(field)));
  const fields = Object.entries(value).filter(([name]) => !optional.has(name));
  return Object.fromEntries(fields) as UserResource['value'];
}
