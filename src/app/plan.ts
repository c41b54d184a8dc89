/** Makes a plan: reads the state, the directories and the DNS, and asks the planner. */
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DirectoryCopyUpdate } from '../domain/directory-copy.ts';
import type { Instant } from '../domain/instant.ts';
import { type CustomerPlan, planOf } from '../domain/plan.ts';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import type { PlanRecord } from '../planner/document.ts';
import { type PlanInputs, plan } from '../planner/plan.ts';
import type { ObservationSource } from '../ports/dns.ts';
import { FileProblem } from '../ports/documents.ts';
import type { StateReader } from '../ports/state.ts';
import { configDigest } from './config-digest.ts';
import { forEachReading, type GatherRequest } from './gather.ts';
import type { CopyUpdates } from './keep-copies.ts';
import { type Observed, observeDomains } from './observe.ts';
import { redactedAlike } from './redaction/inputs.ts';
import { statePartsOf } from './state-parts.ts';
import { newTokens } from './tokens.ts';

export interface PlanRequest extends GatherRequest {
  readonly config: Config;
  /** Those of the configuration that are planned. */
  readonly customers: readonly CustomerConfig[];
  readonly reader: Pick<StateReader, 'read'>;
  readonly observations: ObservationSource;
  readonly now: Instant;
  readonly allowRemovals: number | null;
  /** Makes the pseudonyms that a redacted recording or state has; null or absent where nobody has their key. */
  readonly alike?: Pseudonym | null;
  /** Makes the tokens of domains that have none yet; random ones unless said. */
  readonly tokens?: typeof newTokens;
}

/** A plan, and what its readings want kept for the next ones. */
export interface MadePlan {
  readonly record: PlanRecord;
  readonly copyUpdates: CopyUpdates;
}

/** Plans the customers, each as soon as its directory has been read and its domains have been seen. Rejects with Interrupted. */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const { config, customers, now, tokens = newTokens } = request;
  // All at once: while a directory prepares its next page, the state is read and the DNS is asked.
  const reading = readState(request.reader, customers);
  const parts = reading.then(statePartsOf);
  const observing = reading.then((state) => observeDomains({ ...request, state }));
  const copyUpdates = new Map<CustomerId, DirectoryCopyUpdate>();
  const planning = forEachReading(customers, request, async (configured, read): Promise<readonly CustomerPlan[]> => {
    const update = copyUpdateOf(read);
    if (update !== null) copyUpdates.set(configured.name, update);
    const ground = { customer: configured, directory: read, state: (await parts)(configured) };
    const { customer, directory, state } = redactedAlike(ground, request.alike ?? null);
    const seen = await seenOf(customer, await observing);
    if (seen instanceof FileProblem) return [unreadable(customer, seen)];
    return plan({
      config: { customers: [customer] },
      readings: new Map([[customer.name, directory]]),
      state,
      ...seen,
      tokens: new Map([[customer.name, tokens(customer, state)]]),
      now,
      allowRemovals: request.allowRemovals,
    }).customers;
  });
  const [state, planned] = await Promise.all([reading, planning, parts, observing]);
  const names = customers.map(({ name }) => name);
  return {
    record: {
      plan: planOf(now, state, planned.flat()),
      configDigest: configDigest(config, names),
    },
    copyUpdates,
  };
}

/** What a customer's plan goes by of the DNS; a problem where a recording of it cannot be used. */
async function seenOf(
  customer: CustomerConfig,
  observed: Observed,
): Promise<Pick<PlanInputs, 'observations' | 'handovers'> | FileProblem> {
  try {
    const [observations, handovers] = await Promise.all([observed.of(customer), observed.handovers(customer)]);
    return { observations: new Map([[customer.name, observations]]), handovers };
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
}

/** As a reading of the directory that failed (SAF-2). */
function unreadable({ name }: CustomerConfig, { code, message, hint }: FileProblem): CustomerPlan {
  return { customer: name, status: 'failed', problem: { code, message, hint }, diagnostics: [] };
}

function copyUpdateOf(reading: DirectoryReading): DirectoryCopyUpdate | null {
  return reading.status === 'complete' ? (reading.copyUpdate ?? null) : null;
}

/** The rosters of these customers, and of whoever else holds addresses in their domains (ADR-4). */
export function readState(reader: Pick<StateReader, 'read'>, customers: readonly CustomerConfig[]): Promise<State> {
  return reader.read(
    customers.map(({ name }) => name),
    customers.flatMap(({ domains }) => domains.map(({ name }) => name)),
  );
}
