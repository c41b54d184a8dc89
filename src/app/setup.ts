/** Looks how far a customer is on its way on board: in the state, in the DNS and, if that is wanted, at its mail servers. */
import type { DomainName } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { DomainObservation, DomainQuestion } from '../domain/observations.ts';
import { emptyRoster, type Roster } from '../domain/roster.ts';
import type { SmtpProbe } from '../domain/smtp-probe.ts';
import { questionFor } from '../planner/dns/question.ts';
import { claimsIn, handoversOf } from '../planner/domain-claims.ts';
import { type Checklist, setupChecklist } from '../planner/setup/checklist.ts';
import type { ConfirmableStep } from '../planner/setup/step.ts';
import type { StateReader } from '../ports/state.ts';
import { checkSites, type SmtpCheckRequest } from './check-smtp.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { readState } from './plan.ts';

export interface SetupRequest {
  readonly customer: CustomerConfig;
  readonly reader: StateReader;
  /** Never rejects for what the DNS did. */
  readonly observe: (question: DomainQuestion, signal: AbortSignal) => Promise<DomainObservation>;
  /** How to try mail servers out. Null to leave the servers alone. */
  readonly mailServers: Pick<SmtpCheckRequest, 'tester' | 'helo'> | null;
  readonly confirmed: ReadonlySet<ConfirmableStep>;
  readonly signal: AbortSignal;
}

/** Rejects with Interrupted once the signal is aborted. */
export async function lookAtSetup(request: SetupRequest): Promise<Checklist> {
  const { customer, reader, confirmed, signal } = request;
  throwIfInterrupted(signal);
  const state = await readState(reader, [customer]);
  const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
  const [observations, probes] = await Promise.all([observed(roster, request), probed(roster, request)]);
  throwIfInterrupted(signal);
  const handovers = handoversOf([customer], state, new Map([[customer.name, observations]]));
  const claims = claimsIn(state, handovers)(customer.name);
  return setupChecklist({ customer, roster, claims, observations, probes, confirmed });
}

async function observed(
  { domains }: Roster,
  { customer, observe, signal }: SetupRequest,
): Promise<ReadonlyMap<DomainName, DomainObservation>> {
  const tokens = new Map(domains.map(({ name, token }) => [name, token]));
  const seen = await Promise.all(
    customer.domains.map((domain) => observe(questionFor(domain, tokens.get(domain.name) ?? null, customer), signal)),
  );
  return new Map(seen.map((observation) => [observation.domain, observation]));
}

/** The sites are few, and so are their servers. */
const SERVERS_AT_ONCE = 8;

async function probed(
  { entries }: Roster,
  { customer, mailServers, signal }: SetupRequest,
): Promise<readonly SmtpProbe[] | null> {
  if (mailServers === null) return null;
  const request = { ...mailServers, entriesOf: () => entries, parallelism: SERVERS_AT_ONCE, signal };
  const results = await checkSites([customer], request);
  return results.flatMap((result) => (result.status === 'checked' ? [result.probe] : []));
}
