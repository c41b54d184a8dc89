/** What a plan is made from, where part of it is redacted. */
import type { CustomerConfig } from '../../domain/config.ts';
import type { DirectoryReading } from '../../domain/directory.ts';
import type { Pseudonym } from '../../domain/pseudonym.ts';
import type { State } from '../../domain/roster.ts';
import { redactCustomer } from './configuration.ts';
import { redactReading } from './reading.ts';
import { redactState } from './state.ts';

/** What one customer is planned from. */
export interface CustomerGround {
  readonly customer: CustomerConfig;
  readonly directory: DirectoryReading;
  readonly state: State;
}

/**
 * All of it with pseudonyms, where the state or the reading has some already: else every name would seem to change. Without a key, `pseudonym` is
 * null, and nothing can be done about that.
 */
export function redactedAlike(ground: CustomerGround, pseudonym: Pseudonym | null): CustomerGround {
  const { customer, directory, state } = ground;
  const isRedacted = state.redacted === true || (directory.status === 'complete' && directory.proof.redacted === true);
  if (pseudonym === null || !isRedacted) return ground;
  return {
    customer: redactCustomer(customer, pseudonym),
    directory: redactReading(directory, pseudonym),
    state: redactState(state, pseudonym),
  };
}
