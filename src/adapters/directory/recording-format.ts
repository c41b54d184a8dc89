/**
 * The lines of a recording, `rollcall.recording/1`: a head with the customer and the directory's identity, a line an object, and an end
 * with the proof that the reading was whole. What an object has by default is left out of its line.
 */
import type { DirectoryObject, ReadProof } from '../../domain/directory.ts';
import type { DirectoryQuestion, KeptValues } from '../../domain/directory-evidence.ts';
import type { DirectoryIdentity } from '../../domain/identity.ts';
import { type Instant, parseInstant } from '../../domain/instant.ts';
import { ATTRIBUTE_NAMES, type Attributes, type CustomerId, type ObjectId } from '../../domain/roster.ts';
import {
  count,
  flag,
  isRecord,
  type Json,
  json,
  MalformedLineError,
  members,
  oneOf,
  text,
  texts,
} from '../recorded-line.ts';
import { parseQuestion, parseValues } from './recording-evidence.ts';

const FORMAT = 'rollcall.recording/1';

export interface RecordingHead {
  readonly customer: CustomerId;
  readonly recordedAt: Instant;
  readonly identity: DirectoryIdentity;
  /** What was asked; null in a recording that does not say. */
  readonly question: DirectoryQuestion | null;
  /** Names, phones and notes of the objects are pseudonyms. */
  readonly redacted?: true | undefined;
}

/** The end of a recording: the proof, and the digest over its evidence where it has any. */
export interface RecordingEnd {
  readonly proof: ReadProof;
  readonly evidence: string | null;
}

export function headLine({ customer, recordedAt, identity, question, redacted }: RecordingHead): string {
  return JSON.stringify({ format: FORMAT, customer, recordedAt, identity, redacted, question: question ?? undefined });
}

/** That it is redacted stands in the head. */
export function endLine({ proof, evidence }: RecordingEnd): string {
  return JSON.stringify({ end: true, proof: { ...proof, redacted: undefined }, evidence: evidence ?? undefined });
}

export function objectLine(object: DirectoryObject, values?: KeptValues): string {
  const { id, name, kind, mailbox, disabled, guest, attributes, unknownMembers } = object;
  const given = (values: readonly string[]) => (values.length === 0 ? undefined : values);
  return JSON.stringify({
    id,
    name,
    kind,
    mailbox: mailbox === 'user' ? undefined : mailbox,
    disabled: disabled || undefined,
    guest: guest || undefined,
    proxyAddresses: given(object.proxyAddresses),
    mail: given(object.mail),
    aliases: given(object.aliases),
    attributes: Object.keys(attributes).length === 0 ? undefined : attributes,
    members: given(object.members),
    unknownMembers: unknownMembers || undefined,
    values,
  });
}

/** Throws MalformedLineError. */
export function parseHead(line: string): RecordingHead {
  const head = members(json(line), ['format', 'customer', 'recordedAt', 'identity', 'redacted', 'question']);
  if (head['format'] !== FORMAT) throw new MalformedLineError(`it does not begin with the format ${FORMAT}`);
  const recordedAt = parseInstant(text(head, 'recordedAt'));
  if (recordedAt === null) throw new MalformedLineError('"recordedAt" is not a moment');
  const { redacted } = head;
  if (redacted !== undefined && redacted !== true) throw new MalformedLineError('"redacted" is not true');
  return {
    customer: text(head, 'customer') as CustomerId,
    recordedAt,
    identity: identityOf(head['identity']),
    question: head['question'] === undefined ? null : parseQuestion(head['question']),
    ...(redacted === true ? { redacted } : {}),
  };
}

export interface RecordedObject {
  readonly object: DirectoryObject;
  /** Null where none were kept. */
  readonly values: KeptValues | null;
}

/** An object, or the end. Throws MalformedLineError. */
export function parseLine(line: string): RecordedObject | RecordingEnd {
  const value = json(line);
  return isRecord(value) && 'end' in value ? endOf(value) : recordedObject(value);
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});
const KINDS = ['user', 'group', 'publicFolder', 'contact'] as const;
const MAILBOXES = ['user', 'shared', 'room', 'equipment'] as const;
const OBJECT_MEMBERS: ReadonlySet<keyof DirectoryObject | 'values'> = new Set([
  'id',
  'name',
  'kind',
  'mailbox',
  'disabled',
  'guest',
  'proxyAddresses',
  'mail',
  'aliases',
  'attributes',
  'members',
  'unknownMembers',
  'values',
]);

function recordedObject(value: unknown): RecordedObject {
  const object = members(value, OBJECT_MEMBERS);
  return { object: objectOf(object), values: parseValues(object['values']) };
}

function objectOf(object: Json): DirectoryObject {
  return {
    id: text(object, 'id') as ObjectId,
    name: text(object, 'name'),
    kind: oneOf(object, 'kind', KINDS),
    mailbox: object['mailbox'] === undefined ? 'user' : oneOf(object, 'mailbox', MAILBOXES),
    disabled: object['disabled'] === undefined ? false : flag(object, 'disabled'),
    guest: object['guest'] === undefined ? false : flag(object, 'guest'),
    proxyAddresses: texts(object, 'proxyAddresses'),
    mail: texts(object, 'mail'),
    aliases: texts(object, 'aliases'),
    attributes: attributesOf(object['attributes']),
    members: texts(object, 'members') as readonly ObjectId[],
    unknownMembers: object['unknownMembers'] === undefined ? 0 : count(object, 'unknownMembers'),
  };
}

function attributesOf(value: unknown): Attributes {
  if (value === undefined) return NO_ATTRIBUTES;
  const attributes = members(value, ATTRIBUTE_NAMES);
  for (const name in attributes) text(attributes, name);
  return attributes;
}

function identityOf(value: unknown): DirectoryIdentity {
  const identity = members(value, ['type', 'id']);
  return { type: oneOf(identity, 'type', ['ldap', 'entra']), id: text(identity, 'id') };
}

function endOf(value: Json): RecordingEnd {
  const end = members(value, ['end', 'proof', 'evidence']);
  return { proof: proofOf(end['proof']), evidence: end['evidence'] === undefined ? null : text(end, 'evidence') };
}

function proofOf(member: unknown): ReadProof {
  const proof = members(member, [
    'pages',
    'entries',
    'ranges',
    'referrals',
    'throttled',
    'since',
    'elapsedMs',
    'digest',
  ]);
  return {
    pages: count(proof, 'pages'),
    entries: count(proof, 'entries'),
    ranges: count(proof, 'ranges'),
    referrals: texts(proof, 'referrals'),
    throttled: proof['throttled'] === undefined ? 0 : count(proof, 'throttled'),
    since: sinceOf(proof['since']),
    elapsedMs: count(proof, 'elapsedMs'),
    digest: text(proof, 'digest'),
  };
}

function sinceOf(value: unknown): Instant | null {
  if (value === undefined || value === null) return null;
  const since = typeof value === 'string' ? parseInstant(value) : null;
  if (since === null) throw new MalformedLineError('"since" is not a moment');
  return since;
}
