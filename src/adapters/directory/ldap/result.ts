/** How an operation ended (RFC 4511 4.1.9), with what the paged-results control says (RFC 2696). */
import { BerCursor, MalformedBerError, TAG } from './ber.ts';
import type { Frame } from './frames.ts';

export interface LdapResult {
  /** RFC 4511 appendix A; 0 is success. */
  readonly code: number;
  /** How far down the base DN the server came. */
  readonly matchedDN: string;
  /** What the server says to people. */
  readonly message: string;
  readonly referrals: readonly string[];
  /** Where the next page begins: empty after the last page, null if the server said nothing about pages. */
  readonly cookie: Buffer | null;
  /** What an extended operation brought (RFC 4511 4.12), as text; null for anything else. */
  readonly value: string | null;
}

export const PAGED_RESULTS = '1.2.840.113556.1.4.319';

const CONTROLS = 0xa0;
const REFERRAL = 0xa3;
const RESPONSE_VALUE = 0x8b;

/** Reads the result that ends a bind, a search or an extended operation. Throws MalformedBerError. */
export function readResult(frame: Frame): LdapResult {
  const cursor = new BerCursor(frame.bytes);
  cursor.expect(TAG.enumerated, frame.start, frame.end);
  const code = cursor.integer();
  cursor.expect(TAG.octetString, cursor.end, frame.end);
  const matchedDN = cursor.text();
  cursor.expect(TAG.octetString, cursor.end, frame.end);
  const message = cursor.text();
  const referrals: string[] = [];
  let value: string | null = null;
  for (let offset = cursor.end; offset < frame.end; ) {
    cursor.read(offset, frame.end);
    offset = cursor.end;
    if (cursor.tag === REFERRAL) referrals.push(...texts(cursor, cursor.start, cursor.end));
    else if (cursor.tag === RESPONSE_VALUE) value = cursor.text();
  }
  return { code, matchedDN, message, referrals, cookie: cookieOf(frame), value };
}

/** The URLs of a continuation reference (RFC 4511 4.5.3). */
export function readReference(frame: Frame): readonly string[] {
  return texts(new BerCursor(frame.bytes), frame.start, frame.end);
}

function texts(cursor: BerCursor, start: number, end: number): string[] {
  const found: string[] = [];
  for (let offset = start; offset < end; offset = cursor.end) {
    cursor.expect(TAG.octetString, offset, end);
    found.push(cursor.text());
  }
  return found;
}

function cookieOf(frame: Frame): Buffer | null {
  if (frame.end === frame.limit) return null;
  const cursor = new BerCursor(frame.bytes);
  cursor.expect(CONTROLS, frame.end, frame.limit);
  const { start, end: controls } = cursor;
  for (let offset = start; offset < controls; ) {
    cursor.expect(TAG.sequence, offset, controls);
    const { end } = cursor;
    cursor.expect(TAG.octetString, cursor.start, end);
    if (cursor.text() === PAGED_RESULTS) return pageCookie(cursor, end);
    offset = end;
  }
  return null;
}

/** The rest of the control: its criticality, if it is there, and its value. */
function pageCookie(cursor: BerCursor, end: number): Buffer {
  cursor.read(cursor.end, end);
  if (cursor.tag === TAG.boolean) cursor.read(cursor.end, end);
  if (cursor.tag !== TAG.octetString) throw new MalformedBerError('the paged-results control has no value');
  cursor.expect(TAG.sequence, cursor.start, cursor.end);
  const value = cursor.end;
  cursor.expect(TAG.integer, cursor.start, value);
  cursor.expect(TAG.octetString, cursor.end, value);
  return Buffer.from(cursor.bytes.subarray(cursor.start, cursor.end));
}
