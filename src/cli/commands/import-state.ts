/** `rollcall import state` */
import type { Command } from 'commander';
import { redactedPlan } from '../../app/fitness.ts';
import { appliedBefore, newcomersAmong } from '../../app/import-state.ts';
import { readState } from '../../app/plan.ts';
import { count } from '../../domain/words.ts';
import { type Context, chosen, clockOf, openStore, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import { appliedConfigIn } from '../open-targets.ts';
import {
  addAtOption,
  addCustomerOption,
  addFormatOption,
  addLockOption,
  type PlanningOptions,
  parallelismOption,
} from '../options.ts';
import { viewOf } from '../show-plan.ts';
import { agreedTo, type TakingOptions, takeIn } from '../take-in.ts';
import { renderPlan } from '../text/plan.ts';
import type { Perform } from './perform.ts';
import { planCustomers, planExit } from './plan.ts';

interface ImportStateOptions extends Omit<PlanningOptions, 'snapshot' | 'full' | 'allowRemovals'>, TakingOptions {
  readonly allChanges?: boolean;
}

export function addImportStateCommand(parent: Command, perform: Perform): void {
  addLockOption(addAtOption(addCustomerOption(addFormatOption(parent.command('state'), ['text', 'json']))))
    .argument('<dir>', 'a folder of recordings: rollcall snapshot -o DIR')
    .description('take recordings into the state of customers that nothing was ever applied to; no target is touched')
    .addOption(parallelismOption())
    .option('--auto-approve', 'do not ask')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText(
      'after',
      `
Examples:
  rollcall import state recordings/                  plan from them, ask, and put it into the state
  rollcall import state recordings/ --customer acme`,
    )
    .action((dir: string, options: ImportStateOptions, command: Command) =>
      perform(command, (context) => importState(dir, options, context)),
    );
}

async function importState(dir: string, options: ImportStateOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const workspace = await openWorkspace(context);
  const { config } = workspace;
  const clock = clockOf(options);
  await using store = await openStore(context, config, clock);
  const asked = chosen(config, options.customer);
  const { untouched, applied } = newcomersAmong(asked, await readState(store, asked));
  if (applied.length > 0) terminal.complain(appliedBefore(applied));
  const passedOver = applied.length > 0 ? EXIT.error : EXIT.done;
  if (untouched.length === 0) return passedOver;
  const ground = { config, reader: store, now: clock() };
  const { record } = await planCustomers(untouched, ground, { ...options, snapshot: dir }, context);
  if (options.format === 'json') await terminal.print(adapters.planFiles.text(record));
  else await terminal.print(renderPlan(record.plan, viewOf(options, context)));
  const exit = worst([passedOver, planExit(record.plan, false)]);
  const ready = record.plan.customers.flatMap((customer) => (customer.status === 'ready' ? customer.changes : []));
  if (ready.length === 0) return exit;
  const redacted = redactedPlan(record.plan);
  if (redacted !== null) {
    terminal.complain(redacted);
    return EXIT.error;
  }
  const question = `Put ${count(ready.length, 'change')} into the state, and into no target? Only "yes" does it: `;
  const agreed = await agreedTo(question, workspace, options, context);
  if (agreed === null) return EXIT.error;
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  const appliedConfig = await appliedConfigIn(agreed, context);
  return worst([exit, await takeIn({ saved, workspace: agreed, store, clock, appliedConfig }, options, context)]);
}
