/** Reads BER as LDAP uses it (RFC 4511 5.1): definite lengths, one-byte tags. Trusts no length. */

/** The bytes are not what LDAP may send. */
export class MalformedBerError extends Error {
  override readonly name = 'MalformedBerError';
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Stands on one element of `bytes` at a time; its value lies from `start` up to `end`. */
export class BerCursor {
  readonly bytes: Buffer;
  tag = 0;
  start = 0;
  end = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Moves to the element at `offset`, which must end by `limit`. Throws MalformedBerError. */
  read(offset: number, limit: number): void {
    const { bytes } = this;
    if (offset + 2 > limit) throw new MalformedBerError('an element is cut short');
    const first = bytes[offset + 1] ?? 0;
    this.tag = bytes[offset] ?? 0;
    this.start = offset + 2;
    if (first < 0x80) {
      this.end = this.start + first;
    } else {
      const octets = first & 0x7f;
      if (octets === 0 || octets > 4) throw new MalformedBerError('a length is in a form that LDAP does not allow');
      if (this.start + octets > limit) throw new MalformedBerError('a length is cut short');
      this.start += octets;
      this.end = this.start + bytes.readUIntBE(offset + 2, octets);
    }
    if (this.end > limit) throw new MalformedBerError('an element is longer than what holds it');
  }

  /** Moves to the element at `offset` and insists on its tag. */
  expect(tag: number, offset: number, limit: number): void {
    this.read(offset, limit);
    if (this.tag !== tag) {
      throw new MalformedBerError(`the element 0x${this.tag.toString(16)} is where 0x${tag.toString(16)} should be`);
    }
  }

  /** The value as an integer of up to four octets. */
  integer(): number {
    const octets = this.end - this.start;
    if (octets < 1 || octets > 4) throw new MalformedBerError('an integer has no octets, or too many');
    return this.bytes.readIntBE(this.start, octets);
  }

  /** The value as text; broken UTF-8 becomes U+FFFD. */
  text(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }
}
