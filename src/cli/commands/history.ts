/** `rollcall history` */
import type { Command } from 'commander';
import { addressOf } from '../../domain/change.ts';
import { inert } from '../../domain/inert.ts';
import { count } from '../../domain/words.ts';
import { changeDocument } from '../../planner/document.ts';
import type { JournalEntry, Run } from '../../ports/run.ts';
import { type Context, openReader, openWorkspace, Reported } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption, positive } from '../options.ts';
import { targetParts, targetText } from '../tell-target.ts';
import { changeDetails } from '../text/change.ts';
import { outcomeParts } from '../text/outcomes.ts';
import { renderTable } from '../text/table.ts';
import type { Perform } from './perform.ts';

interface HistoryOptions {
  readonly format: 'text' | 'json';
  readonly limit: number;
}

export function addHistoryCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('history'), ['text', 'json'])
    .argument('[run]', 'the number of a run, to see what it changed', positive)
    .description('past runs, what each changed and what failed')
    .option('--limit <n>', 'how many runs are listed', positive, 20)
    .addHelpText('after', '\nExamples:\n  rollcall history\n  rollcall history 12\n  rollcall history 12 --format json')
    .action((run: number | undefined, options: HistoryOptions, command: Command) =>
      perform(command, (context) => (run === undefined ? listRuns(options, context) : showRun(run, options, context))),
    );
}

async function listRuns({ format, limit }: HistoryOptions, context: Context): Promise<ExitCode> {
  const { config } = await openWorkspace({ ...context, quiet: true });
  await using reader = await openReader(context, config);
  const runs = await reader.runs(limit);
  await context.terminal.print(format === 'json' ? `${JSON.stringify(runs, null, 2)}\n` : runTable(runs));
  return EXIT.done;
}

function runTable(runs: readonly Run[]): string | readonly string[] {
  if (runs.length === 0) return 'Nothing has been applied yet.\n';
  return renderTable([['run', 'command', 'at', 'who', 'result'], ...runs.map(runRow)]);
}

function runRow({ id, command, at, who, finishedAt, outcomes, targets }: Run): readonly string[] {
  const ended = [...outcomeParts(outcomes), ...targetParts(targets)];
  const parts = [...ended, ...(finishedAt === null ? ['did not come to its end'] : [])];
  return [String(id), command, at, who, parts.length === 0 ? 'nothing to do' : parts.join(', ')];
}

async function showRun(id: number, { format }: HistoryOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  await using reader = await openReader(context, config);
  const run = await reader.run(id);
  const entries = await reader.journal(id);
  if (run === null || entries === null) {
    const hint = 'List the runs with: rollcall history';
    terminal.complain({ code: 'NO_SUCH_RUN', message: `There is no run ${id}.`, hint });
    throw new Reported(EXIT.error);
  }
  const journal = entries.map((entry) => ({ ...entry, changes: entry.changes.map(changeDocument) }));
  if (format === 'json') await terminal.print(`${JSON.stringify({ ...run, journal }, null, 2)}\n`);
  else await terminal.print(runLines(run, entries));
  return EXIT.done;
}

function* runLines(run: Run, entries: readonly JournalEntry[]): Generator<string> {
  yield `Run ${run.id}: ${run.command} by ${run.who} at ${run.at}${run.planDigest === null ? '' : `, plan ${run.planDigest}`}\n`;
  for (const { customer, outcome, message } of run.outcomes) {
    if (message !== null) yield `${customer}: ${outcome}: ${inert(message)}\n`;
  }
  for (const outcome of run.targets) {
    const text = targetText(outcome);
    if (text !== null) yield `${inert(text)}\n`;
  }
  for (const { customer, serialAfter, changes, baseline } of entries) {
    yield `\n${customer}, serial ${serialAfter}:\n`;
    if (baseline !== null)
      yield `  a roster of ${count(baseline.entries.length, 'entry', 'entries')} was put in place\n`;
    for (const change of changes) {
      const rules = [...new Set(change.reasons.map(({ rule }) => rule))].join(' ');
      yield `  ${change.action.padEnd(10)} ${change.resource} ${inert(addressOf(change))}  ${inert(changeDetails(change, { full: true }))} [${rules}]\n`;
    }
  }
}
