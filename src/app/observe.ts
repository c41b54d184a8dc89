/** Looks at the DNS of customers' domains, many at once, for their plans. */
import pLimit from 'p-limit';
import type { DomainName } from '../domain/address.ts';
import type { Config, CustomerConfig, DomainConfig } from '../domain/config.ts';
import type { DomainObservation, DomainQuestion } from '../domain/observations.ts';
import type { CustomerId, Domain, State } from '../domain/roster.ts';
import { questionFor } from '../planner/dns/question.ts';
import { type Handovers, handoversOf } from '../planner/domain-claims.ts';
import type { ObservationSource } from '../ports/dns.ts';
import { throwIfInterrupted } from './interrupted.ts';

/** So many domains are looked at together, of whatever customers. */
const DOMAINS_AT_ONCE = 32;

type Seen = ReadonlyMap<DomainName, DomainObservation>;

export interface ObserveRequest {
  /** The whole workspace: a planned customer may lose a domain to one that is not planned (DOM-3). */
  readonly config: Pick<Config, 'customers'>;
  /** Those of it that are planned. */
  readonly customers: readonly CustomerConfig[];
  readonly state: State;
  readonly observations: ObservationSource;
  readonly signal: AbortSignal;
}

/** What is being seen. Everything is asked for from the beginning; each promise rejects with Interrupted, or with FileProblem for a recording. */
export interface Observed {
  /** Of the domains that a planned customer's plan depends on the DNS for. */
  of(customer: CustomerConfig): Promise<Seen>;
  /** The hand-overs that concern a customer. */
  handovers(customer: CustomerConfig): Promise<Handovers>;
}

/** Looks at the domains of the planned customers, and at those that somebody takes over from them. */
export function observeDomains({ config, customers, state, observations, signal }: ObserveRequest): Observed {
  const limit = pLimit(DOMAINS_AT_ONCE);
  const observe = (customer: CustomerId, question: DomainQuestion) =>
    limit(async () => {
      throwIfInterrupted(signal);
      const seen = await observations.observe(customer, question, signal);
      throwIfInterrupted(signal);
      return seen;
    });
  const seeAll = async (customer: CustomerConfig, questions: readonly DomainQuestion[]): Promise<Seen> => {
    const seen = await Promise.all(questions.map((question) => observe(customer.name, question)));
    return new Map(seen.flatMap((one) => (one === null ? [] : [[one.domain, one]])));
  };
  const isPlanned = new Set(customers.map(({ name }) => name));
  const claims = claimants(config.customers, state);
  const asked = [
    ...claims.filter(({ customer }) => !isPlanned.has(customer.name)).map((claim) => claimQuestions(claim, state)),
    ...customers.map((customer) => planQuestions(customer, state)),
  ];
  const seeing = new Map(asked.map(({ customer, questions }) => [customer.name, seeAll(customer, questions)]));
  // Whoever waits is told. Where nobody waits any more the command has come to its end for another reason.
  for (const one of seeing.values()) one.catch(() => undefined);
  const seenOf = async ({ name }: CustomerConfig): Promise<Seen> => (await seeing.get(name)) ?? new Map();
  return {
    of: seenOf,
    handovers: async (customer) => {
      const concerning = claims.filter(concerns(customer, state)).map((claim) => claim.customer);
      if (concerning.length === 0) return new Map();
      const seen = await Promise.all(
        concerning.map(async (claimant) => [claimant.name, await seenOf(claimant)] as const),
      );
      return handoversOf(concerning, state, new Map(seen));
    },
  };
}

interface Asked {
  readonly customer: CustomerConfig;
  readonly questions: readonly DomainQuestion[];
}

/** What a customer's plan depends on the DNS for. Nothing is asked where nothing does. */
function planQuestions(customer: CustomerConfig, state: State): Asked {
  const questions = customer.domains.flatMap(
    (domain) => planQuestion(domain, customer, tokenOf(domain, customer, state)) ?? [],
  );
  return { customer, questions };
}

function planQuestion(domain: DomainConfig, customer: CustomerConfig, token: string | null): DomainQuestion | null {
  // A token that is not stored yet cannot have been published, and a pending domain has its own record to publish first.
  if (domain.verification === 'dns' && token === null) return null;
  const { service, gates } = customer;
  const question = questionFor(domain, token, customer);
  const mx = service.region !== null || gates.mx === 'block';
  const isAsked = question.ownershipName !== null || mx || question.spf !== null || gates.spf === 'block';
  return isAsked ? { ...question, mx } : null;
}

/** Of somebody who is not planned, only whose the domains are. */
function claimQuestions({ customer, domains }: Claimant, state: State): Asked {
  const questions = domains.map((domain) => ({
    ...questionFor(domain, tokenOf(domain, customer, state), customer),
    mx: false,
    spf: null,
  }));
  return { customer, questions };
}

interface Claimant {
  readonly customer: CustomerConfig;
  readonly domains: readonly DomainConfig[];
}

/** Who would take domains over that are verified for another customer now. Normally nobody. */
function claimants(customers: readonly CustomerConfig[], state: State): readonly Claimant[] {
  return customers.flatMap((customer) => {
    const domains = customer.domains.filter(
      (domain) =>
        domain.takeover &&
        stored(domain, customer, state)?.status === 'pending' &&
        isHeldElsewhere(domain, customer, state),
    );
    return domains.length === 0 ? [] : [{ customer, domains }];
  });
}

function isHeldElsewhere({ name }: DomainConfig, customer: CustomerConfig, { rosters }: State): boolean {
  return [...rosters.values()].some(
    (roster) =>
      roster.customer !== customer.name &&
      roster.domains.some((domain) => domain.name === name && domain.status === 'verified'),
  );
}

/** Whether a claim is to a domain that the customer has, or had. */
function concerns({ name, domains }: CustomerConfig, { rosters }: State): (claim: Claimant) => boolean {
  const own = new Set<string>([...domains, ...(rosters.get(name)?.domains ?? [])].map((domain) => domain.name));
  return (claim) => claim.domains.some((domain) => own.has(domain.name));
}

function tokenOf(domain: DomainConfig, customer: CustomerConfig, state: State): string | null {
  return stored(domain, customer, state)?.token ?? null;
}

function stored({ name }: DomainConfig, customer: CustomerConfig, { rosters }: State): Domain | null {
  return rosters.get(customer.name)?.domains.find((domain) => domain.name === name) ?? null;
}
