/** A host's addresses of both families, as one answer. */
import type { Answer } from '../../domain/observations.ts';
import type { Resolve } from './resolver.ts';

export interface Host {
  /** The last name that this one is an alias of, or null. */
  readonly alias: string | null;
  /** IPv4 first. Answered if either family is; `failed` if there are none so far and one could not be asked for. */
  readonly addresses: Answer<string>;
}

/** Asks for A and AAAA records at once. */
export async function hostOf(name: string, resolve: Resolve): Promise<Host> {
  const [four, six] = await Promise.all([resolve('A', name), resolve('AAAA', name)]);
  const alias = four.chain.at(-1) ?? six.chain.at(-1) ?? null;
  return { alias, addresses: bothOf(addressesIn(four.answer), addressesIn(six.answer)) };
}

function addressesIn(answer: Answer<{ readonly address: string }>): Answer<string> {
  if (answer.status !== 'answered') return answer;
  return { ...answer, records: answer.records.map(({ address }) => address).toSorted() };
}

function bothOf(four: Answer<string>, six: Answer<string>): Answer<string> {
  if (four.status === 'answered' && six.status === 'answered') {
    return { status: 'answered', records: [...four.records, ...six.records], ttl: Math.min(four.ttl, six.ttl) };
  }
  const both = [four, six];
  const answered = both.find(({ status }) => status === 'answered');
  const failed = both.find(({ status }) => status === 'failed');
  // A name that has one kind of record exists, whatever a careless server says of the other kind.
  const noData = both.find(({ status }) => status === 'noData');
  return answered ?? failed ?? noData ?? four;
}
