/** `rollcall apply` */
import type { Command } from 'commander';
import { missingApproval } from '../../app/approve.ts';
import { redactedPlan } from '../../app/fitness.ts';
import { type CopyUpdates, keepCopies } from '../../app/keep-copies.ts';
import { inert } from '../../domain/inert.ts';
import type { Instant } from '../../domain/instant.ts';
import { count, listed } from '../../domain/words.ts';
import type { SavedPlan } from '../../ports/documents.ts';
import type { StateStore } from '../../ports/state.ts';
import { isAgreed } from '../approval.ts';
import { carryOut } from '../carry-out.ts';
import { type Context, clockOf, openStore, openWorkspace, Reported, type Workspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  type ApplyingOptions,
  addLockOption,
  addPlanningOptions,
  type PlanningOptions,
  targetOption,
} from '../options.ts';
import { repair } from '../repair.ts';
import { viewOf } from '../show-plan.ts';
import { problemOf } from '../text/failure.ts';
import { renderPlan } from '../text/plan.ts';
import { approvalsBeside } from './approve.ts';
import type { Perform } from './perform.ts';
import { planChosen } from './plan.ts';

interface ApplyOptions extends PlanningOptions, ApplyingOptions {
  readonly autoApprove?: boolean;
  readonly allChanges?: boolean;
  readonly repair?: boolean;
  readonly requireApproval?: boolean;
  readonly approvals?: string;
  readonly target: readonly string[];
}

export function addApplyCommand(program: Command, perform: Perform): void {
  addLockOption(addPlanningOptions(program.command('apply')))
    .argument('[file]', 'a saved plan: exactly that is applied')
    .description('carry out a saved plan; or plan, show it, ask, and carry it out; then bring the targets in step')
    .option('--auto-approve', 'do not ask')
    .option('--require-approval', 'with FILE: only if those whom the workspace names have approved exactly this plan')
    .option('--approvals <file>', 'the file of approvals (default: FILE.approvals)')
    .option('--repair', 'only put the targets back in step with the state')
    .addOption(targetOption('with --repair: this target only; may be given several times'))
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText(
      'after',
      `
Examples:
  rollcall plan -o plan.json && rollcall show plan.json && rollcall apply plan.json
  rollcall apply                         plan, show, ask
  rollcall apply --auto-approve -q       from a scheduler
  rollcall apply --repair                undo what somebody edited in the targets`,
    )
    .action((file: string | undefined, options: ApplyOptions, command: Command) =>
      perform(command, (context) => choose(file, options)(context)),
    );
}

/** What the command is asked to do. */
function choose(file: string | undefined, options: ApplyOptions): (context: Context) => Promise<ExitCode> {
  if (options.repair === true) return (context) => repair(file, options, context);
  if (options.target.length > 0) {
    return (context) =>
      refuse('--target goes with --repair: an apply brings every target in step.', 'Add --repair.', context);
  }
  if (options.requireApproval === true && file === undefined) {
    const message = 'Only a saved plan can be approved: --require-approval goes with FILE.';
    return (context) => refuse(message, 'Save the plan, have it approved, and apply that file.', context);
  }
  return (context) => (file === undefined ? applyNow(options, context) : applyFile(file, options, context));
}

function refuse(message: string, hint: string, { terminal }: Context): never {
  terminal.complain({ code: 'USAGE', message, hint });
  throw new Reported(EXIT.usage);
}

async function applyFile(file: string, options: ApplyOptions, context: Context): Promise<ExitCode> {
  if (options.customer.length > 0 || options.snapshot !== undefined || options.full === true) {
    refuse(
      'A saved plan is applied as it is: --customer, --snapshot and --full do not go with FILE.',
      'Make the plan with them: rollcall plan --customer NAME -o FILE',
      context,
    );
  }
  const saved = await context.adapters.planFiles.load(context.file(file));
  const workspace = await openWorkspace({ ...context, quiet: true });
  const clock = clockOf(options);
  if (options.requireApproval === true)
    await requireApproval(saved, workspace, { ...options, file, now: clock() }, context);
  await using store = await openStore(context, workspace.config, clock);
  return await carryOut({ saved, workspace, store, clock, command: 'apply' }, options, context);
}

/** Rejects with Reported, having said why, where the plan is not approved. */
async function requireApproval(
  saved: SavedPlan,
  { config }: Workspace,
  { file, approvals: given, now }: Pick<ApplyOptions, 'approvals'> & { readonly file: string; readonly now: Instant },
  context: Context,
): Promise<void> {
  const approvals = await context.adapters.approvals();
  const path = context.file(given ?? approvalsBeside(file));
  const problem = await missingApproval({ saved, policy: config.workspace.approvals, now, path, approvals });
  if (problem === null) return;
  context.terminal.complain({ ...problem, message: inert(problem.message) });
  throw new Reported(EXIT.error);
}

async function applyNow(options: ApplyOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const workspace = await openWorkspace(context);
  const { config } = workspace;
  const clock = clockOf(options);
  // To write from the beginning: this is what brings an older state up to date.
  await using store = await openStore(context, config, clock);
  const { record, copyUpdates } = await planChosen({ config, reader: store, now: clock() }, options, context);
  await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  const agreed = await approved(saved, workspace, options, context);
  const exit =
    agreed === null
      ? EXIT.error
      : await carryOut({ saved, workspace: agreed, store, clock, command: 'apply' }, options, context);
  await keepRead(copyUpdates, store, context);
  return exit;
}

/** The workspace to apply with; null where nothing is to be applied, which has been said. */
async function approved(
  { plan }: SavedPlan,
  workspace: Workspace,
  options: ApplyOptions,
  context: Context,
): Promise<Workspace | null> {
  const redacted = redactedPlan(plan);
  if (redacted !== null) {
    context.terminal.complain(redacted);
    return null;
  }
  const changes = plan.customers.flatMap((customer) => (customer.status === 'ready' ? customer.changes : [])).length;
  if (changes === 0 || options.autoApprove === true) return workspace;
  if (!(await isAgreed(`Apply ${count(changes, 'change')}? Only "yes" applies them: `, context))) return null;
  // It may have changed while the question stood there.
  return openWorkspace({ ...context, quiet: true });
}

/**
 * Keeps what was read for the next readings, whatever became of the plan, for it depends on the directories alone. After the rosters: they
 * are to have the room that a disk has left.
 */
export async function keepRead(
  updates: CopyUpdates,
  store: StateStore,
  { terminal, signal, quiet }: Pick<Context, 'terminal' | 'signal' | 'quiet'>,
): Promise<void> {
  const unkept = await keepCopies(updates, store, signal);
  if (unkept === null || quiet) return;
  const names = unkept.customers.length > 5 ? count(unkept.customers.length, 'customer') : listed(unkept.customers);
  const { code, message } = problemOf(unkept.error, false);
  terminal.say(
    terminal.sayColors.yellow(
      inert(
        `What was read of ${names} could not be kept, so the next reading takes longer, up to a full one: ${message}`,
      ),
    ),
    { code, customers: unkept.customers },
  );
}
