/** An entry as a row of the table `entry`, which is also how the journal writes it down. Columns are only ever added at the end. */
import { keyOf } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Attributes, Entry, Group, MailRules, ObjectId, User } from '../../domain/roster.ts';
import type { Value, Values } from './database.ts';
import { listOf, textOf } from './text-lists.ts';

/** The columns after the customer's, in the order of a row. */
export const ENTRY_COLUMNS = [
  'address_key',
  'address',
  'type',
  'source',
  'status',
  'object_id',
  'aliases',
  'display_name',
  'given_name',
  'surname',
  'department',
  'company',
  'mobile',
  'home_phone',
  'notes',
  'flagged_at',
  'addition',
  'archive',
  'rules',
  'members',
] as const;

// What the numbers in these columns stand for. Append only.
const TYPES = ['user', 'publicFolder', 'group'] as const;
const SOURCES = ['ldap', 'entra', 'manual', 'csv', 'smtp'] as const;
const STATUSES = ['active', 'flagged', 'ignored', 'deactivated'] as const;

const NO_RULES: MailRules = Object.freeze({ allow: listOf(null), deny: listOf(null) });

/** Gives back one and the same text for equal texts, so that a company's name is held once and not 100,000 times. */
export type Intern = (text: string) => string;

/** The row of an entry. An address that is its own key is written once. */
export function entryRow(entry: Entry): Values {
  const key = keyOf(entry.address);
  const row: Value[] = [
    key,
    entry.address === key ? null : entry.address,
    TYPES.indexOf(entry.type),
    SOURCES.indexOf(entry.source),
  ];
  if (entry.type === 'group') {
    row.push(null, entry.objectId, textOf(entry.aliases), entry.displayName, null, null, null, null, null, null, null);
    row.push(null, null, null, null, textOf(entry.members));
    return row;
  }
  const { displayName, givenName, surname, department, company, mobile, homePhone, notes } = entry.attributes;
  row.push(STATUSES.indexOf(entry.status), entry.objectId, textOf(entry.aliases));
  row.push(displayName ?? null, givenName ?? null, surname ?? null, department ?? null, company ?? null);
  row.push(mobile ?? null, homePhone ?? null, notes ?? null);
  row.push(entry.flaggedAt, entry.addition ? 1 : null, entry.archive, rulesText(entry.rules), null);
  return row;
}

/**
 * The entry of a row. Its members stand in alphabetical order, as canonical JSON (RFC 8785) wants them. Columns that a row of an
 * older journal does not have yet count as null.
 */
export function entryOf(row: Values, intern: Intern): Entry {
  return row[2] === 2 ? groupOf(row) : userOf(row, intern);
}

function userOf(row: Values, intern: Intern): User {
  return {
    addition: row[16] === 1,
    address: (row[1] ?? row[0]) as string,
    aliases: listOf(row[6]),
    archive: (row[17] ?? null) as string | null,
    attributes: attributesOf(row, intern),
    flaggedAt: (row[15] ?? null) as Instant | null,
    objectId: (row[5] ?? null) as ObjectId | null,
    rules: rulesOf(row[18]),
    source: named(SOURCES, row[3]),
    status: named(STATUSES, row[4]),
    type: row[2] === 0 ? 'user' : 'publicFolder',
  };
}

function groupOf(row: Values): Group {
  return {
    address: (row[1] ?? row[0]) as string,
    aliases: listOf(row[6]),
    displayName: (row[7] ?? null) as string | null,
    members: listOf(row[19]),
    objectId: (row[5] ?? null) as ObjectId | null,
    source: named(SOURCES, row[3]),
    type: 'group',
  };
}

function attributesOf(row: Values, intern: Intern): Attributes {
  const of: { -readonly [K in keyof Attributes]: Attributes[K] } = {};
  const company = row[11];
  const department = row[10];
  if (typeof company === 'string') of.company = intern(company);
  if (typeof department === 'string') of.department = intern(department);
  if (typeof row[7] === 'string') of.displayName = row[7];
  if (typeof row[8] === 'string') of.givenName = row[8];
  if (typeof row[13] === 'string') of.homePhone = row[13];
  if (typeof row[12] === 'string') of.mobile = row[12];
  if (typeof row[14] === 'string') of.notes = row[14];
  if (typeof row[9] === 'string') of.surname = row[9];
  return of;
}

function rulesText(rules: MailRules): string | null {
  return rules.allow.length === 0 && rules.deny.length === 0 ? null : JSON.stringify([rules.allow, rules.deny]);
}

function rulesOf(text: Value | undefined): MailRules {
  if (typeof text !== 'string') return NO_RULES;
  const [allow, deny] = JSON.parse(text) as [string[], string[]];
  return { allow, deny };
}

function named<T extends string>(names: readonly T[], index: Value | undefined): T {
  const name = typeof index === 'number' ? names[index] : undefined;
  if (name === undefined) throw new RangeError(`A row says ${index} where it must name one of ${names.join(', ')}.`);
  return name;
}
