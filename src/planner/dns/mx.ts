/** Whether a domain's mail goes to the service, and only there (DOM-4). */
import type { Severity } from '../../domain/diagnostic.ts';
import type { MailExchange, MxObservation } from '../../domain/observations.ts';
import { type CustomerService, missingFact } from '../../domain/service.ts';
import { listed } from '../../domain/words.ts';
import { type DnsFinding, type DnsStatus, finding, seconds } from './finding.ts';

export interface MxAssessment {
  readonly status: DnsStatus;
  /** Host names that must be there at the best preference; empty where the profile does not say. */
  readonly expected: readonly string[];
  /** Sorted by preference, then name. */
  readonly found: readonly MailExchange[];
  /** Seconds that the answer may be kept for, or null. */
  readonly ttl: number | null;
  readonly findings: readonly DnsFinding[];
}

/**
 * Judges the MX records of a domain. They are right where the best preference has hosts of the region and no others. A foreign host that is
 * left at a lower preference is tried whenever the better ones are not reached, and spammers try it first: a bypass, and a warning.
 */
export function assessMx(observation: MxObservation | null, service: CustomerService): MxAssessment {
  const expected = service.region?.mx ?? [];
  const assessed = { expected, found: [] as readonly MailExchange[], ttl: null };
  if (observation === null) return { ...assessed, status: 'unknown', findings: [] };
  const { answer } = observation;
  switch (answer.status) {
    case 'failed': {
      const message = `The MX records could not be asked for: ${answer.problem.message} ${answer.problem.hint}`;
      return { ...assessed, status: 'unknown', findings: [finding('warning', 'MX_UNKNOWN', message)] };
    }
    case 'noName':
    case 'noData':
      return { ...assessed, ttl: answer.ttl, status: 'missing', findings: [noRecords(answer.status, expected)] };
    case 'answered': {
      const found = answer.records;
      const { ttl } = answer;
      if (found.length === 0) {
        return { ...assessed, ttl, status: 'missing', findings: [noRecords('noData', expected)] };
      }
      return { ...assessed, found, ttl, ...judged(found, ttl, service) };
    }
  }
}

function noRecords(status: 'noName' | 'noData', expected: readonly string[]): DnsFinding {
  const what =
    status === 'noName'
      ? 'The name does not exist in the DNS.'
      : 'There is no MX record: senders go to the address of the domain itself, if it has one (RFC 5321 5.1).';
  return finding('error', 'MX_MISSING', `${what}${expected.length === 0 ? '' : ` ${publish(expected)}`}`);
}

function publish(hosts: readonly string[]): string {
  return `Publish ${hosts.length === 1 ? 'an MX record' : 'MX records'} for ${listed(hosts)}.`;
}

type Judgement = Pick<MxAssessment, 'status' | 'findings'>;

function judged(found: readonly MailExchange[], ttl: number, service: CustomerService): Judgement {
  const nullMx = found.filter(({ exchange }) => exchange === '');
  if (nullMx.length === found.length) {
    const message = 'The null MX says that the domain takes no mail at all (RFC 7505). Replace it.';
    return { status: 'wrong', findings: [finding('error', 'MX_NULL', message)] };
  }
  const named = found.filter(({ exchange }) => exchange !== '');
  const mixed =
    nullMx.length === 0
      ? []
      : [finding('error', 'MX_NULL', 'A null MX stands beside others, which it must not (RFC 7505). Take it out.')];
  const expected = service.region?.mx ?? [];
  const ownFaults = [...mixed, ...named.flatMap((one) => faultsOf(one, expected))];
  const broken = mixed.length > 0;
  if (expected.length === 0) {
    const unknown = finding('info', 'MX_UNKNOWN', missingFact(service, 'mx') ?? '');
    return { status: broken ? 'wrong' : 'unknown', findings: [...ownFaults, unknown] };
  }
  const routes = judgeRoutes(named, ttl, expected);
  return { status: broken ? 'wrong' : routes.status, findings: [...routes.findings, ...ownFaults] };
}

/** What is wrong with one host, whether or not it is the right one. */
function faultsOf({ exchange, alias, addresses }: MailExchange, expected: readonly string[]): readonly DnsFinding[] {
  const severity: Severity = expected.includes(exchange) ? 'error' : 'warning';
  const cname =
    alias === null
      ? []
      : [
          finding(
            'warning',
            'MX_CNAME',
            `${exchange} is an alias of ${alias}, which the name in an MX record must not be (RFC 2181 10.3). Name ${alias} itself.`,
          ),
        ];
  const gone = addresses.status === 'noData' || addresses.status === 'noName';
  const empty = addresses.status === 'answered' && addresses.records.length === 0;
  return [
    ...cname,
    ...(gone || empty ? [finding(severity, 'MX_NO_ADDRESS', `${exchange} has no address: mail to it fails.`)] : []),
  ];
}

function judgeRoutes(found: readonly MailExchange[], ttl: number, expected: readonly string[]): Judgement {
  const isOurs = ({ exchange, alias }: MailExchange) =>
    expected.includes(exchange) || (alias !== null && expected.includes(alias));
  const ours = found.filter(isOurs);
  const foreign = found.filter((one) => !isOurs(one));
  const wait = `The old answer lives up to ${seconds(ttl)} more.`;
  const bypasses = foreign.map(({ exchange, preference }) =>
    finding(
      'warning',
      'MX_FOREIGN',
      `${exchange} (preference ${preference}) is not of the service: mail that goes there passes it by. Take the record out once mail flows.`,
    ),
  );
  if (ours.length === 0) {
    const message = `None of the MX records leads to the service. ${publish(expected)} ${wait}`;
    return { status: 'wrong', findings: [finding('error', 'MX_MISSING', message), ...bypasses] };
  }
  const best = Math.min(...found.map(({ preference }) => preference));
  const bestOfOurs = Math.min(...ours.map(({ preference }) => preference));
  const rival = foreign.find(({ preference }) => preference <= bestOfOurs);
  const behind =
    rival === undefined
      ? []
      : [
          finding(
            'error',
            'MX_EXPECTED_NOT_BEST',
            bestOfOurs === best
              ? `${rival.exchange} has the same preference as the hosts of the service, ${best}: part of the mail goes there. ${wait}`
              : `The hosts of the service have preference ${bestOfOurs}, and ${rival.exchange} has a better one, ${rival.preference}: mail goes there first. ${wait}`,
          ),
        ];
  const absent = expected.filter((host) => !ours.some(({ exchange, alias }) => exchange === host || alias === host));
  const incomplete =
    absent.length === 0
      ? []
      : [
          finding(
            'warning',
            'MX_INCOMPLETE',
            `The service has further hosts for when one is not reached. ${publish(absent)}`,
          ),
        ];
  const reachable = ours.some(({ addresses }) => addresses.status === 'failed' || hasAddress(addresses));
  const status = behind.length > 0 || !reachable ? 'wrong' : 'ok';
  return { status, findings: [...behind, ...bypasses, ...incomplete] };
}

function hasAddress(addresses: MailExchange['addresses']): boolean {
  return addresses.status === 'answered' && addresses.records.length > 0;
}
