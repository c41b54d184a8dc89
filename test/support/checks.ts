/** The steps of a check by name, and what they are expected to be. */
import { expect } from 'vitest';
import type { CheckStep, CheckStepName, DirectoryCheck } from '../../src/domain/directory-check.ts';

/** What a step came to, without its name. */
type Outcome = Record<string, unknown>;

/** Each step under its name; they are checked to be there once each, in order. */
export function steps(check: DirectoryCheck): Readonly<Record<CheckStepName, Outcome>> {
  expect(check.steps.map(({ step }) => step)).toEqual(['reach', 'signIn', 'read', 'rights', 'count']);
  const [reach, signIn, read, rights, count] = check.steps.map(outcomeOf);
  return { reach: reach ?? {}, signIn: signIn ?? {}, read: read ?? {}, rights: rights ?? {}, count: count ?? {} };
}

function outcomeOf({ step: _, ...outcome }: CheckStep): Outcome {
  return outcome;
}

export const UNTRIED = { status: 'untried' };

export function passed(message: string | RegExp) {
  return { status: 'passed', message: typeof message === 'string' ? message : expect.stringMatching(message) };
}

export function failedWith(code: string, message: RegExp, hint: RegExp) {
  return { status: 'failed', problem: problemLike(code, message, hint) };
}

export function warned(code: string, message: RegExp, hint: RegExp) {
  return { status: 'warning', problem: problemLike(code, message, hint) };
}

function problemLike(code: string, message: RegExp, hint: RegExp) {
  return { code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) };
}
