/** `rollcall sync` */
import type { Command } from 'commander';
import { dueCustomers } from '../../app/due-customers.ts';
import { makePlan } from '../../app/plan.ts';
import { count } from '../../domain/words.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace, withDirectories } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addLockOption, addPlanningOptions } from '../options.ts';
import { renderPlan } from '../render-plan.ts';
import { unconfiguredNote } from '../unconfigured.ts';
import { type ApplyOptions, carryOut } from './apply.ts';
import type { Perform } from './perform.ts';
import { viewOf } from './plan.ts';

interface SyncOptions extends ApplyOptions {
  readonly now?: boolean;
}

export function addSyncCommand(program: Command, perform: Perform): void {
  addLockOption(addPlanningOptions(program.command('sync')))
    .description('plan and apply, without asking, the customers whose sync.every has passed')
    .option('--now', 'all customers, whenever they were synced last')
    .option('--full', 'show every change instead of the first few of each kind')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall sync -q                 every few minutes, from a scheduler\n  rollcall sync --now --customer acme',
    )
    .action((options: SyncOptions, command: Command) => perform(command, (context) => sync(options, context)));
}

async function sync(options: SyncOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const { config } = await openWorkspace(context);
  const named = chosen(config, options.customer);
  const now = clockOf(options)();
  await using reader = await openReader(context, config);
  if (options.customer.length === 0) await unconfiguredNote(config, reader, context);
  const customers = options.now === true ? named : dueCustomers(named, await reader.syncedAt(), now);
  if (customers.length === 0) {
    if (!context.quiet) terminal.say(`Nothing to sync: ${count(named.length, 'customer')}, none due.`);
    return EXIT.done;
  }
  const record = await withDirectories(context, options, customers.length, (request) =>
    makePlan({ ...request, config, customers, reader, now, allowRemovals: options.allowRemovals ?? null }),
  );
  await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  return carryOut({ ...record, digest: adapters.planFiles.digest(record) }, config, 'sync', options, context);
}
