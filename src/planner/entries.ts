/** What a supplied user or group is to look like in the roster, and why it differs from what is there (SEL-8, MRG-3). */
import { type Address, type AddressKey, keyOf } from '../domain/address.ts';
import type { Reason } from '../domain/change.ts';
import { placeOf } from '../domain/diagnostic.ts';
import {
  ATTRIBUTE_NAMES,
  type Attributes,
  type Entry,
  type Group,
  isUser,
  type MailRules,
  type Source,
  type Tombstone,
  type User,
} from '../domain/roster.ts';
import { listed } from '../domain/words.ts';
import type { Supply } from './supply.ts';
import { TELL } from './telling.ts';

const NO_RULES: MailRules = Object.freeze({ allow: [], deny: [] });
const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);
const NO_KEYS: ReadonlySet<AddressKey> = new Set();

/** What there is to know for making an entry, beside who supplies it. */
export interface Making {
  /** The source of who has no source of its own in the configuration. */
  readonly source: Source;
  /** The directory is another one than before: object ids of the former one are worth nothing (DEL-11). */
  readonly switched: boolean;
  /** Addresses that it goes without. */
  readonly lost: ReadonlySet<AddressKey> | undefined;
  readonly tombstone?: Tombstone | undefined;
}

/** The user that a supply makes. */
export function userOf(supply: Supply, { source, switched, lost = NO_KEYS, tombstone }: Making): User {
  const { object, configured, addition } = supply;
  const was = supply.stored !== null && isUser(supply.stored) ? supply.stored : null;
  const stored = was !== null && switched ? { ...was, objectId: null } : was;
  return {
    addition: addition !== null,
    address: shownAddress(supply, stored),
    aliases: shownAliases(supply.aliases, stored, lost),
    archive: stored?.archive ?? tombstone?.archive ?? null,
    attributes: attributesOf(supply, stored),
    flaggedAt: null,
    objectId: object?.id ?? stored?.objectId ?? null,
    rules: configured?.rules ?? stored?.rules ?? NO_RULES,
    source: configured?.source ?? source,
    status: 'active',
    type: typeOf(supply, stored),
  };
}

/**
 * Whether the directory supplies a user just as it is stored. Asked before anything is made: of 100,000 people it is so for nearly all. A
 * no only means that it must be looked at closely.
 */
export function isAsStored(
  { object, configured, addition, stored, primary, aliases }: Supply,
  making: Making,
): boolean {
  if (stored === null || !isUser(stored) || object === null || configured !== null || addition !== null) return false;
  return (
    making.lost === undefined &&
    !making.switched &&
    stored.status === 'active' &&
    stored.flaggedAt === null &&
    !stored.addition &&
    stored.source === making.source &&
    stored.objectId === object.id &&
    (stored.type === 'publicFolder') === (object.kind === 'publicFolder') &&
    stored.address === primary.display &&
    stored.aliases.length === aliases.length &&
    aliases.every(({ display }, i) => display === stored.aliases[i]) &&
    sameAttributes(stored.attributes, object.attributes)
  );
}

/** Whom the directory does not supply stays what it was. */
function typeOf({ object }: Supply, stored: User | null): User['type'] {
  if (object === null) return stored?.type ?? 'user';
  return object.kind === 'publicFolder' ? 'publicFolder' : 'user';
}

/** The group that a supply makes, with these members. */
export function groupOf(supply: Supply, members: readonly string[], { source, lost = NO_KEYS }: Making): Group {
  const { object, stored } = supply;
  return {
    address: shownAddress(supply, stored),
    aliases: shownAliases(supply.aliases, stored, lost),
    displayName: object?.attributes.displayName ?? null,
    members,
    objectId: object?.id ?? null,
    source,
    type: 'group',
  };
}

/** The configuration states what it states; the directory, or what it gave once, fills in the rest (MRG-3). */
function attributesOf({ object, configured }: Supply, stored: User | null): Attributes {
  const given = object?.attributes;
  if (configured === null) return given ?? stored?.attributes ?? NO_ATTRIBUTES;
  const before = stored?.objectId == null ? undefined : stored.attributes;
  return inOrder({ ...(given ?? before), ...configured.attributes });
}

/** The same attributes in the one order that all entries have. */
function inOrder(attributes: Attributes): Attributes {
  const names = ATTRIBUTE_NAMES.filter((name) => attributes[name] !== undefined).toSorted();
  return Object.fromEntries(names.map((name) => [name, attributes[name]]));
}

/** An address is shown in the form first seen (ADR-1). */
export function shownAddress({ primary }: Pick<Supply, 'primary'>, stored: Entry | null): string {
  if (stored === null || stored.address === primary.display) return primary.display;
  return keyOf(stored.address) === primary.key ? stored.address : primary.display;
}

function shownAliases(
  aliases: readonly Address[],
  stored: Entry | null,
  lost: ReadonlySet<AddressKey>,
): readonly string[] {
  const kept = lost.size === 0 ? aliases : aliases.filter(({ key }) => !lost.has(key));
  if (kept.length === 0) return NONE;
  const sorted = kept.length === 1 ? kept : kept.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (stored === null) return sorted.map(({ display }) => display);
  const known = stored.aliases;
  if (known.length === sorted.length && sorted.every(({ display }, i) => display === known[i])) return known;
  const seen = new Map(known.map((alias) => [keyOf(alias), alias]));
  return sorted.map(({ key, display }) => seen.get(key) ?? display);
}

/** Whether two entries are the same in everything that is stored. */
export function sameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  if (a.address !== b.address || a.type !== b.type || a.objectId !== b.objectId || a.source !== b.source) return false;
  if (!sameList(a.aliases, b.aliases)) return false;
  if (!isUser(a) || !isUser(b)) {
    return !isUser(a) && !isUser(b) && a.displayName === b.displayName && sameList(a.members, b.members);
  }
  return (
    a.status === b.status &&
    a.flaggedAt === b.flaggedAt &&
    a.addition === b.addition &&
    a.archive === b.archive &&
    sameAttributes(a.attributes, b.attributes) &&
    sameRules(a.rules, b.rules)
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  return a === b || ATTRIBUTE_NAMES.every((name) => a[name] === b[name]);
}

function sameRules(a: MailRules, b: MailRules): boolean {
  return a === b || (sameList(a.allow, b.allow) && sameList(a.deny, b.deny));
}

/** Where somebody new comes from. */
export function originOf({ object, configured, addition }: Supply): Reason {
  if (configured !== null) return { rule: 'MRG-3', message: `in the configuration, ${placeOf(configured.location)}` };
  if (addition !== null) return { rule: 'MRG-4', message: `an addition, ${placeOf(addition.location)}` };
  const rule = object?.kind === 'group' ? 'SEL-9' : object?.kind === 'publicFolder' ? 'SEL-3' : 'SEL-1';
  return { rule, message: TELL.inDirectory.say({ name: `${object?.name}` }) };
}

/** What differs between an entry and what it becomes, one reason for each kind of difference. */
export function differences(before: Entry, after: Entry, whyWithout: (alias: string) => Reason): readonly Reason[] {
  const reasons: Reason[] = [];
  if (before.source !== after.source) {
    const rule = after.source === 'ldap' || after.source === 'entra' ? 'MRG-5' : 'MRG-3';
    reasons.push({ rule, message: `source ${before.source} becomes ${after.source}` });
  }
  if (before.type !== after.type) reasons.push({ rule: 'SEL-3', message: `a ${before.type} becomes a ${after.type}` });
  reasons.push(...aliasDifferences(before, after, whyWithout));
  if (isUser(before) && isUser(after)) reasons.push(...userDifferences(before, after));
  else if (!isUser(before) && !isUser(after)) reasons.push(...groupDifferences(before, after));
  if (reasons.length === 0 && before.objectId !== after.objectId) {
    reasons.push({ rule: 'MRG-2', message: 'bound to its object id' });
  }
  return reasons;
}

function userDifferences(before: User, after: User): readonly Reason[] {
  const reasons: Reason[] = [];
  const changed = ATTRIBUTE_NAMES.filter((name) => before.attributes[name] !== after.attributes[name]);
  if (changed.length > 0) reasons.push({ rule: 'SEL-8', message: `${listed(changed)} changed` });
  if (!sameRules(before.rules, after.rules)) reasons.push({ rule: 'MRG-3', message: 'the rules in the YAML changed' });
  if (before.addition !== after.addition) {
    reasons.push({ rule: 'MRG-4', message: after.addition ? 'an addition now' : 'no longer only an addition' });
  }
  return reasons;
}

function groupDifferences(before: Group, after: Group): readonly Reason[] {
  const reasons: Reason[] = [];
  if (!sameList(before.members, after.members)) reasons.push({ rule: 'SEL-9', message: 'the members changed' });
  if (before.displayName !== after.displayName) reasons.push({ rule: 'SEL-8', message: 'the display name changed' });
  return reasons;
}

function aliasDifferences(before: Entry, after: Entry, whyWithout: (alias: string) => Reason): readonly Reason[] {
  if (before.aliases === after.aliases) return [];
  const [had, has] = [new Set(before.aliases), new Set(after.aliases)];
  return [
    ...after.aliases
      .filter((alias) => !had.has(alias))
      .map((alias): Reason => ({ rule: 'ADR-2', message: `alias ${alias} added` })),
    ...before.aliases.filter((alias) => !has.has(alias)).map(whyWithout),
  ];
}
