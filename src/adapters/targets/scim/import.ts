/** Whom a service serves already, for an import. */
import type { ImportedUser } from '../../../domain/imported-user.ts';
import type { Attributes } from '../../../domain/roster.ts';
import type { FoundEntry, TargetValue } from '../../../domain/target.ts';

/** The names of attributes, and of the fields that they are compared as. */
const FIELDS = [
  ['givenName', 'givenName'],
  ['surname', 'familyName'],
  ['displayName', 'displayName'],
  ['homePhone', 'homePhone'],
  ['mobile', 'mobile'],
  ['department', 'department'],
  ['company', 'organization'],
] as const satisfies readonly (readonly [keyof Attributes, string])[];

/** The users, active or not. Where the user name is no address, the primary of the e-mail addresses is taken for it. */
export function usersIn(entries: readonly FoundEntry[]): readonly ImportedUser[] {
  return entries.flatMap(({ value }): ImportedUser[] => {
    if (typeof value === 'string') return [];
    const { userName, emails } = value;
    if (typeof userName !== 'string') return [];
    const addresses = Array.isArray(emails) ? emails : [];
    const address = userName.includes('@') ? userName : (addresses[0] ?? userName);
    const aliases = addresses.filter((alias) => alias !== address);
    return [{ address, aliases, attributes: attributesIn(value) }];
  });
}

function attributesIn(value: Exclude<TargetValue, string>): Attributes {
  const known = FIELDS.flatMap(([name, field]) => {
    const text = value[field];
    return typeof text === 'string' && text !== '' ? [[name, text] as const] : [];
  });
  return Object.fromEntries(known);
}
