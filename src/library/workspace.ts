/** A workspace as other programs see it: who its customers are, what their configuration is by digest, and what they need outside. */
import { isSpfRecord } from '../adapters/dns/spf-record.ts';
import { chooseCustomers } from '../app/choose-customers.ts';
import { configDigest } from '../app/config-digest.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { inert } from '../domain/inert.ts';
import { type CustomerId, emptyRoster, type Roster } from '../domain/roster.ts';
import { missingFact } from '../domain/service.ts';
import { serverText } from '../domain/smtp-probe.ts';
import { byKind } from '../planner/setup/networks.ts';
import { serversOf } from '../planner/setup/sites.ts';
import { type NeededRecord, neededRecords, type SpfRecords } from './dns-records.ts';
import { readState } from './inputs.ts';
import { findingText, loadWorkspace } from './load-workspace.ts';

/** Whom a customer's firewall lets in, and where: the service delivers from these networks over TCP. */
export interface FirewallNeeds {
  /** CIDR in canonical form. Both empty where the profile does not tell them. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** The service's own port and those of the customer's servers, sorted, each once. */
  readonly ports: readonly number[];
  /** The servers of the sites, as `host:port`; empty where none is stated. */
  readonly servers: readonly string[];
}

/** What a customer is and needs outside. */
export interface CustomerDescription {
  readonly name: CustomerId;
  readonly displayName: string;
  /** `sha256:…` over all of the configuration that decides the customer's plan (SAF-4); comments and layout do not count. */
  readonly digest: string;
  readonly dnsRecords: readonly NeededRecord[];
  readonly firewall: FirewallNeeds;
  /** What of these needs is not known, and how to make it known: whole sentences. */
  readonly missing: readonly string[];
}

/** A workspace and what its customers need outside. */
export interface WorkspaceDescription {
  /** The folder of rollcall.yaml, absolute. */
  readonly root: string;
  /** As `file:line:col: warning[CODE]: message`. */
  readonly warnings: readonly string[];
  /** Sorted by name. */
  readonly customers: readonly CustomerDescription[];
}

/** What is to be described, and what is known beside the workspace. */
export interface DescribeOptions {
  /** Only customers whose name one of these matches (globs); all by default. */
  readonly customers?: readonly string[];
  /** By domain, the SPF record that it has without the service; a domain that is not named has none. */
  readonly spfRecords?: Readonly<Record<string, string>>;
}

/** An SPF record that was given cannot be built upon. */
class SpfNotUsable extends Error implements Problem {
  override readonly name = 'SpfNotUsable';
  readonly code = 'SPF_NOT_USABLE';
  readonly hint = 'Give each domain of the workspace the whole record that it has without the service: v=spf1 …';
}

/**
 * Reads the workspace that a folder is in, and its state without a trace; no state yet is an empty one. The same files and state give
 * the same description on every machine, but for `root`. Rejects with WorkspaceNotValid, with a Problem for a customer or domain that is
 * not there, and with StateError.
 */
export async function describeWorkspace(folder: string, options: DescribeOptions = {}): Promise<WorkspaceDescription> {
  const { config, root, warnings } = await loadWorkspace(folder);
  const spfRecords = new Map(Object.entries(options.spfRecords ?? {}));
  throwIfNotUsable(spfRecords, config);
  const customers = chooseCustomers(config.customers, options.customers ?? []);
  const { rosters } = await readState({ ...config, customers });
  return {
    root,
    warnings: warnings.map(findingText),
    customers: customers.map((customer) =>
      describe(config, customer, rosters.get(customer.name) ?? emptyRoster(customer.name), spfRecords),
    ),
  };
}

function describe(
  config: Config,
  customer: CustomerConfig,
  roster: Roster,
  spfRecords: SpfRecords,
): CustomerDescription {
  const { records, missing } = neededRecords(customer, roster, spfRecords);
  const noRanges = missingFact(customer.service, 'ranges');
  return {
    name: customer.name,
    displayName: customer.displayName,
    digest: configDigest(config, [customer.name]),
    dnsRecords: records,
    firewall: firewallOf(customer),
    missing: [...new Set(noRanges === null ? missing : [...missing, noRanges])],
  };
}

function firewallOf(customer: CustomerConfig): FirewallNeeds {
  const { region, ports } = customer.service;
  const servers = serversOf({ customer });
  return {
    ...byKind(region?.ranges ?? []),
    ports: [...new Set([ports.delivery, ...servers.map(({ port }) => port)])].toSorted((a, b) => a - b),
    servers: servers.map(serverText),
  };
}

function throwIfNotUsable(spfRecords: SpfRecords, { customers }: Config): void {
  const domains = new Set<string>(customers.flatMap((customer) => customer.domains.map(({ name }) => name)));
  for (const [domain, record] of spfRecords) {
    if (!domains.has(domain)) throw new SpfNotUsable(`No customer has the domain "${inert(domain)}".`);
    if (!isSpfRecord(record)) throw new SpfNotUsable(`What is given for ${domain} is no SPF record: ${inert(record)}`);
  }
}
