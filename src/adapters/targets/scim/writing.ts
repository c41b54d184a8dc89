/** What all writing to a service shares, and what is learned of it on the way. */
import type { ScimClient } from './client.ts';
import type { Holdings } from './holdings.ts';

export interface WritingContext {
  readonly client: ScimClient;
  readonly holdings: Pick<Holdings, 'service' | 'sent'>;
  readonly log: (line: string) => void;
  readonly learned: Learned;
  /** Whether a user that is gone when it is to be changed is made anew; so it is unless this says otherwise. */
  readonly mayMake?: boolean;
}

/** What the service has shown of itself while we wrote. */
export interface Learned {
  patch: boolean;
  readonly filter: boolean;
  bulk: boolean;
  /** Whether it keeps our mark; null until it was seen. */
  marks: boolean | null;
  /** Fields that it was seen to drop. */
  readonly dropped: Set<string>;
}

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
