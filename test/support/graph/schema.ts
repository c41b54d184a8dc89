/** What properties Graph's objects have, from the published list beside the samples, and which come unasked. */
import { readFileSync } from 'node:fs';
import type { Json } from './wire.ts';

export type Kind = 'user' | 'group' | 'orgContact' | 'device';

export interface Property {
  readonly type: string;
  readonly nullable: boolean;
}

const LIST = readFileSync(new URL('samples/properties.txt', import.meta.url), 'utf8');

/** By kind, then by property; navigation properties are not in it. */
export const PROPERTIES: Readonly<Record<Kind, ReadonlyMap<string, Property>>> = readProperties();

/** What comes without `$select`; for contacts and devices, what a list of members shows. */
export const DEFAULTS: Readonly<Record<Kind, readonly string[]>> = {
  user: [
    ...['businessPhones', 'displayName', 'givenName', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation'],
    ...['preferredLanguage', 'surname', 'userPrincipalName', 'id'],
  ],
  group: [
    ...['id', 'deletedDateTime', 'classification', 'createdDateTime', 'description', 'displayName'],
    ...['expirationDateTime', 'groupTypes', 'isAssignableToRole', 'mail', 'mailEnabled', 'mailNickname'],
    ...['membershipRule', 'membershipRuleProcessingState', 'onPremisesDomainName', 'onPremisesLastSyncDateTime'],
    ...['onPremisesNetBiosName', 'onPremisesSamAccountName', 'onPremisesSecurityIdentifier', 'onPremisesSyncEnabled'],
    ...['preferredDataLocation', 'preferredLanguage', 'proxyAddresses', 'renewedDateTime', 'resourceBehaviorOptions'],
    ...['resourceProvisioningOptions', 'securityEnabled', 'securityIdentifier', 'theme', 'visibility'],
    ...['onPremisesProvisioningErrors', 'serviceProvisioningErrors'],
  ],
  orgContact: ['id', 'companyName', 'department', 'displayName', 'givenName', 'jobTitle', 'mail', 'surname'],
  device: ['id', 'displayName'],
};

/** Properties of a user that only the request for one user gives; in a list they are answered with 501. */
export const NOT_LISTABLE: ReadonlySet<string> = new Set([
  ...['aboutMe', 'birthday', 'hireDate', 'interests', 'mySite', 'pastProjects', 'preferredName'],
  ...['responsibilities', 'schools', 'skills', 'mailboxSettings'],
]);

/** What an unset property is in an answer: collections are empty, the rest is null where that may be. */
export function unset(kind: Kind, name: string): Json {
  const { type = '', nullable = true } = PROPERTIES[kind].get(name) ?? {};
  if (type.startsWith('Collection(')) return [];
  if (nullable) return null;
  return type === 'Edm.Int32' ? 0 : '0001-01-01T00:00:00Z';
}

/** Why `value` cannot be the value of this property; null if it can. */
export function faultOf(kind: Kind, name: string, value: Json): string | null {
  const property = PROPERTIES[kind].get(name);
  if (property === undefined) return `Graph's ${kind} has no property ${name}.`;
  if (value === null) return property.nullable ? null : `${kind}.${name} cannot be null.`;
  return fits(property.type, value) ? null : `${kind}.${name} is ${property.type}, not ${JSON.stringify(value)}.`;
}

function fits(type: string, value: Json): boolean {
  const element = /^Collection\((.*)\)$/.exec(type)?.[1];
  if (element !== undefined) return Array.isArray(value) && value.every((each) => fits(element, each));
  if (type === 'Edm.Boolean') return typeof value === 'boolean';
  if (type === 'Edm.Int32') return Number.isInteger(value);
  if (type === 'Edm.DateTimeOffset') return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  if (type === 'Edm.String') return typeof value === 'string';
  return typeof value === 'object' && !Array.isArray(value);
}

function readProperties(): Readonly<Record<Kind, ReadonlyMap<string, Property>>> {
  const base: readonly [string, Property][] = [
    ['id', { type: 'Edm.String', nullable: false }],
    ['deletedDateTime', { type: 'Edm.DateTimeOffset', nullable: true }],
  ];
  const found = { user: new Map(base), group: new Map(base), orgContact: new Map(base), device: new Map(base) };
  // The list has no devices; this one property is all that a test needs of them.
  found.device.set('displayName', { type: 'Edm.String', nullable: true });
  let isNavigation = false;
  for (const line of LIST.split('\n')) {
    if (line.startsWith('#')) isNavigation = line.includes('navigation');
    const [name = '', type, facet] = line.split('\t');
    if (type === undefined || isNavigation) continue;
    const [, kind = 'user', property = name] = /^(group|orgContact)\.(.*)$/.exec(name) ?? [];
    found[kind as Kind].set(property, { type, nullable: facet !== 'Nullable=false' });
  }
  return found;
}
