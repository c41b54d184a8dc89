/** Commits what is taken over to the state alone: no target is opened, whatever follows from it is the next apply's. */
import { type ApplyRequest, applyPlan } from '../app/apply.ts';
import { isAgreed } from './approval.ts';
import { closing, outcomeExit, tellOutcome } from './carry-out.ts';
import { type Context, openWorkspace, type Workspace } from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { waitNote } from './lock-wait.ts';

/** What is committed, and where. */
export interface Taking extends Pick<ApplyRequest, 'saved' | 'store' | 'clock' | 'appliedConfig'> {
  readonly workspace: Workspace;
}

export interface TakingOptions {
  readonly autoApprove?: boolean;
  readonly lockTimeout: number;
  readonly format: 'text' | 'json';
}

/** The workspace to commit with, looked at again after the question; null where nothing is to be done, which has been said. */
export async function agreedTo(
  question: string,
  workspace: Workspace,
  { autoApprove }: TakingOptions,
  context: Context,
): Promise<Workspace | null> {
  if (autoApprove === true) return workspace;
  return (await isAgreed(question, context)) ? openWorkspace({ ...context, quiet: true }) : null;
}

/** Commits the plan as a run `import`, customer by customer under its lock, and tells how each fared. */
export async function takeIn(
  { workspace, ...task }: Taking,
  { lockTimeout, format }: TakingOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, adapters, signal } = context;
  const result = await applyPlan({
    ...task,
    command: 'import',
    config: workspace.config,
    targets: [],
    unfinished: [],
    who: adapters.who(),
    allowRemovals: null,
    lockTimeoutMs: lockTimeout,
    signal,
    onOutcome: (outcome) => tellOutcome(outcome, context),
    onTarget: () => {},
    onWait: waitNote(lockTimeout, context),
  });
  if (result.status === 'refused') {
    for (const problem of result.problems) terminal.complain(problem);
    return EXIT.error;
  }
  if (format === 'json') terminal.say(closing(result));
  else await terminal.print(`${closing(result)}\n`);
  return worst([...(result.status === 'interrupted' ? [EXIT.interrupted] : []), ...result.outcomes.map(outcomeExit)]);
}
