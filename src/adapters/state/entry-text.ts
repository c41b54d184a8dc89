/**
 * An entry as compact JSON, in the table `entry` and in the journal: an array, because that is read and written fastest. What was written
 * once must be readable for ever, so places are only ever added at the end.
 */
import type { Instant } from '../../domain/instant.ts';
import type { Attributes, Entry, Group, MailRules, ObjectId, Source, Status, User } from '../../domain/roster.ts';
import { damaged } from './errors.ts';

type Text = string | null | undefined;
type List = readonly string[] | null | undefined;

/** Address, type, source, object id, aliases, status, the eight attributes, flagged at, addition, archive, allowed and denied. */
type UserRow = readonly [
  address: string,
  type: number,
  source: number,
  objectId: Text,
  aliases: List,
  status: number,
  displayName?: Text,
  givenName?: Text,
  surname?: Text,
  company?: Text,
  department?: Text,
  mobile?: Text,
  homePhone?: Text,
  notes?: Text,
  flaggedAt?: Text,
  addition?: number | null,
  archive?: Text,
  allow?: List,
  deny?: List,
];

type GroupRow = readonly [
  address: string,
  type: number,
  source: number,
  objectId: Text,
  aliases: List,
  displayName?: Text,
  members?: List,
];

/** What JSON.parse makes of the text of an entry. */
export type EntryRow = UserRow | GroupRow;

/** Gives back one and the same text for equal texts, so that a company's name is held once and not 100,000 times. */
export type Intern = (text: string) => string;

// What the numbers stand for. Append only.
const USER = 0;
const PUBLIC_FOLDER = 1;
const GROUP = 2;
const SOURCES: readonly Source[] = ['ldap', 'entra', 'manual', 'csv', 'smtp'];
const STATUSES: readonly Status[] = ['active', 'flagged', 'ignored', 'deactivated'];

// Most users have neither; they share these.
const NO_LIST: readonly string[] = Object.freeze([]);
const NO_RULES: MailRules = Object.freeze({ allow: NO_LIST, deny: NO_LIST });

/** The text of an entry. */
export function entryText(entry: Entry): string {
  const row = entry.type === 'group' ? groupRow(entry) : userRow(entry);
  let length = row.length;
  while (row[length - 1] === null) length -= 1;
  return JSON.stringify(length === row.length ? row : row.slice(0, length));
}

function userRow(user: User): UserRow {
  const of = user.attributes;
  return [
    user.address,
    user.type === 'user' ? USER : PUBLIC_FOLDER,
    SOURCES.indexOf(user.source),
    user.objectId,
    orNull(user.aliases),
    STATUSES.indexOf(user.status),
    of.displayName ?? null,
    of.givenName ?? null,
    of.surname ?? null,
    of.company ?? null,
    of.department ?? null,
    of.mobile ?? null,
    of.homePhone ?? null,
    of.notes ?? null,
    user.flaggedAt,
    user.addition ? 1 : null,
    user.archive,
    orNull(user.rules.allow),
    orNull(user.rules.deny),
  ];
}

function groupRow(group: Group): GroupRow {
  const { address, source, objectId, aliases, displayName, members } = group;
  return [address, GROUP, SOURCES.indexOf(source), objectId, orNull(aliases), displayName, orNull(members)];
}

function orNull(list: readonly string[]): List {
  return list.length === 0 ? null : list;
}

/** The entry that was written as this row. Its members stand in alphabetical order, as canonical JSON (RFC 8785) wants them. */
export function entryOf(row: EntryRow, intern: Intern): Entry {
  return row[1] === GROUP ? groupOf(row as GroupRow) : userOf(row as UserRow, intern);
}

function userOf(row: UserRow, intern: Intern): User {
  const allow = row[17];
  const deny = row[18];
  return {
    addition: row[15] === 1,
    address: row[0],
    aliases: row[4] ?? NO_LIST,
    archive: row[16] ?? null,
    attributes: attributesOf(row, intern),
    flaggedAt: (row[14] ?? null) as Instant | null,
    objectId: (row[3] ?? null) as ObjectId | null,
    rules: allow || deny ? { allow: allow ?? NO_LIST, deny: deny ?? NO_LIST } : NO_RULES,
    source: named(SOURCES, row[2]),
    status: named(STATUSES, row[5]),
    type: row[1] === USER ? 'user' : 'publicFolder',
  };
}

function groupOf(row: GroupRow): Group {
  return {
    address: row[0],
    aliases: row[4] ?? NO_LIST,
    displayName: row[5] ?? null,
    members: row[6] ?? NO_LIST,
    objectId: (row[3] ?? null) as ObjectId | null,
    source: named(SOURCES, row[2]),
    type: 'group',
  };
}

function attributesOf(row: UserRow, intern: Intern): Attributes {
  const of: { -readonly [K in keyof Attributes]: Attributes[K] } = {};
  if (typeof row[9] === 'string') of.company = intern(row[9]);
  if (typeof row[10] === 'string') of.department = intern(row[10]);
  if (typeof row[6] === 'string') of.displayName = row[6];
  if (typeof row[7] === 'string') of.givenName = row[7];
  if (typeof row[12] === 'string') of.homePhone = row[12];
  if (typeof row[11] === 'string') of.mobile = row[11];
  if (typeof row[13] === 'string') of.notes = row[13];
  if (typeof row[8] === 'string') of.surname = row[8];
  return of;
}

function named<T extends string>(names: readonly T[], number: number): T {
  const name = names[number];
  if (name === undefined) throw damaged(`it says ${number} where it must name one of ${names.join(', ')}`);
  return name;
}
