/** The mail systems that rosters take effect in. */
import { ProblemError } from '../domain/diagnostic.ts';
import type { ImportedUser } from '../domain/imported-user.ts';
import type { PersonalKind } from '../domain/pseudonym.ts';
import type { CustomerId, Roster } from '../domain/roster.ts';
import type {
  FoundEntry,
  TargetEntry,
  TargetFailure,
  TargetReading,
  TargetValue,
  TargetWrite,
} from '../domain/target.ts';

/** What of the entries of a target is personal. */
export interface Personal {
  /** What a field holds: `called` is a name, or else an address, which stays; null is what anybody may see. */
  readonly field: (name: string) => PersonalKind | 'called' | null;
  /** Whether what is after the first space of a key is what somebody or something is called. */
  readonly calledInKeys: boolean;
}

/** A mail system that rosters take effect in. */
export interface Target {
  readonly name: string;
  readonly personal: Personal;
  /** What it is to hold of a roster (TGT-1): a pure function. Of one customer no key comes twice. */
  project(roster: Roster): readonly TargetEntry[];
  /** Where it keeps what it is given in a form of its own: whether what is found is what is expected. A pure function. Without it both are equal. */
  readonly matches?: ((expected: TargetValue, found: TargetValue) => boolean) | undefined;
  /** All that it holds of these customers, and what it holds without a mark. Rejects with TargetProblem. */
  read(customers: readonly CustomerId[], signal: AbortSignal): Promise<TargetReading>;
  /** Whom what was read serves already, for an import (IMP-1): a pure function. What is no address is told of too. */
  people(entries: readonly FoundEntry[]): readonly ImportedUser[];
  /**
   * Makes these changes, and no other, and mends the faults of the reading. What could be done is done whatever else could not; a
   * change that did not come through is a failure. Rejects with TargetProblem where nothing could be done at all. A write that is
   * cut off leaves what the next reading and writing set right.
   */
  write(task: TargetTask, signal: AbortSignal): Promise<readonly TargetFailure[]>;
}

/** What is to be written. */
export interface TargetTask {
  readonly changes: readonly TargetWrite[];
  /** All that the target is to hold of the customers that are written, each with the serial of its roster. */
  readonly desired: readonly TargetEntry[];
  readonly serials: ReadonlyMap<CustomerId, number>;
}

/** A target that could not be read or written: what happened, and what to do next. */
export class TargetProblem extends ProblemError {
  override readonly name = 'TargetProblem';
}
