/** Runs: what was done, and how everybody fared. */
import type { Change } from '../domain/change.ts';
import type { DirectoryIdentity } from '../domain/identity.ts';
import type { Instant } from '../domain/instant.ts';
import type { CustomerId, Roster } from '../domain/roster.ts';

/** Counts the runs of one state from 1. */
export type RunId = number;

/** An apply or a sync, as it begins. */
export interface RunStart {
  readonly command: 'apply' | 'sync' | 'repair' | 'import' | 'state push';
  readonly at: Instant;
  readonly who: string;
  /** Of the plan, `sha256:…`. */
  readonly planDigest: string | null;
}

/** How one customer fared in a run. */
export interface RunOutcome {
  readonly customer: CustomerId;
  readonly outcome: 'applied' | 'unchanged' | 'blocked' | 'failed';
  readonly serialBefore: number;
  readonly serialAfter: number;
  readonly changes: number;
  /** Why it failed or was blocked. */
  readonly message: string | null;
}

/** How one target fared in a run, as far as one customer is concerned. */
export interface TargetOutcome {
  readonly target: string;
  readonly customer: CustomerId;
  /** `pending`: the state may have moved on, and the target has not followed yet. */
  readonly outcome: 'pending' | 'unchanged' | 'converged' | 'blocked' | 'failed';
  /** Of the roster that it was brought in step with, or was to be. */
  readonly serial: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Why it failed or was blocked. */
  readonly message: string | null;
}

/** The last that was heard of a target and a customer. */
export interface TargetStanding {
  readonly target: string;
  readonly customer: CustomerId;
  readonly outcome: TargetOutcome['outcome'];
  readonly message: string | null;
  /** Of the roster that was last written to it, be it in full or in part; null if none ever was. */
  readonly writtenAt: number | null;
}

/** The configuration that a customer was last applied with. */
export interface AppliedConfig {
  /** Of all that plans follow from, `sha256:…`. */
  readonly digest: string;
  /** The files that it stood in, relative to the workspace, each with the digest of its bytes. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Run extends RunStart {
  readonly id: RunId;
  /** Null while it runs, and for ever if it was killed. */
  readonly finishedAt: Instant | null;
  readonly outcomes: readonly RunOutcome[];
  /** Sorted by target and customer. */
  readonly targets: readonly TargetOutcome[];
}

/** The journal's record of what one run did to one customer. */
export interface JournalEntry {
  readonly run: RunId;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly serialAfter: number;
  readonly directory: DirectoryIdentity | null;
  readonly changes: readonly Change[];
  /** In place of changes: the roster that a push put in place. */
  readonly baseline: Roster | null;
}
