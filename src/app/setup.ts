/** Looks how far a customer is on its way on board: in the state, in the DNS and, if that is wanted, at its mail servers. */
import { randomBytes } from 'node:crypto';
import { type DomainName, domainOf, keyOf } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { DomainObservation, DomainQuestion } from '../domain/observations.ts';
import { emptyRoster, isUser, type Roster } from '../domain/roster.ts';
import type { SmtpProbe, SmtpQuestion, SmtpServer } from '../domain/smtp-probe.ts';
import { questionFor } from '../planner/dns/question.ts';
import { claimsIn, handoversOf } from '../planner/domain-claims.ts';
import { type Checklist, setupChecklist } from '../planner/setup/checklist.ts';
import { serversOf } from '../planner/setup/sites.ts';
import type { ConfirmableStep } from '../planner/setup/step.ts';
import type { StateReader } from '../ports.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { readState } from './plan.ts';

type Recipients = Pick<SmtpQuestion, 'knownRecipient' | 'randomRecipient'>;

export interface SetupRequest {
  readonly customer: CustomerConfig;
  readonly reader: StateReader;
  /** Never rejects for what the DNS did. */
  readonly observe: (question: DomainQuestion, signal: AbortSignal) => Promise<DomainObservation>;
  /** Asks a mail server; never rejects for what the server did. Null to leave the servers alone. */
  readonly probe: ((server: SmtpServer, about: Recipients, signal: AbortSignal) => Promise<SmtpProbe>) | null;
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

async function probed(roster: Roster, { customer, probe, signal }: SetupRequest): Promise<readonly SmtpProbe[] | null> {
  if (probe === null) return null;
  const asked = serversOf({ customer }).flatMap(({ address, port }) => {
    const recipients = recipientsOf({ address, port }, customer, roster);
    return recipients === null ? [] : [probe({ address, port }, recipients, signal)];
  });
  return Promise.all(asked);
}

/** Somebody in a domain that the server is for, and somebody there who cannot be; null for a server that is for no domain. */
function recipientsOf(server: SmtpServer, { sites, domains }: CustomerConfig, { entries }: Roster): Recipients | null {
  const isServed = new Set(
    sites
      .filter(({ servers }) => servers.some(({ address, port }) => address === server.address && port === server.port))
      .map(({ name }) => name),
  );
  const served = domains.filter(({ site }) => site !== null && isServed.has(site)).map(({ name }) => name);
  const [first] = served;
  if (first === undefined) return null;
  const known = entries.find(
    (entry) => isUser(entry) && entry.status === 'active' && served.includes(domainOf(keyOf(entry.address))),
  );
  const domain = known === undefined ? first : domainOf(keyOf(known.address));
  const nobody = `nobody-${randomBytes(8).toString('hex')}@${domain}`;
  return { knownRecipient: known?.address ?? null, randomRecipient: nobody };
}
