/** What is sent: whole resources, and the operations that make one out of another (RFC 7644 3.5.2). */
import type { TargetField } from '../../../domain/target.ts';
import { ENTERPRISE, GROUP, USER } from './discovery.ts';
import { sameField } from './matches.ts';
import { isObject } from './problems.ts';
import { type GroupValue, USER_FIELDS, type UserField, type UserValue } from './project.ts';

type Json = Readonly<Record<string, unknown>>;
type Fields = ReadonlySet<UserField>;

/** A user as it is made. What is not set is left out. */
export function userBody(value: UserValue, sent: Fields): Json {
  const has = (field: UserField) => sent.has(field) && value[field] !== null;
  const name = {
    ...(has('givenName') ? { givenName: value['givenName'] } : {}),
    ...(has('familyName') ? { familyName: value['familyName'] } : {}),
  };
  const enterprise = {
    ...(has('department') ? { department: value['department'] } : {}),
    ...(has('organization') ? { organization: value['organization'] } : {}),
  };
  const phones = phonesOf(value, sent, []);
  const hasEnterprise = Object.keys(enterprise).length > 0;
  return {
    schemas: hasEnterprise ? [USER, ENTERPRISE] : [USER],
    externalId: value.externalId,
    userName: value.userName,
    active: value.active,
    ...(Object.keys(name).length > 0 ? { name } : {}),
    ...(has('displayName') ? { displayName: value['displayName'] } : {}),
    ...(sent.has('emails') ? { emails: emailsOf(value) } : {}),
    ...(phones.length > 0 ? { phoneNumbers: phones } : {}),
    ...(hasEnterprise ? { [ENTERPRISE]: enterprise } : {}),
  };
}

/** The primary for work, the others as what they are: further addresses (RFC 7643 4.1.2). */
function emailsOf(value: UserValue): readonly Json[] {
  return listOf(value['emails']).map((address, index) =>
    index === 0 ? { value: address, type: 'work', primary: true } : { value: address, type: 'other' },
  );
}

function phonesOf(value: UserValue, sent: Fields, others: readonly unknown[]): readonly unknown[] {
  const phone = (field: 'homePhone' | 'mobile', type: string) =>
    sent.has(field) && value[field] !== null ? [{ value: value[field], type }] : [];
  return [...others, ...phone('homePhone', 'home'), ...phone('mobile', 'mobile')];
}

function listOf(field: TargetField | undefined): readonly string[] {
  return Array.isArray(field) ? field : [];
}

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

const PATHS: Readonly<Record<Exclude<UserField, 'emails' | 'homePhone' | 'mobile'>, string>> = {
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  displayName: 'displayName',
  department: `${ENTERPRISE}:department`,
  organization: `${ENTERPRISE}:organization`,
};

/** What makes `expected` out of what was found: that which differs, and no more. `otherPhones` stay. */
export function userPatch(
  expected: UserValue,
  found: UserValue,
  sent: Fields,
  otherPhones: readonly unknown[],
): readonly PatchOperation[] {
  const differs = (field: string) => !sameField(field, expected[field] ?? null, found[field] ?? null);
  const fields = USER_FIELDS.filter((field) => sent.has(field) && differs(field));
  const changed: ReadonlySet<UserField> = new Set(fields);
  const operations: PatchOperation[] = (['externalId', 'userName', 'active'] as const)
    .filter(differs)
    .map((path) => ({ op: 'replace', path, value: expected[path] }));
  for (const [field, path] of Object.entries(PATHS)) {
    if (changed.has(field as UserField)) operations.push(setTo(path, expected[field] ?? null));
  }
  if (changed.has('emails')) operations.push({ op: 'replace', path: 'emails', value: emailsOf(expected) });
  if (changed.has('homePhone') || changed.has('mobile')) {
    const phones = phonesOf(expected, sent, otherPhones);
    const path = 'phoneNumbers';
    operations.push(phones.length === 0 ? { op: 'remove', path } : { op: 'replace', path, value: phones });
  }
  return operations;
}

function setTo(path: string, value: TargetField): PatchOperation {
  return value === null ? { op: 'remove', path } : { op: 'replace', path, value };
}

/** The whole user as it is to be, for PUT: what we do not manage stays as it was read. */
export function userReplaced(raw: Json, expected: UserValue, sent: Fields, otherPhones: readonly unknown[]): Json {
  const { meta: _meta, groups: _groups, ...rest } = raw;
  const made = userBody(expected, sent);
  const phones = phonesOf(expected, sent, otherPhones);
  const name = {
    ...objectIn(raw['name']),
    ...cleared(expected, sent, ['givenName', 'familyName']),
    ...objectIn(made['name']),
  };
  const isExtended = sent.has('department') || sent.has('organization');
  const enterprise = {
    ...objectIn(raw[ENTERPRISE]),
    ...cleared(expected, sent, ['department', 'organization']),
    ...objectIn(made[ENTERPRISE]),
  };
  const hasExtension = isExtended && Object.values(enterprise).some((value) => value !== undefined);
  const schemas = Array.isArray(raw['schemas']) ? raw['schemas'] : [];
  return {
    ...rest,
    ...cleared(expected, sent, ['displayName']),
    ...made,
    schemas: [...new Set([...schemas, USER, ...(hasExtension ? [ENTERPRISE] : [])])],
    ...(Object.values(name).some((value) => value !== undefined) ? { name } : {}),
    phoneNumbers: phones.length > 0 ? phones : undefined,
    ...(hasExtension ? { [ENTERPRISE]: enterprise } : {}),
  };
}

/** JSON leaves out what is undefined. */
function cleared(expected: UserValue, sent: Fields, fields: readonly UserField[]): Json {
  const gone = fields.filter((field) => sent.has(field) && expected[field] === null);
  return Object.fromEntries(gone.map((field) => [field, undefined]));
}

function objectIn(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** A group as it is made, with members by their ids. */
export function groupBody(value: GroupValue, memberIds: readonly string[]): Json {
  const { displayName, externalId } = value;
  return {
    schemas: [GROUP],
    displayName,
    externalId,
    ...(memberIds.length > 0 ? { members: memberIds.map((id) => ({ value: id })) } : {}),
  };
}

/** Operations on a group, a slice at a time: a service may refuse, or cut off, what is too long. */
export function groupPatches(
  expected: GroupValue,
  found: GroupValue,
  members: { readonly added: readonly string[]; readonly removed: readonly string[] },
): readonly (readonly PatchOperation[])[] {
  const own = (['externalId', 'displayName'] as const)
    .filter((path) => expected[path] !== found[path])
    .map((path): PatchOperation => ({ op: 'replace', path, value: expected[path] }));
  const removed = slices(members.removed).map((ids) =>
    ids.map((id): PatchOperation => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` })),
  );
  const added = slices(members.added).map((ids): readonly PatchOperation[] => [
    { op: 'add', path: 'members', value: ids.map((id) => ({ value: id })) },
  ]);
  return [own, ...removed, ...added].filter((operations) => operations.length > 0);
}

const MOST_MEMBERS = 100;

/** In slices of a hundred. */
function slices<T>(items: readonly T[]): readonly (readonly T[])[] {
  const starts = Array.from({ length: Math.ceil(items.length / MOST_MEMBERS) }, (_, index) => index * MOST_MEMBERS);
  return starts.map((start) => items.slice(start, start + MOST_MEMBERS));
}
