/** Users and groups as Graph has them: its JSON, checked property by property, before it means anything. */
import type { MailboxKind } from '../../../domain/directory.ts';
import { type DirectoryError, failure } from '../errors.ts';
import { isObject } from './exchange.ts';

type FieldKind = 'text' | 'texts' | 'flag';
type Shape = Readonly<Record<string, FieldKind>>;
type ValueOf<Kind extends FieldKind> = Kind extends 'text'
  ? string | null
  : Kind extends 'texts'
    ? readonly string[]
    : boolean | null;
type Fields<S extends Shape> = { readonly [name in keyof S]: ValueOf<S[name]> };

const USER_SHAPE = {
  userPrincipalName: 'text',
  displayName: 'text',
  givenName: 'text',
  surname: 'text',
  mail: 'text',
  proxyAddresses: 'texts',
  accountEnabled: 'flag',
  userType: 'text',
  mobilePhone: 'text',
  companyName: 'text',
  department: 'text',
} as const satisfies Shape;

const GROUP_SHAPE = {
  displayName: 'text',
  mail: 'text',
  mailEnabled: 'flag',
  proxyAddresses: 'texts',
} as const satisfies Shape;

export const USER_SELECT = ['id', ...Object.keys(USER_SHAPE)].join(',');
export const GROUP_SELECT = ['id', ...Object.keys(GROUP_SHAPE)].join(',');

export type UserFields = Fields<typeof USER_SHAPE>;
export type GroupFields = Fields<typeof GROUP_SHAPE>;

export interface UserRecord extends UserFields {
  readonly id: string;
  /** What the mailbox is for, of those who were asked; else null. */
  readonly purpose: MailboxKind | null;
}

export interface GroupRecord extends GroupFields {
  readonly id: string;
  /** Ids of direct members, sorted. */
  readonly members: readonly string[];
}

/** Without these nobody could say who somebody is, or whether they belong; where one lacks, nothing may stand in for it. */
const ESSENTIAL_OF_USERS = ['userPrincipalName', 'mail', 'proxyAddresses', 'accountEnabled', 'userType'] as const;
const ESSENTIAL_OF_GROUPS = ['mail', 'mailEnabled', 'proxyAddresses'] as const;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A user as a list gives it. Throws DirectoryError (ENTRA_OBJECT). */
export function parseUser(raw: unknown): UserRecord {
  const { id, object } = identified(raw, 'user');
  const fields = userFieldsIn(id, object);
  const missing = ESSENTIAL_OF_USERS.filter((name) => fields[name] === undefined);
  if (missing.length > 0) throw unusable(`user ${id}`, `lacks ${missing.join(', ')}`);
  return wholeUser(id, fields);
}

/** A group as a list gives it, with no members yet. Throws DirectoryError (ENTRA_OBJECT). */
export function parseGroup(raw: unknown): GroupRecord {
  const { id, object } = identified(raw, 'group');
  const fields = groupFieldsIn(id, object);
  const missing = ESSENTIAL_OF_GROUPS.filter((name) => fields[name] === undefined);
  if (missing.length > 0) throw unusable(`group ${id}`, `lacks ${missing.join(', ')}`);
  return wholeGroup(id, fields, []);
}

/** The properties that are there: null is one that was cleared. */
export function userFieldsIn(id: string, object: Readonly<Record<string, unknown>>): Partial<UserFields> {
  return fieldsIn(object, USER_SHAPE, `user ${id}`);
}

export function groupFieldsIn(id: string, object: Readonly<Record<string, unknown>>): Partial<GroupFields> {
  return fieldsIn(object, GROUP_SHAPE, `group ${id}`);
}

/** Always in the same order of properties, so that equal records are equal texts. */
export function wholeUser(id: string, fields: Partial<UserFields>, purpose: MailboxKind | null = null): UserRecord {
  return {
    id,
    userPrincipalName: fields.userPrincipalName ?? null,
    displayName: fields.displayName ?? null,
    givenName: fields.givenName ?? null,
    surname: fields.surname ?? null,
    mail: fields.mail ?? null,
    proxyAddresses: fields.proxyAddresses ?? [],
    accountEnabled: fields.accountEnabled ?? null,
    userType: fields.userType ?? null,
    mobilePhone: fields.mobilePhone ?? null,
    companyName: fields.companyName ?? null,
    department: fields.department ?? null,
    purpose,
  };
}

export function wholeGroup(id: string, fields: Partial<GroupFields>, members: Iterable<string>): GroupRecord {
  return {
    id,
    displayName: fields.displayName ?? null,
    mail: fields.mail ?? null,
    mailEnabled: fields.mailEnabled ?? null,
    proxyAddresses: fields.proxyAddresses ?? [],
    members: [...new Set(members)].sort(),
  };
}

/** The object and its id, in lower case. Throws DirectoryError (ENTRA_OBJECT): an id goes into addresses, so it must be one. */
export function identified(
  raw: unknown,
  kind: string,
): { readonly id: string; readonly object: Readonly<Record<string, unknown>> } {
  if (!isObject(raw)) throw unusable(`A ${kind}`, 'is no object');
  const { id } = raw;
  if (typeof id === 'string' && GUID.test(id)) return { id: id.toLowerCase(), object: raw };
  throw unusable(`A ${kind}`, 'has no id that is a GUID');
}

function fieldsIn<S extends Shape>(
  object: Readonly<Record<string, unknown>>,
  shape: S,
  place: string,
): Partial<Fields<S>> {
  const found: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(shape)) {
    const value = object[name];
    if (value === undefined) continue;
    if (!fits(value, kind)) throw unusable(place, `has a ${name} that is ${MEANT[kind]}`);
    found[name] = value === null && kind === 'texts' ? [] : value;
  }
  return found as Partial<Fields<S>>;
}

const MEANT: Readonly<Record<FieldKind, string>> = {
  text: 'no text',
  texts: 'no list of texts',
  flag: 'neither true nor false',
};

function fits(value: unknown, kind: FieldKind): boolean {
  if (value === null) return true;
  if (kind === 'texts') return Array.isArray(value) && value.every((each) => typeof each === 'string');
  return typeof value === (kind === 'flag' ? 'boolean' : 'string');
}

function unusable(place: string, what: string): DirectoryError {
  return failure(
    'ENTRA_OBJECT',
    `What Graph answered cannot be used: ${place} ${what}.`,
    'Run it again. If it happens again, compare with what Graph Explorer shows of that object.',
  );
}
