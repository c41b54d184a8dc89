/** What is stored of a resource, name by name, before a change and after it. */
import { afterOf, beforeOf, type Change, type Stored } from '../../domain/change.ts';
import { inert } from '../../domain/inert.ts';
import { ATTRIBUTE_NAMES, type Entry, isUser, type Site, type User } from '../../domain/roster.ts';
import { statedDueDay } from '../../planner/due-words.ts';
import type { FieldData } from './page-data.ts';

type Value = string | null | readonly string[];

/** So many items that stay are carried along; of the others only the number. */
const KEPT_SHOWN = 20;

/** In the order in which they are shown. */
export function fieldsOf(change: Change): readonly FieldData[] {
  const [before, after] = [beforeOf(change), afterOf(change)];
  const [had, has] = [valuesOf(before), valuesOf(after)];
  const names = [...new Set([...had.keys(), ...has.keys()])];
  const fields = names.flatMap((name) => fieldOf(name, had.get(name), has.get(name)));
  const due = statedDueDay(change);
  return due === null ? fields : [...fields, ['due', null, due]];
}

function fieldOf(name: string, before: Value | undefined, after: Value | undefined): readonly FieldData[] {
  if (Array.isArray(before) || Array.isArray(after)) {
    return listField(name, Array.isArray(before) ? before : [], Array.isArray(after) ? after : []);
  }
  const [had, has] = [textOf(before), textOf(after)];
  if (had !== has) return [[name, had, has]];
  return had === null ? [] : [[name, had]];
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? inert(value) : null;
}

function listField(name: string, before: readonly string[], after: readonly string[]): readonly FieldData[] {
  if (before.length === 0 && after.length === 0) return [];
  const [had, has] = [new Set(before), new Set(after)];
  const kept = after.filter((item) => had.has(item));
  return [
    {
      name,
      gone: before.filter((item) => !has.has(item)).map(inert),
      come: after.filter((item) => !had.has(item)).map(inert),
      kept: kept.slice(0, KEPT_SHOWN).map(inert),
      keptCount: kept.length,
    },
  ];
}

function valuesOf(resource: Stored | null): ReadonlyMap<string, Value> {
  if (resource === null) return new Map();
  if ('type' in resource) return new Map(entryValues(resource));
  if ('servers' in resource) return new Map(siteValues(resource));
  if ('addresses' in resource) {
    return new Map<string, Value>([
      ['name', resource.name],
      ['addresses', resource.addresses],
    ]);
  }
  const { name, status, verifiedAt, token, site } = resource;
  return new Map(Object.entries({ name, status, verifiedAt, token, site }));
}

function siteValues({ name, default: isDefault, servers }: Site): readonly (readonly [string, Value])[] {
  return [
    ['name', name],
    ['default', isDefault ? 'yes' : 'no'],
    ['servers', servers.map(({ address, port, priority }) => `${address} port ${port}, priority ${priority}`)],
  ];
}

function entryValues(entry: Entry): readonly (readonly [string, Value])[] {
  const { address, aliases, source, objectId } = entry;
  const own = isUser(entry) ? userValues(entry) : groupValues(entry);
  return [['address', address], ['aliases', aliases], ...own, ['source', source], ['objectId', objectId]];
}

function userValues(user: User): readonly (readonly [string, Value])[] {
  const { status, flaggedAt, attributes, rules, archive, addition } = user;
  return [
    ['status', status],
    ['flaggedAt', flaggedAt],
    ...ATTRIBUTE_NAMES.map((name) => [name, attributes[name] ?? null] as const),
    ['allow', rules.allow],
    ['deny', rules.deny],
    ['archive', archive],
    ['addition', addition ? 'yes' : null],
  ];
}

function groupValues({
  displayName,
  members,
}: Extract<Entry, { type: 'group' }>): readonly (readonly [string, Value])[] {
  return [
    ['displayName', displayName],
    ['members', members],
  ];
}
