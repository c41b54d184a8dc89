/** What every way of keeping the tables has in common, be it files or a database. */
import type { CustomerId } from '../../../domain/roster.ts';
import type { FoundEntry, TargetFault } from '../../../domain/target.ts';
import type { StagedFile } from './table-files.ts';
import type { LineWrite, Table } from './tables.ts';

export interface TableStore {
  /** What it holds of these customers, and what is nobody's. Rejects with TargetProblem. */
  read(customers: ReadonlySet<CustomerId>): Promise<StoreReading>;
  /** Makes ready what these writes come to, and changes nothing yet. Rejects with TargetProblem. */
  prepare(task: StoreTask): Promise<Prepared>;
}

export interface StoreReading {
  readonly entries: readonly FoundEntry[];
  readonly faults: readonly TargetFault[];
  /** What should be there and is not. */
  readonly missing: readonly string[];
  /** Whether anything is there. */
  readonly begun: boolean;
}

export interface StoreTask {
  readonly writes: ReadonlyMap<Table, readonly LineWrite[]>;
  /** Makes everything anew, because a writing was cut off. */
  readonly mend: boolean;
  readonly signal: AbortSignal;
}

export interface Prepared {
  readonly staged: readonly StagedFile[];
  /** Whether Postfix has to be told before it sees what was changed. */
  readonly reload: boolean;
  /** Puts in what is not in files, all or nothing; null where there is nothing such. Rejects with TargetProblem. */
  readonly commit: (() => Promise<void>) | null;
}

/** A row of a database of tables. */
export interface TableRow {
  readonly map: string;
  readonly key: string;
  readonly value: string;
  /** Null is nobody's. */
  readonly customer: string | null;
}

export const NOT_THERE = 'nothing of that name';
