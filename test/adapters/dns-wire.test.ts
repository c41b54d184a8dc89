/** How questions are put to a resolver, and which answers are believed. Against a server that misbehaves as told. */
import type { Answer } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { parseServer } from '../../src/adapters/dns/server.ts';
import { observing, said } from '../support/dns/observing.ts';
import { response, type StubHandler, startDnsStub, txt } from '../support/dns/stub.ts';
import { alias, ask, cutShort, FOUND, found, NAME, soa, TOKEN, withCode } from '../support/dns/token.ts';

describe('a question', () => {
  it('is put to the resolver with EDNS, over UDP', async () => {
    const { answer, questions } = await ask(found);
    expect(answer).toEqual(FOUND);
    expect(questions).toMatchObject([{ name: NAME, type: 'TXT', over: 'udp', edns: true, recursion: true }]);
  });

  it('has another id each time', async () => {
    await using stub = await startDnsStub(found);
    const observe = observing([stub.address]);
    for (let count = 0; count < 8; count += 1) await observe('acme.example', { ownershipName: NAME });
    expect(new Set(stub.questions.map(({ id }) => id)).size).toBeGreaterThan(1);
  });

  it.each([
    ['FORMERR', { rcode: 1, question: null }],
    ['NOTIMP', { rcode: 4 }],
    ['BADVERS', { additionals: [extendedCode(1)] }],
  ])('is put again without EDNS after %s', async (_, refusal) => {
    const { answer, questions } = await ask((question) =>
      question.edns ? [response(question, refusal)] : found(question),
    );
    expect(answer).toEqual(FOUND);
    expect(questions.map(({ edns }) => edns)).toEqual([true, false]);
  });

  it('is put over TCP when the answer is cut short', async () => {
    const long = Array.from({ length: 20 }, (_, index) => txt(NAME, 'x'.repeat(200) + index));
    const { answer, questions } = await ask((question) =>
      question.over === 'udp' ? cutShort(question) : [response(question, { answers: long })],
    );
    expect(answer).toMatchObject({ status: 'answered', records: { length: 20 } });
    expect(questions.map(({ over }) => over)).toEqual(['udp', 'tcp']);
  });

  it('is put a second time after SERVFAIL', async () => {
    let count = 0;
    const { answer } = await ask((question) => {
      count += 1;
      return count === 1 ? withCode(2)(question) : found(question);
    });
    expect(answer).toEqual(FOUND);
  });

  it('is put a second time after silence', async () => {
    let count = 0;
    const { answer } = await ask((question) => {
      count += 1;
      return count === 1 ? 'silence' : found(question);
    }, 500);
    expect(answer).toEqual(FOUND);
  });

  it('goes to the next resolver when the first does not answer', async () => {
    await using silent = await startDnsStub(() => 'silence');
    await using other = await startDnsStub(found);
    const observe = observing([silent.address, other.address]);
    const { ownership } = await observe('acme.example', { ownershipName: NAME });
    expect(ownership?.resolver).toEqual({ name: null, address: other.address, answer: FOUND });
    expect(silent.questions).toHaveLength(2);
  });
});

describe('an answer', () => {
  it('has the strings of a record joined without blanks, and texts beyond ASCII', async () => {
    const { answer } = await ask((question) => [
      response(question, { answers: [txt(NAME, ['rollcall=', 'ab', '', 'c']), txt(NAME, 'größe')] }),
    ]);
    expect(answer).toMatchObject({ records: ['größe', 'rollcall=abc'] });
  });

  it('lives as long as the shortest of its records', async () => {
    const { answer } = await ask((question) => [
      response(question, { answers: [txt(NAME, 'a', 300), txt(NAME, 'b', 20)] }),
    ]);
    expect(answer).toMatchObject({ ttl: 20 });
  });

  it('that says "no such name" comes with the time that this holds', async () => {
    const { answer } = await ask((question) => [response(question, { rcode: 3, authorities: [soa(120, 60)] })]);
    expect(answer).toEqual({ status: 'noName', ttl: 60 });
  });

  it('that says "no such record" comes with the time that this holds', async () => {
    const { answer } = await ask((question) => [response(question, { authorities: [soa(30, 60)] })]);
    expect(answer).toEqual({ status: 'noData', ttl: 30 });
  });

  it('without an SOA record does not say how long it holds', async () => {
    const { answer } = await ask((question) => [response(question)]);
    expect(answer).toEqual({ status: 'noData', ttl: null });
  });

  it('follows an alias that the resolver leaves open', async () => {
    const target = 'token.elsewhere.example';
    const { answer, questions } = await ask((question) => [
      response(question, {
        answers: question.name === NAME ? [alias(NAME, target, 50)] : [txt(target, 'rollcall=abc')],
      }),
    ]);
    expect(answer).toEqual({ ...FOUND, ttl: 50 });
    expect(questions.map(({ name }) => name)).toEqual([NAME, target]);
  });

  it('may be in capital letters', async () => {
    const { answer } = await ask((question) => [
      response(question, {
        question: { name: NAME.toUpperCase(), type: 'TXT' },
        answers: [txt(NAME.toUpperCase(), 'x')],
      }),
    ]);
    expect(answer).toMatchObject({ records: ['x'] });
  });
});

describe('an answer that is none', () => {
  it.each<[string, StubHandler]>([
    ['has another id', (question) => [response(question, { id: question.id ^ 1, answers: [TOKEN] })]],
    ['comes from another port', (question) => ({ elsewhere: response(question, { answers: [TOKEN] }) })],
    [
      'is to another name',
      (question) => [response(question, { question: { name: 'x.example', type: 'TXT' }, answers: [TOKEN] })],
    ],
    [
      'is to another type',
      (question) => [response(question, { question: { name: NAME, type: 'A' }, answers: [TOKEN] })],
    ],
    ['repeats no question', (question) => [response(question, { question: null, answers: [TOKEN] })]],
    ['is a question itself', (question) => [asQuestion(response(question, { answers: [TOKEN] }))]],
  ])('because it %s is not believed', async (_, handler) => {
    expect((await ask(handler, 200)).code).toBe('DNS_TIMEOUT');
  });

  it('does not stand in the way of the true one', async () => {
    const { answer } = await ask((question) => [
      response(question, { id: question.id ^ 1, answers: [txt(NAME, 'false')] }),
      ...found(question),
    ]);
    expect(answer).toEqual(FOUND);
  });

  it('counts in what is said about the silence', async () => {
    const { answer } = await ask((question) => [response(question, { id: question.id ^ 1 })], 300);
    expect(answer).toMatchObject({
      problem: {
        message: expect.stringContaining(
          `TXT ${NAME} within 0.3 seconds. What came instead was no answer to it, 1 times`,
        ),
      },
    });
  });
});

describe('the address of a resolver', () => {
  it('has to be there', () => {
    expect(() => observing([])).toThrow(TypeError);
  });

  it.each([
    ['192.0.2.1', { address: '192.0.2.1', port: 53 }],
    ['192.0.2.1:5353', { address: '192.0.2.1', port: 5353 }],
    ['2001:db8::1', { address: '2001:db8::1', port: 53 }],
    ['[2001:db8::1]', { address: '2001:db8::1', port: 53 }],
    ['[2001:db8::1]:5353', { address: '2001:db8::1', port: 5353 }],
  ])('may be %s', (text, server) => {
    expect(parseServer(text)).toEqual(server);
  });

  it.each([
    '',
    'dns.example',
    '192.0.2.1:',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.256',
    '[192.0.2.1]:53',
    '[::1',
    ':53',
  ])('is not "%s"', (text) => {
    expect(() => observing([text])).toThrow(TypeError);
  });
});

describe('a name that is long or odd', () => {
  it.each([`${'a'.repeat(64)}.acme.example`, `${'a.'.repeat(130)}example`, 'a..example'])(
    '%s is not asked for',
    async (name) => {
      await using stub = await startDnsStub(found);
      const { ownership } = await observing([stub.address])('acme.example', { ownershipName: name });
      expect(said(ownership?.resolver.answer)).toBe('DNS_NAME');
      expect(stub.questions).toEqual([]);
    },
  );
});

/** An OPT record with the upper bits of the RCODE (RFC 6891 6.1.3). */
function extendedCode(upper: number): Answer {
  const edns = { udpPayloadSize: 1232, extendedRcode: upper, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  return { type: 'OPT', name: '.', ...edns };
}

function asQuestion(message: Buffer): Buffer {
  message[2] = (message[2] ?? 0) & 0x7f;
  return message;
}
