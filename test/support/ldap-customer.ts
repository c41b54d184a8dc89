/** Customers with an LDAP directory, as the configuration would give them. */
import type { CustomerConfig, DirectoryConfig, IncludePolicy, LdapConnection } from '../../src/domain/config.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { NO_SERVICE } from '../../src/domain/service.ts';

export interface LdapCustomerOptions extends Partial<Omit<LdapConnection, 'type' | 'tls' | 'timeouts'>> {
  readonly tls?: Partial<LdapConnection['tls']>;
  readonly timeouts?: Partial<LdapConnection['timeouts']>;
  readonly include?: Partial<IncludePolicy>;
  readonly enabled?: boolean;
}

const location = { file: 'customers/acme.yaml', line: 1, column: 1 };

/** `acme`, with every setting at its default that is not given. The password is the text of its reference: see `plainSecret`. */
export function ldapCustomer(options: LdapCustomerOptions): CustomerConfig {
  const { tls, timeouts, include, enabled = true, ...connection } = options;
  const directory: DirectoryConfig = {
    enabled,
    connection: {
      type: 'ldap',
      url: 'ldap://127.0.0.1',
      dialect: 'auto',
      baseDN: ['dc=example,dc=test'],
      publicFolderDN: null,
      bind: null,
      filter: null,
      userFilter: null,
      groupFilter: null,
      attributes: {},
      referrals: 'ignore',
      pageSize: 1000,
      ...connection,
      tls: { mode: 'off', ca: null, serverName: null, ...tls },
      timeouts: { connectMs: 10_000, pageMs: 60_000, ...timeouts },
    },
    include: {
      disabled: false,
      guests: false,
      publicFolders: false,
      sharedMailboxes: false,
      resources: false,
      ...include,
    },
    syncEveryMs: 86_400_000,
    deleteAfterDays: 7,
    exceptions: [],
    additions: [],
    location,
    locations: { filter: location, include: location, deleteAfter: location },
  };
  return {
    name: 'acme' as CustomerId,
    displayName: 'Acme Ltd',
    region: null,
    service: NO_SERVICE,
    gates: { mx: 'warn', spf: 'warn', ownership: 'block' },
    seats: null,
    domains: [],
    sites: [],
    relays: [],
    directory,
    decisions: [],
    users: [],
    safety: { maxRemovals: { count: 5, percent: 10 } },
    location,
  };
}

/** A bind whose password `plainSecret` finds. */
export function bindAs(dn: string, password: string): NonNullable<LdapConnection['bind']> {
  return { dn, password: { env: password } };
}

/** Resolves the references that `bindAs` makes. */
export async function plainSecret(reference: NonNullable<LdapConnection['bind']>['password']): Promise<string> {
  if ('env' in reference) return reference.env;
  throw new Error('this test has no such secret');
}
