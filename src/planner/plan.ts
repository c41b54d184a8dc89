/** The planner: what would change, for every customer, and what holds it back. A pure function of its inputs. */
import { type AddressKey, type DomainName, domainOf, keyOf } from '../domain/address.ts';
import { ACTIONS, type Action, afterOf, beforeOf, type Change, isEntry } from '../domain/change.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { Instant } from '../domain/instant.ts';
import { type CustomerPlan, type Plan, type PlanSummary, planOf } from '../domain/plan.ts';
import { type CustomerId, type Entry, emptyRoster, isBillable, type Roster, type State } from '../domain/roster.ts';
import { changesOf } from './changes.ts';
import { credentialWarning } from './credential.ts';
import { type CustomerInputs, decide } from './decide.ts';
import { UNSEEN } from './domain-changes.ts';
import { claimsIn, type Handovers, handoversOf, type Observations } from './domain-claims.ts';
import { gateBlocks } from './gates.ts';
import { blocksOn, seatsWarning } from './safety.ts';

/** All that a plan is made from. */
export interface PlanInputs {
  /** Every customer of it is planned. */
  readonly config: Pick<Config, 'customers'>;
  /** A customer without a reading has no directory. */
  readonly readings: ReadonlyMap<CustomerId, DirectoryReading>;
  readonly state: State;
  readonly now: Instant;
  /** What the DNS showed. A domain that is not in it was not looked at, and what is stored of it stands. */
  readonly observations?: Observations;
  /** New random tokens for the domains that have none stored yet (DOM-1). The planner makes none itself. */
  readonly tokens?: ReadonlyMap<CustomerId, ReadonlyMap<DomainName, string>>;
  /** The hand-overs of the whole workspace, where not all of its customers are planned at once; else they are found among those. */
  readonly handovers?: Handovers;
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
}

/** Plans every customer of the configuration. The same inputs give the same plan, in whatever order they come. */
export function plan(inputs: PlanInputs): Plan {
  const surroundings = surroundingsIn(inputs);
  const customers = inputs.config.customers.map((customer) => planCustomer(customer, inputs, surroundings(customer)));
  return planOf(inputs.now, inputs.state, customers);
}

/** What a customer's plan depends on beside its own configuration, roster and directory. */
export type Surroundings = Pick<CustomerInputs, 'elsewhere' | 'domains'>;

/** Gathers the surroundings of customers. What concerns all of them is looked up once. */
export function surroundingsIn(
  inputs: Pick<PlanInputs, 'config' | 'state' | 'observations' | 'tokens' | 'handovers'>,
): (customer: CustomerConfig) => Surroundings {
  const { config, state, observations = new Map(), tokens = new Map() } = inputs;
  const elsewhere = holdersElsewhere(state);
  const claims = claimsIn(state, inputs.handovers ?? handoversOf(config.customers, state, observations));
  return (customer) => ({
    elsewhere: elsewhere(customer),
    domains: {
      observations: observations.get(customer.name) ?? UNSEEN.observations,
      tokens: tokens.get(customer.name) ?? UNSEEN.tokens,
      claims: claims(customer.name),
    },
  });
}

function planCustomer(
  customer: CustomerConfig,
  { readings, state, now, allowRemovals }: PlanInputs,
  surroundings: Surroundings,
): CustomerPlan {
  const reading = readingOf(customer, readings);
  const credentials = credentialWarning(customer, now);
  // SAF-2: without a whole reading nothing at all is planned.
  if (reading.status === 'failed') {
    return { customer: customer.name, status: 'failed', problem: reading.problem, diagnostics: credentials };
  }
  const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
  const inputs = { customer, roster, reading, ...surroundings, now };
  const decided = decide(inputs);
  const changes = changesOf(inputs, decided);
  const summary = summaryOf(roster, changes);
  const { billable } = summary;
  const planned = {
    customer: customer.name,
    stateSerial: roster.serial,
    directory: reading.status === 'complete' ? { identity: reading.identity, proof: reading.proof } : null,
    changes,
    summary,
    diagnostics: [...decided.diagnostics, ...seatsWarning(customer, billable), ...credentials],
  };
  const [block, ...blocks] = [
    ...blocksOn({ customer, roster, reading, changes, billable, allowRemovals }),
    ...gateBlocks(customer, decided.domains.domains, changes.length),
  ];
  return block === undefined
    ? { ...planned, status: 'ready' }
    : { ...planned, status: 'blocked', blocks: [block, ...blocks] };
}

/** What counts as read: of a directory that is absent or not enabled, nothing is, whatever was read (DEL-10). */
function readingOf({ name, directory }: CustomerConfig, readings: PlanInputs['readings']): DirectoryReading {
  const reading = directory?.enabled === true ? readings.get(name) : undefined;
  return reading ?? { status: 'none' };
}

/** How many changes of each kind, and how the number of billable users changes (CNT-1). */
export function summaryOf(roster: Roster, changes: readonly Change[]): PlanSummary {
  const counts = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Record<Action, number>;
  const before = roster.entries.filter(isBillable).length;
  let after = before;
  for (const change of changes) {
    counts[change.action] += 1;
    after += billable(afterOf(change)) - billable(beforeOf(change));
  }
  return { ...counts, billable: { before, after } };
}

function billable(resource: ReturnType<typeof beforeOf>): 0 | 1 {
  return isEntry(resource) && isBillable(resource) ? 1 : 0;
}

/**
 * For a customer, the addresses in its domains that other rosters hold (ADR-4). Normally no two rosters have a domain in common, so the
 * domains of all rosters are gathered first and only shared ones are looked into.
 */
function holdersElsewhere(state: State): (customer: CustomerConfig) => ReadonlyMap<AddressKey, CustomerId> {
  if (state.rosters.size === 0) return () => new Map();
  const domains = new Map<CustomerId, ReadonlySet<DomainName>>();
  const domainsIn = (roster: Roster): ReadonlySet<DomainName> => {
    const known = domains.get(roster.customer) ?? new Set(roster.entries.flatMap(domainsOfEntry));
    domains.set(roster.customer, known);
    return known;
  };
  return (customer) => {
    const held = new Map<AddressKey, CustomerId>();
    const mine = new Set(customer.domains.map(({ name }) => name));
    for (const roster of state.rosters.values()) {
      if (roster.customer === customer.name || ![...mine].some((domain) => domainsIn(roster).has(domain))) continue;
      for (const address of roster.entries.flatMap(addressesOfEntry)) {
        const key = keyOf(address);
        if (mine.has(domainOf(key))) held.set(key, roster.customer);
      }
    }
    return held;
  };
}

function addressesOfEntry(entry: Entry): readonly string[] {
  return [entry.address, ...entry.aliases];
}

function domainsOfEntry(entry: Entry): readonly DomainName[] {
  return addressesOfEntry(entry).map((address) => domainOf(keyOf(address)));
}
