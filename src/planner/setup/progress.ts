/** What has changed between two looks at a customer's set-up. */
import type { Checklist } from './checklist.ts';
import type { Found, SetupStep, StepStatus } from './step.ts';

export interface StepProgress {
  /** Counts from 1. */
  readonly number: number;
  readonly step: SetupStep;
  readonly before: StepStatus;
  /** What is seen now and was not before. */
  readonly found: readonly Found[];
}

/** The steps in which something else is seen than before. */
export function progressBetween(before: Checklist, after: Checklist): readonly StepProgress[] {
  return after.steps.flatMap((step, index) => {
    const old = before.steps.find(({ id }) => id === step.id);
    const known = new Set(old?.found.map(textOf));
    const found = step.found.filter((one) => !known.has(textOf(one)));
    const status = old?.status ?? step.status;
    return found.length === 0 && status === step.status ? [] : [{ number: index + 1, step, before: status, found }];
  });
}

/** Numbers that only count down, as what is left of a TTL, are no news. */
function textOf({ status, about, message }: Found): string {
  return `${status} ${about ?? ''} ${message.replaceAll(/\d[\d,]* s\b/g, '')}`;
}
