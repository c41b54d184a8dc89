/** Whose a domain is, by its ownership record (DOM-1). */
import type { DomainName } from '../../domain/address.ts';
import type { Problem } from '../../domain/diagnostic.ts';
import type { Answer, NameServerAnswer, OwnershipObservation } from '../../domain/observations.ts';
import type { OwnershipFormat } from '../../domain/service.ts';
import { seconds } from './finding.ts';

/** A TXT record to publish. */
export interface OwnershipRecord {
  readonly name: string;
  readonly type: 'TXT';
  readonly value: string;
}

/** What one server showed. */
export interface OwnershipServer {
  /** Null for the configured resolver. */
  readonly name: string | null;
  /** Null where it has none, or none could be asked for. */
  readonly address: string | null;
  /** Null where it could not be asked. */
  readonly found: boolean | null;
  /** Seconds that its answer may be kept for, or null where it does not say. */
  readonly ttl: number | null;
}

export interface OwnershipAssessment {
  /** `wrong`: a record is there, of the right form and with another token. */
  readonly status: 'verified' | 'missing' | 'wrong' | 'unknown';
  /** Null where there is no token yet, or no record is asked for. */
  readonly record: OwnershipRecord | null;
  readonly resolver: OwnershipServer | null;
  /** Of the zone's own, those that were asked. */
  readonly nameServers: readonly OwnershipServer[];
  /** `2 of 4 name servers have it; the old answer lives up to 3,600 s more`, or null where there is nothing to wait for. */
  readonly propagation: string | null;
  /** Why it is unknown. */
  readonly problem: Problem | null;
}

/** Where the record of a domain stands. */
export function ownershipName(domain: DomainName, { label }: OwnershipFormat): string {
  return label === '' ? domain : `${label}.${domain}`;
}

/** The record that shows by this token whose a domain is. */
export function ownershipRecord(domain: DomainName, token: string, format: OwnershipFormat): OwnershipRecord {
  return { name: ownershipName(domain, format), type: 'TXT', value: filledIn(format, token) };
}

function filledIn({ value }: OwnershipFormat, token: string): string {
  return value.split('{token}').join(token);
}

/** `the TXT record _rollcall.acme.example with the value rollcall-verification=…`. */
export function recordText({ name, value }: OwnershipRecord): string {
  return `the TXT record ${name} with the value ${value}`;
}

const NOT_ASKED: OwnershipAssessment = {
  status: 'unknown',
  record: null,
  resolver: null,
  nameServers: [],
  propagation: null,
  problem: null,
};

/** Where the configuration's own word is enough. */
export const BY_WORD: OwnershipAssessment = { ...NOT_ASKED, status: 'verified' };

/**
 * Looks for the record with this token in what was seen.
 *
 * The zone's own servers decide, all of those that answered: whoever controls the zone has all of them say the same, in time, while a single
 * one may be lame, out of date or somebody else's. Only where none of them could be asked the resolver decides: it may repeat for a
 * while what is no longer so, and that only makes a domain verified that was its owner's a moment ago. What failed is never
 * taken for "not there".
 */
export function assessOwnership(
  domain: DomainName,
  token: string | null,
  format: OwnershipFormat,
  observation: OwnershipObservation | null,
): OwnershipAssessment {
  const record = token === null ? null : ownershipRecord(domain, token, format);
  // What was asked before the profile changed says nothing of the record as it has to be now.
  if (record === null || observation === null || observation.name !== record.name) return { ...NOT_ASKED, record };
  const shows = (answer: Answer<string>) => hasValue(answer, record.value);
  const nameServers = observation.nameServers.map((server) => serverOf(server, shows));
  const resolver = serverOf(observation.resolver, shows);
  const answers = decisiveAnswers(observation);
  const having = answers.filter(shows).length;
  const seen = { record, resolver, nameServers, problem: null };
  if (answers.length === 0) {
    return { ...seen, status: 'unknown', propagation: null, problem: problemOf(observation) };
  }
  if (having === answers.length) return { ...seen, status: 'verified', propagation: null };
  const status = having === 0 && answers.some((answer) => hasOther(answer, format)) ? 'wrong' : 'missing';
  return { ...seen, status, propagation: propagationOf(observation, shows) };
}

/** Whether the record is gone for certain: nobody who could be asked has it. */
export function isGone({ status, resolver, nameServers }: OwnershipAssessment): boolean {
  const servers = [...nameServers, ...(resolver === null ? [] : [resolver])];
  return (status === 'missing' || status === 'wrong') && servers.every(({ found }) => found !== true);
}

function serverOf(
  { name, address, answer }: NameServerAnswer,
  shows: (answer: Answer<string>) => boolean,
): OwnershipServer {
  if (answer.status === 'failed') return { name, address, found: null, ttl: null };
  return { name, address, found: shows(answer), ttl: answer.ttl };
}

/** The answers that count; none where nobody could be asked. */
function decisiveAnswers({ nameServers, resolver }: OwnershipObservation): readonly Answer<string>[] {
  const own = nameServers.map(({ answer }) => answer).filter(isAnswer);
  return own.length > 0 ? own : [resolver.answer].filter(isAnswer);
}

function isAnswer(answer: Answer<string>): boolean {
  return answer.status !== 'failed';
}

/** Whole values are compared; blanks around one are what a form at a registrar leaves. */
function hasValue(answer: Answer<string>, value: string): boolean {
  return answer.status === 'answered' && answer.records.some((text) => text.trim() === value);
}

/** Whether some other token is there. At the domain itself there may be any text. */
function hasOther(answer: Answer<string>, { value }: OwnershipFormat): boolean {
  const [before = '', after = ''] = value.split('{token}');
  return (
    before !== '' &&
    answer.status === 'answered' &&
    answer.records.some((text) => text.trim().startsWith(before) && text.trim().endsWith(after))
  );
}

function propagationOf(
  { nameServers, resolver }: OwnershipObservation,
  shows: (answer: Answer<string>) => boolean,
): string | null {
  const own = nameServers.map(({ answer }) => answer).filter(isAnswer);
  const having = own.filter(shows).length;
  // What caches have is what the resolver has, and that goes by the answer that it still gives.
  const old = [...own, resolver.answer].filter((answer) => !shows(answer));
  const life = Math.max(0, ...old.map((answer) => (answer.status === 'failed' ? 0 : (answer.ttl ?? 0))));
  const lives = life === 0 ? '' : `the old answer lives up to ${seconds(life)} more`;
  const some =
    own.length === 0 ? '' : `${having} of ${own.length} name servers ${own.length === 1 ? 'has' : 'have'} it`;
  const text = [some, lives].filter((part) => part !== '').join('; ');
  return text === '' ? null : text;
}

function problemOf({ nameServers, resolver, problem }: OwnershipObservation): Problem | null {
  const failed = [...nameServers, resolver].flatMap(({ answer }) =>
    answer.status === 'failed' ? [answer.problem] : [],
  );
  return failed.at(-1) ?? problem;
}
