/** One round of a delta query: what Graph says has changed, put together by object. */
import { isObject } from './exchange.ts';
import { malformed } from './graph-errors.ts';
import { type GroupFields, groupFieldsIn, identified, type UserFields, userFieldsIn } from './records.ts';

export interface UserChange {
  /** Properties that came; what did not come is as it was. */
  readonly fields: Partial<UserFields>;
  /** It was said to be deleted at some place of the round; only reading it can tell. */
  readonly maybeDeleted: boolean;
}

export interface GroupChange {
  readonly fields: Partial<GroupFields>;
  readonly maybeDeleted: boolean;
  /** By the member's id: whether it is one now. */
  readonly members: ReadonlyMap<string, boolean>;
}

/**
 * An object may come more than once, in parts or again, in no certain order: what comes later adds to what came before. Throws
 * DirectoryError (ENTRA_OBJECT).
 */
export function userChanges(items: readonly unknown[]): ReadonlyMap<string, UserChange> {
  const changes = new Map<string, UserChange>();
  for (const item of items) {
    const { id, object } = identified(item, 'user');
    const before = changes.get(id);
    changes.set(id, {
      fields: { ...before?.fields, ...userFieldsIn(id, object) },
      maybeDeleted: before?.maybeDeleted === true || isRemoved(object),
    });
  }
  return changes;
}

export function groupChanges(items: readonly unknown[]): ReadonlyMap<string, GroupChange> {
  const changes = new Map<string, GroupChange>();
  for (const item of items) {
    const { id, object } = identified(item, 'group');
    const before = changes.get(id);
    changes.set(id, {
      fields: { ...before?.fields, ...groupFieldsIn(id, object) },
      maybeDeleted: before?.maybeDeleted === true || isRemoved(object),
      members: new Map([...(before?.members ?? []), ...memberChanges(object['members@delta'])]),
    });
  }
  return changes;
}

function memberChanges(list: unknown): readonly (readonly [string, boolean])[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw malformed('members', 'its members@delta is no list');
  return list.map((item) => {
    const { id, object } = identified(item, 'member of a group');
    return [id, !isRemoved(object)] as const;
  });
}

function isRemoved(object: Readonly<Record<string, unknown>>): boolean {
  return isObject(object['@removed']);
}
