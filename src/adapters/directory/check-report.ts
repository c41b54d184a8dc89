/** Takes down how the steps of a check went. */
import type { Problem } from '../../domain/diagnostic.ts';
import type { CheckStep, CheckStepName } from '../../domain/directory-check.ts';

const STEPS: readonly CheckStepName[] = ['reach', 'signIn', 'read', 'rights', 'count'];

/** What a step came upon. A note is nothing to mend. */
export type Finding =
  | { readonly severity: 'failed' | 'warning'; readonly problem: Problem }
  | { readonly severity: 'note'; readonly message: string };

export interface CheckReport {
  /** The step that is under way: what goes wrong now is its doing. */
  current(): CheckStepName;
  begin(step: CheckStepName): void;
  /** Ends the current step: passed with this message and the notes, or what the worst of the findings makes of it. */
  end(message: string, findings?: readonly Finding[]): void;
  /** Says a step that has passed in other words. */
  amend(step: CheckStepName, message: string): void;
  fail(step: CheckStepName, problem: Problem): void;
  hasFailed(): boolean;
  /** Each step once, in order. */
  steps(): readonly CheckStep[];
}

export function checkReport(): CheckReport {
  const ended = new Map<CheckStepName, CheckStep>();
  let current: CheckStepName = 'reach';
  return {
    current: () => current,
    begin: (step) => {
      current = step;
    },
    end: (message, findings = []) => {
      ended.set(current, stepOf(current, message, findings));
    },
    amend: (step, message) => {
      if (ended.get(step)?.status === 'passed') ended.set(step, { step, status: 'passed', message });
    },
    fail: (step, problem) => {
      ended.set(step, { step, status: 'failed', problem });
    },
    hasFailed: () => [...ended.values()].some(({ status }) => status === 'failed'),
    steps: () => STEPS.map((step) => ended.get(step) ?? { step, status: 'untried' }),
  };
}

/** A step has one problem: several are told one after the other, the worst first, under the code of that. */
function stepOf(step: CheckStepName, message: string, findings: readonly Finding[]): CheckStep {
  const notes = findings.flatMap((finding) => (finding.severity === 'note' ? [finding.message] : []));
  const bad = (severity: Finding['severity']) =>
    findings.flatMap((finding) => (finding.severity === severity && 'problem' in finding ? [finding.problem] : []));
  const failures = bad('failed');
  const problems = [...failures, ...bad('warning')];
  const [worst] = problems;
  if (worst === undefined) return { step, status: 'passed', message: [message, ...notes].join(' ') };
  const problem = {
    code: worst.code,
    message: [...problems.map((one) => one.message), ...notes].join(' '),
    hint: [...new Set(problems.map(({ hint }) => hint))].join(' '),
  };
  return { step, status: failures.length > 0 ? 'failed' : 'warning', problem };
}
