/** Plans and states as text and as files. */
import { ProblemError } from '../domain/diagnostic.ts';
import type { State } from '../domain/roster.ts';
import type { PlanRecord } from '../planner/document.ts';

/** A plan as it was saved. */
export interface SavedPlan extends PlanRecord {
  /** `sha256:…` over its canonical JSON. */
  readonly digest: string;
}

/** Plans as text and as files (`rollcall.plan/1`). */
export interface PlanFiles {
  /** The text of the document, piece by piece, ending with a line end. */
  text(record: PlanRecord): Iterable<string>;
  digest(record: PlanRecord): string;
  /** Writes the whole file or leaves what was there. Rejects with FileProblem. Returns the digest. */
  save(path: string, record: PlanRecord): Promise<string>;
  /** Reads a saved plan whose content is what its digest says. Rejects with FileProblem. */
  load(path: string): Promise<SavedPlan>;
}

/** Whole states as text and as files (`rollcall.state/1`). */
export interface StateFiles {
  text(state: State): Iterable<string>;
  /** Reads a state in which every address is valid and held once. Rejects with FileProblem. */
  load(path: string): Promise<State>;
}

/** A file that could not be read or written, or that is not what it should be. */
export class FileProblem extends ProblemError {
  override readonly name = 'FileProblem';
}
