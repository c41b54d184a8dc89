/** Applies a plan, and tells how each customer and each target fared. */
import { type ApplyRequest, type ApplyResult, applyPlan } from '../app/apply.ts';
import { inert } from '../domain/inert.ts';
import { count } from '../domain/words.ts';
import type { SavedPlan } from '../ports/documents.ts';
import type { RunOutcome } from '../ports/run.ts';
import type { Context, Workspace } from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { waitNote } from './lock-wait.ts';
import { appliedConfigIn, openTargets } from './open-targets.ts';
import type { ApplyingOptions } from './options.ts';
import { targetExit, targetParts, tellTarget } from './tell-target.ts';
import { outcomeParts } from './text/outcomes.ts';

/** What is applied, and where. */
export interface Task extends Pick<ApplyRequest, 'saved' | 'store' | 'clock' | 'command'> {
  readonly workspace: Workspace;
  /** See ApplyRequest. */
  readonly unfinished?: ApplyRequest['unfinished'];
}

/** Applies a plan, and tells how each customer and each target fared. */
export async function carryOut(
  { workspace, unfinished = [], ...task }: Task,
  options: ApplyingOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, adapters, signal } = context;
  const { config } = workspace;
  const result = await applyPlan({
    ...task,
    config,
    unfinished,
    targets: await openTargets(config, [], context),
    appliedConfig: await appliedConfigIn(workspace, context),
    who: adapters.who(),
    allowRemovals: options.allowRemovals ?? null,
    lockTimeoutMs: options.lockTimeout,
    signal,
    onOutcome: (outcome) => tellOutcome(outcome, context),
    onTarget: tellTarget(context),
    onWait: waitNote(options.lockTimeout, context),
  });
  if (result.status === 'refused') {
    for (const problem of result.problems) terminal.complain(problem);
    return EXIT.error;
  }
  await terminal.print(`${closing(result)}\n`);
  return worst([
    ...(result.status === 'interrupted' ? [EXIT.interrupted] : []),
    ...result.outcomes.map(outcomeExit),
    ...result.targets.map(targetExit),
    ...(hasErrors(task.saved) ? [EXIT.error] : []),
  ]);
}

/** Says on stderr how one customer fared. */
export function tellOutcome(result: RunOutcome, { terminal, quiet }: Context): void {
  const { customer, outcome, message, changes, serialAfter } = result;
  const { sayColors: colors } = terminal;
  if (outcome === 'blocked' || outcome === 'failed') {
    const text = `${colors.bold(customer)}: ${colors.red(outcome)}: ${inert(message ?? '')}`;
    terminal.say(text, { outcome: result }, 'error');
  } else if (outcome === 'applied' && !quiet) {
    const text = `${colors.bold(customer)}: ${count(changes, 'change')} applied, serial ${serialAfter}`;
    terminal.say(text, { outcome: result });
  }
}

export function outcomeExit({ outcome }: RunOutcome): ExitCode {
  if (outcome === 'failed') return EXIT.error;
  return outcome === 'blocked' ? EXIT.blocked : EXIT.done;
}

function hasErrors({ plan }: SavedPlan): boolean {
  return plan.customers.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
}

/** `Run 7: 5 changes applied to 2 customers.` */
export function closing({
  run,
  status,
  outcomes,
  already,
  targets,
}: Exclude<ApplyResult, { status: 'refused' }>): string {
  if (run === null) return 'This plan has been applied already: nothing was left to do.';
  const before = already.length === 0 ? [] : [`${count(already.length, 'customer')} done already`];
  const parts = [...outcomeParts(outcomes), ...before, ...targetParts(targets)];
  const end = status === 'interrupted' ? ' Interrupted: apply the same plan again to do the rest.' : '';
  return `Run ${run}: ${parts.length === 0 ? 'nothing was applied' : parts.join(', ')}.${end}`;
}
