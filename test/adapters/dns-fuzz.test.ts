/** Whatever bytes come as an answer, reading them ends with an answer or a reason: it neither throws anything else nor hangs. */
import type { Answer as Rr } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResponse, type Question, UnreadableMessage } from '../../src/adapters/dns/message.ts';
import { observing, recordsIn, said } from '../support/dns/observing.ts';
import { response, type StubQuestion, startDnsStub } from '../support/dns/stub.ts';
import { check } from '../support/property.ts';

const NAME = 'acme.example';
const QUESTION: Question = { name: NAME, type: 'TXT' };
const ASKED: StubQuestion = { id: 7, name: NAME, type: 'TXT', edns: true, recursion: true, over: 'udp' };

/** A record of every kind that is read, and some that are not. */
const RECORDS: readonly Rr[] = [
  { type: 'TXT', name: NAME, ttl: 300, data: ['v=spf1 ', 'mx -all'] },
  { type: 'MX', name: NAME, ttl: 300, data: { preference: 10, exchange: 'mx1.acme.example' } },
  { type: 'A', name: 'mx1.acme.example', ttl: 300, data: '192.0.2.1' },
  { type: 'AAAA', name: 'mx1.acme.example', ttl: 300, data: '2001:db8::1' },
  { type: 'CNAME', name: 'www.acme.example', ttl: 300, data: 'web.acme.example' },
  { type: 'NS', name: NAME, ttl: 300, data: 'ns1.acme.example' },
  { type: 'PTR', name: '1.2.0.192.in-addr.arpa', ttl: 300, data: 'mx1.acme.example' },
  { type: 'SRV', name: NAME, ttl: 300, data: { port: 25, target: 'mx1.acme.example' } },
  { type: 'CAA', name: NAME, ttl: 300, data: { tag: 'issue', value: 'ca.example' } },
  {
    type: 'SOA',
    name: NAME,
    ttl: 300,
    data: { mname: 'ns1.acme.example', rname: 'hostmaster.acme.example', serial: 1, minimum: 60 },
  },
];
const WHOLE = response(ASKED, { answers: RECORDS, authorities: RECORDS, additionals: RECORDS });

/** The whole message with some bytes changed, and perhaps cut short or with something behind it. */
const mutated = fc
  .record({
    changes: fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { maxLength: 6 }),
    length: fc.oneof(fc.constant(WHOLE.length), fc.nat(WHOLE.length)),
    behind: fc.uint8Array({ maxLength: 8 }),
  })
  .map(({ changes, length, behind }) => {
    const bytes = Buffer.from(WHOLE);
    for (const [at, value] of changes) bytes[at] = value;
    return Buffer.concat([bytes.subarray(0, length), behind]);
  });

describe('reading a response', () => {
  it('understands the message that the others are made from', () => {
    expect(decodeResponse(WHOLE, QUESTION)).toMatchObject({
      fits: true,
      message: { rcode: 0, answers: { length: 8 }, authorities: { length: 8 } },
    });
  });

  it('never fails but with the reason, for bytes at random', () => {
    check(fc.uint8Array({ maxLength: 600 }), (bytes) => expectReadOrRefused(Buffer.from(bytes)));
  });

  it('never fails but with the reason, for answers that were changed on the way', () => {
    check(mutated, expectReadOrRefused);
  });

  it('takes no part of an answer for the whole', () => {
    for (let length = 0; length < WHOLE.length; length += 1) {
      expect(() => decodeResponse(WHOLE.subarray(0, length), QUESTION)).toThrow(UnreadableMessage);
    }
  });

  it('ends soon for names that are nothing but pointers', () => {
    const bytes = Buffer.alloc(65_535, 0);
    response({ ...ASKED, name: 'x', type: 'A' }).copy(bytes);
    bytes.writeUInt16BE(1000, 6);
    // Each pointer leads to the one before it.
    for (let at = 20; at + 2 < 0x3fff; at += 2) bytes.writeUInt16BE(0xc000 + at - 2, at);
    for (let at = 0x4000; at + 12 < bytes.length; at += 12) bytes.writeUInt16BE(0xfffd, at);
    expect(() => decodeResponse(bytes, QUESTION)).toThrow(UnreadableMessage);
  });
});

function expectReadOrRefused(bytes: Buffer): void {
  try {
    const decoded = decodeResponse(bytes, QUESTION);
    if (!decoded.fits) return;
    for (const record of [...decoded.message.answers, ...decoded.message.authorities]) {
      expect(record.ttl).toBeGreaterThanOrEqual(0);
      expect(record.name).toMatch(/^[ -~]*$/);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableMessage);
  }
}

describe('a whole observation', () => {
  it('ends with a reason, and without anything found, when all answers are bytes at random', async () => {
    const random = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 400 }), 400);
    let count = 0;
    const next = () => {
      count += 1;
      return Buffer.from(random[count % random.length] ?? []);
    };
    await using stub = await startDnsStub((question) => {
      const bytes = next();
      // Every other one has the right id, or none would be looked into.
      if (bytes.length >= 2 && count % 2 === 0) bytes.writeUInt16BE(question.id);
      return [bytes];
    });
    const observe = observing([stub.address], { timeoutMs: 20 });
    for (let round = 0; round < 30; round += 1) {
      const { ownership, mx, spf } = await observe(NAME, {
        ownershipName: `_rollcall.${NAME}`,
        mx: true,
        spf: { addresses: ['203.0.113.1'], include: 'spf.gateway.example' },
      });
      expect(recordsIn(ownership?.resolver.answer)).toEqual([]);
      expect(said(mx?.answer)).toMatch(/^DNS_/);
      expect(spf?.results).toMatchObject([{ result: 'temperror' }]);
    }
  });
});
