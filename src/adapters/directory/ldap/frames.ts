/** Cuts what a server sends into LDAP messages (RFC 4511 4.1.1). */
import { BerCursor, MalformedBerError, TAG } from './ber.ts';

/** One message: the operation's element, and the controls if there are any, lie in `bytes`. */
export interface Frame {
  readonly messageId: number;
  /** The tag of the operation (RFC 4511 4.2 and on). */
  readonly operation: number;
  readonly bytes: Buffer;
  /** Where the operation's value lies. */
  readonly start: number;
  readonly end: number;
  /** Where the message ends; controls lie between. */
  readonly limit: number;
}

/** A group of a million members is 100 MB. Whatever is longer is no LDAP message. */
const LONGEST = 512 * 1024 * 1024;

export interface FrameSplitter {
  /** Takes the next bytes and hands over every message that is whole. Throws MalformedBerError. */
  push(chunk: Buffer): void;
  /** Whether part of a message is still waited for. */
  pending(): boolean;
}

export function frameSplitter(onFrame: (frame: Frame) => void): FrameSplitter {
  let parts: Buffer[] = [];
  let held = 0;
  /** How long the message in `parts` will be, or 0 while not even that is known. */
  let needed = 0;

  const keep = (bytes: Buffer) => {
    parts.push(bytes);
    held += bytes.length;
  };
  const release = (last: Buffer): Buffer => {
    const whole = Buffer.concat([...parts, last]);
    parts = [];
    held = 0;
    needed = 0;
    return whole;
  };

  /** Ends the message that earlier chunks began; returns what is left of this one, or null if all of it was taken. */
  const complete = (chunk: Buffer): Buffer | null => {
    if (held === 0) return chunk;
    if (needed === 0) return release(chunk);
    const missing = needed - held;
    if (chunk.length < missing) {
      keep(chunk);
      return null;
    }
    const whole = release(chunk.subarray(0, missing));
    onFrame(frameOf(whole, 0, whole.length));
    return chunk.subarray(missing);
  };

  return {
    push(chunk) {
      const rest = complete(chunk);
      if (rest === null) return;
      for (let offset = 0; offset < rest.length; ) {
        const length = messageLength(rest, offset);
        if (length === 0 || offset + length > rest.length) {
          needed = length;
          keep(rest.subarray(offset));
          return;
        }
        onFrame(frameOf(rest, offset, offset + length));
        offset += length;
      }
    },
    pending: () => held > 0,
  };
}

/** The length of the message at `offset`, header and all, or 0 if too little of it is here to tell. */
function messageLength(bytes: Buffer, offset: number): number {
  if (bytes[offset] !== TAG.sequence) throw new MalformedBerError('a message does not begin like one');
  if (offset + 2 > bytes.length) return 0;
  const first = bytes[offset + 1] ?? 0;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw new MalformedBerError('a length is in a form that LDAP does not allow');
  if (offset + 2 + octets > bytes.length) return 0;
  const length = 2 + octets + bytes.readUIntBE(offset + 2, octets);
  if (length > LONGEST) throw new MalformedBerError(`a message claims to be ${length} bytes long`);
  return length;
}

function frameOf(bytes: Buffer, offset: number, limit: number): Frame {
  const cursor = new BerCursor(bytes);
  cursor.read(offset, limit);
  cursor.expect(TAG.integer, cursor.start, limit);
  const messageId = cursor.integer();
  cursor.read(cursor.end, limit);
  return { messageId, operation: cursor.tag, bytes, start: cursor.start, end: cursor.end, limit };
}
