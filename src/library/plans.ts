/** Plans as documents (`rollcall.plan/1`). */
import { planFiles } from '../adapters/files/plan-file.ts';
import { configDigest as digestOf } from '../app/config-digest.ts';
import type { Config } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { PlanRecord } from '../planner/document.ts';
import type { SavedPlan } from '../ports/documents.ts';

export type { SavedPlan } from '../ports/documents.ts';

/**
 * `sha256:…` over all of the configuration that decides the plans of these customers, by default of all (SAF-4); comments and layout do not
 * count. A plan is applied only with the digest of exactly the customers that it plans.
 */
export function configDigest(
  config: Config,
  customers: readonly CustomerId[] = config.customers.map(({ name }) => name),
): string {
  return digestOf(config, customers);
}

/** The text of a plan: canonical JSON with a line for each change and the digest, ending with a line end. */
export function planDocument(record: PlanRecord): string {
  return [...planFiles.text(record)].join('');
}

/**
 * Reads a saved plan, and believes it only if its content is what its digest says and fits schemas/plan.schema.json. Rejects with a Problem,
 * PLAN_UNREADABLE, whose message says which of them is not so.
 */
export function readPlan(path: string): Promise<SavedPlan> {
  return planFiles.load(path);
}

/** Saves a plan for `rollcall show` and `rollcall apply`, whole or not at all. Rejects with a Problem, PLAN_NOT_SAVED. Returns its digest. */
export function writePlan(path: string, record: PlanRecord): Promise<string> {
  return planFiles.save(path, record);
}
