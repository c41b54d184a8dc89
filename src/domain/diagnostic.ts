/** What is said to people: diagnostics beside a plan, and problems that stop something. */
import type { RuleId } from './rule.ts';

/** A place in the configuration; line and column count from 1. The file is relative to the workspace. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How grave it is. None stops a plan. */
export type Severity = 'error' | 'warning' | 'info';

/** Something a plan's reader should know. It never stops the plan. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly rule: RuleId;
  readonly message: string;
  /** The address it is about, as first seen, or null. */
  readonly address: string | null;
  readonly location: Location | null;
}

/** Something that could not be done: what happened, and what to do next. The code is for scripts. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A problem that is thrown. */
export class ProblemError extends Error implements Problem {
  override readonly name: string = 'ProblemError';
  readonly code: string;
  readonly hint: string;
  constructor({ code, message, hint }: Problem, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** A diagnostic; about no address and no place unless said. */
export function diagnostic(
  severity: Severity,
  rule: RuleId,
  message: string,
  about: { readonly address?: string; readonly location?: Location } = {},
): Diagnostic {
  return { severity, rule, message, address: about.address ?? null, location: about.location ?? null };
}

/** A place as people write it: `customers/acme.yaml:14`. */
export function placeOf(location: Location): string {
  return `${location.file}:${location.line}`;
}
