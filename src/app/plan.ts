/** Makes a plan: reads the state and the directories, and asks the planner. */
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DirectoryCopyUpdate } from '../domain/directory-copy.ts';
import type { Instant } from '../domain/instant.ts';
import type { CustomerPlan } from '../domain/plan.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import type { PlanRecord } from '../planner/document.ts';
import { plan } from '../planner/plan.ts';
import type { StateReader } from '../ports.ts';
import { configDigest } from './config-digest.ts';
import { forEachReading, type GatherRequest } from './gather.ts';
import type { CopyUpdates } from './keep-copies.ts';
import { statePartsOf } from './state-parts.ts';
import { newTokens } from './tokens.ts';

export interface PlanRequest extends GatherRequest {
  readonly config: Config;
  /** Those of the configuration that are planned. */
  readonly customers: readonly CustomerConfig[];
  readonly reader: StateReader;
  readonly now: Instant;
  readonly allowRemovals: number | null;
}

/** A plan, and what its readings want kept for the next ones. */
export interface MadePlan {
  readonly record: PlanRecord;
  readonly copyUpdates: CopyUpdates;
}

/** Plans the customers, each as soon as its directory has been read. Rejects with Interrupted. */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const { config, customers, now } = request;
  // Both at once: while a directory prepares its next page, the state is read.
  const reading = readState(request.reader, customers);
  const parts = reading.then(statePartsOf);
  const copyUpdates = new Map<CustomerId, DirectoryCopyUpdate>();
  const planning = forEachReading(customers, request, async (customer, directory): Promise<readonly CustomerPlan[]> => {
    const update = copyUpdateOf(directory);
    if (update !== null) copyUpdates.set(customer.name, update);
    const state = (await parts)(customer);
    const readings = new Map([[customer.name, directory]]);
    return plan({
      config: { customers: [customer] },
      readings,
      state,
      tokens: new Map([[customer.name, newTokens(customer, state)]]),
      now,
      allowRemovals: request.allowRemovals,
    }).customers;
  });
  const [state, planned] = await Promise.all([reading, planning, parts]);
  const names = customers.map(({ name }) => name);
  return {
    record: {
      plan: { at: now, lineage: state.lineage, customers: planned.flat() },
      configDigest: configDigest(config, names),
    },
    copyUpdates,
  };
}

function copyUpdateOf(reading: DirectoryReading): DirectoryCopyUpdate | null {
  return reading.status === 'complete' ? (reading.copyUpdate ?? null) : null;
}

/** The rosters of these customers, and of whoever else holds addresses in their domains (ADR-4). */
export function readState(reader: StateReader, customers: readonly CustomerConfig[]): Promise<State> {
  return reader.read(
    customers.map(({ name }) => name),
    customers.flatMap(({ domains }) => domains.map(({ name }) => name)),
  );
}
