/** What a server says of itself (RFC 4512 5.1), and which directory it serves. */
import type { LdapConnection } from '../../../domain/config.ts';
import type { DirectoryIdentity } from '../../../domain/identity.ts';
import { failure } from '../errors.ts';
import { type ReaderContext, readBaseEntry } from './base-entry.ts';
import { WHO_AM_I } from './connection.ts';
import { comparableDn, isWithin } from './dn.ts';
import { dnText, guidReader, idText, plainText } from './entry.ts';
import type { Dialect } from './profile.ts';
import { PAGED_RESULTS } from './result.ts';

export interface RootDse {
  readonly isActiveDirectory: boolean;
  readonly canPage: boolean;
  readonly canSayWho: boolean;
  readonly defaultNamingContext: string | null;
  readonly namingContexts: readonly string[];
}

const SHAPE = {
  names: ['supportedCapabilities', 'supportedControl', 'defaultNamingContext', 'namingContexts', 'supportedExtension'],
  readers: [plainText, plainText, dnText, dnText, plainText],
};
// Active Directory, and Active Directory Lightweight Directory Services (MS-ADTS 3.1.1.3.4.3).
const ACTIVE_DIRECTORY = ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1851'];

/** Null if the server does not let it be read. */
export async function readRootDse(context: ReaderContext): Promise<RootDse | null> {
  const entry = await readBaseEntry(context, '', SHAPE);
  if (entry === null) return null;
  const [capabilities, controls, defaultContext, contexts, extensions] = entry.values;
  return {
    isActiveDirectory: ACTIVE_DIRECTORY.some((oid) => capabilities?.includes(oid)),
    // A rootDSE that lists no control at all keeps them to itself.
    canPage: controls == null || controls.includes(PAGED_RESULTS),
    canSayWho: extensions?.includes(WHO_AM_I) ?? false,
    defaultNamingContext: defaultContext?.[0] ?? null,
    namingContexts: contexts ?? [],
  };
}

/** The dialect to use. Throws DirectoryError (LDAP_DIALECT) if it is for the server to say, and it does not. */
export function dialectOf({ dialect, url }: LdapConnection, rootDse: RootDse | null): Dialect {
  if (dialect !== 'auto') return dialect;
  if (rootDse !== null) return rootDse.isActiveDirectory ? 'activeDirectory' : 'openldap';
  throw failure(
    'LDAP_DIALECT',
    `${url} does not say what kind of directory it is: its rootDSE cannot be read.`,
    'Set directory.dialect to activeDirectory or openldap, or let everybody read the rootDSE.',
  );
}

/**
 * Which directory this is, whichever server answers. Active Directory: the objectGUID of the default naming context; others: the entryUUID
 * of the naming context that holds the first base DN. Where that cannot be read it is the context's DN, or the base DN itself.
 */
export async function readIdentity(
  context: ReaderContext,
  rootDse: RootDse | null,
  dialect: Dialect,
): Promise<DirectoryIdentity> {
  const dn = namingContext(context.settings, rootDse, dialect);
  const isGuid = dialect === 'activeDirectory';
  const shape = { names: [isGuid ? 'objectGUID' : 'entryUUID'], readers: [isGuid ? guidReader() : idText] };
  const entry = await readBaseEntry(context, dn, shape);
  return { type: 'ldap', id: entry?.values[0]?.[0] ?? comparableDn(dn) };
}

/** The DN of the part of the directory that is read: of the domain, or of the naming context that holds the first base DN, else that itself. */
export function namingContext({ baseDN }: LdapConnection, rootDse: RootDse | null, dialect: Dialect): string {
  const own = dialect === 'activeDirectory' ? (rootDse?.defaultNamingContext ?? null) : null;
  return own ?? contextOf(baseDN[0], rootDse?.namingContexts ?? []) ?? baseDN[0];
}

/** The innermost naming context that holds `dn`. */
function contextOf(dn: string, contexts: readonly string[]): string | null {
  const wanted = comparableDn(dn);
  const holding = contexts.filter((context) => isWithin(wanted, comparableDn(context)));
  return holding.toSorted((a, b) => b.length - a.length)[0] ?? null;
}
