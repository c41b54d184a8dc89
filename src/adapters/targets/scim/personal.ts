/** Which fields of users and groups are personal. */
import type { Personal } from '../../../ports/target.ts';

const KINDS: Readonly<Record<string, ReturnType<Personal['field']>>> = {
  userName: 'called',
  givenName: 'name',
  familyName: 'name',
  // Of our groups an address, of others what people call them.
  displayName: 'called',
  emails: 'called',
  members: 'called',
  homePhone: 'phone',
  mobile: 'phone',
};

export const PERSONAL: Personal = { field: (name) => KINDS[name] ?? null, calledInKeys: true };
