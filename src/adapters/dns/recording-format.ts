/**
 * The lines of a recording of what the DNS showed, `rollcall.observations/1`: a head with the customer, a line a domain, and an end with a
 * digest over these.
 */
import type { DomainName } from '../../domain/address.ts';
import type { Problem } from '../../domain/diagnostic.ts';
import { type Instant, parseInstant } from '../../domain/instant.ts';
import type {
  Answer,
  DomainObservation,
  MailExchange,
  MxObservation,
  NameServerAnswer,
  OwnershipObservation,
  SpfEvaluation,
  SpfObservation,
  SpfProposal,
  SpfResult,
} from '../../domain/observations.ts';
import type { CustomerId } from '../../domain/roster.ts';
import { count, type Json, json, list, MalformedLineError, members, oneOf, string, text } from '../recorded-line.ts';

const FORMAT = 'rollcall.observations/1';

export interface ObservationsHead {
  readonly customer: CustomerId;
  readonly recordedAt: Instant;
}

export function headLine({ customer, recordedAt }: ObservationsHead): string {
  return JSON.stringify({ format: FORMAT, customer, recordedAt });
}

export function observationLine(observation: DomainObservation): string {
  return JSON.stringify(observation);
}

export function endLine(digest: string): string {
  return JSON.stringify({ end: true, digest });
}

/** Throws MalformedLineError. */
export function parseHead(line: string): ObservationsHead {
  const head = members(json(line), ['format', 'customer', 'recordedAt']);
  if (head['format'] !== FORMAT) throw new MalformedLineError(`it does not begin with the format ${FORMAT}`);
  return { customer: text(head, 'customer') as CustomerId, recordedAt: moment(head, 'recordedAt') };
}

/** The digest. Throws MalformedLineError. */
export function parseEnd(line: string): string {
  return text(members(json(line), ['end', 'digest']), 'digest');
}

/** Throws MalformedLineError. */
export function parseObservation(line: string): DomainObservation {
  const seen = members(json(line), ['domain', 'observedAt', 'ownership', 'mx', 'spf']);
  return {
    domain: text(seen, 'domain') as DomainName,
    observedAt: moment(seen, 'observedAt'),
    ownership: orNull(seen['ownership'], ownershipOf),
    mx: orNull(seen['mx'], mxOf),
    spf: orNull(seen['spf'], spfOf),
  };
}

function ownershipOf(value: unknown): OwnershipObservation {
  const seen = members(value, ['name', 'resolver', 'nameServers', 'problem']);
  return {
    name: text(seen, 'name'),
    resolver: serverOf(seen['resolver']),
    nameServers: list(seen, 'nameServers').map(serverOf),
    problem: orNull(seen['problem'], problemOf),
  };
}

function serverOf(value: unknown): NameServerAnswer {
  const server = members(value, ['name', 'address', 'answer']);
  return {
    name: stringOrNull(server, 'name'),
    address: stringOrNull(server, 'address'),
    answer: answerOf(server['answer'], recordText),
  };
}

function mxOf(value: unknown): MxObservation {
  return { answer: answerOf(members(value, ['answer'])['answer'], exchangeOf) };
}

function exchangeOf(value: unknown): MailExchange {
  const one = members(value, ['preference', 'exchange', 'alias', 'addresses']);
  return {
    preference: count(one, 'preference'),
    exchange: string(one, 'exchange'),
    alias: stringOrNull(one, 'alias'),
    addresses: answerOf(one['addresses'], recordText),
  };
}

const SPF_MEMBERS = ['records', 'results', 'lookups', 'voidLookups', 'stranger', 'proposal'];

function spfOf(value: unknown): SpfObservation {
  const seen = members(value, SPF_MEMBERS);
  return {
    records: answerOf(seen['records'], recordText),
    results: list(seen, 'results').map((result) => {
      const one = members(result, ['address', 'result', 'comment']);
      return { address: text(one, 'address'), result: spfResult(one), comment: stringOrNull(one, 'comment') };
    }),
    lookups: count(seen, 'lookups'),
    voidLookups: count(seen, 'voidLookups'),
    stranger: evaluationOf(seen['stranger']),
    proposal: orNull(seen['proposal'], proposalOf),
  };
}

function evaluationOf(value: unknown): SpfEvaluation {
  const seen = members(value, ['result', 'comment', 'lookups', 'voidLookups']);
  return {
    result: spfResult(seen),
    comment: stringOrNull(seen, 'comment'),
    lookups: count(seen, 'lookups'),
    voidLookups: count(seen, 'voidLookups'),
  };
}

function proposalOf(value: unknown): SpfProposal {
  const proposal = members(value, ['record', 'lookups', 'result']);
  return { record: text(proposal, 'record'), lookups: count(proposal, 'lookups'), result: spfResult(proposal) };
}

const RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'] as const;

function spfResult(object: Json): SpfResult {
  return oneOf(object, 'result', RESULTS);
}

function answerOf<T>(value: unknown, recordOf: (record: unknown) => T): Answer<T> {
  const answer = members(value, ['status', 'records', 'ttl', 'problem']);
  const status = oneOf(answer, 'status', ['answered', 'noData', 'noName', 'failed']);
  switch (status) {
    case 'answered':
      return { status, records: list(answer, 'records').map(recordOf), ttl: count(answer, 'ttl') };
    case 'failed':
      return { status, problem: problemOf(answer['problem']) };
    default:
      return { status, ttl: answer['ttl'] === null ? null : count(answer, 'ttl') };
  }
}

function problemOf(value: unknown): Problem {
  const problem = members(value, ['code', 'message', 'hint']);
  return { code: text(problem, 'code'), message: text(problem, 'message'), hint: text(problem, 'hint') };
}

function recordText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new MalformedLineError('a record is not a text');
}

function stringOrNull(object: Json, name: string): string | null {
  return object[name] === null ? null : string(object, name);
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

function moment(object: Json, name: string): Instant {
  const instant = parseInstant(text(object, name));
  if (instant === null) throw new MalformedLineError(`"${name}" is not a moment`);
  return instant;
}
