/** What a target is opened with. */
import type { SecretReference } from '../../domain/secret-reference.ts';
import type { ServiceProfile } from '../../domain/service.ts';

export interface TargetOpening {
  /** The secret that a reference leads to. Rejects with a Problem. */
  readonly resolveSecret: (reference: SecretReference) => Promise<string>;
  /** Takes what is done at the target, a line each, for `--verbose`. Never a secret. */
  readonly log: (line: string) => void;
  /** The workspace's service, which says what columns an upload has; null where none is named. */
  readonly service: ServiceProfile | null;
}
