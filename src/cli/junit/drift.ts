/** Drift as JUnit XML: a suite for each question, a case for each customer; what an apply or a repair would change is a failure. */
import type { Drift, TargetDrift } from '../../app/drift.ts';
import { inert } from '../../domain/inert.ts';
import type { CustomerPlan } from '../../domain/plan.ts';
import { isWrite } from '../../domain/target.ts';
import { count } from '../../domain/words.ts';
import { targetChangeText } from '../text/target-change.ts';
import { changeLines } from './change-lines.ts';
import { type JunitCase, type JunitSuite, renderJunit } from './junit.ts';

export function renderDriftJunit({ directory, config, targets }: Drift): readonly string[] {
  const configCase: JunitCase = {
    name: 'configuration',
    className: 'rollcall.config',
    outcome: config.changed ? 'failure' : 'passed',
    status: config.changed ? 'changed' : 'as applied',
    text: config.changed ? ['changed since it was last applied', ...config.files.map(inert)].join('\n') : '',
  };
  return renderJunit('rollcall drift', [
    { name: 'configuration', cases: [configCase] },
    ...(directory === null ? [] : [{ name: 'directories', cases: directory.customers.map(planCase) }]),
    ...targets.map(targetSuite),
  ]);
}

function planCase(customer: CustomerPlan): JunitCase {
  const about = { name: customer.customer, className: 'rollcall.directory' };
  if (customer.status === 'failed') {
    const { code, message, hint } = customer.problem;
    return { ...about, outcome: 'error', status: code, text: `${inert(message)}\n${inert(hint)}` };
  }
  const lines = changeLines(customer.changes);
  const blocks =
    customer.status === 'blocked' ? customer.blocks.map(({ rule, message }) => inert(`${rule}: ${message}`)) : [];
  return lines.length === 0 && blocks.length === 0
    ? { ...about, outcome: 'passed', status: 'in step', text: '' }
    : {
        ...about,
        outcome: 'failure',
        status: 'changed',
        text: [count(lines.length, 'change'), ...blocks, ...lines].join('\n'),
      };
}

function targetSuite({ target, customers, groups, faults, problem }: TargetDrift): JunitSuite {
  const className = `rollcall.target.${target}`;
  if (problem !== null) {
    const { code, message, hint } = problem;
    return {
      name: target,
      cases: [{ name: target, className, outcome: 'error', status: code, text: `${inert(message)}\n${inert(hint)}` }],
    };
  }
  const whole = faults.map(({ key, expected, found }) => `${key}: ${found}; it should be: ${expected}`);
  const cases = [null, ...customers].map((customer): JunitCase => {
    const entries = groups.find((group) => group.customer === customer)?.entries ?? [];
    const lines = entries.map((entry) => `${entry.action} ${entry.key}: ${targetChangeText(entry)}`);
    const text = [...(customer === null ? whole : []), ...lines].map(inert).join('\n');
    const failed = entries.some(isWrite) || (customer === null && whole.length > 0);
    return {
      name: customer ?? target,
      className,
      outcome: failed ? 'failure' : 'passed',
      status: failed ? 'changed' : 'in step',
      text,
    };
  });
  return { name: target, cases };
}
