/** Somebody whom a target serves, as an import finds them there. */
import type { Attributes } from './roster.ts';

/** As the target has it: the addresses are not checked yet. */
export interface ImportedUser {
  readonly address: string;
  /** None where the target does not tell whose an address is. */
  readonly aliases: readonly string[];
  readonly attributes: Attributes;
}
