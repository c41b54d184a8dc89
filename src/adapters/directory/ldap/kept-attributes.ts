/** The attributes whose values a recording keeps, so that filters can be evaluated on it, and how their values are compared. */
import type { FilterTree } from './filter-tree.ts';

/**
 * `text` is compared without regard to case (RFC 4519, MS-ADA1 to 3), and so is `narrow`, which not every text is a value of; `other` is
 * compared in a way that is not known here.
 */
export type ValueSyntax = 'text' | 'narrow' | 'dn' | 'integer' | 'class' | 'other';

const TEXTS: readonly string[] = [
  ...['employeeType', 'employeeID', 'employeeNumber', 'title', 'company', 'o', 'department', 'departmentNumber', 'ou'],
  ...['division', 'physicalDeliveryOfficeName', 'businessCategory', 'l', 'st', 'co', 'postalCode'],
  ...['proxyAddresses', 'userPrincipalName', 'sAMAccountName', 'uid', 'cn', 'sn', 'givenName', 'displayName'],
  ...['description', 'info'],
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
];

const OTHERS: Readonly<Record<string, ValueSyntax>> = {
  // An IA5String, a Country String and a Boolean.
  mail: 'narrow',
  c: 'narrow',
  msexchhidefromaddresslists: 'narrow',
  objectclass: 'class',
  memberof: 'dn',
  manager: 'dn',
  useraccountcontrol: 'integer',
  msexchrecipienttypedetails: 'integer',
  accountexpires: 'integer',
};

const SYNTAXES: ReadonlyMap<string, ValueSyntax> = new Map([
  ...TEXTS.map((name): [string, ValueSyntax] => [name.toLowerCase(), 'text']),
  ...Object.entries(OTHERS),
]);

/** Other names of these attributes (RFC 4519 2). */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['commonname', 'cn'],
  ['surname', 'sn'],
  ['gn', 'givenname'],
  ['countryname', 'c'],
  ['localityname', 'l'],
  ['stateorprovincename', 'st'],
  ['organizationname', 'o'],
  ['organizationalunitname', 'ou'],
  ['userid', 'uid'],
  ['rfc822mailbox', 'mail'],
  ['emailaddress', 'mail'],
]);

/** What directories make up, or give under the name of another attribute: values kept by these names would mislead. */
const NEVER: ReadonlySet<string> = new Set(['name', 'distinguishedname', 'objectguid', 'objectsid', 'member', 'anr']);

export function syntaxOf(name: string): ValueSyntax {
  return SYNTAXES.get(name) ?? 'other';
}

/** The name, in lower case, by which the values of an attribute are kept; null for one whose values cannot be. */
export function keptName(attribute: string): string | null {
  const name = NAMES.get(attribute.toLowerCase()) ?? attribute.toLowerCase();
  return NEVER.has(name) || !/^[a-z][\w-]*$/.test(name) ? null : name;
}

/** Those that filters mostly look at, and those that these filters do; sorted. */
export function attributesToKeep(filters: readonly FilterTree[]): readonly string[] {
  const own = filters.flatMap(attributesIn).flatMap((attribute) => keptName(attribute) ?? []);
  return [...new Set([...SYNTAXES.keys(), ...own])].toSorted();
}

function attributesIn(filter: FilterTree): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.flatMap(attributesIn);
    case 'not':
      return attributesIn(filter.part);
    default:
      return filter.attribute === null ? [] : [filter.attribute];
  }
}
