/**
 * A replay as JUnit XML: a suite for each customer that anything is different for. A failure is a block or an error that the change of the
 * configuration brings; that it does something is none.
 */
import { type Diagnostic, placeOf } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { count } from '../../domain/words.ts';
import { type CustomerReplay, hasDifference } from '../../planner/replay.ts';
import { problemOf } from '../replay-plans.ts';
import { baseNote } from '../replay-words.ts';
import type { ShownReplay } from '../shown-replay.ts';
import { changeLines } from './change-lines.ts';
import { type JunitCase, type JunitSuite, renderJunit } from './junit.ts';

type Case = Omit<JunitCase, 'className'>;

/** The lines of the report, each with its line end. */
export function renderReplayJunit(shown: ShownReplay): readonly string[] {
  return renderJunit('rollcall plan --against', [
    baseSuite(shown),
    ...shown.replay.customers.filter(hasDifference).map(customerSuite),
  ]);
}

function baseSuite({ base, files, notes }: ShownReplay): JunitSuite {
  const sizes = files.map(({ path, change, added, removed }) =>
    inert(`${path} ${change}${added === null ? '' : ` +${added} -${removed ?? 0}`}`),
  );
  const said = [baseNote(base), ...notes].filter((note) => note !== null).map(inert);
  const compared = inert(`against ${base.revision} (${base.commit.slice(0, 12)})`);
  const text = [compared, ...said, ...sizes].join('\n');
  const own: Case = { name: 'configuration', outcome: 'passed', status: base.status, text };
  return { name: 'configuration', cases: [{ ...own, className: 'rollcall.replay' }] };
}

function customerSuite(replay: CustomerReplay): JunitSuite {
  const name = replay.customer;
  const className = `rollcall.replay.${name}`;
  return { name, cases: [...casesOf(replay)].map((one) => ({ ...one, className })) };
}

function* casesOf(replay: CustomerReplay): Generator<Case> {
  const { blocks, diagnostics, does, noLonger } = replay;
  const problem = problemOf(replay);
  if (problem !== null) {
    const text = `${inert(problem.message)}\n${inert(problem.hint)}`;
    yield { name: 'changes', outcome: 'error', status: problem.code, text };
    return;
  }
  const changes = [
    ...(does.length === 0 ? [] : [count(does.length, 'change'), ...changeLines(does.map(({ change }) => change))]),
    ...(noLonger.length === 0 ? [] : [`no longer: ${count(noLonger.length, 'change')}`, ...changeLines(noLonger)]),
  ];
  yield { name: 'changes', outcome: 'passed', status: 'compared', text: changes.join('\n') };
  for (const [index, { rule, message }] of blocks.came.entries()) {
    yield { name: `safety ${rule} ${index + 1}`, outcome: 'failure', status: rule, text: inert(message) };
  }
  const errors = diagnostics.came.filter(({ severity }) => severity === 'error');
  for (const [index, error] of errors.entries()) {
    yield { name: `${error.rule} ${index + 1}`, outcome: 'failure', status: error.rule, text: lineOf(error) };
  }
  const warnings = diagnostics.came.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) {
    const text = warnings.map((one) => `${one.rule}: ${lineOf(one)}`).join('\n');
    yield { name: 'warnings', outcome: 'passed', status: 'warned', text };
  }
}

function lineOf({ message, location }: Diagnostic): string {
  return inert(location === null ? message : `${message} (${placeOf(location)})`);
}
