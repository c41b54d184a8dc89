/** What to ask a directory for, and where in its entries to find what: the two dialects, and the `attributes` that override them. */
import type { LdapConnection } from '../../../domain/config.ts';
import { ATTRIBUTE_NAMES, type Attributes } from '../../../domain/roster.ts';
import { allOf, type EncodedFilter, parseFilter } from './filter.ts';

export type Dialect = Exclude<LdapConnection['dialect'], 'auto'>;

/** How a directory says that an account is disabled. */
export type DisabledRule =
  | { readonly by: 'userAccountControl' }
  /** Whichever of userAccountControl, nsAccountLock and pwdAccountLockedTime is there. */
  | { readonly by: 'anyOfThree' }
  | { readonly by: 'values'; readonly attribute: string; readonly values: readonly string[] };

export interface Profile {
  readonly dialect: Dialect;
  readonly userFilter: EncodedFilter;
  readonly groupFilter: EncodedFilter;
  readonly publicFolderFilter: EncodedFilter;
  readonly objectId: string;
  /** Whether the directory itself sees to it that no two objects have one id. */
  readonly idIsUnique: boolean;
  /** The attribute with `SMTP:` and `smtp:` values (ADR-2), or null if the configuration names another primary. */
  readonly proxyAddresses: string | null;
  readonly primary: string;
  readonly aliases: readonly string[];
  /** The first attribute that has a value is taken. */
  readonly attributes: Readonly<Record<keyof Attributes, readonly string[]>>;
  /** What a group is called if it has no displayName. */
  readonly groupName: string;
  readonly members: readonly string[];
  readonly disabled: DisabledRule;
  /** Exchange's kind of a mailbox, or null where there is no Exchange. */
  readonly recipientType: string | null;
}

type Defaults = Omit<Profile, 'dialect' | 'userFilter' | 'groupFilter' | 'publicFolderFilter' | 'idIsUnique'> & {
  readonly users: string;
  readonly groups: string;
};

const PUBLIC_FOLDERS = '(objectClass=publicFolder)';

const ACTIVE_DIRECTORY: Defaults = {
  users: '(&(objectCategory=person)(objectClass=user))',
  groups: '(objectCategory=group)',
  objectId: 'objectGUID',
  proxyAddresses: 'proxyAddresses',
  primary: 'mail',
  aliases: [],
  attributes: {
    givenName: ['givenName'],
    surname: ['sn'],
    displayName: ['displayName'],
    homePhone: ['homePhone'],
    mobile: ['mobile'],
    company: ['company'],
    department: ['department'],
    notes: ['info'],
  },
  groupName: 'cn',
  members: ['member'],
  disabled: { by: 'userAccountControl' },
  recipientType: 'msExchRecipientTypeDetails',
};

const OPENLDAP: Defaults = {
  users: '(objectClass=inetOrgPerson)',
  groups:
    '(&(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group))(|(mail=*)(proxyAddresses=*)))',
  objectId: 'entryUUID',
  proxyAddresses: 'proxyAddresses',
  primary: 'mail',
  aliases: ['mailAlternateAddress', 'mailLocalAddress'],
  attributes: {
    ...ACTIVE_DIRECTORY.attributes,
    company: ['company', 'o'],
    department: ['department', 'departmentNumber', 'ou'],
    notes: ['info', 'description'],
  },
  groupName: 'cn',
  members: ['member', 'uniqueMember'],
  disabled: { by: 'anyOfThree' },
  recipientType: null,
};

/** The dialect's profile with the configuration's own settings in their places. Throws DirectoryError (LDAP_FILTER). */
export function profileOf(connection: LdapConnection, dialect: Dialect): Profile {
  const defaults = dialect === 'activeDirectory' ? ACTIVE_DIRECTORY : OPENLDAP;
  const { attributes: own, filter } = connection;
  const primary = own.primary ?? defaults.primary;
  const groups = own.primary === undefined ? defaults.groups : defaults.groups.replace('(mail=*)', `(${primary}=*)`);
  const narrowed = (text: string | null, name: string, fallback: string): EncodedFilter => {
    const classFilter = text === null ? parseFilter(fallback, name) : parseFilter(text, name);
    return filter === null ? classFilter : allOf([classFilter, parseFilter(filter, 'directory.filter')]);
  };
  return {
    dialect,
    userFilter: narrowed(connection.userFilter, 'directory.userFilter', defaults.users),
    groupFilter: narrowed(connection.groupFilter, 'directory.groupFilter', groups),
    publicFolderFilter: parseFilter(PUBLIC_FOLDERS, 'the filter for public folders'),
    objectId: own.objectId ?? defaults.objectId,
    idIsUnique: own.objectId === undefined || same(own.objectId, defaults.objectId),
    proxyAddresses: own.primary === undefined || same(own.primary, 'proxyAddresses') ? defaults.proxyAddresses : null,
    primary: same(primary, 'proxyAddresses') ? defaults.primary : primary,
    aliases: own.aliases ?? defaults.aliases,
    attributes: attributesOf(connection, defaults),
    groupName: defaults.groupName,
    members: own.members === undefined ? defaults.members : [own.members],
    disabled: own.disabled === undefined ? defaults.disabled : { by: 'values', ...own.disabled },
    recipientType: defaults.recipientType,
  };
}

function attributesOf({ attributes: own }: LdapConnection, defaults: Defaults): Profile['attributes'] {
  const named = ATTRIBUTE_NAMES.map((key) => {
    const name = own[key];
    return [key, name === undefined ? defaults.attributes[key] : [name]] as const;
  });
  return { ...defaults.attributes, ...Object.fromEntries(named) };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
