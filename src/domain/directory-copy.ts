/** What a directory source leaves behind, so that its next reading need only ask what changed. */
import type { DirectoryIdentity } from './identity.ts';
import type { Instant } from './instant.ts';

/** What a copy is of, and how far it goes. */
export interface DirectoryCopyHead {
  readonly identity: DirectoryIdentity;
  /** Says what was asked for. To another question the copy is no answer. */
  readonly question: string;
  /** Where the next reading goes on, in the source's own words. */
  readonly position: string;
  /** When all was last read in full. */
  readonly fullAt: Instant;
}

/** The objects of the last complete reading, each as the source wrote it down; only the source reads those texts. */
export interface DirectoryCopy extends DirectoryCopyHead {
  readonly objects: ReadonlyMap<string, string>;
}

/** What to make of the copy after a complete reading. */
export interface DirectoryCopyUpdate extends DirectoryCopyHead {
  /** The position of the copy that this builds on: if another is stored by then, nothing is kept. Null puts a whole new copy in place. */
  readonly from: string | null;
  /** Keys and texts of objects that are new or have changed. */
  readonly changed: readonly (readonly [key: string, text: string])[];
  readonly removed: readonly string[];
}
