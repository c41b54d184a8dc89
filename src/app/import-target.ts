/** Looks over whom a target serves already, and plans to take them into the state (IMP-1). No target is touched. */
import type { Config, CustomerConfig } from '../domain/config.ts';
import { ProblemError } from '../domain/diagnostic.ts';
import type { Instant } from '../domain/instant.ts';
import { type CustomerPlan, planOf } from '../domain/plan.ts';
import { emptyRoster, type State } from '../domain/roster.ts';
import type { FoundEntry } from '../domain/target.ts';
import { listed } from '../domain/words.ts';
import type { PlanRecord } from '../planner/document.ts';
import { summaryOf } from '../planner/plan.ts';
import { type TakeOver, takeOver } from '../planner/take-over.ts';
import { takeOverChanges, takeOverWarnings } from '../planner/take-over-changes.ts';
import type { StateReader } from '../ports/state.ts';
import type { ServedTarget } from './compare-target.ts';
import { configDigest } from './config-digest.ts';
import { readState } from './plan.ts';

/** Nothing can be taken over from a target. */
class ImportRefused extends ProblemError {
  override readonly name = 'ImportRefused';
}

export interface ReviewRequest {
  readonly config: Config;
  /** Those of it that somebody is taken over for. */
  readonly customers: readonly CustomerConfig[];
  readonly served: ServedTarget;
  readonly reader: Pick<StateReader, 'read'>;
  readonly signal: AbortSignal;
}

export interface TargetReview extends TakeOver {
  readonly target: string;
  readonly state: State;
  /** Of the addresses that are not taken, those that carry our mark: where no roster wants them, an apply takes them out (TGT-2). */
  readonly marked: ReadonlySet<string>;
}

/**
 * Reads what the target holds, ours or nobody's, and sorts it out. Rejects with TargetProblem, and with ImportRefused where it serves none of
 * the customers.
 */
export async function reviewTarget(request: ReviewRequest): Promise<TargetReview> {
  const { config, served, reader, signal } = request;
  const { target } = served;
  const customers = servedOnly(request);
  const state = await readState(reader, customers);
  const reading = await target.read(
    customers.map(({ name }) => name),
    signal,
  );
  const present = reading.entries.filter(({ owner }) => owner !== 'other');
  // What a roster wants there is held by it, in whatever form the target writes it.
  const wanted = new Set([...state.rosters.values()].flatMap((roster) => target.project(roster)).map(({ key }) => key));
  const isWanted = ({ key }: FoundEntry) => wanted.has(key);
  const known = target.people(present.filter(isWanted));
  const strange = present.filter((entry) => !isWanted(entry));
  const sorted = takeOver({ config, customers, state, people: target.people(strange) });
  const ours = target.people(strange.filter(({ owner }) => owner === 'ours'));
  const marks = new Set(ours.map(({ address }) => address));
  return {
    ...sorted,
    found: sorted.found + known.length,
    held: { ...sorted.held, state: sorted.held.state + known.length },
    target: target.name,
    state,
    marked: new Set(sorted.notTaken.map(({ address }) => address).filter((address) => marks.has(address))),
  };
}

function servedOnly({ customers, served: { target, serves } }: ReviewRequest): readonly CustomerConfig[] {
  const chosen = serves.filter((customer) => customers.includes(customer));
  if (chosen.length > 0) return chosen;
  const names = listed(customers.slice(0, 5).map(({ name }) => name));
  throw new ImportRefused({
    code: 'IMPORT_NOT_SERVED',
    message: `The target ${target.name} does not serve ${names === '' ? 'anybody' : names}, so nobody can be taken over from it.`,
    hint: 'Look at "customers" of the target in rollcall.yaml, or choose others with --customer.',
  });
}

/** The customers that somebody would be taken over for and that have no directory: nobody would ever bind or flag their users. */
export function withoutDirectory({ taken }: TakeOver): readonly CustomerConfig[] {
  return taken.map(({ customer }) => customer).filter(({ directory }) => directory === null);
}

/** The plan that takes them over, for the customers that have a directory. */
export function importPlan(review: TargetReview, config: Config, now: Instant): PlanRecord {
  const { state, target, taken } = review;
  const customers = taken.flatMap(({ customer, users }): CustomerPlan[] => {
    const source = customer.directory?.connection.type;
    if (source === undefined) return [];
    const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
    const changes = takeOverChanges(users, { roster, source, target });
    const summary = summaryOf(roster, changes);
    const diagnostics = takeOverWarnings(customer, summary.billable.after);
    const planned = { stateSerial: roster.serial, directory: null, changes, summary, diagnostics };
    return [{ customer: customer.name, status: 'ready', ...planned }];
  });
  const names = customers.map(({ customer }) => customer);
  return {
    plan: planOf(now, state, customers),
    configDigest: configDigest(config, names),
  };
}
