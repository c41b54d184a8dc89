/** What has changed behind our back: in the targets, and in the configuration since it was last applied. */
import type { CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { Plan } from '../domain/plan.ts';
import type { CustomerId } from '../domain/roster.ts';
import { isWrite, type TargetChange, type TargetFault } from '../domain/target.ts';
import type { AppliedConfig } from '../ports/run.ts';
import type { StateReader } from '../ports/state.ts';
import { TargetProblem } from '../ports/target.ts';
import { compareTarget, type ServedTarget } from './compare-target.ts';
import { throwIfInterrupted } from './interrupted.ts';

/** Whether the configuration is another one than the last that was applied. */
export interface ConfigDrift {
  readonly changed: boolean;
  /** The files that are not what they were, relative to the workspace, sorted; none where only comments or the layout changed. */
  readonly files: readonly string[];
}

/** Compares the configuration of these customers with what each was last applied with. A customer that never was has changed. */
export async function configDrift(
  customers: readonly CustomerConfig[],
  current: (customer: CustomerId) => AppliedConfig,
  reader: Pick<StateReader, 'appliedConfig'>,
): Promise<ConfigDrift> {
  const files = new Set<string>();
  let changed = false;
  for (const { name } of customers) {
    const [now, before] = [current(name), await reader.appliedConfig(name)];
    if (before?.digest === now.digest) continue;
    changed = true;
    const paths = new Set([...Object.keys(now.files), ...Object.keys(before?.files ?? {})]);
    for (const path of paths) if (now.files[path] !== before?.files[path]) files.add(path);
  }
  return { changed, files: [...files].toSorted() };
}

/** How one target differs from the state. */
export interface TargetDrift {
  readonly target: string;
  /** Whom it was looked at for. */
  readonly customers: readonly CustomerId[];
  /** A group for each customer with differences, and one without a customer for what concerns none; sorted by customer. */
  readonly groups: readonly { readonly customer: CustomerId | null; readonly entries: readonly TargetChange[] }[];
  readonly faults: readonly TargetFault[];
  /** Why it could not be read, or null. */
  readonly problem: Problem | null;
}

export interface TargetDriftRequest {
  readonly targets: readonly ServedTarget[];
  /** Of the configuration; each target is looked at for those of them that it serves. */
  readonly customers: readonly CustomerConfig[];
  readonly reader: Pick<StateReader, 'read'>;
  readonly signal: AbortSignal;
}

/** Compares every target with the state, and changes nothing. A target that cannot be read stops no other. Rejects with Interrupted. */
export async function targetDrift(request: TargetDriftRequest): Promise<readonly TargetDrift[]> {
  const drifts = await Promise.all(request.targets.map((served) => driftOf(served, request)));
  throwIfInterrupted(request.signal);
  return drifts;
}

async function driftOf(served: ServedTarget, { customers, reader, signal }: TargetDriftRequest): Promise<TargetDrift> {
  const chosen = served.serves.filter((customer) => customers.includes(customer));
  const about = { target: served.target.name, customers: chosen.map(({ name }) => name) };
  try {
    const { changes, reading } = await compareTarget(served, chosen, reader, signal);
    return { ...about, groups: groupsOf(changes), faults: reading.faults, problem: null };
  } catch (error) {
    if (!(error instanceof TargetProblem)) {
      throwIfInterrupted(signal);
      throw error;
    }
    const { code, message, hint } = error;
    return { ...about, groups: [], faults: [], problem: { code, message, hint } };
  }
}

function groupsOf(changes: readonly TargetChange[]): TargetDrift['groups'] {
  const groups = new Map<CustomerId | null, TargetChange[]>();
  for (const change of changes) {
    const group = groups.get(change.customer);
    if (group === undefined) groups.set(change.customer, [change]);
    else group.push(change);
  }
  return [...groups]
    .map(([customer, entries]) => ({ customer, entries }))
    .toSorted((a, b) => ((a.customer ?? '') < (b.customer ?? '') ? -1 : 1));
}

/** Whether a repair would change anything. What is foreign is told of, and left alone. */
export function hasDrifted({ groups, faults }: TargetDrift): boolean {
  return faults.length > 0 || groups.some(({ entries }) => entries.some(isWrite));
}

/** The answers to the three questions; null where one was not asked. */
export interface Drift {
  readonly directory: Plan | null;
  readonly config: ConfigDrift;
  readonly targets: readonly TargetDrift[];
}

/** Whether there is anything that an apply or a repair would change. */
export function isInStep({ directory, config, targets }: Drift): boolean {
  const planned = directory?.customers.some((one) => one.status !== 'failed' && one.changes.length > 0) ?? false;
  return !planned && !config.changed && !targets.some(hasDrifted);
}
