/** Single questions to a resolver: how they are put, and which answers are believed. Against a server that misbehaves as told. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, TRUNCATED_RESPONSE } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { parseServer } from '../../src/adapters/dns/server.ts';
import { observing, recordsIn, said } from '../support/dns/observing.ts';
import { response, type StubHandler, type StubQuestion, startDnsStub, txt } from '../support/dns/stub.ts';

const NAME = '_rollcall.acme.example';
const TOKEN = txt(NAME, 'rollcall=abc');
const FOUND = { status: 'answered', records: ['rollcall=abc'], ttl: 300 };
const BOTH = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE;

const found = (question: StubQuestion) => [response(question, { answers: [TOKEN] })];
const cutShort = (question: StubQuestion) => [response(question, { flags: BOTH | TRUNCATED_RESPONSE })];
const withCode = (rcode: number) => (question: StubQuestion) => [response(question, { rcode })];

/** What comes of asking a resolver that answers like this, and all that it was asked. */
async function ask(handler: StubHandler) {
  await using stub = await startDnsStub(handler);
  const { ownership } = await observing([stub.address])('acme.example', { ownershipName: NAME });
  return { answer: ownership?.resolver.answer, code: said(ownership?.resolver.answer), questions: [...stub.questions] };
}

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
    });
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
    expect((await ask(handler)).code).toBe('DNS_TIMEOUT');
  });

  it('does not stand in the way of the true one', async () => {
    const { answer } = await ask((question) => [
      response(question, { id: question.id ^ 1, answers: [txt(NAME, 'false')] }),
      ...found(question),
    ]);
    expect(answer).toEqual(FOUND);
  });

  it('counts in what is said about the silence', async () => {
    const { answer } = await ask((question) => [response(question, { id: question.id ^ 1 })]);
    expect(answer).toMatchObject({
      problem: {
        message: expect.stringContaining(
          `TXT ${NAME} within 0.3 seconds. What came instead was no answer to it, 1 times`,
        ),
      },
    });
  });
});

describe('told apart from "not there"', () => {
  it.each<[string, string, StubHandler]>([
    ['silence', 'DNS_TIMEOUT', () => 'silence'],
    ['SERVFAIL', 'DNS_SERVFAIL', withCode(2)],
    ['REFUSED', 'DNS_REFUSED', withCode(5)],
    ['another error', 'DNS_ERROR', withCode(9)],
    ['an error to a question without EDNS too', 'DNS_ERROR', withCode(1)],
    ['a server that only knows its own zones', 'DNS_NO_RECURSION', (question) => [response(question, { flags: 0 })]],
    ['bytes that are no message', 'DNS_MALFORMED', (question) => [withId(question, Buffer.alloc(40, 0xc0))]],
    [
      'a message that ends too early',
      'DNS_MALFORMED',
      (question) => ({ cut: response(question, { answers: [TOKEN] }) }),
    ],
    ['a header that promises too much', 'DNS_MALFORMED', (question) => [promising(response(question), 60_000)]],
    ['an answer cut short over TCP', 'DNS_TRUNCATED', cutShort],
    [
      'a connection that ends too early',
      'DNS_MALFORMED',
      (question) => (question.over === 'udp' ? cutShort(question) : { cut: found(question)[0] ?? Buffer.alloc(0) }),
    ],
    ['silence over TCP', 'DNS_TIMEOUT', (question) => (question.over === 'udp' ? cutShort(question) : 'silence')],
    [
      'another answer over TCP',
      'DNS_MALFORMED',
      (question) =>
        question.over === 'udp' ? cutShort(question) : [response(question, { id: question.id ^ 1, answers: [TOKEN] })],
    ],
    ['an alias of itself', 'DNS_CNAME_LOOP', (question) => [response(question, { answers: [alias(NAME, NAME)] })]],
    [
      'aliases in a circle',
      'DNS_CNAME_LOOP',
      (question) => [response(question, { answers: [alias(NAME, 'a.example'), alias('a.example', NAME)] })],
    ],
    [
      'a circle over several answers',
      'DNS_CNAME_LOOP',
      (question) => [
        response(question, { answers: [alias(question.name, question.name === NAME ? 'a.example' : NAME)] }),
      ],
    ],
    [
      'aliases without end',
      'DNS_CNAME_LOOP',
      (question) => [response(question, { answers: [alias(question.name, `a.${question.name}`)] })],
    ],
    ['an alias of no name at all', 'DNS_NAME', (question) => [response(question, { answers: [alias(NAME, '')] })]],
  ])('%s', async (_, code, handler) => {
    const { answer } = await ask(handler);
    expect(answer).toMatchObject({ status: 'failed', problem: { code } });
  });

  it('nobody who listens', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    const { ownership } = await observing([`127.0.0.1:${port}`])('acme.example', { ownershipName: NAME });
    expect(ownership?.resolver.answer).toMatchObject({
      status: 'failed',
      problem: { code: 'DNS_UNREACHABLE', message: expect.stringContaining('nothing listens there (ECONNREFUSED)') },
    });
  });

  it('several resolvers, with what each of them said', async () => {
    await using silent = await startDnsStub(() => 'silence');
    await using refusing = await startDnsStub(withCode(5));
    const observe = observing([silent.address, refusing.address]);
    const { ownership } = await observe('acme.example', { ownershipName: NAME });
    expect(ownership?.resolver.answer).toMatchObject({
      problem: { code: 'DNS_TIMEOUT', message: expect.stringMatching(/no answer to .*REFUSED/) },
    });
  });
});

describe('a server that does not answer', () => {
  it('is asked once, not twice, until it answers again', async () => {
    let answers = false;
    await using stub = await startDnsStub((question) => (answers ? found(question) : 'silence'));
    const observe = observing([stub.address]);
    const asked = async () => {
      const before = stub.questions.length;
      await observe('acme.example', { ownershipName: NAME });
      return stub.questions.length - before;
    };
    expect([await asked(), await asked()]).toEqual([2, 1]);
    answers = true;
    await asked();
    answers = false;
    expect(await asked()).toBe(2);
  });
});

describe('an interrupted observation', () => {
  it('ends at once, and says so', async () => {
    await using stub = await startDnsStub(() => 'silence');
    const stop = new AbortController();
    const observe = observing([stub.address], { timeoutMs: 3_600_000 });
    const pending = observe('acme.example', { ownershipName: NAME, mx: true }, stop.signal);
    stop.abort();
    const { ownership, mx } = await pending;
    expect([said(ownership?.resolver.answer), said(mx?.answer)]).toEqual(['INTERRUPTED', 'INTERRUPTED']);
  });
});

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

describe('an observation that somebody draws out', () => {
  it('ends after ten time-outs, with what is missing not answered', async () => {
    const includes = Array.from({ length: 9 }, (_, index) => `include:i${index}.example`);
    await using stub = await startDnsStub((question) => {
      const isAlias = !/^c|^acme/.test(question.name);
      const text = question.name === 'acme.example' ? `v=spf1 ${includes.join(' ')} -all` : 'v=spf1 -all';
      const answers = isAlias
        ? [
            alias(
              question.name,
              question.name.replace(/^./, (letter) => (letter === 'i' ? 'b' : 'c')),
            ),
          ]
        : [txt(question.name, text)];
      return { late: response(question, { answers }), afterMs: 60 };
    });
    const spf = { addresses: ['203.0.113.1'], include: 'spf.gateway.example' };
    const seen = await observing([stub.address], { timeoutMs: 100 })('acme.example', { spf });
    expect(seen.spf).toMatchObject({
      results: [
        { result: 'temperror', comment: expect.stringContaining('not everything was answered within 1 seconds') },
      ],
      proposal: null,
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

function alias(name: string, data: string, ttl = 300): Answer {
  return { type: 'CNAME', name, ttl, data };
}

function exchange(index: number): Answer {
  return {
    type: 'MX',
    name: 'acme.example',
    ttl: 300,
    data: { preference: index, exchange: `mx${index}.acme.example` },
  };
}

function soa(ttl: number, minimum: number): Answer {
  const data = { mname: 'ns1.acme.example', rname: 'hostmaster.acme.example', serial: 1, minimum };
  return { type: 'SOA', name: 'acme.example', ttl, data };
}

/** An OPT record with the upper bits of the RCODE (RFC 6891 6.1.3). */
function extendedCode(upper: number): Answer {
  const edns = { udpPayloadSize: 1232, extendedRcode: upper, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  return { type: 'OPT', name: '.', ...edns };
}

function withId({ id }: StubQuestion, bytes: Buffer): Buffer {
  bytes.writeUInt16BE(id);
  // A response that is not cut short.
  bytes[2] = 0x84;
  return bytes;
}

function asQuestion(message: Buffer): Buffer {
  message[2] = (message[2] ?? 0) & 0x7f;
  return message;
}

function promising(message: Buffer, records: number): Buffer {
  message.writeUInt16BE(records, 6);
  return message;
}
