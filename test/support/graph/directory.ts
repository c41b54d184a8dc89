/** The people, groups and memberships of a tenant, and what can happen to them. */
import type { ContactFields, GroupFields, UserFields } from './fields.ts';
import { guid } from './guid.ts';
import { createObjectTable, type Fields, type ObjectTable, type StoredObject } from './objects.ts';
import { faultOf, type Kind } from './schema.ts';
import { createSortedIds, type SortedIds } from './sorted-ids.ts';
import type { Json } from './wire.ts';

/** What `mailboxSettings/userPurpose` says of a mailbox. */
export type MailboxPurpose = 'user' | 'linked' | 'shared' | 'room' | 'equipment' | 'others';

export interface DirectoryActions {
  /** Gives the id. Without them an account is enabled, a Member, and named after its address. */
  addUser(fields?: UserFields): string;
  /** Adds many at once; gives their ids. */
  addUsers(all: readonly UserFields[]): readonly string[];
  updateUser(id: string, changes: Omit<UserFields, 'id'>): void;
  /** To the deleted items, from where it can be restored. */
  deleteUser(id: string): void;
  restoreUser(id: string): void;
  /** For good, whether it was deleted before or not. */
  purgeUser(id: string): void;
  /** Members are ids of users, groups, contacts or devices. */
  addGroup(fields: GroupFields, members?: readonly string[]): string;
  updateGroup(id: string, changes: Omit<GroupFields, 'id'>): void;
  /** Only a Microsoft 365 group can be restored after it; any other is gone for good. */
  deleteGroup(id: string): void;
  restoreGroup(id: string): void;
  purgeGroup(id: string): void;
  addMember(group: string, ...members: readonly string[]): void;
  removeMember(group: string, ...members: readonly string[]): void;
  addContact(fields: ContactFields): string;
  addDevice(displayName: string): string;
  /** Null: the user has no mailbox in Exchange Online. Without a call, a user with `mail` has one of purpose `user`. */
  setMailbox(user: string, purpose: MailboxPurpose | null): void;
  /** The id of a user or group, deleted or not, by id, userPrincipalName or `mail`; throws if there is none. */
  idOf(key: string): string;
}

export interface Directory {
  readonly users: ObjectTable;
  readonly groups: ObjectTable;
  readonly actions: DirectoryActions;
  /** Live ones, of any kind. */
  find(id: string): StoredObject | undefined;
  /** By what may be in a URL: id or userPrincipalName. */
  findUser(key: string): StoredObject | undefined;
  /** Also ids of deleted objects, which `find` does not find. */
  membersOf(group: string): SortedIds;
  /** The kind of an object, also of one that was deleted or purged. */
  kindOf(id: string): Kind;
  mailboxOf(user: StoredObject): MailboxPurpose | null;
}

const CREATED = '2024-01-15T09:30:00Z';

export function createDirectory(tenantId: string, domain: string, tellsMemberDeletions: boolean): Directory {
  const users = createObjectTable('user');
  const groups = createObjectTable('group');
  const contacts = createObjectTable('orgContact');
  const devices = createObjectTable('device');
  const memberships = createMemberships(groups);
  const mailboxes = new Map<string, MailboxPurpose | null>();
  const kinds = new Map<string, Kind>();

  const put = (table: ObjectTable, fields: object): string => {
    const { id = guid(tenantId, table.kind, kinds.size), ...rest } = checked(table.kind, fields) as { id?: string };
    if (kinds.has(id)) throw new Error(`There has been an object ${id} already.`);
    table.put({ id, kind: table.kind, fields: { id, ...rest } });
    kinds.set(id, table.kind);
    return id;
  };
  const find = (id: string) => users.getLive(id) ?? groups.getLive(id) ?? contacts.getLive(id) ?? devices.getLive(id);
  const gone = (id: string, isGone: boolean) => {
    if (tellsMemberDeletions) for (const group of memberships.groupsOf(id)) groups.noteMember(group, id, isGone);
  };

  const actions: DirectoryActions = {
    addUser: (fields = {}) => put(users, { ...userDefaults(fields, domain, kinds.size), ...fields }),
    addUsers: (all) => all.map((fields) => actions.addUser(fields)),
    updateUser: (id, changes) => users.update(id, checked('user', changes)),
    deleteUser(id) {
      users.remove(id);
      gone(id, true);
    },
    restoreUser(id) {
      users.restore(id);
      gone(id, false);
    },
    purgeUser(id) {
      users.purge(id);
      memberships.forget(id);
    },
    addGroup(fields, members = []) {
      const id = put(groups, { groupTypes: [], createdDateTime: CREATED, ...fields });
      actions.addMember(id, ...members);
      return id;
    },
    updateGroup: (id, changes) => groups.update(id, checked('group', changes)),
    deleteGroup(id) {
      const types = groups.getLive(id)?.fields['groupTypes'];
      if (!Array.isArray(types) || !types.includes('Unified')) return actions.purgeGroup(id);
      groups.remove(id);
      gone(id, true);
    },
    restoreGroup(id) {
      groups.restore(id);
      gone(id, false);
    },
    purgeGroup(id) {
      groups.purge(id);
      memberships.forget(id);
    },
    addMember(group, ...members) {
      for (const member of members) {
        if (find(member) === undefined) throw new Error(`There is no object ${member} in the tenant.`);
        memberships.add(group, member);
      }
    },
    removeMember: (group, ...members) => {
      for (const member of members) memberships.remove(group, member);
    },
    addContact: (fields) => put(contacts, fields),
    addDevice: (displayName) => put(devices, { displayName }),
    setMailbox: (user, purpose) => {
      mailboxes.set(user, purpose);
    },
    idOf(key) {
      const found = named(users, key) ?? named(groups, key) ?? find(key)?.id;
      if (found === undefined) throw new Error(`Nobody in the tenant is ${key}.`);
      return found;
    },
  };
  return {
    users,
    groups,
    actions,
    find,
    findUser: (key) => users.getLive(key.toLowerCase()) ?? byPrincipalName(users, key),
    membersOf: memberships.membersOf,
    kindOf: (id) => kinds.get(id) ?? 'user',
    mailboxOf(user) {
      const known = mailboxes.get(user.id);
      if (known !== undefined) return known;
      return typeof user.fields['mail'] === 'string' ? 'user' : null;
    },
  };
}

interface Memberships {
  membersOf(group: string): SortedIds;
  groupsOf(member: string): readonly string[];
  add(group: string, member: string): void;
  remove(group: string, member: string): void;
  /** An object that was purged, as a member and as a group. */
  forget(id: string): void;
}

function createMemberships(groups: ObjectTable): Memberships {
  const members = new Map<string, SortedIds>();
  const memberOf = new Map<string, Set<string>>();
  const none = createSortedIds();
  const memberships: Memberships = {
    membersOf: (group) => members.get(group) ?? none,
    groupsOf: (member) => [...(memberOf.get(member) ?? [])],
    add(group, member) {
      if (groups.getLive(group) === undefined) throw new Error(`There is no group ${group} in the tenant.`);
      const ids = members.get(group) ?? createSortedIds();
      members.set(group, ids);
      if (!ids.add(member)) return;
      memberOf.set(member, (memberOf.get(member) ?? new Set()).add(group));
      groups.noteMember(group, member, false);
    },
    remove(group, member) {
      if (members.get(group)?.delete(member) !== true) throw new Error(`${member} is no member of ${group}.`);
      memberOf.get(member)?.delete(group);
      groups.noteMember(group, member, true);
    },
    forget(id) {
      for (const group of memberships.groupsOf(id)) memberships.remove(group, id);
      for (const member of members.get(id)?.sorted() ?? []) memberOf.get(member)?.delete(id);
      members.delete(id);
    },
  };
  return memberships;
}

function userDefaults(fields: UserFields, domain: string, index: number): UserFields {
  const userPrincipalName = fields.userPrincipalName ?? fields.mail ?? `user${index}@${domain}`;
  return {
    accountEnabled: true,
    createdDateTime: CREATED,
    displayName: userPrincipalName,
    userPrincipalName,
    userType: 'Member',
  };
}

function checked(kind: Kind, fields: object): Fields {
  for (const [name, value] of Object.entries(fields) as [string, Json][]) {
    const fault = faultOf(kind, name, value);
    if (fault !== null) throw new TypeError(fault);
  }
  return fields as Fields;
}

function named(table: ObjectTable, key: string): string | undefined {
  const wanted = key.toLowerCase();
  for (const id of [...table.live.sorted(), ...table.deletedIds()]) {
    const { userPrincipalName, mail } = table.get(id)?.fields ?? {};
    if ([id, userPrincipalName, mail].some((name) => typeof name === 'string' && name.toLowerCase() === wanted))
      return id;
  }
  return undefined;
}

function byPrincipalName(users: ObjectTable, name: string): StoredObject | undefined {
  const wanted = name.toLowerCase();
  for (const id of users.live.sorted()) {
    const user = users.get(id);
    const found = user?.fields['userPrincipalName'];
    if (typeof found === 'string' && found.toLowerCase() === wanted) return user;
  }
  return undefined;
}
