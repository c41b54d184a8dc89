/** Carries out a plan, customer by customer, each in one transaction under its own lock; then the targets follow. */
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { type Block, type CustomerPlan, isLifted } from '../domain/plan.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { Clock } from '../ports/clock.ts';
import type { SavedPlan } from '../ports/documents.ts';
import { LockHeldError } from '../ports/lock.ts';
import type { AppliedConfig, RunId, RunOutcome, TargetOutcome } from '../ports/run.ts';
import { StaleSerialError, type StateStore } from '../ports/state.ts';
import { type ConvergeRequest, converge, notePending } from './converge.ts';
import { unfitness } from './fitness.ts';
import { isInterruption } from './interrupted.ts';
import { readState } from './plan.ts';

export interface ApplyRequest extends Pick<ConvergeRequest, 'targets' | 'onTarget' | 'onWait'> {
  readonly saved: SavedPlan;
  readonly config: Config;
  readonly store: StateStore;
  readonly command: 'apply' | 'sync' | 'import';
  readonly who: string;
  readonly clock: Clock;
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: RunOutcome) => void;
  /** Customers that are not in the plan, whose targets were left behind by a run before. */
  readonly unfinished: readonly CustomerConfig[];
  /** What to remember of the configuration that a customer is applied with; null where the plan does not follow from it. */
  readonly appliedConfig: ((customer: CustomerId) => AppliedConfig) | null;
}

export type ApplyResult =
  /** Nothing was touched. */
  | { readonly status: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly status: 'done' | 'interrupted';
      /** Null where nothing was left to do. */
      readonly run: RunId | null;
      readonly outcomes: readonly RunOutcome[];
      /** Customers that this very plan had been applied to before (SAF-5). */
      readonly already: readonly CustomerId[];
      readonly targets: readonly TargetOutcome[];
    };

/**
 * Applies exactly this plan, and brings the targets in step with what is stored then, whether or not there was anything to apply. Refuses
 * the plan whole if it no longer fits (SAF-4). A customer that is blocked, failed or locked is passed over with a note in the
 * journal and stops no other. An aborted signal stops between two customers: what is committed stays, and applying the same
 * plan again does the rest.
 */
export async function applyPlan(request: ApplyRequest): Promise<ApplyResult> {
  const { saved, config, store, clock } = request;
  const alreadyApplied = await store.appliedBy(saved.digest);
  const planned = new Set(saved.plan.customers.map(({ customer }) => customer));
  const customers = config.customers.filter(({ name }) => planned.has(name));
  const state = await readState(store, customers);
  const problems = unfitness({ saved, config, state, now: clock(), alreadyApplied });
  if (problems.length > 0) return { status: 'refused', problems };

  const already = saved.plan.customers.map(({ customer }) => customer).filter((name) => alreadyApplied.has(name));
  const left = saved.plan.customers.filter(({ customer }) => !alreadyApplied.has(customer));
  if (left.length === 0 && request.targets.length === 0)
    return { status: 'done', run: null, outcomes: [], already, targets: [] };
  const run = await store.begin({ command: request.command, at: clock(), who: request.who, planDigest: saved.digest });
  const serials = new Map([...state.rosters].map(([customer, { serial }]) => [customer, serial]));
  const applying = { ...request, customers: [...customers, ...request.unfinished], run, serials };
  await notePending(applying, serials);
  const outcomes: RunOutcome[] = [];
  for (const customer of left) {
    const outcome = await applyOrStop(customer, applying);
    if (outcome === 'interrupted') return { status: 'interrupted', run, outcomes, already, targets: [] };
    if (outcome === 'already') {
      already.push(customer.customer);
    } else {
      outcomes.push(outcome);
      request.onOutcome(outcome);
    }
  }
  const targets = await convergeOrStop(applying);
  if (targets === 'interrupted') return { status: 'interrupted', run, outcomes, already, targets: [] };
  await store.finish(run, clock());
  return { status: 'done', run, outcomes, already, targets };
}

async function convergeOrStop(request: ConvergeRequest): Promise<readonly TargetOutcome[] | 'interrupted'> {
  try {
    return await converge(request);
  } catch (error) {
    if (isInterruption(error, request.signal)) return 'interrupted';
    throw error;
  }
}

/** An apply under way. */
interface Applying extends ApplyRequest {
  readonly run: RunId;
  /** Of the rosters as they were when it began. */
  readonly serials: ReadonlyMap<CustomerId, number>;
}

/** Whoever stops the command does so between two customers, or while a lock is waited for. */
async function applyOrStop(customer: CustomerPlan, request: Applying): Promise<RunOutcome | 'already' | 'interrupted'> {
  // A store whose work is all done in one go gives nobody else a turn: without this one a signal would not be heard before the end.
  await setImmediate();
  if (request.signal.aborted) return 'interrupted';
  try {
    return await applyCustomer(customer, request);
  } catch (error) {
    if (isInterruption(error, request.signal)) return 'interrupted';
    throw error;
  }
}

async function applyCustomer(customer: CustomerPlan, request: Applying): Promise<RunOutcome | 'already'> {
  if (customer.status === 'failed') return passOver(customer, 'failed', customer.problem.message, request);
  const blocks = blocksLeft(customer, request.allowRemovals);
  if (blocks.length > 0) {
    return passOver(customer, 'blocked', blocks.map(({ message }) => message).join(' '), request);
  }
  try {
    await using _lock = await request.store.lock(customer.customer, {
      timeoutMs: request.lockTimeoutMs,
      signal: request.signal,
      onWait: (holder) => request.onWait(customer.customer, holder),
    });
    const serialAfter = await request.store.commit({
      customer: customer.customer,
      run: request.run,
      at: request.clock(),
      changes: customer.changes,
      directory: customer.directory?.identity ?? null,
      expectedSerial: customer.stateSerial,
    });
    await rememberConfig(customer.customer, request);
    return {
      customer: customer.customer,
      outcome: serialAfter === customer.stateSerial ? 'unchanged' : 'applied',
      serialBefore: customer.stateSerial,
      serialAfter,
      changes: customer.changes.length,
      message: null,
    };
  } catch (error) {
    if (!(error instanceof StaleSerialError || error instanceof LockHeldError)) throw error;
    // Another apply of the same plan came first.
    if ((await request.store.appliedBy(request.saved.digest)).has(customer.customer)) return 'already';
    return passOver(customer, 'failed', error.message, request);
  }
}

/** Writes only what is new: an apply that changes nothing leaves the state's file alone. */
async function rememberConfig(customer: CustomerId, { store, appliedConfig }: ApplyRequest): Promise<void> {
  const config = appliedConfig?.(customer);
  if (config === undefined) return;
  const known = await store.appliedConfig(customer);
  if (!isDeepStrictEqual(known, config)) await store.noteConfig(customer, config);
}

/** The safety rules that still hold a customer back. */
function blocksLeft(customer: CustomerPlan, allowRemovals: number | null): readonly Block[] {
  return customer.status === 'blocked' ? customer.blocks.filter((block) => !isLifted(block, allowRemovals)) : [];
}

async function passOver(
  customer: CustomerPlan,
  outcome: 'blocked' | 'failed',
  message: string,
  { store, run, serials }: Applying,
): Promise<RunOutcome> {
  const serial = serials.get(customer.customer) ?? 0;
  const noted = {
    customer: customer.customer,
    outcome,
    serialBefore: serial,
    serialAfter: serial,
    changes: 0,
    message,
  };
  await store.note(run, noted);
  return noted;
}
