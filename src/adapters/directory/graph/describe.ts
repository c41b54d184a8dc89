/** Turns records of Graph into directory objects: what each is, without a word on whether it belongs in the sync. */
import type { DirectoryObject } from '../../../domain/directory.ts';
import type { Attributes, ObjectId } from '../../../domain/roster.ts';
import { objectDigest } from '../digest.ts';
import type { GroupRecord, UserRecord } from './records.ts';

export interface Described {
  readonly objects: readonly DirectoryObject[];
  /** `sha256:…` over the objects in their order. */
  readonly digest: string;
}

/** Everything that was read, by id. */
export interface Records {
  readonly users: ReadonlyMap<string, UserRecord>;
  readonly groups: ReadonlyMap<string, GroupRecord>;
  /** Ids of deleted objects that groups may still name as members. */
  readonly gone: ReadonlySet<string>;
}

const NONE: readonly never[] = Object.freeze([]);

/** Users and then groups, each sorted by their ids: the same whether they were read in full or piece by piece. */
export function describeAll({ users, groups, gone }: Records): Described {
  const objects: DirectoryObject[] = [];
  const digest = objectDigest();
  const isKnown = (id: string) => users.has(id) || groups.has(id);
  for (const id of sortedIds(users)) add(describeUser(users.get(id) as UserRecord));
  for (const id of sortedIds(groups)) add(describeGroup(groups.get(id) as GroupRecord, isKnown, gone));
  return { objects, digest: digest.value() };

  function add(object: DirectoryObject): void {
    objects.push(object);
    digest.add(object);
  }
}

function sortedIds(records: ReadonlyMap<string, unknown>): readonly string[] {
  return [...records.keys()].sort();
}

function describeUser(user: UserRecord): DirectoryObject {
  const mailbox = user.purpose ?? 'user';
  return {
    id: user.id as ObjectId,
    name: firstText(user.userPrincipalName, user.mail) ?? user.id,
    kind: 'user',
    mailbox,
    disabled: user.accountEnabled === false,
    guest: user.userType?.toLowerCase() === 'guest',
    proxyAddresses: texts(user.proxyAddresses),
    mail: texts([user.mail ?? '']),
    aliases: NONE,
    attributes: attributesOf(user),
    members: NONE,
    unknownMembers: 0,
  };
}

function describeGroup(
  group: GroupRecord,
  isKnown: (id: string) => boolean,
  gone: ReadonlySet<string>,
): DirectoryObject {
  const members = group.members.filter(isKnown);
  const ghosts = group.members.filter((id) => gone.has(id) && !isKnown(id)).length;
  const displayName = firstText(group.displayName);
  return {
    id: group.id as ObjectId,
    name: firstText(group.displayName, group.mail) ?? group.id,
    kind: 'group',
    mailbox: 'user',
    disabled: false,
    guest: false,
    proxyAddresses: texts(group.proxyAddresses),
    mail: texts([group.mail ?? '']),
    aliases: NONE,
    attributes: displayName === undefined ? {} : { displayName },
    members: members as readonly string[] as readonly ObjectId[],
    unknownMembers: group.members.length - members.length - ghosts,
  };
}

/** Graph has no private phone number and no notes of a user. */
function attributesOf(user: UserRecord): Attributes {
  const attributes: { -readonly [key in keyof Attributes]: Attributes[key] } = {};
  if (user.givenName) attributes.givenName = user.givenName;
  if (user.surname) attributes.surname = user.surname;
  if (user.displayName) attributes.displayName = user.displayName;
  if (user.mobilePhone) attributes.mobile = user.mobilePhone;
  if (user.companyName) attributes.company = user.companyName;
  if (user.department) attributes.department = user.department;
  return attributes;
}

function firstText(...values: readonly (string | null)[]): string | undefined {
  return values.find((value) => value !== null && value !== '') ?? undefined;
}

function texts(values: readonly string[]): readonly string[] {
  const found = values.filter((value) => value !== '');
  return found.length === 0 ? NONE : found;
}
