/** Directories, live and recorded. */
import type { CustomerConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DirectoryCheck } from '../domain/directory-check.ts';
import type { DirectoryCopy } from '../domain/directory-copy.ts';

/** What a long read has done so far. */
export interface ReadProgress {
  readonly pages: number;
  readonly entries: number;
}

/** A customer's directory, live or recorded. */
export interface DirectorySource {
  /** Reads all of it. Never rejects for what the directory did: every way a read can be incomplete is a `failed` reading (SAF-2). */
  read(customer: CustomerConfig, options: ReadOptions): Promise<DirectoryReading>;
}

/** Tries a customer's directory out, as the Test button of a settings page would. */
export interface DirectoryTester {
  /** Never rejects for what the directory did. Takes ten seconds at most. */
  check(customer: CustomerConfig, signal: AbortSignal): Promise<DirectoryCheck>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** What the last complete reading left, for a source that can ask for what changed since. Without it, all is read. */
  readonly copy?: () => Promise<DirectoryCopy | null>;
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Asks for what a recording needs to answer other questions too. A source that cannot give it leaves it out. */
  readonly withEvidence?: boolean;
  /**
   * A recording must show that it is what this configuration would read. Else one that does not say what was asked is taken for it, and one
   * that does is held against it all the same.
   */
  readonly mustFit?: boolean;
}
