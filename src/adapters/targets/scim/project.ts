/** What a SCIM service is to hold of a roster (TGT-1). */
import { acceptedDomains } from '../../../domain/accepted.ts';
import { domainOf, keyOf } from '../../../domain/address.ts';
import { type Group, isUser, type Roster, type User } from '../../../domain/roster.ts';
import type { TargetEntry } from '../../../domain/target.ts';
import { markOf } from './marks.ts';

/** A user as both sides are compared: addresses in canonical form, the primary first. What is not set is null. */
export interface UserValue {
  readonly [field: string]: string | boolean | null | readonly string[];
  readonly userName: string;
  readonly externalId: string | null;
  readonly active: boolean;
}

export interface GroupValue {
  readonly [field: string]: string | null | readonly string[];
  readonly displayName: string;
  readonly externalId: string | null;
  /** Canonical addresses, sorted; `id:…` for who is no address there. */
  readonly members: readonly string[];
}

/** The fields of a user that a service may keep or not. */
export const USER_FIELDS = [
  'givenName',
  'familyName',
  'displayName',
  'emails',
  'homePhone',
  'mobile',
  'department',
  'organization',
] as const;
export type UserField = (typeof USER_FIELDS)[number];

export function userKey(userName: string): string {
  return `user ${keyOf(userName)}`;
}

export function groupKey(displayName: string): string {
  return `group ${keyOf(displayName)}`;
}

/** Users first. A group is there while its domain is verified; its members are those that are there themselves. */
export function project(roster: Roster, options: { readonly groups: boolean }): readonly TargetEntry[] {
  const { customer, entries } = roster;
  const domains = acceptedDomains(roster);
  const users = entries.filter(isUser);
  const groups = options.groups
    ? entries.filter((entry): entry is Group => !isUser(entry) && domains.has(domainOf(keyOf(entry.address))))
    : [];
  const there: ReadonlySet<string> = new Set([...users, ...groups].map(({ address }) => keyOf(address)));
  return [
    ...users.map((user) => ({ customer, key: userKey(user.address), value: userValue(user, roster, domains) })),
    ...groups.map((group) => ({ customer, key: groupKey(group.address), value: groupValue(group, roster, there) })),
  ];
}

function userValue(user: User, { customer }: Roster, domains: ReadonlySet<string>): UserValue {
  const primary = keyOf(user.address);
  const { status, attributes } = user;
  const aliases = user.aliases.map(keyOf).filter((alias) => domains.has(domainOf(alias)) && alias !== primary);
  return {
    userName: primary,
    externalId: markOf(customer, user),
    active: (status === 'active' || status === 'ignored') && domains.has(domainOf(primary)),
    givenName: attributes.givenName ?? null,
    familyName: attributes.surname ?? null,
    displayName: attributes.displayName ?? null,
    emails: [primary, ...aliases.sort()],
    homePhone: attributes.homePhone ?? null,
    mobile: attributes.mobile ?? null,
    department: attributes.department ?? null,
    organization: attributes.company ?? null,
  };
}

/** The name is the address: a service wants names of groups to be unique, and two customers may both have an "All staff". */
function groupValue(group: Group, { customer }: Roster, there: ReadonlySet<string>): GroupValue {
  const members = group.members.map(keyOf).filter((member) => there.has(member));
  return {
    displayName: keyOf(group.address),
    externalId: markOf(customer, group),
    members: [...new Set(members)].sort(),
  };
}
