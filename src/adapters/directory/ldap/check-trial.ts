/** What the steps of one check share. */
import type { DirectoryConfig, LdapConnection } from '../../../domain/config.ts';
import type { DirectoryCheck } from '../../../domain/directory-check.ts';
import type { CheckReport } from '../check-report.ts';
import type { SecretResolver } from './password.ts';

export interface Trial {
  readonly directory: DirectoryConfig<LdapConnection>;
  readonly report: CheckReport;
  /** Filled in on the way, so that a check that is cut off still tells what it had found. */
  readonly found: Found;
  /** Aborts when the time is up, and when the user stops it. */
  readonly signal: AbortSignal;
  readonly isTimeUp: () => boolean;
  readonly resolveSecret: SecretResolver;
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Found {
  directory: DirectoryCheck['directory'];
  objects: DirectoryCheck['objects'];
}

export const UNCOUNTED: DirectoryCheck['objects'] = { users: null, groups: null };
