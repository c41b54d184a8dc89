/** `rollcall drift` */
import type { Command } from 'commander';
import { configDrift, targetDrift } from '../../app/drift.ts';
import type { PlanRecord } from '../../planner/document.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from '../context.ts';
import { EXIT, type ExitCode, worst } from '../exit-code.ts';
import { driftDocument } from '../json/drift.ts';
import { renderDriftJunit } from '../junit/drift.ts';
import { appliedConfigIn, openTargets } from '../open-targets.ts';
import { addFormatOption, addReadingOptions, type ReadingOptions, targetOption } from '../options.ts';
import { type Drift, isInStep, renderDrift } from '../text/drift.ts';
import type { Perform } from './perform.ts';
import { planChosen, planExit, viewOf } from './plan.ts';

interface DriftOptions extends ReadingOptions {
  readonly target: readonly string[];
  readonly allChanges?: boolean;
  readonly format: 'text' | 'json' | 'junit';
  readonly detailedExitcode?: boolean;
}

export function addDriftCommand(program: Command, perform: Perform): void {
  addReadingOptions(addFormatOption(program.command('drift'), ['text', 'json', 'junit']))
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
  const { terminal, adapters, signal } = context;
  const workspace = await openWorkspace(context);
  const { config } = workspace;
  const customers = chosen(config, options.customer);
  const targets = await openTargets(config, options.target, context);
  await using reader = await openReader(context, config);
  const record = options.target.length > 0 ? null : await planned(options, context, config, reader);
  const found: Drift = {
    directory: record?.plan ?? null,
    config: await configDrift(customers, await appliedConfigIn(workspace, context), reader),
    targets: await targetDrift({ targets, customers, reader, signal }),
  };
  switch (options.format) {
    case 'json': {
      const plan = record === null ? null : adapters.planFiles.text(record);
      await terminal.print(driftDocument(plan, found.config, found.targets));
      break;
    }
    case 'junit':
      await terminal.print(renderDriftJunit(found));
      break;
    default:
      await terminal.print(renderDrift(found, viewOf(options, context)));
  }
  return driftExit(found, options.detailedExitcode === true);
}

async function planned(
  options: DriftOptions,
  context: Context,
  config: Parameters<typeof openReader>[1],
  reader: Awaited<ReturnType<typeof openReader>>,
): Promise<PlanRecord> {
  return (await planChosen({ config, reader, now: clockOf(options)() }, options, context)).record;
}

/** What could not be looked at outweighs what was found. */
function driftExit(found: Drift, detailed: boolean): ExitCode {
  return worst([
    ...(found.directory === null ? [] : [planExit(found.directory, detailed)]),
    ...(found.targets.some(({ problem }) => problem !== null) ? [EXIT.error] : []),
    ...(detailed && !isInStep(found) ? [EXIT.changes] : []),
  ]);
}
