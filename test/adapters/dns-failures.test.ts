/** What cannot be asked is told apart, from each other and from what is not there, and all of it ends. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { observing, said } from '../support/dns/observing.ts';
import { response, type StubHandler, type StubQuestion, startDnsStub, txt } from '../support/dns/stub.ts';
import { alias, ask, cutShort, found, NAME, TOKEN, withCode } from '../support/dns/token.ts';

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
    const { answer } = await ask(handler, code === 'DNS_TIMEOUT' ? 200 : 2000);
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

  it('leaves no socket open, at whatever moment it is interrupted', async () => {
    await using stub = await startDnsStub(() => 'silence');
    const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;
    const observe = observing([stub.address], { timeoutMs: 3_600_000 });
    const codes: string[] = [];
    for (let moment = 0; moment < 12; moment += 1) {
      const stop = new AbortController();
      const pending = observe('acme.example', { mx: true }, stop.signal);
      for (let turn = 0; turn < moment; turn += 1) await (turn % 4 === 3 ? setImmediate() : Promise.resolve());
      stop.abort();
      codes.push(said((await pending).mx?.answer));
    }
    expect(new Set(codes)).toEqual(new Set(['INTERRUPTED']));
    // The server's own two.
    await vi.waitFor(() => expect(openSockets()).toBe(2));
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

function withId({ id }: StubQuestion, bytes: Buffer): Buffer {
  bytes.writeUInt16BE(id);
  // A response that is not cut short.
  bytes[2] = 0x84;
  return bytes;
}

function promising(message: Buffer, records: number): Buffer {
  message.writeUInt16BE(records, 6);
  return message;
}
