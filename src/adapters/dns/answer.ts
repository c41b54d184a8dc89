/** What messages say about a question: records, where aliases lead, or that there are none. */
import type { Answer } from '../../domain/observations.ts';
import { aliasLoop, failureOf } from './failure.ts';
import { type Message, NOERROR, NXDOMAIN, type Question, type ResourceRecord } from './message.ts';

/** Aliases of one name that are followed. */
const MAX_ALIASES = 8;

/** What one message says. */
export interface Reading {
  /** Names that the name is an alias of, one after the other; empty for most. */
  readonly chain: readonly string[];
  /** Null where the chain leads to a name that the message says nothing about, or in a circle. */
  readonly answer: Answer<ResourceRecord> | null;
  /** Seconds that the chain holds; Infinity without one. */
  readonly ttl: number;
}

/** What became of a question, all aliases followed. */
export interface Outcome {
  readonly chain: readonly string[];
  readonly answer: Answer<ResourceRecord>;
}

/** Reads a message, and its aliases as far as they go in it. */
export function readMessage(message: Message, { name, type }: Question): Reading {
  const chain: string[] = [];
  let owner = name;
  let ttl = Number.POSITIVE_INFINITY;
  for (;;) {
    const ofOwner = message.answers.filter((record) => record.name === owner);
    const found = ofOwner.filter((record) => record.type === type);
    if (found.length > 0) return { chain, ttl, answer: answered(found, ttl) };
    const alias = ofOwner.find((record) => record.type === 'CNAME');
    if (alias === undefined) return { chain, ttl, answer: nothing(message, chain.length > 0, ttl) };
    owner = alias.target;
    ttl = Math.min(ttl, alias.ttl);
    chain.push(owner);
    if (!mayGoOn([name, ...chain])) return { chain, ttl, answer: null };
  }
}

/** Puts the question to `next`, and again for each alias that one reading leaves open. Never rejects for what the DNS did. */
export async function follow(question: Question, next: (question: Question) => Promise<Reading>): Promise<Outcome> {
  const names = [question.name];
  let ttl = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const step = await next({ type: question.type, name: names.at(-1) ?? question.name });
      ttl = Math.min(ttl, step.ttl);
      names.push(...step.chain);
      if (!mayGoOn(names)) throw aliasLoop(names);
      if (step.answer !== null) return { chain: names.slice(1), answer: heldFor(step.answer, ttl) };
    }
  } catch (error) {
    return { chain: names.slice(1), answer: { status: 'failed', problem: failureOf(error).problem } };
  }
}

/** The texts of TXT records, sorted: servers give them in any order. */
export function textsOf(answer: Answer<ResourceRecord>): Answer<string> {
  if (answer.status !== 'answered') return answer;
  const texts = answer.records.flatMap((record) => (record.type === 'TXT' ? [record.text] : []));
  return { ...answer, records: texts.toSorted() };
}

function mayGoOn(names: readonly string[]): boolean {
  return names.length <= MAX_ALIASES + 1 && new Set(names).size === names.length;
}

function answered(records: readonly ResourceRecord[], chainTtl: number): Answer<ResourceRecord> {
  return { status: 'answered', records, ttl: Math.min(chainTtl, ...records.map(({ ttl }) => ttl)) };
}

/** RFC 2308 2: what is not there comes with the zone's SOA, which says for how long that holds (5). */
function nothing({ rcode, authorities }: Message, isAlias: boolean, chainTtl: number): Answer<ResourceRecord> | null {
  const soa = authorities.find((record) => record.type === 'SOA');
  const ttl = soa === undefined ? null : Math.min(chainTtl, soa.ttl, soa.minimum);
  if (rcode === NXDOMAIN) return { status: 'noName', ttl };
  return isAlias && rcode === NOERROR && soa === undefined ? null : { status: 'noData', ttl };
}

function heldFor<R>(answer: Answer<R>, seconds: number): Answer<R> {
  if (answer.status === 'failed' || answer.ttl === null) return answer;
  return { ...answer, ttl: Math.min(answer.ttl, seconds) };
}
