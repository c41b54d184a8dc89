/** Turns entries into directory objects: what each is, without a word on whether it belongs in the sync. */
import type { DirectoryObject, MailboxKind } from '../../../domain/directory.ts';
import type { KeptValues } from '../../../domain/directory-evidence.ts';
import type { Attributes, ObjectId } from '../../../domain/roster.ts';
import { failure } from '../errors.ts';
import { dnText, type Entry, type EntryShape, guidReader, idText, plainText, type ValueReader } from './entry.ts';
import { syntaxOf } from './kept-attributes.ts';
import type { DisabledRule, Profile } from './profile.ts';

export type ObjectKind = 'user' | 'group' | 'publicFolder';

/** A group before its members are known by their ids. */
export interface Described {
  readonly object: DirectoryObject;
  /** DNs as read; none for anything but a group. */
  readonly memberNames: readonly string[];
  /** Of the attributes to keep, those that have values; null where there are none. */
  readonly kept: KeptValues | null;
}

export interface Describer {
  readonly shape: EntryShape;
  /** Null for a mailbox of Exchange's own. Throws DirectoryError (LDAP_OBJECT_ID) if the entry has no id. */
  readonly describe: (entry: Entry) => Described | null;
}

const NONE: readonly never[] = Object.freeze([]);
const NO_ATTRIBUTES: Attributes = Object.freeze({});
const INTERNED = 10_000;

/** How entries of one kind are described, and what has to be asked for that. `keep` names attributes whose values are kept as they are. */
export function describer(profile: Profile, kind: ObjectKind, keep: readonly string[] = NONE): Describer {
  const wanted = wantedAttributes();
  const idReader = profile.objectId.toLowerCase() === 'objectguid' ? guidReader() : idText;
  const id = wanted.add(profile.objectId, idReader);
  const proxies = profile.proxyAddresses === null ? NONE : [wanted.add(profile.proxyAddresses, plainText)];
  const mail = [wanted.add(profile.primary, plainText)];
  const aliases = profile.aliases.map((name) => wanted.add(name, plainText));
  const isUser = kind === 'user';
  const readAttributes = kind === 'group' ? groupAttributes(profile, wanted) : personAttributes(profile, wanted);
  const isDisabled = isUser ? disabledTest(profile.disabled, wanted) : () => false;
  const members = kind === 'group' ? profile.members.map((name) => wanted.add(name, dnText)) : NONE;
  const recipientType =
    isUser && profile.recipientType !== null ? [wanted.add(profile.recipientType, plainText)] : NONE;
  const kept = keep.map((name) => [name, wanted.add(name, syntaxOf(name) === 'dn' ? dnText : plainText)] as const);
  return {
    shape: wanted.shape(),
    describe(entry) {
      const type = recipientType.length === 0 ? undefined : first(entry, recipientType);
      const recipient = type === undefined ? PERSON : recipientOf(type);
      if (recipient === null) return null;
      const object: DirectoryObject = {
        id: idOf(entry, id, profile),
        name: entry.dn,
        kind,
        mailbox: recipient.mailbox,
        guest: false,
        disabled: !recipient.disabledByDesign && isDisabled(entry),
        proxyAddresses: all(entry, proxies),
        mail: all(entry, mail),
        aliases: aliases.length === 0 ? NONE : withoutPrefix(all(entry, aliases)),
        attributes: readAttributes(entry),
        members: NONE,
        unknownMembers: 0,
      };
      return { object, memberNames: members.length === 0 ? NONE : all(entry, members), kept: valuesIn(entry, kept) };
    },
  };
}

function valuesIn(entry: Entry, names: readonly (readonly [string, number])[]): KeptValues | null {
  if (names.length === 0) return null;
  const found = names.flatMap(([name, index]) => {
    const values = entry.values[index];
    return values == null ? [] : [[name, values] as const];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

interface WantedAttributes {
  /** The index under which an entry has the attribute. Asking twice gives the same. */
  add(name: string, reader: ValueReader): number;
  shape(): EntryShape;
}

function wantedAttributes(): WantedAttributes {
  const names: string[] = [];
  const readers: ValueReader[] = [];
  return {
    add(name, reader) {
      const known = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
      if (known >= 0) return known;
      readers.push(reader);
      return names.push(name) - 1;
    },
    shape: () => ({ names, readers }),
  };
}

/** The first value of the first attribute that has one. */
function first(entry: Entry, indexes: readonly number[]): string | undefined {
  for (const index of indexes) {
    const value = entry.values[index]?.[0];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** All values of all these attributes. */
function all(entry: Entry, indexes: readonly number[]): readonly string[] {
  let found: readonly string[] = NONE;
  for (const index of indexes) {
    const values = entry.values[index];
    if (values != null) found = found.length === 0 ? values : [...found, ...values];
  }
  return found;
}

function withoutPrefix(values: readonly string[]): readonly string[] {
  return values.length === 0 ? NONE : values.map((value) => value.replace(/^smtp:/i, ''));
}

function idOf(entry: Entry, index: number, profile: Profile): ObjectId {
  const value = entry.values[index]?.[0];
  if (value !== undefined) return value as ObjectId;
  throw failure(
    'LDAP_OBJECT_ID',
    `${entry.dn} has no ${profile.objectId}, or the account that binds may not read it. Without an id that never changes nobody can be told apart.`,
    'Let the account read it, or name another unchanging attribute under directory.attributes.objectId.',
  );
}

type AttributeReader = (entry: Entry) => Attributes;

function groupAttributes(profile: Profile, wanted: WantedAttributes): AttributeReader {
  const names = [...profile.attributes.displayName, profile.groupName];
  const indexes = names.map((name) => wanted.add(name, plainText));
  return (entry) => {
    const displayName = first(entry, indexes);
    return displayName === undefined ? NO_ATTRIBUTES : { displayName };
  };
}

/** Reads SEL-8's attributes. Always in the same order: equal shapes are what keeps 100,000 of them small. */
function personAttributes(profile: Profile, wanted: WantedAttributes): AttributeReader {
  const indexes = (key: keyof Attributes) => profile.attributes[key].map((name) => wanted.add(name, plainText));
  const givenNames = indexes('givenName');
  const surnames = indexes('surname');
  const displayNames = indexes('displayName');
  const homePhones = indexes('homePhone');
  const mobiles = indexes('mobile');
  const companies = indexes('company');
  const departments = indexes('department');
  const allNotes = indexes('notes');
  const once = interner();
  return (entry) => {
    const attributes: { -readonly [key in keyof Attributes]: Attributes[key] } = {};
    const givenName = first(entry, givenNames);
    if (givenName !== undefined) attributes.givenName = once(givenName);
    const surname = first(entry, surnames);
    if (surname !== undefined) attributes.surname = surname;
    const displayName = first(entry, displayNames);
    if (displayName !== undefined) attributes.displayName = displayName;
    const homePhone = first(entry, homePhones);
    if (homePhone !== undefined) attributes.homePhone = homePhone;
    const mobile = first(entry, mobiles);
    if (mobile !== undefined) attributes.mobile = mobile;
    const company = first(entry, companies);
    if (company !== undefined) attributes.company = once(company);
    const department = first(entry, departments);
    if (department !== undefined) attributes.department = once(department);
    const notes = first(entry, allNotes);
    if (notes !== undefined) attributes.notes = notes;
    return attributes;
  };
}

/** Keeps one copy of texts that many people share. */
function interner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const copy = known.get(text);
    if (copy !== undefined) return copy;
    if (known.size < INTERNED) known.set(text, text);
    return text;
  };
}

const ACCOUNT_DISABLED = 2;
/** "Locked for good, until an administrator opens it" (draft-behera-ldap-password-policy 5.3.3). */
const LOCKED_FOR_GOOD = '000001010000Z';

function disabledTest(rule: DisabledRule, wanted: WantedAttributes): (entry: Entry) => boolean {
  if (rule.by === 'values') {
    const index = [wanted.add(rule.attribute, plainText)];
    const values = new Set(rule.values.map((value) => value.toLowerCase()));
    return (entry) => all(entry, index).some((value) => values.has(value.toLowerCase()));
  }
  const control = [wanted.add('userAccountControl', plainText)];
  const byControl = (entry: Entry) => (Number(first(entry, control) ?? 0) & ACCOUNT_DISABLED) !== 0;
  if (rule.by === 'userAccountControl') return byControl;
  const lock = [wanted.add('nsAccountLock', plainText)];
  const lockedTime = [wanted.add('pwdAccountLockedTime', plainText)];
  return (entry) =>
    byControl(entry) || first(entry, lock)?.toLowerCase() === 'true' || first(entry, lockedTime) === LOCKED_FOR_GOOD;
}

interface Recipient {
  readonly mailbox: MailboxKind;
  /** The account is disabled because somebody else uses the mailbox, not because nobody may. */
  readonly disabledByDesign: boolean;
}

const PERSON: Recipient = { mailbox: 'user', disabledByDesign: false };
const kindOf = (mailbox: MailboxKind): Recipient => ({ mailbox, disabledByDesign: false });

/**
 * Values of msExchRecipientTypeDetails. Null are mailboxes that Exchange keeps for itself: they are in no list of people.
 * A linked mailbox (2) belongs to an account of another forest; its own account is always disabled.
 */
const RECIPIENTS: ReadonlyMap<string, Recipient | null> = new Map<string, Recipient | null>([
  ['2', { mailbox: 'user', disabledByDesign: true }],
  ['4', kindOf('shared')],
  ['34359738368', kindOf('shared')],
  ['16', kindOf('room')],
  ['8589934592', kindOf('room')],
  ['32', kindOf('equipment')],
  ['17179869184', kindOf('equipment')],
  ['8192', null],
  ['16384', null],
  ['4194304', null],
  ['8388608', null],
  ['16777216', null],
  ['536870912', null],
  ['68719476736', null],
  ['549755813888', null],
]);

function recipientOf(type: string): Recipient | null {
  const recipient = RECIPIENTS.get(type);
  return recipient === undefined ? PERSON : recipient;
}
