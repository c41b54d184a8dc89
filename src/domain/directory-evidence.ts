/**
 * What a recording keeps beside the objects, so that it can tell what the directory would have answered to another question: what it was asked, and
 * the values that filters look at.
 */
import type { LdapAttributes } from './config.ts';
import type { ObjectId } from './roster.ts';

/** What an LDAP directory was asked, as far as the answer depends on it. */
export interface LdapQuestion {
  readonly type: 'ldap';
  readonly dialect: 'activeDirectory' | 'openldap';
  readonly baseDN: readonly string[];
  /** Where public folders were looked for; null where they were not. */
  readonly publicFolderDN: string | null;
  /** As they were sent, each with `directory.filter` in it. */
  readonly userFilter: string;
  readonly groupFilter: string;
  readonly attributes: LdapAttributes;
  /** The attributes whose values were kept of each user and group, in lower case. */
  readonly kept: readonly string[];
}

/** What a tenant of Entra ID was asked, as far as the answer depends on it. */
export interface EntraQuestion {
  readonly type: 'entra';
  readonly tenant: string;
  /** The host of Microsoft Graph, as `https://HOST[:PORT]`. */
  readonly graph: string;
  readonly filter: string | null;
  /** Whether it was asked which mailboxes are shared, rooms and equipment. */
  readonly purposes: boolean;
}

export type DirectoryQuestion = LdapQuestion | EntraQuestion;

/** Values by the attribute's name in lower case; an attribute without a value is not in it. */
export type KeptValues = Readonly<Record<string, readonly string[]>>;

export interface DirectoryEvidence {
  readonly question: DirectoryQuestion;
  /** Of the objects that had any. */
  readonly values: ReadonlyMap<ObjectId, KeptValues>;
}
