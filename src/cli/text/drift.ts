/** What has changed behind our back, as text: the configuration, the directories, the targets. */
import { type ConfigDrift, type Drift, hasDrifted, type TargetDrift } from '../../app/drift.ts';
import { inert } from '../../domain/inert.ts';
import { isWrite, type TargetChange, type TargetFault } from '../../domain/target.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import type { Colors } from '../terminal.ts';
import { type PlanView, renderPlan } from './plan.ts';
import { targetChangeLine } from './target-change.ts';

/** So many differences of each kind are shown. */
const FOLD = 20;

/** The lines of the answers, each with its line end. */
export function* renderDrift({ directory, config, targets }: Drift, view: PlanView): Generator<string> {
  const { colors } = view;
  yield `${colors.bold('Configuration')}: ${configText(config)}\n\n`;
  if (directory !== null) {
    yield `${colors.bold('Directories')}, and what follows from the configuration:\n`;
    yield* renderPlan(directory, view);
    yield '\n';
  }
  if (targets.length === 0) yield `${colors.bold('Targets')}: the workspace has none.\n`;
  else yield* renderTargetDrift(targets, { ...view, hint: true });
}

function configText({ changed, files }: ConfigDrift): string {
  if (!changed) return 'as it was last applied.';
  return files.length === 0
    ? 'changed since it was last applied.'
    : `changed since it was last applied: ${listed(files.map(inert))}.`;
}

/** The part about the targets: each with its differences, and with `hint` how to put them back. */
export function* renderTargetDrift(
  targets: readonly TargetDrift[],
  view: Pick<PlanView, 'colors' | 'full'> & { readonly hint: boolean },
): Generator<string> {
  const { colors } = view;
  for (const drift of targets) {
    const { target, groups, faults, problem } = drift;
    if (problem !== null) {
      yield `${colors.bold(target)}: ${colors.red(`not read (${problem.code})`)}\n`;
      yield `  ${inert(problem.message)}\n  ${inert(problem.hint)}\n`;
      continue;
    }
    if (groups.length === 0 && faults.length === 0) yield `${colors.bold(target)}: in step with the state.\n`;
    for (const fault of faults) yield faultLine(target, fault, colors);
    for (const { customer, entries } of groups) {
      yield `${colors.bold(customer === null ? target : `${target}, ${customer}`)}: ${summary(entries)}\n`;
      yield* renderEntries(entries, view);
    }
  }
  if (view.hint && targets.some(hasDrifted)) yield 'Put the targets back with: rollcall apply --repair\n';
}

function faultLine(target: string, { key, expected, found }: TargetFault, colors: Colors): string {
  return `${colors.bold(target)}: ${colors.cyan('~')} ${inert(key)}: ${inert(found)}; it should be: ${inert(expected)}\n`;
}

/** `1 to add, 2 to change`, `3 foreign`. */
function summary(entries: readonly TargetChange[]): string {
  const of = (action: TargetChange['action']) => entries.filter((entry) => entry.action === action).length;
  const parts = (['add', 'change', 'remove'] as const).flatMap((action) => {
    const number = of(action);
    return number === 0 ? [] : [`${grouped(number)} to ${action}`];
  });
  const foreign = of('foreign');
  return [...parts, ...(foreign === 0 ? [] : [`${count(foreign, 'entry', 'entries')} not ours`])].join(', ');
}

function* renderEntries(
  entries: readonly TargetChange[],
  { colors, full }: Pick<PlanView, 'colors' | 'full'>,
): Generator<string> {
  for (const action of ['remove', 'add', 'change', 'foreign'] as const) {
    const all = entries.filter((entry) => entry.action === action);
    const fold = !full && all.length > FOLD + 1;
    for (const entry of fold ? all.slice(0, FOLD) : all) yield `${targetChangeLine(entry, colors)}\n`;
    if (fold) yield `  ${colors.dim(`  … ${grouped(all.length - FOLD)} more (--all-changes shows them)`)}\n`;
  }
}

/** How many differences a repair would put right. */
export function repairs(targets: readonly TargetDrift[]): number {
  const entries = targets.flatMap(({ groups }) => groups.flatMap((group) => group.entries)).filter(isWrite).length;
  return entries + targets.reduce((sum, { faults }) => sum + faults.length, 0);
}
