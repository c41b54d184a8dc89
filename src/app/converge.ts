/** Brings targets in step with the stored rosters. What cannot be done now stays noted, and is done by whoever applies next. */
import type { CustomerConfig } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';
import { isWrite, type TargetChange, type TargetFailure, type TargetWrite } from '../domain/target.ts';
import { count } from '../domain/words.ts';
import { isWithinLimit, removalsBlock } from '../planner/target-safety.ts';
import { LockHeldError, type LockHolder, type LockName } from '../ports/lock.ts';
import type { RunId, TargetOutcome } from '../ports/run.ts';
import type { StateStore } from '../ports/state.ts';
import { TargetProblem } from '../ports/target.ts';
import { type Comparison, compareTarget, type ServedTarget } from './compare-target.ts';
import { throwIfInterrupted } from './interrupted.ts';

export interface ConvergeRequest {
  readonly targets: readonly ServedTarget[];
  /** Of the configuration; each target is brought in step with those of them that it serves. */
  readonly customers: readonly CustomerConfig[];
  readonly store: StateStore;
  readonly run: RunId;
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of each target as soon as it is done: how its customers fared, and everything that went wrong. */
  readonly onTarget: (target: string, outcomes: readonly TargetOutcome[], failures: readonly TargetFailure[]) => void;
  readonly onWait: (lock: LockName, holder: LockHolder) => void;
}

/**
 * Notes that these targets may fall behind: said before the rosters change, so that whoever comes after a killed process knows
 * what is left to do.
 */
export async function notePending(
  { targets, customers, store, run }: Pick<ConvergeRequest, 'targets' | 'customers' | 'store' | 'run'>,
  serials: ReadonlyMap<CustomerId, number>,
): Promise<void> {
  const outcomes = targets.flatMap(({ target, serves }) =>
    chosenOf(serves, customers).map(({ name }) => outcomeOf(target.name, name, serials.get(name) ?? 0, 'pending')),
  );
  if (outcomes.length > 0) await store.noteTargets(run, outcomes);
}

/**
 * Brings every target in step, several at once. A target that fails stops no other, and undoes nothing. Of customers that nothing was ever
 * applied to nothing is said and nothing is touched. Rejects with Interrupted.
 */
export async function converge(request: ConvergeRequest): Promise<readonly TargetOutcome[]> {
  const outcomes = await Promise.all(request.targets.map((served) => convergeOne(served, request)));
  throwIfInterrupted(request.signal);
  return outcomes.flat();
}

/** What became of one target. */
interface Convergence {
  readonly outcomes: readonly TargetOutcome[];
  readonly failures: readonly TargetFailure[];
}

async function convergeOne(served: ServedTarget, request: ConvergeRequest): Promise<readonly TargetOutcome[]> {
  const { store, run, onTarget, signal } = request;
  const customers = chosenOf(served.serves, request.customers);
  if (customers.length === 0 || signal.aborted) return [];
  const { name } = served.target;
  let done: Convergence;
  try {
    await using _lock = await store.lock(`target:${name}`, {
      timeoutMs: request.lockTimeoutMs,
      signal,
      onWait: (holder) => request.onWait(`target:${name}`, holder),
    });
    done = await putInStep(served, customers, request);
  } catch (error) {
    // What is noted as pending stays so.
    if (signal.aborted) return [];
    if (!(error instanceof TargetProblem || error instanceof LockHeldError)) throw error;
    done = await nothingDone(name, customers, error, store);
  }
  await store.noteTargets(run, done.outcomes);
  onTarget(name, done.outcomes, done.failures);
  return done.outcomes;
}

function chosenOf(serves: readonly CustomerConfig[], customers: readonly CustomerConfig[]): readonly CustomerConfig[] {
  const names = new Set(customers.map(({ name }) => name));
  return serves.filter(({ name }) => names.has(name));
}

async function putInStep(
  served: ServedTarget,
  customers: readonly CustomerConfig[],
  request: ConvergeRequest,
): Promise<Convergence> {
  const { target } = served;
  const compared = await compareTarget(served, customers, request.store, request.signal);
  const { rosters, reading } = compared;
  const blocks = await blocksOf(served, customers, compared, request);
  const passed = compared.changes.filter(({ customer }) => customer === null || !blocks.has(customer));
  const writes = passed.filter(isWrite);
  const written = new Set([...rosters.keys()].filter((name) => !blocks.has(name)));
  const serials = new Map([...rosters].map(([name, { serial }]) => [name, serial]));
  const desired = compared.desired.filter(({ customer }) => written.has(customer));
  const isIdle = writes.length === 0 && reading.faults.length === 0;
  const taken = new Map([...serials].filter(([name]) => written.has(name)));
  const failed = isIdle ? [] : await target.write({ changes: writes, desired, serials: taken }, request.signal);
  const failures = [...failed, ...heldByOthers(target.name, passed)];
  const outcomes = customers.map(({ name }): TargetOutcome => {
    const serial = serials.get(name);
    // Nothing was ever applied to it, so nothing is left to do either.
    if (serial === undefined) return outcomeOf(target.name, name, 0, 'unchanged');
    const block = blocks.get(name);
    if (block !== undefined) return { ...outcomeOf(target.name, name, serial, 'blocked'), message: block };
    return outcomeAfter(target.name, name, serial, { writes, failures });
  });
  return { outcomes, failures };
}

/** The customers whose entries stay as they are, and why (SAF-7). */
async function blocksOf(
  { target }: ServedTarget,
  customers: readonly CustomerConfig[],
  { changes, reading }: Comparison,
  { store, allowRemovals }: ConvergeRequest,
): Promise<ReadonlyMap<CustomerId, string>> {
  const blocks = new Map<CustomerId, string>();
  const removed = new Map<CustomerId, string[]>();
  for (const change of changes) {
    if (change.action !== 'remove') continue;
    const keys = removed.get(change.customer);
    if (keys === undefined) removed.set(change.customer, [change.key]);
    else keys.push(change.key);
  }
  const standings = removed.size === 0 ? [] : await store.targetStandings();
  for (const [name, keys] of removed) {
    const customer = customers.find((one) => one.name === name);
    if (customer === undefined) continue;
    const present = reading.entries.filter((entry) => entry.owner === 'ours' && entry.customer === name).length;
    const writtenAt = standings.find((one) => one.target === target.name && one.customer === name)?.writtenAt ?? null;
    const isWritten = writtenAt !== null;
    const removals = { customer, target: target.name, removed: keys, present, isWritten, allowRemovals };
    if (isWithinLimit(removals)) continue;
    const before = writtenAt === null ? null : await store.rosterAt(name, writtenAt);
    const block = removalsBlock(removals, before === null ? [] : target.project(before));
    if (block !== null) blocks.set(name, block);
  }
  return blocks;
}

function heldByOthers(target: string, changes: readonly TargetChange[]): readonly TargetFailure[] {
  return changes.flatMap((change): TargetFailure[] => {
    if (change.action !== 'foreign' || change.expected === null) return [];
    const { customer, key } = change;
    const message = `${key} is held by another system in ${target}, so it cannot be put there (TGT-2).`;
    const hint = 'Take it out there, or give it the mark of the other system up; the next apply then puts it in.';
    return [{ customer, key, problem: { code: 'TARGET_FOREIGN', message, hint } }];
  });
}

function outcomeAfter(
  target: string,
  customer: CustomerId,
  serial: number,
  { writes, failures }: { readonly writes: readonly TargetWrite[]; readonly failures: readonly TargetFailure[] },
): TargetOutcome {
  const own = failures.filter((failure) => failure.customer === null || failure.customer === customer);
  const keys = new Set(own.map(({ key }) => key));
  const done = keys.has(null) ? [] : writes.filter((write) => write.customer === customer && !keys.has(write.key));
  const of = (action: TargetWrite['action']) => done.filter((write) => write.action === action).length;
  const counts = { added: of('add'), changed: of('change'), removed: of('remove') };
  const [first] = own;
  if (first === undefined) {
    return { ...outcomeOf(target, customer, serial, done.length === 0 ? 'unchanged' : 'converged'), ...counts };
  }
  const more = own.length === 1 ? '' : ` And ${count(own.length - 1, 'more failure', 'more failures')}.`;
  const message = `${first.problem.message} ${first.problem.hint}${more}`;
  return { ...outcomeOf(target, customer, serial, 'failed'), ...counts, message };
}

/** The target could not be read, written or locked. */
async function nothingDone(
  target: string,
  customers: readonly CustomerConfig[],
  error: TargetProblem | LockHeldError,
  store: StateStore,
): Promise<Convergence> {
  const problem =
    error instanceof TargetProblem
      ? error
      : { code: 'LOCKED', message: error.message, hint: 'Run again later, or wait longer with --lock-timeout.' };
  const { rosters } = await store.read(
    customers.map(({ name }) => name),
    [],
  );
  const message = `${problem.message} ${problem.hint}`;
  const outcomes = customers.flatMap(({ name }) => {
    const serial = rosters.get(name)?.serial ?? 0;
    return serial === 0 ? [] : [{ ...outcomeOf(target, name, serial, 'failed'), message }];
  });
  return { outcomes, failures: [{ customer: null, key: null, problem }] };
}

function outcomeOf(
  target: string,
  customer: CustomerId,
  serial: number,
  outcome: TargetOutcome['outcome'],
): TargetOutcome {
  return { target, customer, outcome, serial, added: 0, changed: 0, removed: 0, message: null };
}
