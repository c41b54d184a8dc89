/** DNS messages (RFC 1035 4, RFC 6891): dns-packet knows the bytes; here what came is checked before it is believed. */
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED, type StringAnswer } from 'dns-packet';
import ipaddr from 'ipaddr.js';
import { canonicalName } from './name.ts';

export interface Question {
  /** Canonical. */
  readonly name: string;
  readonly type: QuestionType;
}

export type QuestionType = 'A' | 'AAAA' | 'MX' | 'NS' | 'PTR' | 'TXT';

interface Owned {
  /** The name that has the record, canonical. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Names in records are canonical, addresses in the form that people compare (RFC 5952). */
export type ResourceRecord = Owned &
  (
    | { readonly type: 'A'; readonly address: string }
    | { readonly type: 'AAAA'; readonly address: string }
    | { readonly type: 'CNAME'; readonly target: string }
    | { readonly type: 'NS'; readonly target: string }
    | { readonly type: 'PTR'; readonly target: string }
    | { readonly type: 'MX'; readonly preference: number; readonly exchange: string }
    /** The strings of the record, joined without anything between them (RFC 7208 3.3). */
    | { readonly type: 'TXT'; readonly text: string }
    | { readonly type: 'SOA'; readonly minimum: number }
  );

export type RecordOf<T extends ResourceRecord['type']> = Extract<ResourceRecord, { type: T }>;

export interface Message {
  /** With EDNS's upper bits (RFC 6891 6.1.3). */
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly recursionAvailable: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
}

export const NOERROR = 0;
export const FORMERR = 1;
export const NXDOMAIN = 3;
export const NOTIMP = 4;
export const BADVERS = 16;

/** What fits without fragments on nearly every path (DNS flag day 2020). */
const UDP_PAYLOAD = 1232;
const HEADER_LENGTH = 12;
/** Of all sections together. */
const MAX_RECORDS = 1000;
// RFC 2181 8: a TTL with the highest bit set counts as 0.
const TTL_MAX = 2 ** 31 - 1;

export interface QueryForm {
  readonly id: number;
  readonly recursion: boolean;
  readonly edns: boolean;
}

/** The bytes of a question. */
export function encodeQuery({ name, type }: Question, { id, recursion, edns }: QueryForm): Buffer {
  return encode({
    type: 'query',
    id,
    flags: recursion ? RECURSION_DESIRED : 0,
    questions: [{ name, type, class: 'IN' }],
    additionals: edns ? [OPT] : [],
  });
}

const OPT: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_PAYLOAD,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** Whether these bytes claim to be the response with this id. */
export function isResponse(bytes: Buffer, id: number): boolean {
  return bytes.length >= HEADER_LENGTH && bytes.readUInt16BE(0) === id && (bytes[2] ?? 0) >= 0x80;
}

/** The TC bit, which can be read even where what follows is cut in the middle. */
export function isTruncated(bytes: Buffer): boolean {
  return ((bytes[2] ?? 0) & 0x02) !== 0;
}

/** Why an answer is none, in words that follow "cannot be read:". */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** Whom the answer is for: another question's answer is not one to this. */
export type Decoded = { readonly fits: true; readonly message: Message } | { readonly fits: false };

/** Reads a response. Throws UnreadableMessage, and nothing else, whatever the bytes are. */
export function decodeResponse(bytes: Buffer, question: Question): Decoded {
  const packet = packetOf(bytes);
  const rcode = rcodeOf(packet);
  if (!repeats(packet, question, rcode)) return { fits: false };
  return {
    fits: true,
    message: {
      rcode,
      authoritative: packet.flag_aa,
      recursionAvailable: packet.flag_ra,
      answers: recordsOf(packet.answers),
      authorities: recordsOf(packet.authorities),
    },
  };
}

function packetOf(bytes: Buffer): DecodedPacket {
  if (bytes.length < HEADER_LENGTH) throw new UnreadableMessage('it is shorter than a header');
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  if (bytes.readUInt16BE(4) > 1) throw new UnreadableMessage('it has more than one question');
  if (records > MAX_RECORDS) throw new UnreadableMessage(`it says to have ${records} records`);
  try {
    const packet = decode(bytes);
    // The decoder reads on past the end of a text that is cut short. NaN is no length either.
    if (decode.bytes <= bytes.length) return packet;
  } catch {
    // Said below.
  }
  throw new UnreadableMessage('it is no DNS message, or ends too early');
}

function rcodeOf({ flags = 0, additionals = [] }: DecodedPacket): number {
  const opt = additionals.find((record) => record.type === 'OPT');
  return (flags & 0xf) | (opt?.type === 'OPT' ? opt.extendedRcode << 4 : 0);
}

/** Servers that could not read a question, or would not, may leave it out. */
function repeats({ questions = [] }: DecodedPacket, question: Question, rcode: number): boolean {
  const [repeated] = questions;
  if (repeated === undefined) return rcode !== NOERROR && rcode !== NXDOMAIN;
  const { name, type, class: space } = repeated;
  return canonicalName(name) === question.name && type === question.type && space === 'IN';
}

function recordsOf(answers: readonly Answer[] = []): readonly ResourceRecord[] {
  return answers.map(recordOf).filter((record) => record !== null);
}

/** Null for a record that nobody here asks for. */
function recordOf(answer: Answer): ResourceRecord | null {
  if (answer.type === 'OPT' || !('ttl' in answer) || answer.class !== 'IN') return null;
  const { ttl = 0 } = answer;
  const owned = { name: canonicalName(answer.name), ttl: ttl > TTL_MAX ? 0 : ttl };
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return { ...owned, type: answer.type, address: addressOf(answer) };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...owned, type: answer.type, target: canonicalName(answer.data) };
    case 'MX':
      return {
        ...owned,
        type: 'MX',
        preference: answer.data.preference ?? 0,
        exchange: canonicalName(answer.data.exchange),
      };
    case 'TXT':
      return { ...owned, type: 'TXT', text: Buffer.concat([answer.data].flat().map(bytesOf)).toString('utf8') };
    case 'SOA':
      return { ...owned, type: 'SOA', minimum: answer.data.minimum ?? 0 };
    default:
      return null;
  }
}

function addressOf({ data }: StringAnswer): string {
  if (!ipaddr.isValid(data)) throw new UnreadableMessage('it has an address that is none');
  const parsed = ipaddr.parse(data);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

function bytesOf(text: string | Buffer): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : text;
}
