/** The stored state. */
import type { DirectoryCopy, DirectoryCopyUpdate } from '../domain/directory-copy.ts';
import type { Instant } from '../domain/instant.ts';
import type { CustomerId, Roster, State } from '../domain/roster.ts';
import type { Step } from '../planner/advance.ts';
import type { LockName, LockOptions } from './lock.ts';
import type {
  AppliedConfig,
  JournalEntry,
  Run,
  RunId,
  RunOutcome,
  RunStart,
  TargetOutcome,
  TargetStanding,
} from './run.ts';

/** One customer's part of an apply. */
export interface Commit extends Step {
  readonly customer: CustomerId;
  readonly run: RunId;
  /** The serial that the changes were planned from. */
  readonly expectedSerial: number;
}

/** A commit came to a roster whose serial is not the one that it was planned from (SAF-4). Nothing was written. */
export class StaleSerialError extends Error {
  override readonly name = 'StaleSerialError';
}

/** A state that was to be pushed is of another lineage, or older than the stored one. Nothing was written. */
export class PushRefusedError extends Error {
  override readonly name = 'PushRefusedError';
}

/** The part of the stored state that read paths may use. */
export interface StateReader extends AsyncDisposable {
  /**
   * The rosters of these customers; one never seen is an empty roster. Rosters of other customers that have
   * one of `domains`, or hold addresses in it, come along, so that ADR-4 and DOM-3 can be decided.
   */
  read(customers: readonly CustomerId[], domains: readonly string[]): Promise<State>;
  /** All customers that the state knows, sorted. */
  customers(): Promise<readonly CustomerId[]>;
  /** When each customer was last brought in step; those that never were are not in it. */
  syncedAt(): Promise<ReadonlyMap<CustomerId, Instant>>;
  /** The latest runs first. */
  runs(limit: number): Promise<readonly Run[]>;
  /** One run; null if there was no such run. */
  run(id: RunId): Promise<Run | null>;
  /** The customers that the plan of this digest has been applied to, by a run that got as far as them. */
  appliedBy(planDigest: string): Promise<ReadonlySet<CustomerId>>;
  /** What a run did, a customer at a time; null if there was no such run. */
  journal(run: RunId): Promise<readonly JournalEntry[] | null>;
  /** A past roster, rebuilt from the journal alone; null if it never had that serial. */
  rosterAt(customer: CustomerId, serial: number): Promise<Roster | null>;
  /**
   * What the directory's last complete reading left, its objects in the order of their keys as UTF-8. Null where nothing is kept, and where
   * what is kept cannot be made out: it only saves a full reading.
   */
  copy(customer: CustomerId): Promise<DirectoryCopy | null>;
  /** The last that was heard of each target and customer, sorted by both. */
  targetStandings(): Promise<readonly TargetStanding[]>;
  /** The configuration that a customer was last applied with; null if it never was. */
  appliedConfig(customer: CustomerId): Promise<AppliedConfig | null>;
}

/**
 * The stored state. After `commit`, `read` equals `advance(before, commit)` (planner/advance.ts): the pure function is the
 * oracle for every database.
 */
export interface StateStore extends StateReader {
  /**
   * Waits for the lock of a customer, or of a target as `target:NAME`; a lock whose process is dead is taken over. Rejects with
   * LockHeldError after `timeoutMs`.
   */
  lock(name: LockName, options: LockOptions): Promise<AsyncDisposable>;
  begin(run: RunStart): Promise<RunId>;
  finish(run: RunId, at: Instant): Promise<void>;
  /** Notes how a customer fared where nothing was committed. */
  note(run: RunId, outcome: RunOutcome): Promise<void>;
  /** One transaction, with its journal entry and outcome. Rejects with StaleSerialError if the serial moved. Returns the new one. */
  commit(commit: Commit): Promise<number>;
  /**
   * Puts these rosters in the place of the stored ones, all in one transaction, each with a baseline in the journal. A roster equal to the
   * stored one is left alone; customers that are not in `state` too. Rejects with PushRefusedError for another lineage (unless the
   * store holds no roster yet, then it takes the lineage over), for an older serial, and for the same serial with another content.
   */
  replace(run: RunId, at: Instant, state: State): Promise<void>;
  /**
   * Brings the customer's copy up to date, in one transaction; a key that is both removed and changed is kept. An update that builds on
   * another position than the stored one is passed over: somebody else was faster. Neither rosters nor journal change, and the
   * customer need not be known yet. Keys and texts are well-formed Unicode.
   */
  keepCopy(customer: CustomerId, update: DirectoryCopyUpdate): Promise<void>;
  /** Notes how targets fared in a run, in one transaction; of each target and customer the latest word stays. */
  noteTargets(run: RunId, outcomes: readonly TargetOutcome[]): Promise<void>;
  noteConfig(customer: CustomerId, config: AppliedConfig): Promise<void>;
}
