/** The set-up of a customer as JUnit XML: a case for each step. What could not be asked, or cannot be seen from here, is skipped. */
import { inert } from '../../domain/inert.ts';
import type { Checklist } from '../../planner/setup/checklist.ts';
import type { Instruction, SetupStep, StepStatus } from '../../planner/setup/step.ts';
import { STATUS } from '../text/setup.ts';
import { blockOf } from '../text/setup-instruction.ts';
import { type JunitCase, renderJunit } from './junit.ts';

const OUTCOMES: Readonly<Record<StepStatus, JunitCase['outcome']>> = {
  done: 'passed',
  notNeeded: 'passed',
  unknown: 'skipped',
  pending: 'failure',
  failed: 'failure',
};

/** The lines of the report, each with its line end. */
export function renderSetupJunit({ customer, steps }: Checklist): readonly string[] {
  const cases = steps.map((step) => caseOf(customer, step));
  return renderJunit('rollcall setup', [{ name: customer, cases }]);
}

function caseOf(customer: string, { number, title, status, found, todo }: SetupStep): JunitCase {
  // What holds the step back comes first, for the first line is what is seen of it without opening it.
  const telling = [...found.filter((one) => one.status === status), ...found.filter((one) => one.status !== status)];
  const lines = telling.map(({ about, message, ...one }) => {
    const subject = about === null ? '' : `${about}: `;
    return inert(`${STATUS[one.status].word}: ${subject}${message}`);
  });
  return {
    name: `${number}. ${title}`,
    className: `rollcall.setup.${customer}`,
    outcome: OUTCOMES[status],
    status,
    text: [...lines, ...todo.flatMap(todoLines)].join('\n'),
  };
}

function todoLines(instruction: Instruction): readonly string[] {
  const { text, lines } = blockOf(instruction);
  return [`to do: ${text}`, ...lines.map((line) => `  ${line}`)];
}
