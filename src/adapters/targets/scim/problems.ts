/** What can go wrong with a SCIM service, in words. */
import type { Problem } from '../../../domain/diagnostic.ts';
import { TargetProblem } from '../../../ports/target.ts';

/** A request that no answer came to. `unsent`: nothing of it can have taken effect. `lost`: it may have. */
export class NoAnswer extends TargetProblem {
  readonly kind: 'unsent' | 'lost';
  constructor(kind: 'unsent' | 'lost', problem: Problem) {
    super(problem);
    this.kind = kind;
  }
}

/** What is wrong with one user or group alone. */
export class Refusal extends TargetProblem {}

export function problem(code: string, message: string, hint: string): Problem {
  return { code, message, hint };
}

export function stop(code: string, message: string, hint: string): TargetProblem {
  return new TargetProblem({ code, message, hint });
}

/** The user stopped it. */
export function interrupted(): TargetProblem {
  return stop('INTERRUPTED', 'The work at the service was interrupted.', 'Run it again: it goes on where it was.');
}

const MOST_QUOTED = 300;

/** What somebody else wrote, as one short line that does nothing to a terminal. */
export function quoted(text: string): string {
  const line = text
    .slice(0, 10 * MOST_QUOTED)
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('"', "'")
    .trim();
  const points = [...line];
  return points.length > MOST_QUOTED ? `${points.slice(0, MOST_QUOTED).join('')}…` : points.join('');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
