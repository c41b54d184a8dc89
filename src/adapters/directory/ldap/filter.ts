/**
 * Search filters from text (RFC 4515) to the octets that are sent (RFC 4511 4.5.1.7).
 * Not left to ldapts: its parser turns an escaped octet such as `\c3` into a character, and sends that instead.
 */
import { BerWriter, Filter, SearchFilter } from 'ldapts';
import { failure } from '../errors.ts';

type FilterTag = (typeof SearchFilter)[keyof typeof SearchFilter];

/** A filter ready to be sent. As text it is what was parsed. */
export class EncodedFilter extends Filter {
  readonly type: FilterTag;
  readonly content: Buffer;
  readonly text: string;

  constructor(type: FilterTag, content: Buffer, text: string) {
    super();
    this.type = type;
    this.content = content;
    this.text = text;
  }

  override write(writer: BerWriter): void {
    writer.writeBuffer(this.content, this.type);
  }

  override toString(): string {
    return this.text;
  }
}

/** Reads a filter. `name` is the setting it comes from, for the message. Throws DirectoryError (LDAP_FILTER) with the position. */
export function parseFilter(text: string, name: string): EncodedFilter {
  const source = { text, at: skipSpace(text, 0) };
  try {
    const filter = component(source);
    source.at = skipSpace(text, source.at);
    if (source.at < text.length) throw new FilterSyntaxError('there is more after the closing parenthesis', source.at);
    return filter;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw failure(
      'LDAP_FILTER',
      `${name} is not an LDAP filter: ${error.message}, at character ${error.position + 1} of ${text}`,
      `Correct ${name}: RFC 4515 has the grammar, as in (&(department=*)(!(cn=test*))).`,
    );
  }
}

/** All of them must match. */
export function allOf(filters: readonly EncodedFilter[]): EncodedFilter {
  return combined(SearchFilter.and, filters, `(&${filters.join('')})`);
}

/** The filter that everything matches that is there at all. */
export function anything(): EncodedFilter {
  return parseFilter('(objectClass=*)', 'the filter');
}

class FilterSyntaxError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

interface Source {
  readonly text: string;
  at: number;
}

function component(source: Source): EncodedFilter {
  const { text, at: start } = source;
  if (text[start] !== '(') throw new FilterSyntaxError('an opening parenthesis is missing', start);
  source.at = skipSpace(text, start + 1);
  const operator = text[source.at];
  if (operator !== '&' && operator !== '|' && operator !== '!') {
    const end = closing(text, source.at);
    const item = comparison(text, source.at, end, start);
    source.at = end + 1;
    return item;
  }
  source.at = skipSpace(text, source.at + 1);
  const parts: EncodedFilter[] = [];
  while (text[source.at] === '(') {
    parts.push(component(source));
    source.at = skipSpace(text, source.at);
  }
  if (text[source.at] !== ')') throw new FilterSyntaxError('a closing parenthesis is missing', source.at);
  if (operator === '!' && parts.length !== 1) throw new FilterSyntaxError('"!" takes exactly one filter', start);
  source.at += 1;
  const tag = { '&': SearchFilter.and, '|': SearchFilter.or, '!': SearchFilter.not }[operator];
  return combined(tag, parts, text.slice(start, source.at));
}

function combined(tag: FilterTag, parts: readonly EncodedFilter[], text: string): EncodedFilter {
  const writer = new BerWriter();
  for (const part of parts) part.write(writer);
  return new EncodedFilter(tag, Buffer.from(writer.buffer), text);
}

function closing(text: string, from: number): number {
  const end = text.indexOf(')', from);
  if (end < 0) throw new FilterSyntaxError('a closing parenthesis is missing', text.length);
  const inner = text.indexOf('(', from);
  if (inner >= 0 && inner < end) throw new FilterSyntaxError('a parenthesis in a value must be written as \\28', inner);
  return end;
}

// RFC 4512 2.5: a name or an OID, and options. Underscores are against it and in use.
const ATTRIBUTE = String.raw`(?:[A-Za-z][\w-]*|\d+(?:\.\d+)*)(?:;[\w-]+)*`;
const SIMPLE = new RegExp(String.raw`^(${ATTRIBUTE})\s*(=|>=|<=|~=)`);
const EXTENSIBLE = /^([^:=]*?)(:dn)?(?::([\w.-]+))?:=/i;
const SIMPLE_TAGS: Readonly<Record<string, FilterTag>> = {
  '=': SearchFilter.equalityMatch,
  '>=': SearchFilter.greaterOrEqual,
  '<=': SearchFilter.lessOrEqual,
  '~=': SearchFilter.approxMatch,
};

function comparison(text: string, from: number, end: number, open: number): EncodedFilter {
  const item = text.slice(from, end);
  const whole = text.slice(open, end + 1);
  const simple = SIMPLE.exec(item);
  if (simple === null) return extensible(item, from, whole);
  const [matched, attribute = '', operator = '='] = simple;
  const value = item.slice(matched.length);
  const valueAt = from + matched.length;
  if (operator === '=' && value === '*') {
    return new EncodedFilter(SearchFilter.present, Buffer.from(attribute), whole);
  }
  if (operator === '=' && value.includes('*')) return substrings(attribute, value, valueAt, whole);
  const writer = new BerWriter();
  writer.writeString(attribute);
  writer.writeBuffer(octets(value, valueAt), OCTET_STRING);
  return new EncodedFilter(SIMPLE_TAGS[operator] ?? SearchFilter.equalityMatch, Buffer.from(writer.buffer), whole);
}

const OCTET_STRING = 0x04;
const SUBSTRING = { initial: 0x80, any: 0x81, final: 0x82 } as const;

function substrings(attribute: string, value: string, at: number, whole: string): EncodedFilter {
  const writer = new BerWriter();
  writer.writeString(attribute);
  writer.startSequence();
  const parts = value.split('*');
  let offset = at;
  for (const [index, part] of parts.entries()) {
    const tag = index === 0 ? SUBSTRING.initial : index === parts.length - 1 ? SUBSTRING.final : SUBSTRING.any;
    if (part !== '') writer.writeBuffer(octets(part, offset), tag);
    else if (tag === SUBSTRING.any) throw new FilterSyntaxError('there are two asterisks in a row', offset);
    offset += part.length + 1;
  }
  writer.endSequence();
  return new EncodedFilter(SearchFilter.substrings, Buffer.from(writer.buffer), whole);
}

const MATCHING = { rule: 0x81, type: 0x82, value: 0x83, dnAttributes: 0x84 } as const;

function extensible(item: string, at: number, whole: string): EncodedFilter {
  const match = EXTENSIBLE.exec(item);
  const [matched = '', attribute = '', dn, rule] = match ?? [];
  const isAttribute = attribute === '' || new RegExp(`^${ATTRIBUTE}$`).test(attribute);
  if (match === null || !isAttribute || (attribute === '' && rule === undefined)) {
    throw new FilterSyntaxError('there is no comparison such as (name=value)', at);
  }
  const writer = new BerWriter();
  if (rule !== undefined) writer.writeString(rule, MATCHING.rule);
  if (attribute !== '') writer.writeString(attribute, MATCHING.type);
  writer.writeBuffer(octets(item.slice(matched.length), at + matched.length), MATCHING.value);
  if (dn !== undefined) writer.writeBoolean(true, MATCHING.dnAttributes);
  return new EncodedFilter(SearchFilter.extensibleMatch, Buffer.from(writer.buffer), whole);
}

/** The octets of a value: `\xx` stands for the octet xx, everything else for itself in UTF-8. */
function octets(value: string, at: number): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let index = value.indexOf('\\'); index >= 0; index = value.indexOf('\\', from)) {
    const hex = value.slice(index + 1, index + 3);
    if (!/^[\da-f]{2}$/i.test(hex)) throw new FilterSyntaxError('a backslash needs two hexadecimal digits', at + index);
    parts.push(Buffer.from(value.slice(from, index)), Buffer.from(hex, 'hex'));
    from = index + 3;
  }
  parts.push(Buffer.from(value.slice(from)));
  return Buffer.concat(parts);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}
