/** `rollcall sync` */
import type { Command } from 'commander';
import { dueCustomers } from '../../app/due-customers.ts';
import { leftBehind } from '../../app/repair.ts';
import type { Config, CustomerConfig } from '../../domain/config.ts';
import type { Instant } from '../../domain/instant.ts';
import { count } from '../../domain/words.ts';
import { carryOut } from '../carry-out.ts';
import { type Context, chosen, clockOf, openReader, openStore, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openTargets } from '../open-targets.ts';
import { type ApplyingOptions, addLockOption, addPlanningOptions, type PlanningOptions } from '../options.ts';
import { putBack } from '../put-back.ts';
import { viewOf } from '../show-plan.ts';
import { renderPlan } from '../text/plan.ts';
import { unconfiguredNote } from '../unconfigured.ts';
import { keepRead } from './apply.ts';
import type { Perform } from './perform.ts';
import { planCustomers } from './plan.ts';

interface SyncOptions extends PlanningOptions, ApplyingOptions {
  readonly allChanges?: boolean;
  readonly now?: boolean;
}

export function addSyncCommand(program: Command, perform: Perform): void {
  addLockOption(addPlanningOptions(program.command('sync')))
    .description('plan and apply, without asking, the customers whose sync.every has passed')
    .option('--now', 'all customers, whenever they were synced last')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall sync -q                 every few minutes, from a scheduler\n  rollcall sync --now --customer acme',
    )
    .action((options: SyncOptions, command: Command) => perform(command, (context) => sync(options, context)));
}

async function sync(options: SyncOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const workspace = await openWorkspace(context);
  const { config } = workspace;
  const clock = clockOf(options);
  const now = clock();
  const { due, unfinished } = await dueNow(config, now, options, context);
  if (due.length === 0 && unfinished.length === 0) return EXIT.done;
  await using store = await openStore(context, config, clock);
  if (due.length === 0) {
    const targets = await openTargets(config, [], context);
    return await putBack({ targets, customers: unfinished, store, clock, command: 'sync' }, options, context);
  }
  const { record, copyUpdates } = await planCustomers(due, { config, reader: store, now }, options, context);
  await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  const exit = await carryOut({ saved, workspace, unfinished, store, clock, command: 'sync' }, options, context);
  await keepRead(copyUpdates, store, context);
  return exit;
}

/** What there is to do. */
interface Due {
  readonly due: readonly CustomerConfig[];
  /** Not due, but a target of theirs was left behind. */
  readonly unfinished: readonly CustomerConfig[];
}

/** Only reads: mostly there is nothing to do. */
async function dueNow(config: Config, now: Instant, options: SyncOptions, context: Context): Promise<Due> {
  const named = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  if (options.customer.length === 0) await unconfiguredNote(config, reader, context);
  const due = options.now === true ? named : dueCustomers(named, await reader.syncedAt(), now);
  const targets = await openTargets(config, [], context);
  const behind = targets.length === 0 ? [] : leftBehind(targets, await reader.targetStandings());
  const unfinished = behind.filter((customer) => named.includes(customer) && !due.includes(customer));
  if (due.length === 0 && unfinished.length === 0 && !context.quiet) {
    context.terminal.say(`Nothing to sync: ${count(named.length, 'customer')}, none due.`);
  }
  return { due, unfinished };
}
