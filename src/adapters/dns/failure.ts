/** What can go wrong when the DNS is asked. Each of these is "could not ask", never "not there". */
import type { Problem } from '../../domain/diagnostic.ts';
import type { Question } from './message.ts';
import { type Server, serverText } from './server.ts';

export class DnsFailure extends Error {
  override readonly name = 'DnsFailure';
  readonly problem: Problem;
  /** Whether the same server may do better the next time. */
  readonly mayPass: boolean;

  constructor(problem: Problem, mayPass: boolean) {
    super(problem.message);
    this.problem = problem;
    this.mayPass = mayPass;
  }
}

/** The DnsFailure that was thrown. Anything else is a fault of ours, and thrown on. */
export function failureOf(error: unknown): DnsFailure {
  if (error instanceof DnsFailure) return error;
  throw error;
}

/** One question to one server. */
export interface Query {
  readonly server: Server;
  readonly question: Question;
  /** Whether the server is a resolver and shall find the answer, or one of the zone's own and must have it. */
  readonly recursion: boolean;
}

/** Nobody answered in time. `ignored` datagrams came that were no answer to the question. */
export function timedOut(query: Query, timeoutMs: number, ignored: number): DnsFailure {
  const others = ignored === 0 ? '' : ` What came instead was no answer to it, ${ignored} times, and was ignored.`;
  return failure(
    'DNS_TIMEOUT',
    query,
    `no answer to ${asked(query)} within ${timeoutMs / 1000} seconds.${others}`,
    query.recursion
      ? 'Check that a resolver runs there (dns.resolvers), and that firewalls let UDP and TCP through.'
      : 'Check that this server of the zone runs, and that firewalls let UDP and TCP through to its port 53.',
    true,
  );
}

/** The network says that there is no way, by the code that Node gives the error. */
export function unreachable(query: Query, code: string): DnsFailure {
  return failure(
    NO_ROUTE.has(code) ? 'DNS_NO_ROUTE' : 'DNS_UNREACHABLE',
    query,
    `${REASONS.get(code) ?? 'the question could not be sent'} (${code}).`,
    query.recursion
      ? 'Name a resolver that can be reached from here under dns.resolvers.'
      : 'Check that this server of the zone runs, or take it out of the NS records.',
    false,
  );
}

/** This machine has no address of that kind: that says nothing about the server. */
const NO_ROUTE: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['EHOSTUNREACH', 'there is no way to the host'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['EADDRNOTAVAIL', 'this machine has no address to ask from'],
  ['EAFNOSUPPORT', 'this machine has no address to ask from'],
  ['ECONNRESET', 'the connection was lost'],
]);

/** The server answered with an error, by its RCODE (RFC 1035 4.1.1, RFC 6895 2.3). */
export function refusedWith(query: Query, rcode: number): DnsFailure {
  if (rcode === 2) return serverFailed(query);
  if (rcode === 5) return refused(query);
  return failure(
    'DNS_ERROR',
    query,
    `it answered ${asked(query)} with an error (${RCODES.get(rcode) ?? `RCODE ${rcode}`}).`,
    query.recursion ? 'Name another resolver under dns.resolvers.' : 'Tell whoever runs this server of the zone.',
    false,
  );
}

const RCODES: ReadonlyMap<number, string> = new Map([
  [1, 'FORMERR'],
  [4, 'NOTIMP'],
  [9, 'NOTAUTH'],
  [16, 'BADVERS'],
]);

function serverFailed(query: Query): DnsFailure {
  return failure(
    'DNS_SERVFAIL',
    query,
    `it could not answer ${asked(query)} (SERVFAIL).`,
    query.recursion
      ? "The zone's servers do not answer, do not serve the zone, or their DNSSEC is broken. Ask them directly, or another resolver."
      : 'This server has the zone in its configuration and cannot serve it: an expired copy, or a fault in the zone file.',
    true,
  );
}

function refused(query: Query): DnsFailure {
  return failure(
    'DNS_REFUSED',
    query,
    `it refuses to answer ${asked(query)} (REFUSED).`,
    query.recursion
      ? 'Allow this machine to use the resolver, or name another under dns.resolvers.'
      : 'The NS records name this server, and it does not serve the zone: correct one or the other.',
    false,
  );
}

/** One of the zone's own servers does not answer with authority (RFC 1912 2.8). */
export function lame(query: Query): DnsFailure {
  return failure(
    'DNS_LAME',
    query,
    `the NS records name it, and it does not answer ${asked(query)} with authority.`,
    'It does not serve the zone: correct the NS records, or the server.',
    false,
  );
}

/** A server that only knows its own zones is configured as a resolver. */
export function notRecursive(query: Query): DnsFailure {
  return failure(
    'DNS_NO_RECURSION',
    query,
    `it does not find answers for others, and has none to ${asked(query)} itself.`,
    'Name a resolver under dns.resolvers, not a server that only serves its own zones.',
    false,
  );
}

/** Bytes came that are no DNS message, or not the one that was due. */
export function malformed(query: Query, how: string): DnsFailure {
  return failure(
    'DNS_MALFORMED',
    query,
    `its answer to ${asked(query)} cannot be read: ${how}.`,
    'Check what answers at that address: a firewall or a captive portal may stand in between.',
    true,
  );
}

/** The answer is cut short even over TCP. */
export function truncated(query: Query): DnsFailure {
  return failure(
    'DNS_TRUNCATED',
    query,
    `its answer to ${asked(query)} is cut short, over TCP too.`,
    'There may be too many records at that name: take out those that are not needed any more.',
    true,
  );
}

/** Aliases lead in a circle, or do not end. The name that was asked for comes first. */
export function aliasLoop(names: readonly string[]): DnsFailure {
  const way = names.slice(0, 4).join(' -> ');
  return new DnsFailure(
    {
      code: 'DNS_CNAME_LOOP',
      message: `${names[0] ?? ''}: its CNAME records do not end (${way} …).`,
      hint: 'Correct the CNAME records: the last name must have the record itself.',
    },
    false,
  );
}

/** No server can be asked about such a name. */
export function notAName(name: string): DnsFailure {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return new DnsFailure(
    {
      code: 'DNS_NAME',
      message: `"${shown}" is no name that the DNS can hold.`,
      hint: 'A name has labels of 1 to 63 octets and 253 octets in all. Correct the record that names it.',
    },
    false,
  );
}

/** There is nobody to ask about a name. */
export function nobodyToAsk(message: string, hint: string): DnsFailure {
  return new DnsFailure({ code: 'DNS_NO_SERVERS', message, hint }, false);
}

/** More was found than is looked into. */
export function tooMany(message: string): DnsFailure {
  return new DnsFailure(
    { code: 'DNS_TOO_MANY', message, hint: 'Take out the records that are not needed any more.' },
    false,
  );
}

/** All questions about a domain together took too long. */
export function tookTooLong(domain: string, limitMs: number): DnsFailure {
  return new DnsFailure(
    {
      code: 'DNS_TIMEOUT',
      message: `${domain}: not everything was answered within ${limitMs / 1000} seconds.`,
      hint: 'Check the resolver and the servers of the zone, or allow more time (dns.timeout).',
    },
    false,
  );
}

/** The user stopped it. */
function interrupted(): DnsFailure {
  return new DnsFailure(
    { code: 'INTERRUPTED', message: 'The questions to the DNS were interrupted.', hint: 'Run the command again.' },
    false,
  );
}

/** The signal's own reason if that is a DnsFailure; else the user stopped it. */
export function abortFailure({ reason }: AbortSignal): DnsFailure {
  return reason instanceof DnsFailure ? reason : interrupted();
}

function asked({ question }: Query): string {
  return `${question.type} ${question.name}`;
}

function failure(code: string, query: Query, message: string, hint: string, mayPass: boolean): DnsFailure {
  return new DnsFailure({ code, message: `${serverText(query.server)}: ${message}`, hint }, mayPass);
}
