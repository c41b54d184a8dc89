/** SPF, evaluated as a receiver would (RFC 7208), with mailauth, through our own questions. */
import type { DomainName } from '../../domain/address.ts';
import type {
  Answer,
  DomainQuestion,
  SpfEvaluation,
  SpfObservation,
  SpfProposal,
  SpfResult,
} from '../../domain/observations.ts';
import { textsOf } from './answer.ts';
import type { Resolve } from './resolver.ts';
import { type SpfLookUp, spfLookUp } from './spf-look-up.ts';
import { isSpfRecord, withInclude } from './spf-record.ts';

/** RFC 7600 5: the IPv4 dummy address, which no host has. */
const STRANGER = '192.0.0.8';
/** What the evaluator puts before its words. */
const RECEIVER = 'unknown';

const RESULTS: readonly SpfResult[] = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'];

/** Evaluates the domain's record for each address, and what the record would have to be. */
export async function observeSpf(
  domain: DomainName,
  { addresses, include }: NonNullable<DomainQuestion['spf']>,
  resolve: Resolve,
): Promise<SpfObservation> {
  const lookUp = spfLookUp(resolve);
  const [records, evaluations, stranger] = await Promise.all([
    recordsOf(domain, resolve),
    Promise.all(addresses.map((address) => evaluate(domain, address, lookUp))),
    evaluate(domain, STRANGER, lookUp),
  ]);
  const results = evaluations.map(({ result, comment }, index) => ({
    address: addresses[index] ?? '',
    result,
    comment,
  }));
  return {
    records,
    results,
    ...most(evaluations),
    stranger,
    proposal: needsProposal(evaluations) ? await proposalFor(domain, records, { addresses, include }, lookUp) : null,
  };
}

async function recordsOf(domain: DomainName, resolve: Resolve): Promise<Answer<string>> {
  const answer = textsOf((await resolve('TXT', domain)).answer);
  if (answer.status !== 'answered') return answer;
  const records = answer.records.filter(isSpfRecord);
  return records.length === 0 ? { status: 'noData', ttl: answer.ttl } : { ...answer, records };
}

/** Some address does not pass, and that is known: it was not for want of an answer. */
function needsProposal(evaluations: readonly SpfEvaluation[]): boolean {
  return (
    evaluations.some(({ result }) => result !== 'pass') && evaluations.every(({ result }) => result !== 'temperror')
  );
}

async function proposalFor(
  domain: DomainName,
  records: Answer<string>,
  { addresses, include }: NonNullable<DomainQuestion['spf']>,
  lookUp: SpfLookUp,
): Promise<SpfProposal | null> {
  if (records.status === 'failed') return null;
  const present = records.status === 'answered' ? records.records : [];
  // Which of several is meant, and what of the others, is for people to say.
  if (present.length > 1) return null;
  const record = withInclude(present[0] ?? null, include);
  if (record === null) return null;
  const overlaid: SpfLookUp = (name, type) =>
    type === 'TXT' && name.toLowerCase() === domain ? Promise.resolve([[record]]) : lookUp(name, type);
  const evaluations = await Promise.all(addresses.map((address) => evaluate(domain, address, overlaid)));
  const failing = evaluations.find(({ result }) => result !== 'pass');
  return { record, lookups: most(evaluations).lookups, result: failing?.result ?? 'pass' };
}

function most(evaluations: readonly SpfEvaluation[]): { readonly lookups: number; readonly voidLookups: number } {
  return {
    lookups: Math.max(0, ...evaluations.map(({ lookups }) => lookups)),
    voidLookups: Math.max(0, ...evaluations.map(({ voidLookups }) => voidLookups)),
  };
}

/** check_host() for `postmaster@domain` (RFC 7208 4.1). Never rejects for what the DNS did. */
async function evaluate(domain: DomainName, address: string, lookUp: SpfLookUp): Promise<SpfEvaluation> {
  const spf = await evaluator();
  const { status, lookups } = await spf({
    ip: address,
    sender: `postmaster@${domain}`,
    helo: domain,
    mta: RECEIVER,
    // Without it, errors behind the term that matches are passed over (4.6).
    strict: true,
    resolver: lookUp,
  });
  return {
    result: RESULTS.find((result) => result === status.result) ?? 'temperror',
    comment: status.comment?.replace(`${RECEIVER}: `, '') ?? null,
    lookups: lookups?.count ?? 0,
    voidLookups: lookups?.void ?? 0,
  };
}

/** Loading it takes longer than all of our own code: only those who ask about SPF pay. */
async function evaluator() {
  const { spf } = await import('mailauth/lib/spf/index.js');
  return spf;
}
