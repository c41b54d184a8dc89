/** `rollcall drift` */
import type { Command } from 'commander';
import { configDrift, type Drift, isInStep, targetDrift } from '../../app/drift.ts';
import { redactDrift } from '../../app/redaction/drift.ts';
import type { Pseudonym } from '../../domain/pseudonym.ts';
import type { PlanRecord } from '../../planner/document.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import { driftDocument } from '../json/drift.ts';
import { appliedConfigIn, openTargets } from '../open-targets.ts';
import {
  addFormatOption,
  addReadingOptions,
  REVIEW_FORMATS,
  type ReadingOptions,
  type ReviewFormat,
  targetOption,
} from '../options.ts';
import { addRedactOption, lastingOf, personalIn, pseudonymsFor, type RedactOptions } from '../redaction.ts';
import { viewOf } from '../show-plan.ts';
import { renderDrift } from '../text/drift.ts';
import type { Perform } from './perform.ts';
import { planChosen, planExit } from './plan.ts';

interface DriftOptions extends ReadingOptions, RedactOptions {
  readonly target: readonly string[];
  readonly allChanges?: boolean;
  readonly format: ReviewFormat;
  readonly detailedExitcode?: boolean;
}

export function addDriftCommand(program: Command, perform: Perform): void {
  addRedactOption(addReadingOptions(addFormatOption(program.command('drift'), REVIEW_FORMATS)))
    .description('show what changed behind our back: in the directories, in the targets, in the configuration')
    .addOption(targetOption('look at this target only, and at no directory; may be given several times'))
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .option('--detailed-exitcode', 'exit 2 if an apply or a repair would change something')
    .addHelpText(
      'after',
      `
Examples:
  rollcall drift
  rollcall drift --target edge --detailed-exitcode    from a scheduler: was the gateway edited by hand?
  rollcall drift --format junit > drift.xml           for a pipeline`,
    )
    .action((options: DriftOptions, command: Command) => perform(command, (context) => drift(options, context)));
}

async function drift(options: DriftOptions, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  const workspace = await openWorkspace(context);
  const { config } = workspace;
  const customers = chosen(config, options.customer);
  const targets = await openTargets(config, options.target, context);
  await using reader = await openReader(context, config);
  const pseudonym = await pseudonymsFor(options, config, context);
  const record = options.target.length > 0 ? null : await planned(options, context, config, reader, pseudonym);
  const found: Drift = {
    directory: record?.plan ?? null,
    config: await configDrift(customers, await appliedConfigIn(workspace, context), reader),
    targets: await targetDrift({ targets, customers, reader, signal }),
  };
  const shown = pseudonym === null ? found : redactDrift(found, personalIn(targets), pseudonym);
  await terminal.print(await shownDrift(shown, record, options, context));
  return driftExit(found, options.detailedExitcode === true);
}

async function shownDrift(
  found: Drift,
  record: PlanRecord | null,
  options: DriftOptions,
  context: Context,
): Promise<string | Iterable<string>> {
  switch (options.format) {
    case 'text':
      return renderDrift(found, viewOf(options, context));
    case 'json': {
      const { directory } = found;
      const plan =
        record === null || directory === null ? null : context.adapters.planFiles.text({ ...record, plan: directory });
      return driftDocument(plan, found.config, found.targets);
    }
    case 'markdown':
      return (await import('../markdown/drift.ts')).renderDriftMarkdown(found);
    case 'html':
      return (await import('../html/drift.ts')).renderDriftHtml(found);
    case 'junit':
      return (await import('../junit/drift.ts')).renderDriftJunit(found);
  }
}

async function planned(
  options: DriftOptions,
  context: Context,
  config: Parameters<typeof openReader>[1],
  reader: Awaited<ReturnType<typeof openReader>>,
  pseudonym: Pseudonym | null,
): Promise<PlanRecord> {
  const ground = { config, reader, now: clockOf(options)(), alike: lastingOf(pseudonym, config) };
  return (await planChosen(ground, options, context)).record;
}

/** What could not be looked at outweighs what was found. */
function driftExit(found: Drift, detailed: boolean): ExitCode {
  return worst([
    ...(found.directory === null ? [] : [planExit(found.directory, detailed)]),
    ...(found.targets.some(({ problem }) => problem !== null) ? [EXIT.error] : []),
    ...(detailed && !isInStep(found) ? [EXIT.changes] : []),
  ]);
}
