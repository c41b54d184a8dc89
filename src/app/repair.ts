/** Puts targets back in step with the stored rosters, and touches nothing else. */
import type { CustomerConfig } from '../domain/config.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunId, TargetOutcome, TargetStanding } from '../ports/run.ts';
import type { ServedTarget } from './compare-target.ts';
import { type ConvergeRequest, converge } from './converge.ts';
import { isInterruption } from './interrupted.ts';

export interface RepairRequest extends Omit<ConvergeRequest, 'run'> {
  readonly clock: Clock;
  readonly who: string;
  readonly command: 'repair' | 'sync';
}

export interface Repair {
  readonly status: 'done' | 'interrupted';
  readonly run: RunId;
  readonly targets: readonly TargetOutcome[];
}

/** Converges the targets as a run of its own. No directory is read, and no roster changes. */
export async function repairTargets(request: RepairRequest): Promise<Repair> {
  const { store, clock, who, command } = request;
  const run = await store.begin({ command, at: clock(), who, planDigest: null });
  try {
    const targets = await converge({ ...request, run });
    await store.finish(run, clock());
    return { status: 'done', run, targets };
  } catch (error) {
    if (isInterruption(error, request.signal)) return { status: 'interrupted', run, targets: [] };
    throw error;
  }
}

/** The customers whose targets a run before left behind: it was killed, or the target failed. */
export function leftBehind(
  targets: readonly ServedTarget[],
  standings: readonly TargetStanding[],
): readonly CustomerConfig[] {
  const behind = new Set(
    standings
      .filter(({ outcome }) => outcome === 'pending' || outcome === 'failed')
      .map(({ target, customer }) => `${target} ${customer}`),
  );
  const found = targets.flatMap(({ target, serves }) =>
    serves.filter(({ name }) => behind.has(`${target.name} ${name}`)),
  );
  return [...new Set(found)];
}
