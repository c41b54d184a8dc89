/** Resources of a service as we compare them. */
import { keyOf } from '../../../domain/address.ts';
import type { TargetField } from '../../../domain/target.ts';
import { versionOf } from './client.ts';
import { ENTERPRISE } from './discovery.ts';
import { markIn, type Owner, ownerOf } from './marks.ts';
import { isObject } from './problems.ts';
import { type GroupValue, groupKey, type UserField, type UserValue, userKey } from './project.ts';

type Json = Readonly<Record<string, unknown>>;

/** A user or a group of the service. */
export interface Resource<V> {
  readonly id: string;
  readonly key: string;
  readonly owner: Owner;
  readonly version: string | null;
  /** When it was made, as the service writes it; empty where it does not say. */
  readonly created: string;
  readonly value: V;
}

export interface UserResource extends Resource<UserValue> {
  /** The fields that came with it, set to something. */
  readonly returned: ReadonlySet<UserField>;
  /** Whether anything of the enterprise extension came with it. */
  readonly isEnterprise: boolean;
  /** Telephone numbers of types that we do not manage, as they came. */
  readonly otherPhones: readonly unknown[];
}

export interface GroupResource extends Resource<GroupValue> {
  /** The ids of its members. */
  readonly memberIds: ReadonlySet<string>;
}

export function userIn(id: string, raw: Json): UserResource {
  const userName = textIn(raw['userName']) ?? `id:${id}`;
  const externalId = markIn(raw['externalId']);
  const name = isObject(raw['name']) ? raw['name'] : {};
  const enterprise = isObject(raw[ENTERPRISE]) ? raw[ENTERPRISE] : {};
  const phones = listIn(raw['phoneNumbers']);
  const fields: Record<UserField, TargetField> = {
    givenName: textIn(name['givenName']),
    familyName: textIn(name['familyName']),
    displayName: textIn(raw['displayName']),
    emails: emailsIn(raw['emails'], keyOf(userName)),
    homePhone: phoneIn(phones, 'home'),
    mobile: phoneIn(phones, 'mobile'),
    department: textIn(enterprise['department']),
    organization: textIn(enterprise['organization']),
  };
  const isSet = (field: TargetField) => field !== null && (!Array.isArray(field) || field.length > 0);
  const set = Object.entries(fields).filter(([, field]) => isSet(field));
  return {
    id,
    key: userKey(userName),
    ...commonIn(raw, externalId),
    // RFC 7643 4.1.1 says nothing of one that is left out; services leave it out of users that are active.
    value: { userName: keyOf(userName), externalId, active: isActive(raw['active']), ...fields },
    returned: new Set(set.map(([field]) => field as UserField)),
    isEnterprise: isObject(raw[ENTERPRISE]),
    otherPhones: phones.filter((phone) => !isPhoneOf(phone, 'home') && !isPhoneOf(phone, 'mobile')),
  };
}

/** `address` says whom an id of a member belongs to. */
export function groupIn(id: string, raw: Json, address: (memberId: string) => string | undefined): GroupResource {
  const displayName = textIn(raw['displayName']) ?? `id:${id}`;
  const externalId = markIn(raw['externalId']);
  const memberIds = listIn(raw['members']).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const members = memberIds.map((memberId) => address(memberId) ?? `id:${memberId}`);
  return {
    id,
    key: groupKey(displayName),
    ...commonIn(raw, externalId),
    value: { displayName: keyOf(displayName), externalId, members: [...new Set(members)].sort() },
    memberIds: new Set(memberIds),
  };
}

function commonIn(raw: Json, externalId: string | null) {
  const meta = isObject(raw['meta']) ? raw['meta'] : {};
  const { version, created } = meta;
  return {
    owner: ownerOf(externalId),
    version: versionOf(version),
    created: typeof created === 'string' ? created : '',
  };
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Some services write it as a text. */
function isActive(value: unknown): boolean {
  return !(value === false || (typeof value === 'string' && value.toLowerCase() === 'false'));
}

/** In canonical form: the primary first, or what the user is called where none is said to be it, then the others in order. */
function emailsIn(value: unknown, userName: string): readonly string[] {
  const list = listIn(value).flatMap(({ value: text, primary }) =>
    typeof text === 'string' && text !== '' ? [{ address: keyOf(text.trim()), primary: primary === true }] : [],
  );
  const first =
    list.find(({ primary }) => primary)?.address ?? list.find(({ address }) => address === userName)?.address;
  const others = [...new Set(list.map(({ address }) => address))].filter((address) => address !== first).sort();
  return first === undefined ? others : [first, ...others];
}

function phoneIn(phones: readonly Json[], type: string): string | null {
  return textIn(phones.find((phone) => isPhoneOf(phone, type))?.['value']);
}

function isPhoneOf(phone: Json, type: string): boolean {
  return typeof phone['type'] === 'string' && phone['type'].toLowerCase() === type;
}
