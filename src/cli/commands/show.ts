/** `rollcall show` */
import type { Command } from 'commander';
import { redactPlan } from '../../app/redaction/plan.ts';
import type { Config } from '../../domain/config.ts';
import type { PlanRecord } from '../../planner/document.ts';
import { type Context, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption, REVIEW_FORMATS } from '../options.ts';
import { addRedactOption, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import { printPlan, type ShowPlanOptions } from '../show-plan.ts';
import type { Perform } from './perform.ts';

type ShowOptions = ShowPlanOptions & RedactOptions;

export function addShowCommand(program: Command, perform: Perform): void {
  addRedactOption(addFormatOption(program.command('show'), REVIEW_FORMATS))
    .argument('<file>', 'a plan that "rollcall plan -o" saved')
    .description('show a saved plan')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText('after', '\nExamples:\n  rollcall show plan.json\n  rollcall show plan.json --all-changes | less -R')
    .action((file: string, options: ShowOptions, command: Command) =>
      perform(command, (context) => show(file, options, context)),
    );
}

async function show(file: string, options: ShowOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const record = await recordToShow(file, options, context);
  if (options.format === 'text') {
    const what = record.plan.redacted === true ? 'Redacted plan' : 'Plan';
    await terminal.print(`${what} ${adapters.planFiles.digest(record).slice(0, 19)}… of ${record.plan.at}\n\n`);
  }
  await printPlan(record, options, context);
  return EXIT.done;
}

async function recordToShow(file: string, options: ShowOptions, context: Context): Promise<PlanRecord> {
  const saved = await context.adapters.planFiles.load(context.file(file));
  if (options.redact !== true) return saved;
  const pseudonym = await pseudonymsFor(options, await workspaceAround(context), context);
  return pseudonym === null ? saved : { ...saved, plan: redactPlan(saved.plan, pseudonym) };
}

/** A saved plan can be shown anywhere; where there is no workspace, there is no key. */
async function workspaceAround(context: Context): Promise<Config | null> {
  const { root } = await context.adapters.loadWorkspace(context.folder);
  return root === null ? null : (await openWorkspace({ ...context, quiet: true })).config;
}
