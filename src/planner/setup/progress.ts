/** What has changed between two looks at a customer's set-up. */
import type { Checklist } from './checklist.ts';
import type { Found, Instruction, SetupStep, StepStatus } from './step.ts';

export interface StepProgress {
  readonly step: SetupStep;
  readonly before: StepStatus;
  /** What is seen now and was not before. */
  readonly found: readonly Found[];
  /** What is to be done now and was not before. */
  readonly todo: readonly Instruction[];
}

/** The steps in which something else is seen than before. */
export function progressBetween(last: Checklist, now: Checklist): readonly StepProgress[] {
  return now.steps.flatMap((step) => {
    const old = last.steps.find(({ id }) => id === step.id);
    const known = new Set(old?.found.map(textOf));
    const found = step.found.filter((one) => !known.has(textOf(one)));
    const before = old?.status ?? step.status;
    if (found.length === 0 && before === step.status) return [];
    const toldBefore = new Set(old?.todo.map((one) => JSON.stringify(one)));
    const todo = step.todo.filter((one) => !toldBefore.has(JSON.stringify(one)));
    return [{ step, before, found, todo }];
  });
}

/** Numbers that only count down, as what is left of a TTL, are no news. */
function textOf({ status, about, message }: Found): string {
  return `${status} ${about ?? ''} ${message.replaceAll(/\d[\d,]* s\b/g, '')}`;
}
