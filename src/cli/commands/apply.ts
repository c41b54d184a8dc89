/** `rollcall apply` */
import type { Command } from 'commander';
import { type ApplyResult, applyPlan } from '../../app/apply.ts';
import type { Config } from '../../domain/config.ts';
import { count } from '../../domain/words.ts';
import type { RunOutcome, SavedPlan } from '../../ports.ts';
import { type Context, clockOf, openStore, openWorkspace, Reported } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import { inert } from '../inert.ts';
import { addLockOption, addPlanningOptions, type PlanningOptions } from '../options.ts';
import { outcomeParts } from '../render-outcomes.ts';
import { renderPlan } from '../render-plan.ts';
import type { Perform } from './perform.ts';
import { planFor, viewOf } from './plan.ts';

export interface ApplyOptions extends PlanningOptions {
  readonly autoApprove?: boolean;
  readonly full?: boolean;
  readonly lockTimeout: number;
}

export function addApplyCommand(program: Command, perform: Perform): void {
  addLockOption(addPlanningOptions(program.command('apply')))
    .argument('[file]', 'a saved plan: exactly that is applied')
    .description('carry out a saved plan; or plan, show it, ask, and carry it out')
    .option('--auto-approve', 'do not ask')
    .option('--full', 'show every change instead of the first few of each kind')
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
  if (options.customer.length > 0 || options.snapshot !== undefined) {
    const problem = {
      code: 'USAGE',
      message: 'A saved plan is applied as it is: --customer and --snapshot do not go with FILE.',
      hint: 'Make the plan with them: rollcall plan --customer NAME -o FILE',
    };
    context.terminal.complain(problem);
    throw new Reported(EXIT.usage);
  }
  const saved = await context.adapters.planFiles.load(context.file(file));
  const { config } = await openWorkspace({ ...context, quiet: true });
  return carryOut(saved, config, 'apply', options, context);
}

async function applyNow(options: ApplyOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters, signal } = context;
  const { record, config } = await planFor(options, context);
  await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  const changes = record.plan.customers.flatMap((customer) =>
    customer.status === 'ready' ? customer.changes : [],
  ).length;
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  if (changes > 0 && options.autoApprove !== true) {
    const answer = await terminal.ask(`\nApply ${count(changes, 'change')}? Only "yes" applies them: `, signal);
    if (answer === null) {
      terminal.complain({
        code: 'NOT_APPROVED',
        message: 'There is no terminal to ask on, so nothing was applied.',
        hint: 'Save the plan, review it and apply that file, or add --auto-approve.',
      });
      return EXIT.error;
    }
    if (answer.trim() !== 'yes') {
      terminal.say('Nothing was applied.');
      return EXIT.error;
    }
    // It may have changed while the question stood there.
    return carryOut(saved, (await openWorkspace({ ...context, quiet: true })).config, 'apply', options, context);
  }
  return carryOut(saved, config, 'apply', options, context);
}

/** Applies a plan and tells how each customer fared. */
export async function carryOut(
  saved: SavedPlan,
  config: Config,
  command: 'apply' | 'sync',
  options: ApplyOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, adapters, signal } = context;
  const clock = clockOf(options);
  await using store = await openStore(context, config, clock);
  const result = await applyPlan({
    saved,
    config,
    store,
    command,
    who: adapters.who(),
    clock,
    allowRemovals: options.allowRemovals ?? null,
    lockTimeoutMs: options.lockTimeout,
    signal,
    onOutcome: (outcome) => tell(outcome, context),
  });
  if (result.status === 'refused') {
    for (const problem of result.problems) terminal.complain(problem);
    return EXIT.error;
  }
  await terminal.print(`${closing(result)}\n`);
  return worst([
    ...(result.status === 'interrupted' ? [EXIT.interrupted] : []),
    ...result.outcomes.map(exitOf),
    ...(hasErrors(saved) ? [EXIT.error] : []),
  ]);
}

function tell(result: RunOutcome, { terminal, quiet }: Context): void {
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

function exitOf({ outcome }: RunOutcome): ExitCode {
  if (outcome === 'failed') return EXIT.error;
  return outcome === 'blocked' ? EXIT.blocked : EXIT.done;
}

function hasErrors({ plan }: SavedPlan): boolean {
  return plan.customers.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
}

function closing({ run, status, outcomes, already }: Exclude<ApplyResult, { status: 'refused' }>): string {
  if (run === null) return 'This plan has been applied already: nothing was left to do.';
  const before = already.length === 0 ? [] : [`${count(already.length, 'customer')} done already`];
  const parts = [...outcomeParts(outcomes), ...before];
  const end = status === 'interrupted' ? ' Interrupted: apply the same plan again to do the rest.' : '';
  return `Run ${run}: ${parts.length === 0 ? 'nothing was applied' : parts.join(', ')}.${end}`;
}
