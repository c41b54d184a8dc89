/** Short ways to say what a test is about: customers, rosters and directory objects with everything else filled in. */
import type { DomainName } from '../../src/domain/address.ts';
import { keyOf } from '../../src/domain/address.ts';
import type { Change } from '../../src/domain/change.ts';
import type {
  AdditionConfig,
  Config,
  ConfiguredUser,
  CustomerConfig,
  DecisionConfig,
  DirectoryConfig,
  EntraConnection,
  ExceptionConfig,
} from '../../src/domain/config.ts';
import type { Location } from '../../src/domain/diagnostic.ts';
import type { DirectoryObject, DirectoryReading } from '../../src/domain/directory.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import { addDays, type Instant, parseInstant } from '../../src/domain/instant.ts';
import type { DomainObservation } from '../../src/domain/observations.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import {
  type CustomerId,
  type Domain,
  type Entry,
  emptyRoster,
  type Group,
  isUser,
  type ObjectId,
  type Roster,
  type State,
  type Tombstone,
  type User,
} from '../../src/domain/roster.ts';
import type { RuleId } from '../../src/domain/rule.ts';
import { NO_SERVICE } from '../../src/domain/service.ts';
import { advance } from '../../src/planner/advance.ts';
import { plan } from '../../src/planner/plan.ts';

export const ACME = 'acme' as CustomerId;
export const NOW = at('2026-11-20T12:00:00Z');
export const HOME: DirectoryIdentity = { type: 'ldap', id: 'home' };

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

/** A place in the customer's file; the line tells one from another. */
export function line(number: number): Location {
  return { file: 'customers/acme.yaml', line: number, column: 5 };
}

export function objectId(text: string): ObjectId {
  return text as ObjectId;
}

type ObjectParts = Partial<Omit<DirectoryObject, 'id'>> & { id: string };

/** A person of the directory with `mail` as its primary. */
export function person(id: string, mail: string | null, parts: Partial<ObjectParts> = {}): DirectoryObject {
  return {
    name: `CN=${id}`,
    kind: 'user',
    mailbox: 'user',
    disabled: false,
    guest: false,
    proxyAddresses: [],
    mail: mail === null ? [] : [mail],
    aliases: [],
    attributes: {},
    members: [],
    unknownMembers: 0,
    ...parts,
    id: objectId(id),
  };
}

export function group(
  id: string,
  mail: string,
  members: readonly string[],
  parts: Partial<ObjectParts> = {},
): DirectoryObject {
  return person(id, mail, { kind: 'group', members: members.map(objectId), ...parts });
}

export function reading(
  objects: readonly DirectoryObject[],
  identity: DirectoryIdentity = HOME,
): Extract<DirectoryReading, { status: 'complete' }> {
  return {
    status: 'complete',
    identity,
    proof: {
      pages: 1,
      entries: objects.length,
      ranges: 0,
      referrals: [],
      throttled: 0,
      since: null,
      elapsedMs: 1,
      digest: 'sha256:0',
    },
    objects,
  };
}

/** A user of the roster, of the directory and active unless said. */
export function user(address: string, parts: Partial<User> = {}): User {
  return {
    addition: false,
    address,
    aliases: [],
    archive: null,
    attributes: {},
    flaggedAt: null,
    objectId: objectId(address.split('@')[0] ?? ''),
    rules: { allow: [], deny: [] },
    source: 'ldap',
    status: 'active',
    type: 'user',
    ...parts,
  };
}

export function storedGroup(address: string, members: readonly string[], parts: Partial<Group> = {}): Group {
  return {
    address,
    aliases: [],
    displayName: null,
    members,
    objectId: objectId(address.split('@')[0] ?? ''),
    source: 'ldap',
    type: 'group',
    ...parts,
  };
}

export function roster(entries: readonly Entry[], parts: Partial<Roster> = {}): Roster {
  return { ...emptyRoster(ACME), serial: 1, directory: HOME, entries, ...parts };
}

type DirectoryParts = Partial<Omit<DirectoryConfig, 'include'>> & {
  include?: Partial<DirectoryConfig['include']>;
  filter?: string;
};

export function directory({ include, filter, ...parts }: DirectoryParts = {}): DirectoryConfig {
  return {
    enabled: true,
    connection: {
      type: 'ldap',
      url: 'ldaps://dc1.acme.example',
      tls: { mode: 'ldaps', ca: null, serverName: null },
      dialect: 'auto',
      baseDN: ['dc=acme,dc=example'],
      publicFolderDN: null,
      bind: null,
      filter: filter ?? null,
      userFilter: null,
      groupFilter: null,
      attributes: {},
      referrals: 'ignore',
      pageSize: 1000,
      timeouts: { connectMs: 1000, pageMs: 1000 },
    },
    include: {
      disabled: false,
      guests: false,
      publicFolders: false,
      sharedMailboxes: false,
      resources: false,
      ...include,
    },
    syncEveryMs: 21_600_000,
    deleteAfterDays: 7,
    exceptions: [],
    additions: [],
    location: line(10),
    locations: { filter: line(14), include: line(15), deleteAfter: line(17) },
    ...parts,
  };
}

/** A tenant of Entra ID, its credential good up to this day. */
export function entra(lastDay: string): DirectoryConfig<EntraConnection> {
  return {
    ...directory(),
    connection: {
      type: 'entra',
      tenant: 'contoso.onmicrosoft.com',
      clientId: '00000000-0000-0000-0000-000000000000',
      credential: { kind: 'secret', secret: { env: 'ENTRA_SECRET' } },
      expires: { at: addDays(at(lastDay), 1), location: line(12) },
      cloud: 'global',
      filter: null,
      timeouts: { pageMs: 1000, throttledMs: 1000 },
      fullEveryMs: 604_800_000,
    },
  };
}

/** The customer acme with the domain acme.example managed, a directory, and a generous limit on removals. */
export function customer(parts: Partial<CustomerConfig> = {}): CustomerConfig {
  return {
    name: ACME,
    displayName: 'Acme Ltd',
    region: null,
    service: NO_SERVICE,
    gates: { mx: 'warn', spf: 'warn', ownership: 'block' },
    seats: null,
    domains: [domain('acme.example')],
    sites: [],
    relays: [],
    directory: directory(),
    decisions: [],
    users: [],
    safety: { maxRemovals: { count: 1000, percent: null } },
    location: line(1),
    ...parts,
  };
}

/** A workspace without targets, service and approvals. */
export function configOf(...customers: readonly CustomerConfig[]): Config {
  return {
    workspace: {
      state: { backend: 'sqlite', path: '/state.db' },
      service: null,
      targets: [],
      dns: { resolvers: [], authoritative: true, timeoutMs: 3000 },
      planTtlMs: 3_600_000,
      approvals: null,
      redactionKey: null,
      location: line(1),
    },
    customers,
  };
}

export function domain(name: string, verification: 'dns' | 'none' = 'none'): CustomerConfig['domains'][number] {
  return { name: name as DomainName, verification, site: null, takeover: false, location: line(6) };
}

/** A domain as the state holds it once its TXT record was seen. */
export function verified(name: string): Domain {
  return { name, status: 'verified', verifiedAt: NOW, token: null, site: null };
}

/** What is left of a deleted user. */
export function tombstone(address: string, parts: Partial<Tombstone> = {}): Tombstone {
  return {
    addresses: [address],
    objectId: objectId(address.split('@')[0] ?? ''),
    archive: `archive of ${address}`,
    deletedAt: at('2026-11-01T00:00:00Z'),
    ...parts,
  };
}

export function exception(kind: ExceptionConfig['kind'], text: string): ExceptionConfig {
  const subject = text.includes('@') ? { address: keyOf(text) } : { objectId: objectId(text) };
  return { kind, subject, text, location: line(20) };
}

export function addition(address: string): AdditionConfig {
  return { key: keyOf(address), address, location: line(21) };
}

export function decision(
  action: DecisionConfig['action'],
  address: string,
  parts: Partial<Pick<DecisionConfig, 'until' | 'reason'>> = {},
): DecisionConfig {
  return { key: keyOf(address), address, action, until: null, reason: null, location: line(31), ...parts };
}

export function configured(address: string, parts: Partial<ConfiguredUser> = {}): ConfiguredUser {
  return {
    key: keyOf(address),
    address,
    source: 'manual',
    aliases: [],
    attributes: {},
    rules: { allow: [], deny: [] },
    location: line(40),
    ...parts,
  };
}

export interface World {
  /** Leaves it to the plan to make the domains of the configuration; else they are in the roster already. */
  readonly newDomains?: boolean;
  readonly observations?: readonly DomainObservation[];
  readonly tokens?: Readonly<Record<string, string>>;
  readonly customer?: CustomerConfig;
  readonly roster?: Roster;
  readonly reading?: DirectoryReading;
  readonly others?: readonly Roster[];
  readonly now?: Instant;
  readonly allowRemovals?: number;
}

export function stateOf(...rosters: readonly Roster[]): State {
  return { lineage: 'test', rosters: new Map(rosters.map((one) => [one.customer, one] as const)) };
}

/** The roster of a small world, with the domains of the configuration in it unless they are to be new. */
export function rosterOf(world: World): Roster {
  const stored = world.roster ?? roster([]);
  return world.newDomains === true ? stored : withDomains(stored, world.customer ?? customer());
}

/** A roster in which the domains of the configuration are what they are without anybody looking. */
function withDomains(stored: Roster, { domains }: Pick<CustomerConfig, 'domains'>): Roster {
  const known = new Set(stored.domains.map(({ name }) => name));
  const others = domains
    .filter(({ name }) => !known.has(name))
    .map(
      ({ name, site, verification }): Domain =>
        verification === 'none'
          ? { name, site, status: 'verified', token: null, verifiedAt: null }
          : { name, site, status: 'pending', token: 'token', verifiedAt: null },
    );
  return others.length === 0 ? stored : { ...stored, domains: [...stored.domains, ...others] };
}

/** What the DNS showed of a small world, and the tokens that were made for it, as the planner takes them. */
export function dnsOf({ customer: config = customer(), observations = [], tokens = {} }: World) {
  return {
    observations: new Map([[config.name, new Map(observations.map((one) => [one.domain, one]))]]),
    tokens: new Map([[config.name, new Map(Object.entries(tokens) as [DomainName, string][])]]),
  };
}

/** Plans the one customer of a small world. */
export function planOf(world: World): CustomerPlan {
  const config = world.customer ?? customer();
  const planned = plan({
    config: { customers: [config] },
    readings: new Map(world.reading === undefined ? [] : [[config.name, world.reading]]),
    state: stateOf(rosterOf(world), ...(world.others ?? [])),
    ...dnsOf(world),
    now: world.now ?? NOW,
    allowRemovals: world.allowRemovals ?? null,
  }).customers[0];
  if (planned === undefined) throw new Error('the customer was not planned');
  return planned;
}

/** A plan that could be made, blocked or not. */
export function madePlan(world: World): Exclude<CustomerPlan, { status: 'failed' }> {
  const made = planOf(world);
  if (made.status === 'failed') throw new Error(`the plan failed: ${made.problem.message}`);
  return made;
}

/** Each change in a line: `rename user old@… -> new@… by MRG-1`. */
export function changesOf(world: World): readonly string[] {
  return madePlan(world).changes.map((change) => {
    const before =
      change.action === 'create' ? null : 'address' in change.before ? change.before.address : change.before.name;
    const after =
      change.action === 'delete' ? null : 'address' in change.after ? change.after.address : change.after.name;
    const name = before !== null && after !== null && before !== after ? `${before} -> ${after}` : (after ?? before);
    return `${change.action} ${change.resource} ${name} by ${change.reasons[0].rule}`;
  });
}

/** Each diagnostic as `warning ADR-3`. */
export function diagnosticsOf(world: World): readonly string[] {
  return planOf(world).diagnostics.map(({ severity, rule }) => `${severity} ${rule}`);
}

/** What the diagnostics of one rule say. */
export function messagesOf(world: World, rule: RuleId): readonly string[] {
  return planOf(world)
    .diagnostics.filter((one) => one.rule === rule)
    .map(({ message }) => message);
}

/** The reasons of the only change, each as `DEL-1 gone from the sync`. */
export function reasonsOf(world: World): readonly string[] {
  return onlyChange(world).reasons.map(({ rule, message }) => `${rule} ${message}`);
}

/** The change of a world in which only one thing changes. */
export function onlyChange(world: World): Change {
  const { changes } = madePlan(world);
  const [change] = changes;
  if (change === undefined || changes.length > 1) throw new Error(`there are ${changes.length} changes, not one`);
  return change;
}

/** What the user of this address is once the plan has been applied; undefined if it is not in the roster then. */
export function userAfter(world: World, address: string): User | undefined {
  return rosterAfter(world)
    .entries.filter(isUser)
    .find((one) => keyOf(one.address) === keyOf(address));
}

/** The roster once the plan has been applied, be it blocked or not. */
export function rosterAfter(world: World): Roster {
  const { changes, directory } = madePlan(world);
  return advance(rosterOf(world), {
    at: world.now ?? NOW,
    changes,
    directory: directory?.identity ?? null,
  });
}

/** The same world after an apply. */
export function afterApply(world: World): World {
  return { ...world, roster: rosterAfter(world) };
}
