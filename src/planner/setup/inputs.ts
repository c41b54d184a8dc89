/** What the set-up of one customer is judged by. */
import type { DomainName } from '../../domain/address.ts';
import type { CustomerConfig } from '../../domain/config.ts';
import type { DomainObservation } from '../../domain/observations.ts';
import type { Roster } from '../../domain/roster.ts';
import type { SmtpProbe } from '../../domain/smtp-probe.ts';
import type { DomainClaims } from '../domain-claims.ts';
import type { ConfirmableStep } from './step.ts';

export interface SetupInputs {
  readonly customer: CustomerConfig;
  /** As the last apply left it. */
  readonly roster: Roster;
  readonly claims: DomainClaims;
  /** Of domains that nobody looked at there is none. */
  readonly observations: ReadonlyMap<DomainName, DomainObservation>;
  /** Of the servers of the sites, from a machine that is not of the service; null where they were not asked. */
  readonly probes: readonly SmtpProbe[] | null;
  /** Steps whose unseen part somebody says is done. */
  readonly confirmed: ReadonlySet<ConfirmableStep>;
}
