/** Brings a target in step with a roster, as an apply does, and says what was changed and what went wrong. */
import type { Roster } from '../../../src/domain/roster.ts';
import { diffTarget, isWrite, type TargetChange, type TargetFailure } from '../../../src/domain/target.ts';
import type { Target } from '../../../src/ports/target.ts';
import { roster } from '../builders.ts';
import { verifiedDomain } from '../roster-builders.ts';

export interface Converged {
  readonly changes: readonly TargetChange[];
  readonly failures: readonly TargetFailure[];
}

export const NEVER = new AbortController().signal;

/** A roster of acme, its domain verified. */
export function acme(entries: Roster['entries'], parts: Partial<Roster> = {}): Roster {
  return roster(entries, { domains: [verifiedDomain('acme.example')], ...parts });
}

export async function changesOf(target: Target, one: Roster, signal = NEVER): Promise<readonly TargetChange[]> {
  const chosen = new Set([one.customer]);
  const { entries } = await target.read([one.customer], signal);
  return diffTarget(target.project(one), entries, { chosen, served: chosen, matches: target.matches });
}

export async function converge(target: Target, one: Roster, signal = NEVER): Promise<Converged> {
  const changes = await changesOf(target, one, signal);
  const writes = changes.filter(isWrite);
  if (writes.length === 0) return { changes, failures: [] };
  const desired = target.project(one);
  const serials = new Map([[one.customer, one.serial]]);
  return { changes, failures: await target.write({ changes: writes, desired, serials }, signal) };
}

/** Each change as `add user ann@acme.example`. */
export function told({ changes }: Pick<Converged, 'changes'>): readonly string[] {
  return changes.map(({ action, key }) => `${action} ${key}`);
}

/** Each failure as `SCIM_REFUSED user ann@acme.example`. */
export function failuresOf({ failures }: Pick<Converged, 'failures'>): readonly string[] {
  return failures.map(({ key, problem }) => `${problem.code} ${key}`);
}
