/** `rollcall sync` */
import type { Command } from 'commander';
import { dueCustomers } from '../../app/due-customers.ts';
import type { Config, CustomerConfig } from '../../domain/config.ts';
import type { Instant } from '../../domain/instant.ts';
import { count } from '../../domain/words.ts';
import { type Context, chosen, clockOf, openReader, openStore, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addLockOption, addPlanningOptions } from '../options.ts';
import { renderPlan } from '../render-plan.ts';
import { unconfiguredNote } from '../unconfigured.ts';
import { type ApplyOptions, carryOut, keepRead } from './apply.ts';
import type { Perform } from './perform.ts';
import { planCustomers, viewOf } from './plan.ts';

interface SyncOptions extends ApplyOptions {
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
  const { config } = await openWorkspace(context);
  const clock = clockOf(options);
  const now = clock();
  const customers = await dueNow(config, now, options, context);
  if (customers.length === 0) return EXIT.done;
  await using store = await openStore(context, config, clock);
  const { record, copyUpdates } = await planCustomers(customers, { config, reader: store, now }, options, context);
  await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  const exit = await carryOut({ saved, config, store, clock, command: 'sync' }, options, context);
  await keepRead(copyUpdates, store, context);
  return exit;
}

/** Only reads: mostly there is nothing to do. */
async function dueNow(
  config: Config,
  now: Instant,
  options: SyncOptions,
  context: Context,
): Promise<readonly CustomerConfig[]> {
  const named = chosen(config, options.customer);
  await using reader = await openReader(context, config);
  if (options.customer.length === 0) await unconfiguredNote(config, reader, context);
  const customers = options.now === true ? named : dueCustomers(named, await reader.syncedAt(), now);
  if (customers.length === 0 && !context.quiet) {
    context.terminal.say(`Nothing to sync: ${count(named.length, 'customer')}, none due.`);
  }
  return customers;
}
