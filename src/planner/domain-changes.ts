/** What becomes of a customer's domains: pending, verified, lost or taken out, and what there is to be said (DOM-1, DOM-2, DOM-3, DEL-9). */
import type { DomainName } from '../domain/address.ts';
import type { DomainChange, NonEmpty, Reason } from '../domain/change.ts';
import type { CustomerConfig, DomainConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { dayOf } from '../domain/instant.ts';
import type { DomainObservation } from '../domain/observations.ts';
import type { CustomerId, Domain, Roster } from '../domain/roster.ts';
import { assessDomain, type DomainAssessment } from './dns/assess.ts';
import { isGone, ownershipRecord, recordText } from './dns/ownership.ts';
import { type DomainClaims, type Holder, outdates } from './domain-claims.ts';

/** What the domains of one customer are decided by. */
export interface DomainInputs {
  /** Of domains that nobody looked at there is none: what is stored of them stands. */
  readonly observations: ReadonlyMap<DomainName, DomainObservation>;
  /** New ones: for the domains that have none yet, and those that would be taken over. A domain without keeps none until there is one. */
  readonly tokens: ReadonlyMap<DomainName, string>;
  readonly claims: DomainClaims;
}

/** Where nobody looked, and no other customer is asked about. */
export const UNSEEN: DomainInputs = {
  observations: new Map(),
  tokens: new Map(),
  claims: { holder: () => null, lostTo: () => null },
};

/** `managed`: listed and verified. `pending`: listed, not yet verified. `foreign`: not listed, or lost. */
export type DomainStanding = 'managed' | 'pending' | 'foreign';

/** A domain of the configuration, as it is once the plan is applied. */
export interface SettledDomain {
  readonly config: DomainConfig;
  /** Null for one that is another customer's. */
  readonly after: Domain | null;
  readonly standing: DomainStanding;
  readonly assessment: DomainAssessment;
  readonly wasSeen: boolean;
}

export interface DomainSettlement {
  readonly domains: readonly SettledDomain[];
  readonly changes: readonly DomainChange[];
  /** Domains that this customer loses, and to whom (DOM-3). */
  readonly lost: ReadonlyMap<DomainName, CustomerId>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Decides about the domains before anything else: users of one that is verified in this plan are let in by it (SEL-6). */
export function settleDomains(
  customer: CustomerConfig,
  { domains: stored }: Pick<Roster, 'domains'>,
  inputs: DomainInputs,
): DomainSettlement {
  const before = new Map(stored.map((domain) => [domain.name, domain]));
  const settled = customer.domains.map((config) =>
    settle({ config, customer, inputs, before: before.get(config.name) ?? null }),
  );
  const listed = new Set<string>(customer.domains.map(({ name }) => name));
  const taken = stored.filter(({ name }) => !listed.has(name)).map((domain) => takenOut(domain, inputs.claims));
  return {
    domains: settled.map(({ domain }) => domain),
    changes: [...settled.flatMap(({ change }) => change ?? []), ...taken],
    lost: new Map(settled.flatMap(({ lost }) => lost)),
    diagnostics: settled.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** DEL-9, whoever has the domain now. */
function takenOut(before: Domain, { lostTo }: DomainClaims): DomainChange {
  const winner = lostTo(before.name as DomainName);
  const reason: Reason = { rule: 'DEL-9', message: 'no longer under "domains" of this customer' };
  const reasons: NonEmpty<Reason> = winner === null ? [reason] : [reason, takenOver(winner)];
  return { action: 'delete', before, reasons, resource: 'domain' };
}

function takenOver(winner: CustomerId): Reason {
  return { rule: 'DOM-3', message: `taken over by the customer ${winner}, whose own record was seen` };
}

interface Case {
  readonly config: DomainConfig;
  readonly customer: CustomerConfig;
  readonly inputs: DomainInputs;
  readonly before: Domain | null;
}

interface Settled {
  readonly domain: SettledDomain;
  readonly change: DomainChange | null;
  readonly lost: readonly (readonly [DomainName, CustomerId])[];
  readonly diagnostics: readonly Diagnostic[];
}

function settle(one: Case): Settled {
  const { config, customer, inputs, before } = one;
  const observation = inputs.observations.get(config.name) ?? null;
  // A token that was not stored yet cannot have been published.
  const assessment = assessDomain(config, before?.token ?? null, customer, observation);
  const domain = { config, assessment, wasSeen: observation !== null };
  const winner = inputs.claims.lostTo(config.name);
  if (winner !== null && before !== null) {
    const after = config.takeover ? claimedBack(one) : null;
    const settled: SettledDomain = { ...domain, after, standing: 'foreign' };
    const change = lossChange(before, after, winner);
    return { domain: settled, change, lost: [[config.name, winner]], diagnostics: [lossNotice(config, winner)] };
  }
  const holder = isOwn(before, config) ? null : inputs.claims.holder(config.name);
  if (holder !== null && !config.takeover) {
    const settled: SettledDomain = { ...domain, after: before, standing: 'pending' };
    return { domain: settled, change: null, lost: [], diagnostics: [refusal(config, holder)] };
  }
  const counts = observation !== null && (holder === null || outdates(observation, holder));
  const after = afterOf(one, assessment, counts ? observation : null);
  const change = changeOf(one, after, holder);
  const settled: SettledDomain = { ...domain, after, standing: after.status === 'verified' ? 'managed' : 'pending' };
  return { domain: settled, change, lost: [], diagnostics: noticesOf(settled, one, holder) };
}

/** Who would have a lost domain back has to show anew that it is its own: the record with the former token may have been left behind. */
function claimedBack({ config: { name, site }, inputs }: Case): Domain {
  return { name, site, status: 'pending', token: inputs.tokens.get(name) ?? null, verifiedAt: null };
}

function lossChange(before: Domain, after: Domain | null, winner: CustomerId): DomainChange {
  const reasons: NonEmpty<Reason> = [takenOver(winner)];
  return after === null
    ? { action: 'delete', before, reasons, resource: 'domain' }
    : { action: 'update', before, after, reasons, resource: 'domain' };
}

/** Whether the domain is this customer's already; what a record once showed does not depend on anybody else (DOM-2). */
function isOwn(before: Domain | null, { verification }: DomainConfig): boolean {
  return before?.status === 'verified' && (before.verifiedAt !== null || verification === 'none');
}

function afterOf(
  { config, inputs, before }: Case,
  { ownership }: DomainAssessment,
  observation: DomainObservation | null,
): Domain {
  const { name, site } = config;
  if (config.verification === 'none') {
    return { name, site, status: 'verified', token: before?.token ?? null, verifiedAt: before?.verifiedAt ?? null };
  }
  const token = before?.token ?? inputs.tokens.get(name) ?? null;
  if (isOwn(before, config)) return { name, site, status: 'verified', token, verifiedAt: before?.verifiedAt ?? null };
  const isSeen = ownership.status === 'verified' && observation !== null;
  return isSeen
    ? { name, site, status: 'verified', token, verifiedAt: observation.observedAt }
    : { name, site, status: 'pending', token, verifiedAt: null };
}

function changeOf({ config, customer, before }: Case, after: Domain, holder: Holder | null): DomainChange | null {
  const standing = standingReasons(config, customer, before, after, holder);
  if (before === null) return { action: 'create', after, reasons: standing, resource: 'domain' };
  const [first, ...rest] = [
    ...(before.status === after.status && before.token === after.token && before.verifiedAt === after.verifiedAt
      ? []
      : standing),
    ...(before.site === after.site ? [] : [siteReason(before, after)]),
  ];
  return first === undefined
    ? null
    : { action: 'update', before, after, reasons: [first, ...rest], resource: 'domain' };
}

function standingReasons(
  { name, verification }: DomainConfig,
  { service }: CustomerConfig,
  before: Domain | null,
  after: Domain,
  holder: Holder | null,
): NonEmpty<Reason> {
  if (verification === 'none') return [dom1('managed by the word of the configuration (verification: none)')];
  const record = after.token === null ? null : ownershipRecord(name, after.token, service.ownership);
  const publish = record === null ? 'there is no token yet' : `publish ${recordText(record)}`;
  if (after.status === 'pending') {
    const again = before?.status === 'verified' ? 'its ownership was never shown: pending' : 'pending';
    return [dom1(`${again} until its record is seen; ${publish}`)];
  }
  if (before?.status === 'verified') return [dom1(`verified; ${publish}`)];
  const seen = dom1(`verified: its record ${record?.name ?? ''} was seen`);
  if (holder === null) return [seen];
  return [{ rule: 'DOM-3', message: `taken over from the customer ${holder.customer}` }, seen];
}

function dom1(message: string): Reason {
  return { rule: 'DOM-1', message };
}

function siteReason(before: Domain, after: Domain): Reason {
  const text = (site: string | null) => (site === null ? 'no site' : `the site ${site}`);
  return { rule: 'DOM-6', message: `mail is delivered to ${text(after.site)}, and was to ${text(before.site)}` };
}

function lossNotice({ name, location }: DomainConfig, winner: CustomerId): Diagnostic {
  const message = `${name} is taken over by the customer ${winner}, whose own record was seen: it is this customer's no longer, and its users there go (DEL-9). Take it out of "domains".`;
  return diagnostic('warning', 'DOM-3', message, { location });
}

function refusal({ name, location }: DomainConfig, { customer, verifiedAt }: Holder): Diagnostic {
  const since = verifiedAt === null ? '' : ` since ${dayOf(verifiedAt)}`;
  const message = `${name} is verified for the customer ${customer}${since}, and a domain is one customer's only: nobody there is added or removed here. Take it out there and apply that, or say takeover: true here.`;
  return diagnostic('error', 'DOM-3', message, { location });
}

function noticesOf(settled: SettledDomain, { customer }: Case, holder: Holder | null): readonly Diagnostic[] {
  const { config, after, assessment } = settled;
  if (after === null || config.verification === 'none') return [];
  const { ownership } = assessment;
  const about = { location: config.location };
  if (after.status === 'verified') {
    if (!isGone(ownership) || ownership.record === null) return [];
    const since = after.verifiedAt === null ? '' : ` since ${dayOf(after.verifiedAt)}`;
    const message = `${config.name} is verified${since} and stays so, but its record is gone. Publish it again: ${recordText(ownership.record)}.`;
    return [diagnostic('warning', 'DOM-2', message, about)];
  }
  const held =
    holder === null
      ? []
      : [
          diagnostic(
            'warning',
            'DOM-3',
            `${config.name} is verified for the customer ${holder.customer}: it is taken over once its own record here is seen, and that customer's users in it are deleted then.`,
            about,
          ),
        ];
  return [...pendingNotice(settled, after, customer), ...held];
}

/** While nobody has looked there is nothing new to be said, only to be repeated. */
function pendingNotice(
  { config, assessment, wasSeen }: SettledDomain,
  after: Domain,
  { service }: CustomerConfig,
): readonly Diagnostic[] {
  if (after.token === null) return [];
  const { status, propagation, problem } = assessment.ownership;
  const record = recordText(ownershipRecord(config.name, after.token, service.ownership));
  const seen = wasSeen ? SEEN[status] : '';
  const why = problem === null ? '' : ` ${problem.message} ${problem.hint}`;
  const spread = propagation === null ? '' : ` ${propagation.charAt(0).toUpperCase()}${propagation.slice(1)}.`;
  const message = `${config.name} is pending: publish ${record}.${seen}${why}${spread}`;
  return [diagnostic(wasSeen ? 'warning' : 'info', 'DOM-1', message, { location: config.location })];
}

const SEEN: Readonly<Record<DomainAssessment['ownership']['status'], string>> = {
  verified: '',
  missing: '',
  wrong: ' A record with another token is there.',
  unknown: ' Whether it is there could not be asked.',
};
