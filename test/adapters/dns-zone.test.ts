/** What is believed of a zone's own servers, and how much is looked at. Against servers that misbehave as told. */
import type { Answer } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { observing, recordsIn, said } from '../support/dns/observing.ts';
import { response, type StubHandler, type StubQuestion, startDnsStub, txt } from '../support/dns/stub.ts';
import { alias, FOUND, found, NAME, soa } from '../support/dns/token.ts';

describe('a server of the zone', () => {
  /** Resolver and name server at once: what it is asked with recursion, and what without. */
  async function zoneSeen(resolver: StubHandler, own: StubHandler) {
    await using stub = await startDnsStub((question) => (question.recursion ? resolver : own)(question));
    const observe = observing([stub.address], { authoritative: true, authoritativePort: stub.port });
    const { ownership } = await observe('acme.example', { ownershipName: NAME });
    return { nameServers: ownership?.nameServers, questions: [...stub.questions] };
  }
  const delegated = (question: StubQuestion, ...more: readonly Answer[]) => {
    const records: readonly Answer[] = [
      { type: 'NS', name: 'acme.example', ttl: 300, data: 'ns1.acme.example' },
      { type: 'A', name: 'ns1.acme.example', ttl: 300, data: '127.0.0.1' },
      ...more,
    ];
    return [response(question, { answers: records.filter(({ name }) => name === question.name) })];
  };

  it('is asked without recursion', async () => {
    const { nameServers, questions } = await zoneSeen(delegated, found);
    expect(nameServers).toMatchObject([{ name: 'ns1.acme.example', answer: FOUND }]);
    expect(questions.at(-1)).toMatchObject({ name: NAME, type: 'TXT', recursion: false });
  });

  it('is not believed when it says that an alias leads nowhere', async () => {
    const target = 'token.elsewhere.example';
    const { nameServers } = await zoneSeen(
      (question) => delegated(question, txt(target, 'rollcall=abc')),
      (question) => [response(question, { rcode: 3, answers: [alias(NAME, target)], authorities: [soa(60, 60)] })],
    );
    expect(nameServers).toMatchObject([{ answer: FOUND }]);
  });

  it('is none of those that serve the zone that an alias leads to', async () => {
    const elsewhere: readonly Answer[] = [
      alias(NAME, 'elsewhere.example'),
      { type: 'NS', name: 'elsewhere.example', ttl: 300, data: 'ns.elsewhere.example' },
    ];
    const { nameServers } = await zoneSeen(
      (question) => (question.name === NAME ? [response(question, { answers: elsewhere })] : delegated(question)),
      found,
    );
    expect(nameServers?.map(({ name }) => name)).toEqual(['ns1.acme.example']);
  });
});

describe('a domain with very many mail exchanges', () => {
  it('has the first of them looked at, and says so of the others', async () => {
    const answers = Array.from({ length: 35 }, (_, index) => exchange(index));
    await using stub = await startDnsStub((question) => [
      response(question, { answers: question.type === 'MX' ? answers : [] }),
    ]);
    const { mx } = await observing([stub.address])('acme.example', { mx: true });
    const seen = recordsIn(mx?.answer).map(({ addresses }) => said(addresses));
    expect(seen).toEqual([...Array(30).fill('noData'), ...Array(5).fill('DNS_TOO_MANY')]);
  });
});

function exchange(index: number): Answer {
  return {
    type: 'MX',
    name: 'acme.example',
    ttl: 300,
    data: { preference: index, exchange: `mx${index}.acme.example` },
  };
}
