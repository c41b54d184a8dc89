/** Which directory it is, whichever server answered. */

/** Active Directory: the objectGUID of the default naming context; other LDAP: the entryUUID of the naming context, else its DN; Entra: the tenant id. */
export interface DirectoryIdentity {
  readonly type: 'ldap' | 'entra';
  /** In lower case. */
  readonly id: string;
}

/** Whether two readings were of one directory (DEL-11). */
export function sameIdentity(a: DirectoryIdentity | null, b: DirectoryIdentity | null): boolean {
  return a === b || (a !== null && b !== null && a.type === b.type && a.id === b.id);
}
