/** A replay as text: what the change of the configuration does to each customer, the lines that it consists of, and what nobody can tell. */

import type { FileChange } from '../../app/config-changes.ts';
import { ACTIONS, type Action, type Change } from '../../domain/change.ts';
import { inert } from '../../domain/inert.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { type CustomerReplay, hasDifference, type Replay } from '../../planner/replay.ts';
import type { Base, ShownReplay } from '../shown-replay.ts';
import { type PlanView, renderChanges, renderDiagnostics, shown, totals } from './plan.ts';

/** So many lines of each file's diff are shown. */
const DIFF_FOLD = 20;

/** The lines of a replay, each with its line end. */
export function* renderReplay({ base, replay, files, notes }: ShownReplay, view: PlanView): Generator<string> {
  yield* renderBase(base, files, view);
  for (const note of notes) yield `${view.colors.yellow('note:')} ${inert(note)}\n`;
  for (const file of files) yield* renderFile(file, view);
  yield '\n';
  for (const customer of replay.customers) if (hasDifference(customer)) yield* renderCustomer(customer, view);
  yield* renderSame(replay.customers.filter((customer) => !hasDifference(customer)).map(({ customer }) => customer));
  yield* renderTotals(replay, view);
}

function* renderBase({ revision, commit, status, findings }: Base, files: readonly FileChange[], { colors }: PlanView) {
  const changed =
    files.length === 0
      ? 'no file differs'
      : `${count(files.length, 'file')} ${files.length === 1 ? 'differs' : 'differ'}`;
  yield `Against ${colors.bold(inert(revision))} (${commit.slice(0, 12)}): ${changed}.\n`;
  if (status === 'absent') yield 'There was no workspace then: all that is planned is new.\n';
  if (status === 'broken') {
    yield `${colors.yellow(`The files were not valid then (${count(findings.length, 'finding')}), so nothing could be planned by them: all that is planned is new.`)}\n`;
  }
}

function* renderFile(
  { path, change, added, removed, patch, leftOut }: FileChange,
  { colors, full }: PlanView,
): Generator<string> {
  const size = added === null ? 'too much differs to compare' : `+${grouped(added)} -${grouped(removed ?? 0)}`;
  yield `  ${colors.bold(inert(path))}  ${change}, ${size}\n`;
  const lines = full ? patch : patch.slice(0, DIFF_FOLD);
  for (const line of lines) {
    const paint = line.startsWith('+') ? colors.green : line.startsWith('-') ? colors.red : colors.dim;
    yield `    ${paint(inert(line))}\n`;
  }
  const more = patch.length - lines.length + leftOut;
  if (more > 0)
    yield `    ${colors.dim(`… ${count(more, 'more line')}${lines.length < patch.length ? ' (--all-changes shows more)' : ''}`)}\n`;
}

function* renderCustomer(replay: CustomerReplay, view: PlanView): Generator<string> {
  const { colors } = view;
  const { customer, does, noLonger, blocks, diagnostics } = replay;
  yield `${colors.bold(customer)}: ${headline(replay)}${standing(replay, view)}\n`;
  yield* renderProblems(replay, view);
  for (const { rule, message } of blocks.came) yield `  ${colors.red(`now ${rule}:`)} ${inert(message)}\n`;
  for (const { rule, message } of blocks.went) yield `  ${colors.green(`no longer ${rule}:`)} ${inert(message)}\n`;
  yield* renderDiagnostics(shown(diagnostics.came, view), view);
  const gone = shown(diagnostics.went, view);
  if (gone.length > 0) yield `  ${colors.dim('no longer said:')}\n`;
  yield* indented(renderDiagnostics(gone, view));
  const instead = new Map(does.map((effect) => [effect.change, effect.instead]));
  const tell = (change: Change) => {
    const other = instead.get(change);
    return other == null ? '' : `; instead of ${other.action}`;
  };
  yield* renderChanges(
    does.map(({ change }) => change),
    view,
    tell,
  );
  if (noLonger.length > 0) yield `  ${colors.dim('no longer:')}\n`;
  yield* indented(renderChanges(noLonger, view));
  yield '\n';
}

function headline({ before, after, summary: { does, noLonger, billable } }: CustomerReplay): string {
  if (before === 'failed' || after === 'failed') return 'it cannot be told what the change does';
  const parts = [
    ...(sum(does) === 0 ? [] : [totals(does)]),
    ...(sum(noLonger) === 0 ? [] : [`no longer ${totals(noLonger)}`]),
  ];
  const users =
    billable === null || billable.before === billable.after
      ? ''
      : `; billable users ${grouped(billable.after)} instead of ${grouped(billable.before)}`;
  return `${parts.length === 0 ? 'no other changes' : parts.join('; ')}${users}`;
}

/** What became of the customer itself. */
function standing({ before, after }: CustomerReplay, { colors }: PlanView): string {
  if (after === 'absent') return '; not in the configuration any more, so it is left alone';
  const isNew = before === 'absent' ? '; new in the configuration' : '';
  if (before === after || before === 'failed' || after === 'failed') return isNew;
  if (after === 'blocked') return `${isNew}; ${colors.red('BLOCKED')}`;
  return before === 'blocked' ? `${isNew}; ${colors.green('no longer blocked')}` : isNew;
}

function* renderProblems({ problems }: CustomerReplay, { colors }: PlanView): Generator<string> {
  const both = problems.before?.message === problems.after?.message;
  for (const [when, problem] of [
    ['then', both ? null : problems.before],
    ['now', problems.after],
  ] as const) {
    if (problem === null) continue;
    yield `  ${colors.red(`not planned ${when} (${problem.code}):`)} ${inert(problem.message)}\n`;
    yield `  ${inert(problem.hint)}\n`;
  }
}

function* indented(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `  ${line}`;
}

function* renderSame(names: readonly string[]): Generator<string> {
  if (names.length === 0) return;
  const some = names.length <= 5 ? listed(names) : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  yield `${some}: no difference.\n`;
}

function* renderTotals({ customers }: Replay, { colors }: PlanView): Generator<string> {
  const all = (pick: (replay: CustomerReplay) => Readonly<Record<Action, number>>) =>
    Object.fromEntries(
      ACTIONS.map((action) => [action, customers.reduce((total, replay) => total + pick(replay)[action], 0)]),
    ) as Record<Action, number>;
  const [does, noLonger] = [all(({ summary }) => summary.does), all(({ summary }) => summary.noLonger)];
  const untold = customers.filter(({ before, after }) => before === 'failed' || after === 'failed').length;
  const suffix = untold === 0 ? '' : ` (${colors.red(`${grouped(untold)} cannot be told`)})`;
  const less = sum(noLonger) === 0 ? '' : `; no longer ${totals(noLonger)}`;
  const more = sum(does) > 0 ? totals(does) : 'nothing more to do';
  yield `The change of the configuration, for ${count(customers.length, 'customer')}${suffix}: ${more}${less}.\n`;
}

function sum(counts: Readonly<Record<Action, number>>): number {
  return ACTIONS.reduce((total, action) => total + counts[action], 0);
}
