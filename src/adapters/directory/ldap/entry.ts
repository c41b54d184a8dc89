/**
 * Reads search result entries (RFC 4511 4.5.2) straight into text, as far as they were asked for.
 * docs/decisions/ldap-responses.md says why this is not left to ldapts.
 */
import { isUtf8 } from 'node:buffer';
import { BerCursor, TAG } from './ber.ts';
import type { Frame } from './frames.ts';

/** Turns the octets of one value into text. */
export type ValueReader = (bytes: Buffer, start: number, end: number) => string;

/** What to read of the entries of one search. */
export interface EntryShape {
  /** Attribute names as they are asked for; an entry has its values under the same index. */
  readonly names: readonly string[];
  /** How the values of each are read, under the same index. */
  readonly readers: readonly ValueReader[];
}

export interface Entry {
  readonly dn: string;
  /** By the index of the name; null where the entry has no value. Empty values are left out. */
  readonly values: readonly (readonly string[] | null)[];
  /** The attributes that came in slices, or empty: of these there may be more at the server. */
  readonly slices: readonly Slice[];
}

/** A part of an attribute's values: `member;range=0-1499`. */
export interface Slice {
  readonly index: number;
  readonly first: number;
  /** Null is `*`, the end of all. An attribute that came without values and without a range ends before its first. */
  readonly last: number | null;
  /** How many values it holds. */
  readonly count: number;
}

const NO_VALUES: readonly string[] = Object.freeze([]);
const NO_SLICES: readonly Slice[] = Object.freeze([]);
const LEARNT = 256;
const UNKNOWN = -1;

/** A reader for the entries of one search. It learns the order in which the server sends the attributes. */
export function entryReader(shape: EntryShape): (frame: Frame) => Entry {
  const names = attributeNames(shape.names);
  return (frame) => {
    const cursor = new BerCursor(frame.bytes);
    cursor.expect(TAG.octetString, frame.start, frame.end);
    const dn = dnText(frame.bytes, cursor.start, cursor.end);
    const values = new Array<readonly string[] | null>(shape.names.length).fill(null);
    let slices: Slice[] | null = null;
    cursor.expect(TAG.sequence, cursor.end, frame.end);
    const { end } = cursor;
    for (let offset = cursor.start; offset < end; ) {
      cursor.expect(TAG.sequence, offset, end);
      offset = cursor.end;
      const { index, range } = readName(cursor, names, offset);
      const reader = shape.readers[index];
      if (reader === undefined) continue;
      cursor.expect(TAG.set, cursor.end, offset);
      const isEmpty = cursor.start === cursor.end;
      const read = readValues(cursor, reader);
      if (range !== null || isEmpty) {
        slices ??= [];
        slices.push({ index, ...(range ?? EMPTY), count: read.length });
      }
      const before = values[index];
      if (read.length > 0) values[index] = before == null ? read : [...before, ...read];
    }
    return { dn, values, slices: slices ?? NO_SLICES };
  };
}

function readName(cursor: BerCursor, names: AttributeNames, limit: number): AttributeName {
  cursor.expect(TAG.octetString, cursor.start, limit);
  return names.find(cursor.bytes, cursor.start, cursor.end) ?? names.learn(cursor.bytes, cursor.start, cursor.end);
}

/** Nearly every attribute has one value; an array that grows would cost each of them room for seventeen. */
function readValues(cursor: BerCursor, reader: ValueReader): readonly string[] {
  const { bytes, end } = cursor;
  let values: readonly string[] = NO_VALUES;
  let many: string[] | null = null;
  for (let offset = cursor.start; offset < end; offset = cursor.end) {
    cursor.expect(TAG.octetString, offset, end);
    if (cursor.end === cursor.start) continue;
    const value = reader(bytes, cursor.start, cursor.end);
    if (many !== null) many.push(value);
    else if (values.length === 0) values = [value];
    else if (values.length === 1) values = [values[0] ?? '', value];
    else many = [...values, value];
  }
  return many ?? values;
}

interface Range {
  readonly first: number;
  readonly last: number | null;
}

const EMPTY: Range = { first: 0, last: -1 };

interface AttributeName {
  /** UNKNOWN if it was not asked for. */
  readonly index: number;
  readonly range: Range | null;
}

interface AttributeNames {
  /** A name that was learnt before, or null. */
  find(bytes: Buffer, start: number, end: number): AttributeName | null;
  learn(bytes: Buffer, start: number, end: number): AttributeName;
}

/** Servers send the same names in the same order for entry after entry: the next one is looked for after the last. */
function attributeNames(names: readonly string[]): AttributeNames {
  const indexes = new Map(names.map((name, index) => [name.toLowerCase(), index] as const));
  const learnt: (AttributeName & { readonly bytes: Buffer })[] = [];
  let next = 0;
  return {
    find(bytes, start, end) {
      for (let tried = 0; tried < learnt.length; tried += 1) {
        const name = learnt[next];
        next = next + 1 < learnt.length ? next + 1 : 0;
        if (name !== undefined && sameBytes(name.bytes, bytes, start, end)) return name;
      }
      return null;
    },
    learn(bytes, start, end) {
      const name = bytes.toString('latin1', start, end).toLowerCase();
      const match = /^([^;]+);range=(\d+)-(\d+|\*)$/.exec(name);
      if (match !== null) {
        const [, base = '', first, last] = match;
        const range = { first: Number(first), last: last === '*' ? null : Number(last) };
        return { index: indexes.get(base) ?? UNKNOWN, range };
      }
      // A name with another option (`mail;lang-de`) is another attribute (RFC 4512 2.5).
      const found = { index: indexes.get(name) ?? UNKNOWN, range: null };
      if (learnt.length < LEARNT) learnt.push({ ...found, bytes: Buffer.from(bytes.subarray(start, end)) });
      return found;
    },
  };
}

function sameBytes(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index += 1) {
    if (known[index] !== bytes[start + index]) return false;
  }
  return true;
}

/** Text as it stands (`undefined` is the quick way to UTF-8). What is not UTF-8 becomes U+FFFD, which no address may hold: ADR-1 reports it with its object. */
export const plainText: ValueReader = (bytes, start, end) => bytes.toString(undefined, start, end);

/** A DN. Octets that are not UTF-8 become `\xx`, which RFC 4514 allows for any octet, so that no two names become one. */
export const dnText: ValueReader = (bytes, start, end) => {
  const text = plainText(bytes, start, end);
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end))) return text;
  return bytes
    .toString('latin1', start, end)
    .replace(/[\x80-\xff]/g, (octet) => `\\${Buffer.from(octet, 'latin1').toString('hex')}`);
};

// A GUID structure's first three fields are little-endian (MS-DTYP 2.3.4.2).
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const GUID_DASHES = new Set([8, 13, 18, 23]);
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** A reader of `objectGUID`: 16 octets become a UUID in lower case. */
export function guidReader(): ValueReader {
  const uuid = Buffer.alloc(36, '-', 'latin1');
  const places = [...uuid.keys()].filter((place) => !GUID_DASHES.has(place));
  return (bytes, start, end) => {
    if (end - start !== GUID_ORDER.length) return idText(bytes, start, end);
    for (let index = 0; index < GUID_ORDER.length; index += 1) {
      const octet = bytes[start + (GUID_ORDER[index] ?? 0)] ?? 0;
      uuid[places[index * 2] ?? 0] = DIGITS[octet >> 4] ?? 0;
      uuid[places[index * 2 + 1] ?? 0] = DIGITS[octet & 15] ?? 0;
    }
    return uuid.toString('latin1');
  };
}

/** An object id in lower case: text if it is text, else its octets in hexadecimal. */
export const idText: ValueReader = (bytes, start, end) => {
  const text = plainText(bytes, start, end);
  if (/^[\da-f-]+$/.test(text)) return text;
  const isText = isUtf8(bytes.subarray(start, end)) && !/\p{Cc}/u.test(text);
  return isText ? text.toLowerCase() : bytes.toString('hex', start, end);
};
