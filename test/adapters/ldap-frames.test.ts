/** Messages out of a stream of bytes, however it is cut. */
import { describe, expect, it } from 'vitest';
import { MalformedBerError } from '../../src/adapters/directory/ldap/ber.ts';
import { type Frame, frameSplitter } from '../../src/adapters/directory/ldap/frames.ts';

/** A message of operation 0x64 whose value has so many octets. */
function message(id: number, octets: number): Buffer {
  const value = Buffer.alloc(octets, 0x04);
  const body = Buffer.concat([Buffer.from([0x02, 0x01, id, 0x64]), length(octets), value]);
  return Buffer.concat([Buffer.from([0x30]), length(body.length), body]);
}

function length(octets: number): Buffer {
  if (octets < 0x80) return Buffer.from([octets]);
  const bytes = Buffer.alloc(5, 0x84);
  bytes.writeUInt32BE(octets, 1);
  return bytes;
}

const STREAM = Buffer.concat([message(1, 0), message(2, 5), message(3, 300), message(4, 0), message(5, 127)]);

function framesOf(chunks: readonly Buffer[]): { readonly frames: readonly string[]; readonly pending: boolean } {
  const frames: string[] = [];
  const splitter = frameSplitter((frame: Frame) => {
    frames.push(`${frame.messageId}:${frame.operation}:${frame.bytes.toString('hex', frame.start, frame.end)}`);
  });
  for (const chunk of chunks) splitter.push(chunk);
  return { frames, pending: splitter.pending() };
}

describe('the splitter', () => {
  const whole = framesOf([STREAM]);

  it('finds every message', () => {
    expect(whole.pending).toBe(false);
    expect(whole.frames.map((frame) => frame.split(':', 2).join(':'))).toEqual([
      '1:100',
      '2:100',
      '3:100',
      '4:100',
      '5:100',
    ]);
  });

  it('finds the same wherever the stream is cut in three', () => {
    for (let first = 0; first <= STREAM.length; first += 1) {
      for (let second = first; second <= Math.min(first + 12, STREAM.length); second += 1) {
        const chunks = [STREAM.subarray(0, first), STREAM.subarray(first, second), STREAM.subarray(second)];
        expect(framesOf(chunks)).toEqual(whole);
      }
    }
  });

  it('finds the same byte by byte', () => {
    expect(framesOf([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('knows when it waits for the rest of a message', () => {
    expect(framesOf([STREAM.subarray(0, 3)]).pending).toBe(true);
  });

  it.each([
    ['another tag', '1602'],
    ['an indefinite length', '3080'],
    ['a length of five octets', '30850000000001'],
    ['more than any message has', '3084ffffffff'],
    ['no message id', '30020400'],
    ['a message id longer than the message', '30030204ff'],
  ])('refuses %s', (_, hex) => {
    expect(() => framesOf([Buffer.from(hex, 'hex')])).toThrow(MalformedBerError);
  });
});
