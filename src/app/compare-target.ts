/** Holds a target against the stored rosters: what drift tells of, and what an apply puts right. */
import type { CustomerConfig } from '../domain/config.ts';
import type { CustomerId, Roster } from '../domain/roster.ts';
import { diffTarget, type TargetChange, type TargetEntry, type TargetReading } from '../domain/target.ts';
import type { StateReader } from '../ports/state.ts';
import type { Target } from '../ports/target.ts';
import { readState } from './plan.ts';

/** A target, and the customers of the configuration that it serves. */
export interface ServedTarget {
  readonly target: Target;
  readonly serves: readonly CustomerConfig[];
}

export interface Comparison {
  /** Customers that something was applied to, with their rosters. Of the others nothing is compared: no state is not an empty one. */
  readonly rosters: ReadonlyMap<CustomerId, Roster>;
  readonly desired: readonly TargetEntry[];
  readonly reading: TargetReading;
  readonly changes: readonly TargetChange[];
}

/** Compares what `target` holds of these customers with what the state has of them. Rejects with TargetProblem. */
export async function compareTarget(
  { target, serves }: ServedTarget,
  customers: readonly CustomerConfig[],
  reader: Pick<StateReader, 'read'>,
  signal: AbortSignal,
): Promise<Comparison> {
  const state = await readState(reader, customers);
  const rosters = new Map(
    customers.flatMap(({ name }) => {
      const roster = state.rosters.get(name);
      return roster === undefined || !isApplied(roster) ? [] : [[name, roster] as const];
    }),
  );
  const desired = [...rosters.values()].flatMap((roster) => target.project(roster));
  const reading = await target.read([...rosters.keys()], signal);
  const served = new Set(serves.map(({ name }) => name));
  const changes = diffTarget(desired, reading.entries, {
    chosen: new Set(rosters.keys()),
    served,
    matches: target.matches,
  });
  return { rosters, desired, reading, changes };
}

/** Whether a plan was ever applied to it: an import brings users alone, and says nothing of the domains that they are in. */
function isApplied({ serial, domains, entries }: Roster): boolean {
  return serial > 0 && (domains.length > 0 || entries.length === 0);
}
