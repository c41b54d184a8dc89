/** What of the configuration a plan depends on, as plain data: the part that SAF-4 ties a saved plan to. */
import type { Config, CustomerConfig, DirectoryConfig, DirectoryConnection } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';

/**
 * A value for canonical JSON: the policy of the workspace, and all that these customers' plans follow from. Places, comments, the order
 * in which things stand, and absolute paths are not in it, so that it is the same on every machine; nor is how the directory is reached
 * (TLS, credentials, timeouts) and how the DNS is asked, which change no plan.
 */
export function digestible(config: Config, customers: readonly CustomerId[]): unknown {
  const { planTtlMs } = config.workspace;
  return {
    workspace: { planTtlMs },
    customers: config.customers.filter(({ name }) => customers.includes(name)).map(digestibleCustomer),
  };
}

function digestibleCustomer(customer: CustomerConfig): unknown {
  const { name, region, service, gates, seats, domains, sites, relays, directory, decisions, users, safety } = customer;
  return {
    name,
    region,
    service,
    gates,
    seats,
    domains: sorted(
      domains.map(({ location: _, ...domain }) => domain),
      (domain) => domain.name,
    ),
    sites: sorted(
      sites.map((site) => ({ name: site.name, isDefault: site.isDefault, servers: site.servers })),
      (site) => site.name,
    ),
    relays: sorted(
      relays.map(({ location: _, ...relay }) => relay),
      (relay) => relay.name,
    ),
    directory: directory === null ? null : digestibleDirectory(directory),
    decisions: sorted(
      decisions.map(({ location: _, ...decision }) => decision),
      (decision) => decision.key,
    ),
    users: sorted(
      users.map(({ location: _, ...user }) => user),
      (user) => user.key,
    ),
    safety,
  };
}

function digestibleDirectory(directory: DirectoryConfig): unknown {
  const { enabled, connection, include, deleteAfterDays, exceptions, additions } = directory;
  return {
    enabled,
    connection: digestibleConnection(connection),
    include,
    deleteAfterDays,
    exceptions: sorted(
      exceptions.map(({ kind, subject }) => ({ kind, subject })),
      ({ kind, subject }) => `${kind} ${'address' in subject ? subject.address : subject.objectId}`,
    ),
    additions: sorted(
      additions.map(({ key, address }) => ({ key, address })),
      (addition) => addition.key,
    ),
  };
}

/** What of a connection decides what is read through it, but for the rights of its credentials. */
export function digestibleConnection(connection: DirectoryConnection): unknown {
  if (connection.type === 'entra') {
    const { type, tenant, cloud, filter } = connection;
    return { type, tenant, cloud, filter };
  }
  const { type, url, dialect, baseDN, publicFolderDN, filter, userFilter, groupFilter, attributes, referrals } =
    connection;
  return { type, url, dialect, baseDN, publicFolderDN, filter, userFilter, groupFilter, attributes, referrals };
}

function sorted<T>(things: readonly T[], keyOf: (thing: T) => string): readonly T[] {
  const keyed = things.map((thing) => [keyOf(thing), thing] as const);
  return keyed.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, thing]) => thing);
}
