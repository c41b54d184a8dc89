/** An observer as the tests use it: by domain name, with short time-outs. */
import { type DomainObserverOptions, domainObserver } from '../../../src/adapters/dns/observer.ts';
import { parseDomain } from '../../../src/domain/address.ts';
import { instantOf } from '../../../src/domain/instant.ts';
import type { Answer, DomainObservation, DomainQuestion } from '../../../src/domain/observations.ts';

export type Observing = (
  domain: string,
  question?: Partial<Omit<DomainQuestion, 'domain'>>,
  signal?: AbortSignal,
) => Promise<DomainObservation>;

/** Nothing is asked but what the question names. */
export function observing(resolvers: readonly string[], options: Partial<DomainObserverOptions> = {}): Observing {
  const now = () => instantOf(0);
  const observer = domainObserver({ resolvers, authoritative: false, timeoutMs: 500, now, ...options });
  return (name, question = {}, signal = new AbortController().signal) => {
    const domain = parseDomain(name);
    if (domain === null) throw new TypeError(`${name} is no domain`);
    return observer.observe({ domain, ownershipName: null, mx: false, spf: null, ...question }, signal);
  };
}

/** A status, or the code of the problem. */
export function said(answer: Answer<unknown> | undefined): string {
  if (answer === undefined) return 'not asked';
  return answer.status === 'failed' ? answer.problem.code : answer.status;
}

/** The records; none where there is no answer with any. */
export function recordsIn<T>(answer: Answer<T> | undefined): readonly T[] {
  return answer?.status === 'answered' ? answer.records : [];
}
