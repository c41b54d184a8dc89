/** `rollcall plan` */
import { type Command, Option } from 'commander';
import { type MadePlan, makePlan } from '../../app/plan.ts';
import { redactPlan } from '../../app/redaction/plan.ts';
import { makeRevert } from '../../app/revert.ts';
import type { Config, CustomerConfig } from '../../domain/config.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Pseudonym } from '../../domain/pseudonym.ts';
import type { PlanRecord } from '../../planner/document.ts';
import type { StateReader } from '../../ports/state.ts';
import { type Context, chosen, clockOf, openWorkspace, Reported, readerFor, withDirectories } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import {
  addFormatOption,
  addPlanningOptions,
  type PlanningOptions,
  personName,
  positive,
  REVIEW_FORMATS,
} from '../options.ts';
import { addRedactOption, lastingOf, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import { printPlan, type ShowPlanOptions } from '../show-plan.ts';
import { unconfiguredNote } from '../unconfigured.ts';
import type { Perform } from './perform.ts';

interface PlanOptions extends PlanningOptions, ShowPlanOptions, RedactOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly revert?: number;
  readonly author?: string;
  readonly against?: string;
  readonly state?: string;
}

export function addPlanCommand(program: Command, perform: Perform): void {
  addRedactOption(addPlanningOptions(addFormatOption(program.command('plan'), REVIEW_FORMATS)))
    .description('show what an apply would change, and why; -o saves the plan')
    .option('-o, --out <file>', 'save the plan, for: rollcall apply FILE')
    .option('--author <name>', 'who makes the plan: an approval of theirs does not count', personName)
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .option('--detailed-exitcode', 'exit 2 if there is something to change')
    .addOption(
      new Option('--revert <run>', 'put one customer back to before this run, from the journal').argParser(positive),
    )
    .option('--against <revision>', 'show only what the change of the configuration since this git revision does')
    .option('--state <file>', 'take the stored state from what "state pull" printed, not from the database')
    .addHelpText(
      'after',
      `
Examples:
  rollcall plan -o plan.json             save it, review it, then: rollcall apply plan.json
  rollcall plan --customer 'acme*'       only some customers
  rollcall plan --at 2027-01-02          which delayed deletions mature over the holidays
  rollcall plan --snapshot recordings/   from recordings, without the network
  rollcall plan --revert 12 -o undo.json what puts the roster back to before run 12
  rollcall plan --against origin/main --snapshot recordings/ --state state.json
                                         what a pull request does, without network and secrets`,
    )
    .action((options: PlanOptions, command: Command) => perform(command, (context) => plan(options, context)));
}

async function plan(options: PlanOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  refuseReading(options, context);
  if (options.against !== undefined) return replay({ ...options, against: options.against }, context);
  const { config } = await openWorkspace(context);
  await using reader = await readerFor(options, config, context);
  const pseudonym = await pseudonymsFor(options, config, context);
  const ground = { config, reader, now: clockOf(options)(), alike: lastingOf(pseudonym, config) };
  const made = await recordOf(ground, options, context);
  const record = options.author === undefined ? made : { ...made, author: options.author };
  if (options.out !== undefined) await adapters.planFiles.save(context.file(options.out), record);
  const shown = pseudonym === null ? record : { ...record, plan: redactPlan(record.plan, pseudonym) };
  await printPlan(shown, options, context);
  if (options.out !== undefined && !context.quiet) terminal.say(savedNote(options.out, record.plan));
  return planExit(record.plan, options.detailedExitcode === true);
}

function savedNote(file: string, { redacted }: Plan): string {
  return redacted === true
    ? `Saved to ${file}. It is redacted, so it can be looked at and not be applied: rollcall show ${file}`
    : `Saved to ${file}. Apply exactly this with: rollcall apply ${file}`;
}

/** A replay is to be looked at, not to be applied. */
async function replay(options: PlanOptions & { readonly against: string }, context: Context): Promise<ExitCode> {
  const { out, revert, author } = options;
  if (out === undefined && revert === undefined && author === undefined) {
    const { printReplay } = await import('../replay.ts');
    return printReplay(options, context);
  }
  context.terminal.complain({
    code: 'USAGE',
    message:
      'With --against two plans are compared, and neither can be applied: -o, --author and --revert do not go with it.',
    hint: `Leave them away: rollcall plan --against ${options.against}`,
  });
  throw new Reported(EXIT.usage);
}

/** An undo goes by the journal alone, and by what is stored now. */
function refuseReading(options: PlanOptions, { terminal }: Context): void {
  const { revert, at, snapshot, full, state } = options;
  const reads = at !== undefined || snapshot !== undefined || full === true || state !== undefined;
  if (revert === undefined || options.against !== undefined || !reads) return;
  terminal.complain({
    code: 'USAGE',
    message:
      'With --revert the journal is read and no directory, and the plan is of now: --at, --snapshot, --full and --state do not go with it.',
    hint: `Leave them away: rollcall plan --revert ${revert} -o FILE`,
  });
  throw new Reported(EXIT.usage);
}

async function recordOf(ground: PlanGround, options: PlanOptions, context: Context): Promise<PlanRecord> {
  const { revert: run, customer: customers, allowRemovals = null } = options;
  if (run === undefined) return (await planChosen(ground, options, context)).record;
  return makeRevert({ ...ground, run, customers, allowRemovals });
}

/** What a plan rests on besides the directories. */
export interface PlanGround {
  readonly config: Config;
  readonly reader: StateReader;
  readonly now: Instant;
  /** See PlanRequest. */
  readonly alike?: Pseudonym | null;
}

/** Plans the customers that `--customer` names. */
export async function planChosen(ground: PlanGround, options: PlanningOptions, context: Context): Promise<MadePlan> {
  const { config, reader } = ground;
  const customers = chosen(config, options.customer);
  if (options.customer.length === 0) await unconfiguredNote(config, reader, context);
  return planCustomers(customers, ground, options, context);
}

export function planCustomers(
  customers: readonly CustomerConfig[],
  { config, reader, now, alike = null }: PlanGround,
  options: PlanningOptions,
  context: Context,
): Promise<MadePlan> {
  const allowRemovals = options.allowRemovals ?? null;
  const directories = { config, customers: customers.length, copies: reader };
  return withDirectories(context, options, directories, (request) =>
    makePlan({ ...request, config, customers, reader, now, allowRemovals, alike }),
  );
}

/** A customer that could not be read, or an error that a rule found, outweighs a block, and that what there is to change. */
export function planExit({ customers }: Plan, detailed: boolean): ExitCode {
  return worst(
    customers.map((customer) => {
      if (customer.status === 'failed') return EXIT.error;
      if (customer.diagnostics.some(({ severity }) => severity === 'error')) return EXIT.error;
      if (customer.status === 'blocked') return EXIT.blocked;
      return detailed && customer.changes.length > 0 ? EXIT.changes : EXIT.done;
    }),
  );
}
