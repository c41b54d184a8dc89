/** What is said to people: diagnostics beside a plan, and problems that stop something. */
import type { RuleId } from './rule.ts';

/** A place in the configuration; line and column count from 1. The file is relative to the workspace. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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
