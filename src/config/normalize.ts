/** Raw files in, the configuration out: every default filled in, what the workspace says inherited by its customers. */
import { parseAddress, parseDomain } from '../domain/address.ts';
import type {
  ConfiguredUser,
  CustomerConfig,
  DecisionConfig,
  DomainConfig,
  GatePolicy,
  RelayConfig,
  RemovalLimit,
  SiteConfig,
  WorkspaceConfig,
} from '../domain/config.ts';
import type { Location } from '../domain/diagnostic.ts';
import { parseInstant } from '../domain/instant.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { ServiceProfile } from '../domain/service.ts';
import { type ResolvePath, secretReference } from './connection-context.ts';
import { durationMs } from './duration.ts';
import { error, type Finding, type Normalized } from './finding.ts';
import { isHost } from './host.ts';
import { parseNetwork } from './networks.ts';
import { approvalsOf } from './normalize-approvals.ts';
import { normalizeDirectory } from './normalize-directory.ts';
import { DEFAULT_GATES, dnsOf, gatesOf } from './normalize-dns.ts';
import { customerService, type ServiceReference, serviceReference } from './normalize-service.ts';
import { targetsOf } from './normalize-targets.ts';
import { normalizeUser } from './normalize-user.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCustomer, RawImport, RawMaxRemovals, RawUser, RawUsers, RawWorkspace } from './schema-types.ts';

/** SAF-1 where the configuration says nothing. */
const DEFAULT_MAX_REMOVALS: RemovalLimit = { count: 5, percent: 10 };
const DEFAULT_CUSTOMERS = ['customers/*.yaml'];
const DEFAULT_STATE = '.rollcall/state.db';

/** What a workspace file says: the settings, its service, the patterns of its customer files, and what they inherit. */
export interface NormalizedWorkspace {
  /** Its service stands in a file of its own. */
  readonly workspace: Omit<WorkspaceConfig, 'service'>;
  readonly service: ServiceReference | null;
  readonly customers: readonly PatternConfig[];
  readonly maxRemovals: RemovalLimit;
  readonly gates: GatePolicy;
  readonly findings: readonly Finding[];
}

/** What a customer has of its workspace, unless it says otherwise. */
export interface Inherited {
  readonly maxRemovals: RemovalLimit;
  readonly gates: GatePolicy;
  readonly service: ServiceProfile | null;
}

interface PatternConfig {
  readonly pattern: string;
  readonly location: Location;
}

/** A file of users that another file imports. */
export interface ImportConfig {
  readonly kind: 'csv' | 'users';
  /** As written: relative to the file that imports it. */
  readonly path: string;
  readonly location: Location;
}

export function normalizeWorkspace(file: ParsedFile<RawWorkspace>, resolve: ResolvePath): NormalizedWorkspace {
  const { state, customers, safety, gates, redaction } = file.value ?? {};
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  return {
    workspace: {
      state: { backend: state?.backend ?? 'sqlite', path: resolve(state?.path ?? DEFAULT_STATE) },
      dns: dnsOf(file, report),
      targets: targetsOf(file, resolve, report),
      planTtlMs: durationMs(safety?.planTtl ?? '24h'),
      approvals: approvalsOf(file, resolve, report),
      redactionKey: redaction === undefined ? null : secretReference(redaction.key, resolve),
      location: file.at(),
    },
    service: serviceReference(file, report),
    customers: (customers ?? DEFAULT_CUSTOMERS).map((pattern, index) => ({
      pattern,
      location: customers === undefined ? file.at() : file.at('customers', index),
    })),
    maxRemovals: removalLimit(safety?.maxRemovals) ?? DEFAULT_MAX_REMOVALS,
    gates: gatesOf(gates, DEFAULT_GATES),
    findings,
  };
}

/** The customer of a file together with the users that it imports; null if too little of the file can be used. */
export function normalizeCustomer(
  file: ParsedFile<RawCustomer>,
  imported: readonly ConfiguredUser[],
  inherited: Inherited,
  resolve: ResolvePath,
): Normalized<CustomerConfig | null> {
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const raw = file.value;
  if (raw === null) return { value: null, findings };
  const sites = sitesOf(file, raw, report);
  const service = customerService(file, inherited.service, report);
  const customer: CustomerConfig = {
    name: raw.name as CustomerId,
    displayName: raw.displayName ?? raw.name,
    region: raw.region ?? service.region?.name ?? null,
    service,
    gates: gatesOf(raw.gates, inherited.gates),
    seats: raw.seats ?? null,
    domains: domainsOf(file, raw, defaultSite(sites), report),
    sites,
    relays: relaysOf(file, raw, report),
    directory: raw.directory ? normalizeDirectory(file, raw.directory, resolve, report) : null,
    decisions: decisionsOf(file, raw, report),
    users: [...usersOf(file, raw.users ?? [], report), ...imported],
    safety: { maxRemovals: removalLimit(raw.safety?.maxRemovals) ?? inherited.maxRemovals },
    location: file.keyAt('name'),
  };
  return { value: customer, findings };
}

/** The users of a file that is imported. */
export function normalizeUsers(file: ParsedFile<RawUsers>): Normalized<readonly ConfiguredUser[]> {
  const findings: Finding[] = [];
  const users = usersOf(file, file.value?.users ?? [], (finding) => findings.push(finding));
  return { value: users, findings };
}

/** What a customer or a file of users imports, in its order. */
export function importsOf(file: ParsedFile<{ imports?: RawImport[] }>): readonly ImportConfig[] {
  return (file.value?.imports ?? []).map((raw, index) => {
    const kind = raw.csv === undefined ? 'users' : 'csv';
    return { kind, path: raw[kind] ?? '', location: file.at('imports', index, kind) };
  });
}

function usersOf(
  file: ParsedFile<RawCustomer> | ParsedFile<RawUsers>,
  raw: readonly RawUser[],
  report: (finding: Finding) => void,
): readonly ConfiguredUser[] {
  return raw.flatMap((user, index) => {
    const place = {
      source: user.source ?? 'manual',
      code: 'CONFIG_VALUE',
      at: (...path: readonly (string | number)[]) => file.at('users', index, ...path),
    } as const;
    return normalizeUser(user, place, report) ?? [];
  });
}

function domainsOf(
  file: ParsedFile<RawCustomer>,
  raw: RawCustomer,
  site: string | null,
  report: (finding: Finding) => void,
): readonly DomainConfig[] {
  return (raw.domains ?? []).flatMap((domain, index): DomainConfig[] => {
    const location = file.at('domains', index, 'name');
    const name = parseDomain(domain.name);
    const { verification = 'dns', takeover = false } = domain;
    if (name !== null) return [{ name, verification, site: domain.site ?? site, takeover, location }];
    report(error('CONFIG_VALUE', location, `"${domain.name}" is not a domain name.`));
    return [];
  });
}

function sitesOf(
  file: ParsedFile<RawCustomer>,
  raw: RawCustomer,
  report: (finding: Finding) => void,
): readonly SiteConfig[] {
  return (raw.sites ?? []).map((site, index) => ({
    name: site.name,
    isDefault: site.default ?? raw.sites?.length === 1,
    servers: site.servers.map(({ address, port = 25, priority = 10 }, place) => {
      if (!isHost(address))
        report(
          error(
            'CONFIG_VALUE',
            file.at('sites', index, 'servers', place, 'address'),
            `"${address}" is neither a host name nor an IP address. A port goes under "port".`,
          ),
        );
      return { address, port, priority };
    }),
    location: file.at('sites', index, 'name'),
  }));
}

function relaysOf(
  file: ParsedFile<RawCustomer>,
  raw: RawCustomer,
  report: (finding: Finding) => void,
): readonly RelayConfig[] {
  return (raw.outbound?.relays ?? []).map(({ name, addresses }, index) => ({
    name,
    addresses: addresses.flatMap((text, place) => {
      const result = parseNetwork(text);
      if (result.ok) return [result.network];
      const location = file.at('outbound', 'relays', index, 'addresses', place);
      report(error('CONFIG_VALUE', location, `"${text}" ${result.problem}.`));
      return [];
    }),
    location: file.at('outbound', 'relays', index, 'name'),
  }));
}

function defaultSite(sites: readonly SiteConfig[]): string | null {
  return sites.find(({ isDefault }) => isDefault)?.name ?? null;
}

function decisionsOf(
  file: ParsedFile<RawCustomer>,
  raw: RawCustomer,
  report: (finding: Finding) => void,
): readonly DecisionConfig[] {
  return (raw.conflicts ?? []).flatMap((decision, index): DecisionConfig[] => {
    const location = file.at('conflicts', index, 'user');
    const result = parseAddress(decision.user);
    const until = decision.until === undefined ? null : parseInstant(decision.until);
    if (!result.ok) report(error('CONFIG_VALUE', location, `"${decision.user}" is not an address: ${result.problem}.`));
    if (decision.until !== undefined && until === null)
      report(
        error(
          'CONFIG_VALUE',
          file.at('conflicts', index, 'until'),
          `"${decision.until}" is not a date such as 2027-02-12, nor a time such as 2027-02-12T08:00:00Z.`,
        ),
      );
    if (!result.ok || (decision.until !== undefined && until === null)) return [];
    const { action, reason = null } = decision;
    return [{ key: result.address.key, address: decision.user, action, until, reason, location }];
  });
}

function removalLimit(raw: RawMaxRemovals | undefined): RemovalLimit | null {
  if (raw === undefined) return null;
  return typeof raw === 'number' ? { count: raw, percent: null } : { count: null, percent: Number.parseFloat(raw) };
}
