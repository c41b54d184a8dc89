/** The public DNS, as it is and as it was recorded. */
import type { DomainObservation, DomainQuestion } from '../domain/observations.ts';
import type { CustomerId } from '../domain/roster.ts';

/** The public DNS. */
export interface DomainObserver {
  /** Never rejects for what the DNS did: what could not be asked is a `failed` answer. Takes ten times the time-out at most. */
  observe(question: DomainQuestion, signal: AbortSignal): Promise<DomainObservation>;
}

/** What the DNS shows of the domains of customers, or showed when it was recorded. */
export interface ObservationSource {
  /** Null where nobody has looked. Rejects with FileProblem for a recording that is damaged. */
  observe(customer: CustomerId, question: DomainQuestion, signal: AbortSignal): Promise<DomainObservation | null>;
}
