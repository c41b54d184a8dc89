/** The set-up of a customer as JUnit XML: a case for each step. */
import type { Checklist } from '../../planner/setup/checklist.ts';
import { isSettled } from '../../planner/setup/step.ts';
import { type JunitCase, renderJunit } from './junit.ts';

export function renderSetupJunit({ customer, steps }: Checklist): readonly string[] {
  const cases = steps.map(
    (step): JunitCase => ({
      name: step.title,
      className: `rollcall.setup.${customer}`,
      outcome: isSettled(step.status) ? 'passed' : 'failure',
      status: step.status,
      text: step.found.map(({ about, message }) => (about === null ? message : `${about}: ${message}`)).join('\n'),
    }),
  );
  return renderJunit('rollcall setup', [{ name: customer, cases }]);
}
