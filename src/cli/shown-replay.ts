/** A replay as every format shows it. */
import type { FileChange } from '../app/config-changes.ts';
import type { Finding } from '../config/finding.ts';
import type { Replay } from '../planner/replay.ts';

/** What the configuration is compared with. */
export interface Base {
  /** As it was named. */
  readonly revision: string;
  /** The full name of the commit. */
  readonly commit: string;
  /** `absent` where there was no workspace yet, `broken` where its files are not valid; all that is planned then is new. */
  readonly status: 'planned' | 'absent' | 'broken';
  /** What is wrong with the files at the revision; empty unless they are broken. */
  readonly findings: readonly Finding[];
}

export interface ShownReplay {
  readonly base: Base;
  readonly replay: Replay;
  readonly files: readonly FileChange[];
  /** What its reader should know, in sentences. */
  readonly notes: readonly string[];
}
