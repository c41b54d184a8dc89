/** What trying a directory out has shown, step by step. */
import type { Problem } from './diagnostic.ts';

/** The steps, in their order; after one that failed, those that need it are not tried. */
export type CheckStepName = 'reach' | 'signIn' | 'read' | 'rights' | 'count';

/** One step: what was found, and for one that failed, or passed with a warning, what to do. */
export type CheckStep = { readonly step: CheckStepName } & (
  | { readonly status: 'passed'; readonly message: string }
  | { readonly status: 'warning' | 'failed'; readonly problem: Problem }
  | { readonly status: 'untried' }
);

export interface DirectoryCheck {
  /** Where the directory is: the URL, or the tenant and its cloud. */
  readonly server: string;
  /** What answered: the dialect, or the tenant's name and id; null if nothing did. */
  readonly directory: string | null;
  /** Each of CheckStepName once, in order. */
  readonly steps: readonly CheckStep[];
  /** How many objects the filter brings, before any rule; null where they could not be counted in time. */
  readonly objects: { readonly users: number | null; readonly groups: number | null };
  readonly elapsedMs: number;
}
