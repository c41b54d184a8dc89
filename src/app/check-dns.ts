/** Looks at the DNS of all domains of customers, and judges it as a plan would. */
import pLimit from 'p-limit';
import type { DomainName } from '../domain/address.ts';
import type { CustomerConfig, DomainConfig } from '../domain/config.ts';
import type { Severity } from '../domain/diagnostic.ts';
import type { DomainObservation, DomainQuestion } from '../domain/observations.ts';
import type { CustomerId, Domain, State } from '../domain/roster.ts';
import type { RuleId } from '../domain/rule.ts';
import { closedGates } from '../planner/dns/assess.ts';
import type { MxAssessment } from '../planner/dns/mx.ts';
import type { OwnershipAssessment } from '../planner/dns/ownership.ts';
import { questionFor } from '../planner/dns/question.ts';
import type { SpfAssessment } from '../planner/dns/spf.ts';
import { settleDomains } from '../planner/domain-changes.ts';
import { claimsIn, type DomainClaims, handoversOf } from '../planner/domain-claims.ts';
import type { DomainObserver } from '../ports/dns.ts';
import type { StateReader } from '../ports/state.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { readState } from './plan.ts';

export interface CheckDnsRequest {
  readonly observer: DomainObserver;
  /** Has the tokens, and what was verified before. */
  readonly reader: StateReader;
  /** Domains looked at together, of whatever customers. */
  readonly parallelism: number;
  readonly signal: AbortSignal;
  readonly onDone?: (domain: DomainName) => void;
}

export type Gate = ReturnType<typeof closedGates>[number];

/** Something to be said of whose a domain is, by the rule that says it. */
export interface OwnershipFinding {
  readonly code: RuleId;
  readonly severity: Severity;
  readonly message: string;
}

export interface OwnershipCheck extends OwnershipAssessment {
  readonly findings: readonly OwnershipFinding[];
}

/** What the DNS shows of one domain, and what follows. */
export interface DomainCheck {
  readonly customer: CustomerId;
  readonly domain: DomainName;
  /** None where the domain passes. */
  readonly closed: readonly Gate[];
  readonly ownership: OwnershipCheck;
  readonly mx: MxAssessment;
  readonly spf: SpfAssessment;
}

/** A result for each domain, in the order of the customers and of their domains. Rejects with Interrupted once the signal is aborted. */
export async function checkDns(
  customers: readonly CustomerConfig[],
  request: CheckDnsRequest,
): Promise<readonly DomainCheck[]> {
  const state = await readState(request.reader, customers);
  const limit = pLimit(request.parallelism);
  const seen = await Promise.all(
    customers.map(async (customer) => {
      const observing = customer.domains.map((domain) =>
        limit(() => observe(questionOf(domain, customer, state), request)),
      );
      const observations = await Promise.all(observing);
      return [customer.name, new Map(observations.map((one) => [one.domain, one]))] as const;
    }),
  );
  const observations = new Map(seen);
  const claims = claimsIn(state, handoversOf(customers, state, observations));
  return customers.flatMap((customer) =>
    customer.domains.map((domain) => {
      const observed = observations.get(customer.name) ?? new Map();
      return checkOf({ domain, customer, state, observed, claims: claims(customer.name) });
    }),
  );
}

/** All that can be asked. Without a region there are no addresses to evaluate, but there may be a record. */
function questionOf(domain: DomainConfig, customer: CustomerConfig, state: State): DomainQuestion {
  const question = questionFor(domain, storedOf(domain, customer, state)?.token ?? null, customer);
  return { ...question, spf: question.spf ?? { addresses: [], include: '' } };
}

async function observe(
  question: DomainQuestion,
  { observer, signal, onDone }: CheckDnsRequest,
): Promise<DomainObservation> {
  throwIfInterrupted(signal);
  const observation = await observer.observe(question, signal);
  throwIfInterrupted(signal);
  onDone?.(question.domain);
  return observation;
}

interface Case {
  readonly domain: DomainConfig;
  readonly customer: CustomerConfig;
  readonly state: State;
  readonly observed: ReadonlyMap<DomainName, DomainObservation>;
  readonly claims: DomainClaims;
}

function checkOf(one: Case): DomainCheck {
  const { domain, customer, state, observed, claims } = one;
  const stored = storedOf(domain, customer, state);
  // By itself, so that what is said is about this domain.
  const settlement = settleDomains(
    { ...customer, domains: [domain] },
    { domains: stored === null ? [] : [stored] },
    { observations: observed, tokens: new Map(), claims },
  );
  const [settled] = settlement.domains;
  if (settled === undefined) throw new Error(`${domain.name} was not settled`);
  const { assessment, standing } = settled;
  const isManaged = standing === 'managed';
  const isTokenless = domain.verification === 'dns' && (stored?.token ?? null) === null;
  const findings = settlement.diagnostics.map(({ rule, severity, message }) => ({ code: rule, severity, message }));
  const ownership: OwnershipCheck = {
    ...assessment.ownership,
    status: isManaged ? 'verified' : isTokenless ? 'missing' : assessment.ownership.status,
    findings: isTokenless && !isManaged ? [...findings, noToken(domain)] : findings,
  };
  return {
    customer: customer.name,
    domain: domain.name,
    closed: closedGates(assessment, isManaged ? 'verified' : 'pending', customer),
    ownership,
    mx: assessment.mx,
    spf: assessment.spf,
  };
}

function noToken({ name }: DomainConfig): OwnershipFinding {
  const message = `${name} has no token yet, so there is no record to look for. Apply a plan: that makes the token, and keeps it.`;
  return { code: 'DOM-1', severity: 'warning', message };
}

function storedOf({ name }: DomainConfig, customer: CustomerConfig, { rosters }: State): Domain | null {
  return rosters.get(customer.name)?.domains.find((domain) => domain.name === name) ?? null;
}
