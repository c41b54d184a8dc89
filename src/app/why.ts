/** Answers why an address is as it is, for each customer that has to do with it. */
import type { Address } from '../domain/address.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { DirectoryObject, DirectoryReading } from '../domain/directory.ts';
import type { Instant } from '../domain/instant.ts';
import { emptyRoster } from '../domain/roster.ts';
import { addressesOf } from '../planner/addresses.ts';
import { type Explanation, explain } from '../planner/explain.ts';
import { holds } from '../planner/explain-words.ts';
import { type PlanInputs, plan, surroundingsIn } from '../planner/plan.ts';
import type { ObservationSource } from '../ports/dns.ts';
import type { StateReader } from '../ports/state.ts';
import { forEachReading, type GatherRequest } from './gather.ts';
import { observeDomains } from './observe.ts';
import { readState } from './plan.ts';
import { statePartsOf } from './state-parts.ts';

export interface WhyRequest extends GatherRequest {
  readonly config: Config;
  readonly address: Address;
  /** Those that are asked. */
  readonly customers: readonly CustomerConfig[];
  readonly reader: StateReader;
  readonly observations: ObservationSource;
  readonly now: Instant;
  /** Whether a second, unfiltered reading may be made to find out if the filter is the reason. Recordings cannot give one. */
  readonly mayReadUnfiltered: boolean;
}

/**
 * The customers that manage an address's domain, and those whose roster holds the address all the same, for the domain may have been
 * taken out (DEL-9); where there are none, the only customer that there is.
 */
export async function concernedCustomers(
  customers: readonly CustomerConfig[],
  { key, domain }: Pick<Address, 'key' | 'domain'>,
  reader: StateReader,
): Promise<readonly CustomerConfig[]> {
  const { rosters } = await reader.read([], [domain]);
  const concerned = customers.filter(
    ({ name, domains }) =>
      domains.some((managed) => managed.name === domain) ||
      rosters.get(name)?.entries.some((entry) => holds(entry, key)) === true,
  );
  return concerned.length === 0 && customers.length === 1 ? customers : concerned;
}

/** One explanation a customer. Rejects with Interrupted. */
export async function why(request: WhyRequest): Promise<readonly Explanation[]> {
  const { customers } = request;
  const state = await readState(request.reader, customers);
  const partOf = statePartsOf(state);
  const observed = observeDomains({ ...request, state });
  return forEachReading(customers, request, async (customer, reading) => {
    const unfiltered = await unfilteredObjects(customer, reading, request);
    const [observations, handovers] = await Promise.all([observed.of(customer), observed.handovers(customer)]);
    const inputs: PlanInputs = {
      config: { customers: [customer] },
      readings: new Map([[customer.name, reading]]),
      state: partOf(customer),
      observations: new Map([[customer.name, observations]]),
      handovers,
      now: request.now,
      allowRemovals: null,
    };
    return explainCustomer(customer, reading, unfiltered, inputs, request);
  });
}

function explainCustomer(
  customer: CustomerConfig,
  reading: DirectoryReading,
  unfiltered: readonly DirectoryObject[] | null,
  inputs: PlanInputs,
  { address, now }: WhyRequest,
): Explanation {
  const [planned] = plan(inputs).customers;
  if (planned === undefined) throw new Error(`${customer.name} was not planned`);
  return explain(address, {
    customer,
    roster: inputs.state.rosters.get(customer.name) ?? emptyRoster(customer.name),
    reading,
    surroundings: surroundingsIn(inputs)(customer),
    now,
    plan: planned,
    unfiltered,
  });
}

/** What the directory holds when the filter is left away, if the filter could be why nothing was found. */
async function unfilteredObjects(
  customer: CustomerConfig,
  reading: DirectoryReading,
  request: WhyRequest,
): Promise<readonly DirectoryObject[] | null> {
  const { directory } = customer;
  if (!request.mayReadUnfiltered || reading.status !== 'complete' || directory?.connection.filter == null) return null;
  const { key } = request.address;
  const found = reading.objects.some((object) => {
    const { primary, aliases } = addressesOf(object);
    return primary?.key === key || aliases.some((alias) => alias.key === key);
  });
  if (found) return null;
  const open = { ...customer, directory: { ...directory, connection: { ...directory.connection, filter: null } } };
  const again = await request.source.read(open, { signal: request.signal });
  return again.status === 'complete' ? again.objects : null;
}
