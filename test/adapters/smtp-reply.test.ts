/** Replies out of octets, however they are cut, and whatever they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Taken, takeReply } from '../../src/adapters/smtp/reply.ts';
import { check } from '../support/property.ts';

const take = (text: string): Taken => takeReply(Buffer.from(text));

describe('a reply', () => {
  it.each([
    ['250 Ok\r\n', 250, null, ['Ok']],
    ['250\r\n', 250, null, ['']],
    ['250 Ok\n', 250, null, ['Ok']],
    ['550 5.1.1 <x@y.example>: User unknown\r\n', 550, '5.1.1', ['<x@y.example>: User unknown']],
    ['550-5.1.1 No such\r\n550 5.1.1 user\r\n', 550, '5.1.1', ['No such', 'user']],
    ['550 2.1.5 of another class\r\n', 550, null, ['2.1.5 of another class']],
    ['220 10.0.0.1 ready\r\n', 220, null, ['10.0.0.1 ready']],
    ['451 4.7.1\r\n', 451, '4.7.1', ['']],
  ])('%j is understood', (text, code, enhanced, lines) => {
    expect(take(text)).toMatchObject({ status: 'whole', reply: { code, enhanced, lines }, rest: Buffer.alloc(0) });
  });

  it.each(['', '2', '250', '250 O', '250-a\r\n', '250-a\r\n250', '250-a\r\n250-b\r\n'])(
    '%j is not whole yet',
    (text) => {
      expect(take(text)).toEqual({ status: 'partial' });
    },
  );

  it.each(['hello\r\n', '99 x\r\n', '600 x\r\n', '100 x\r\n', '2500 x\r\n', '250_x\r\n', '\r\n'])(
    '%j is none',
    (text) => {
      expect(take(text)).toMatchObject({ status: 'malformed' });
    },
  );

  it('is the same however it was cut, and leaves the rest', () => {
    const line = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[\r\n]/g, '.'));
    check(fc.tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.string(), fc.nat()), ([lines, after, cut]) => {
      const texts = lines.map((text, index) => `250${index === lines.length - 1 ? ' ' : '-'}${text}\r\n`);
      const octets = Buffer.from(texts.join('') + after);
      const whole = Buffer.byteLength(texts.join(''));
      const taken = takeReply(octets);
      expect(taken).toMatchObject({ status: 'whole', rest: octets.subarray(whole) });
      expect(takeReply(octets.subarray(0, cut % whole))).toEqual({ status: 'partial' });
    });
  });

  it('comes out of no octets but SMTP ones, and nothing else happens', () => {
    check(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const taken = takeReply(Buffer.from(octets));
      if (taken.status !== 'whole') return;
      expect(taken.reply.code).toBeGreaterThanOrEqual(200);
      expect(taken.reply.code).toBeLessThan(600);
    });
  });
});
