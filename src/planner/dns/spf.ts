/** Whether a domain's SPF record lets the service send for it (DOM-5). What it lets whom do was evaluated, not read out of its text. */
import type { SpfObservation, SpfProposal, SpfResult } from '../../domain/observations.ts';
import { type CustomerService, missingFact } from '../../domain/service.ts';
import { count } from '../../domain/words.ts';
import { type DnsFinding, type DnsStatus, finding } from './finding.ts';

/** RFC 7208 4.6.4. */
const MOST_LOOKUPS = 10;
const MOST_VOID_LOOKUPS = 2;
/** So many addresses are named. */
const MOST_NAMED = 3;

export interface SpfAssessment {
  readonly status: DnsStatus;
  /** The record, or null where there is none, or several. */
  readonly record: string | null;
  readonly results: SpfObservation['results'];
  readonly lookups: number;
  readonly voidLookups: number;
  readonly proposal: SpfProposal | null;
  readonly findings: readonly DnsFinding[];
}

type Judgement = Pick<SpfAssessment, 'status' | 'findings'>;

export function assessSpf(observation: SpfObservation | null, service: CustomerService): SpfAssessment {
  if (observation === null) {
    const nothing = { record: null, results: [], lookups: 0, voidLookups: 0, proposal: null };
    return { ...nothing, status: 'unknown', findings: [] };
  }
  const { records, results, proposal } = observation;
  const { lookups, voidLookups } = countsOf(observation);
  const texts = records.status === 'answered' ? records.records : [];
  const [record = null] = texts.length === 1 ? texts : [];
  return { record, results, lookups, voidLookups, proposal, ...judged(observation, record, texts.length, service) };
}

function judged(
  observation: SpfObservation,
  record: string | null,
  number: number,
  service: CustomerService,
): Judgement {
  const { records, proposal } = observation;
  if (records.status === 'failed') {
    const message = `The SPF record could not be asked for: ${records.problem.message} ${records.problem.hint}`;
    return { status: 'unknown', findings: [finding('warning', 'SPF_UNKNOWN', message)] };
  }
  const limit = proposalLimit(proposal);
  if (record === null && number === 0) {
    const message = `There is no SPF record.${remedy(proposal)}`;
    return { status: 'missing', findings: [finding('error', 'SPF_MISSING', message), ...limit] };
  }
  if (record === null) {
    const message = `There are ${number} SPF records, and more than one is an error: no receiver goes by any of them (RFC 7208 4.5). Make them one.`;
    return { status: 'wrong', findings: [finding('error', 'SPF_SEVERAL', message), ...limit] };
  }
  const counted = aboutCounts(countsOf(observation));
  const { status, findings } = aboutResults(observation, service, counted.some(isError));
  const strangers = aboutStrangers(observation, counted.some(isError) || findings.some(isError));
  const all = [...findings, ...counted, ...strangers, ...limit];
  const broken = [...counted, ...strangers].some(isError);
  return { status: broken && status !== 'missing' ? 'wrong' : status, findings: all };
}

function isError({ severity }: DnsFinding): boolean {
  return severity === 'error';
}

function remedy(proposal: SpfProposal | null): string {
  return proposal === null ? '' : ` Publish: ${proposal.record}`;
}

/** What may be said of the addresses of the region. */
function aboutResults({ results, proposal }: SpfObservation, service: CustomerService, explained: boolean): Judgement {
  if (results.length === 0) {
    const message = missingFact(service, 'ranges') ?? 'No address of the service was evaluated.';
    return { status: 'unknown', findings: [finding('info', 'SPF_UNKNOWN', message)] };
  }
  const of = (...wanted: readonly SpfResult[]) => results.filter(({ result }) => wanted.includes(result));
  const errors = of('permerror');
  if (errors.length > 0) {
    const comment = errors[0]?.comment ?? null;
    const message = `The SPF record is in error, so that no receiver goes by it${comment === null ? '' : `: ${comment}`}.${remedy(proposal)}`;
    // Where a limit is exceeded that finding says why.
    return { status: 'wrong', findings: explained ? [] : [finding('error', 'SPF_PERMERROR', message)] };
  }
  const refused = of('fail', 'softfail', 'neutral', 'none');
  if (refused.length > 0) {
    const some = refused.slice(0, MOST_NAMED).map(({ address, result }) => `${address} (${result})`);
    const more = refused.length > MOST_NAMED ? ` and ${refused.length - MOST_NAMED} more` : '';
    const message = `The SPF record does not let the service send: of ${count(results.length, 'address', 'addresses')} ${refused.length} did not pass, ${some.join(', ')}${more}.${remedy(proposal)}`;
    return { status: 'wrong', findings: [finding('error', 'SPF_NOT_INCLUDED', message)] };
  }
  const failed = of('temperror');
  if (failed.length > 0) {
    const comment = failed[0]?.comment ?? null;
    const message = `The SPF record could not be evaluated, because a name server did not answer${comment === null ? '' : `: ${comment}`}. Try again.`;
    return { status: 'unknown', findings: [finding('warning', 'SPF_UNKNOWN', message)] };
  }
  return { status: 'ok', findings: [] };
}

type Counts = Pick<SpfAssessment, 'lookups' | 'voidLookups'>;

/** The most that the record costs a receiver, whoever the sender is. */
function countsOf({ lookups, voidLookups, stranger }: SpfObservation): Counts {
  return {
    lookups: Math.max(lookups, stranger.lookups),
    voidLookups: Math.max(voidLookups, stranger.voidLookups),
  };
}

function aboutCounts({ lookups, voidLookups }: Counts): readonly DnsFinding[] {
  const voids = `${count(voidLookups, 'lookup')} of the record found nothing`;
  return [
    ...(lookups > MOST_LOOKUPS
      ? [
          finding(
            'error',
            'SPF_TOO_MANY_LOOKUPS',
            `The record takes more lookups than the ${MOST_LOOKUPS} that are let pass, so that it is in error (RFC 7208 4.6.4). Take out what is not needed any more.`,
          ),
        ]
      : []),
    ...(voidLookups > MOST_VOID_LOOKUPS
      ? [
          finding(
            'error',
            'SPF_VOID',
            `${voids}, and more than ${MOST_VOID_LOOKUPS} are an error (RFC 7208 4.6.4). Take out names that do not exist any more.`,
          ),
        ]
      : voidLookups > 0
        ? [finding('info', 'SPF_VOID', `${voids}; up to ${MOST_VOID_LOOKUPS} are let pass (RFC 7208 4.6.4).`)]
        : []),
  ];
}

/** What the record says of everybody else: of a sender that nobody means to let send. */
function aboutStrangers({ stranger }: SpfObservation, explained: boolean): readonly DnsFinding[] {
  switch (stranger.result) {
    case 'pass': {
      const message = 'The record lets the whole world send for the domain, as +all does. End it with ~all or -all.';
      return [finding('error', 'SPF_PLUS_ALL', message)];
    }
    case 'neutral': {
      const message =
        'The record says nothing of whoever it does not name: it has no "all" at its end, or ?all. End it with ~all or -all.';
      return [finding('warning', 'SPF_NO_ALL', message)];
    }
    case 'permerror': {
      const comment = stranger.comment === null ? '' : `: ${stranger.comment}`;
      const message = `The SPF record is in error for whoever it does not name${comment}.`;
      return explained ? [] : [finding('warning', 'SPF_PERMERROR', message)];
    }
    default:
      return [];
  }
}

function proposalLimit(proposal: SpfProposal | null): readonly DnsFinding[] {
  if (proposal === null || proposal.lookups <= MOST_LOOKUPS) return [];
  const message = `With the service the record would take more lookups than the ${MOST_LOOKUPS} that are let pass (RFC 7208 4.6.4). Take something else out first.`;
  return [finding('error', 'SPF_TOO_MANY_LOOKUPS', message)];
}
