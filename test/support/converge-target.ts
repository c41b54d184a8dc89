/** Does with one target what an apply does, and what drift does, without a state. */
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import {
  diffTarget,
  isWrite,
  type TargetChange,
  type TargetFailure,
  type TargetReading,
} from '../../src/domain/target.ts';
import type { Target } from '../../src/ports/target.ts';

const NEVER = new AbortController().signal;

export interface ConvergedTarget {
  readonly reading: TargetReading;
  readonly changes: readonly TargetChange[];
  readonly failures: readonly TargetFailure[];
}

/** What the target holds, and what would change. Of the customers all are served. */
export async function compareWith(target: Target, ...rosters: readonly Roster[]): Promise<ConvergedTarget> {
  const chosen = new Set(rosters.map(({ customer }): CustomerId => customer));
  const reading = await target.read([...chosen], NEVER);
  const desired = rosters.flatMap((one) => target.project(one));
  return { reading, changes: diffTarget(desired, reading.entries, { chosen, served: chosen }), failures: [] };
}

/** Brings the target in step. */
export async function convergeWith(target: Target, ...rosters: readonly Roster[]): Promise<ConvergedTarget> {
  const compared = await compareWith(target, ...rosters);
  const writes = compared.changes.filter(isWrite);
  if (writes.length === 0 && compared.reading.faults.length === 0) return compared;
  const desired = rosters.flatMap((one) => target.project(one));
  const serials = new Map(rosters.map(({ customer, serial }) => [customer, serial]));
  return { ...compared, failures: await target.write({ changes: writes, desired, serials }, NEVER) };
}
