/** `rollcall apply` */
import type { Command } from 'commander';
import { type CopyUpdates, keepCopies } from '../../app/keep-copies.ts';
import { count, listed } from '../../domain/words.ts';
import type { SavedPlan, StateStore } from '../../ports.ts';
import { carryOut } from '../carry-out.ts';
import { type Context, clockOf, openStore, openWorkspace, Reported, type Workspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inert } from '../inert.ts';
import { addLockOption, addPlanningOptions, type PlanningOptions } from '../options.ts';
import { problemOf } from '../render-failure.ts';
import { renderPlan } from '../render-plan.ts';
import type { Perform } from './perform.ts';
import { planChosen, viewOf } from './plan.ts';

export interface ApplyOptions extends PlanningOptions {
  readonly autoApprove?: boolean;
  readonly allChanges?: boolean;
  readonly lockTimeout: number;
}

export function addApplyCommand(program: Command, perform: Perform): void {
  addLockOption(addPlanningOptions(program.command('apply')))
    .argument('[file]', 'a saved plan: exactly that is applied')
    .description('carry out a saved plan; or plan, show it, ask, and carry it out')
    .option('--auto-approve', 'do not ask')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText(
      'after',
      `
Examples:
  rollcall plan -o plan.json && rollcall show plan.json && rollcall apply plan.json
  rollcall apply                         plan, show, ask
  rollcall apply --auto-approve -q       from a scheduler`,
    )
    .action((file: string | undefined, options: ApplyOptions, command: Command) =>
      perform(command, (context) =>
        file === undefined ? applyNow(options, context) : applyFile(file, options, context),
      ),
    );
}

async function applyFile(file: string, options: ApplyOptions, context: Context): Promise<ExitCode> {
  if (options.customer.length > 0 || options.snapshot !== undefined || options.full === true) {
    const problem = {
      code: 'USAGE',
      message: 'A saved plan is applied as it is: --customer, --snapshot and --full do not go with FILE.',
      hint: 'Make the plan with them: rollcall plan --customer NAME -o FILE',
    };
    context.terminal.complain(problem);
    throw new Reported(EXIT.usage);
  }
  const saved = await context.adapters.planFiles.load(context.file(file));
  const workspace = await openWorkspace({ ...context, quiet: true });
  const clock = clockOf(options);
  await using store = await openStore(context, workspace.config, clock);
  return await carryOut({ saved, workspace, store, clock, command: 'apply' }, options, context);
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
  const { terminal, signal } = context;
  const changes = plan.customers.flatMap((customer) => (customer.status === 'ready' ? customer.changes : [])).length;
  if (changes === 0 || options.autoApprove === true) return workspace;
  const answer = await terminal.ask(`\nApply ${count(changes, 'change')}? Only "yes" applies them: `, signal);
  if (answer === null) {
    terminal.complain({
      code: 'NOT_APPROVED',
      message: 'There is no terminal to ask on, so nothing was applied.',
      hint: 'Save the plan, review it and apply that file, or add --auto-approve.',
    });
    return null;
  }
  if (answer.trim() !== 'yes') {
    terminal.say('Nothing was applied.');
    return null;
  }
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
