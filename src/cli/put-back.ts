/** Puts targets back in step, and tells how they fared. */
import { type RepairRequest, repairTargets } from '../app/repair.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { waitNote } from './lock-wait.ts';
import type { ApplyingOptions } from './options.ts';
import { targetExit, targetParts, tellTarget } from './tell-target.ts';

/** What is put back, and where. */
type RepairTask = Pick<RepairRequest, 'targets' | 'customers' | 'store' | 'clock' | 'command'>;

/** Puts targets back in step with the stored rosters, and tells how they fared. */
export async function putBack(task: RepairTask, options: ApplyingOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters, signal } = context;
  const { status, run, targets } = await repairTargets({
    ...task,
    who: adapters.who(),
    allowRemovals: options.allowRemovals ?? null,
    lockTimeoutMs: options.lockTimeout,
    signal,
    onTarget: tellTarget(context),
    onWait: waitNote(options.lockTimeout, context),
  });
  const parts = targetParts(targets);
  const end = status === 'interrupted' ? ' Interrupted: run it again to do the rest.' : '';
  await terminal.print(`Run ${run}: ${parts.length === 0 ? 'the targets were in step' : parts.join(', ')}.${end}\n`);
  return worst([...(status === 'interrupted' ? [EXIT.interrupted] : []), ...targets.map(targetExit)]);
}
