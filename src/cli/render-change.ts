/** What is inside one change, as a few words on one line. */
import { afterOf, beforeOf, type Change } from '../domain/change.ts';
import { ATTRIBUTE_NAMES, type Domain, type Entry, type Group, isUser, type User } from '../domain/roster.ts';
import { count } from '../domain/words.ts';

/** For a removal the reasons; for a new entry what it holds; else what differs, before and after. */
export function changeDetails(change: Change): string {
  const [before, after] = [beforeOf(change), afterOf(change)];
  const why = change.reasons.map(({ message }) => message).join('; ');
  if (!isEntry(before) && !isEntry(after)) return why;
  if (change.action === 'create') return isEntry(after) ? newEntry(after, why) : why;
  if (change.action === 'delete' || !isEntry(before) || !isEntry(after)) return why;
  const differing = differences(before, after);
  return change.action === 'update' && differing.length > 0
    ? differing.join(', ')
    : [why, ...unsaid(change, differing)].join('; ');
}

function isEntry(resource: Entry | Domain | null): resource is Entry {
  return resource !== null && 'type' in resource;
}

/** Where the reasons name the change, the differences that they do not quote stand behind them. */
function unsaid(change: Change, differing: readonly string[]): readonly string[] {
  return change.action === 'rename' || change.action === 'restore' ? differing.slice(0, 5) : [];
}

function newEntry(entry: Entry, why: string): string {
  const name = isUser(entry) ? entry.attributes.displayName : entry.displayName;
  const parts = [
    name === undefined || name === null ? '' : JSON.stringify(name),
    entry.aliases.length === 0 ? '' : `also ${some(entry.aliases)}`,
    isUser(entry) ? '' : count(entry.members.length, 'member'),
    why,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function differences(before: Entry, after: Entry): readonly string[] {
  const own =
    isUser(before) && isUser(after)
      ? userDifferences(before, after)
      : !isUser(before) && !isUser(after)
        ? groupDifferences(before, after)
        : [];
  return [
    ...(before.source === after.source ? [] : [`source: ${before.source} -> ${after.source}`]),
    ...listDifferences('alias', before.aliases, after.aliases),
    ...own,
    ...(before.objectId === after.objectId
      ? []
      : [`object id: ${before.objectId ?? 'none'} -> ${after.objectId ?? 'none'}`]),
  ];
}

function userDifferences(before: User, after: User): readonly string[] {
  const attributes = ATTRIBUTE_NAMES.filter((name) => before.attributes[name] !== after.attributes[name]).map(
    (name) => `${name}: ${shown(before.attributes[name])} -> ${shown(after.attributes[name])}`,
  );
  const type = before.type === after.type ? [] : [`type: ${before.type} -> ${after.type}`];
  const addition =
    before.addition === after.addition ? [] : [after.addition ? 'an addition now' : 'no longer an addition'];
  return [
    ...type,
    ...attributes,
    ...listDifferences('allow', before.rules.allow, after.rules.allow),
    ...listDifferences('deny', before.rules.deny, after.rules.deny),
    ...addition,
  ];
}

function groupDifferences(before: Group, after: Group): readonly string[] {
  const name =
    before.displayName === after.displayName
      ? []
      : [`displayName: ${shown(before.displayName)} -> ${shown(after.displayName)}`];
  return [...name, ...listDifferences('member', before.members, after.members)];
}

function shown(value: string | null | undefined): string {
  return value === undefined || value === null ? 'none' : JSON.stringify(value);
}

/** `alias +new@acme.example -old@acme.example`. */
function listDifferences(name: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const [had, has] = [new Set(before), new Set(after)];
  const changed = [
    ...after.filter((value) => !had.has(value)).map((value) => `+${value}`),
    ...before.filter((value) => !has.has(value)).map((value) => `-${value}`),
  ];
  return changed.length === 0 ? [] : [`${name} ${some(changed)}`];
}

/** The first few, and how many more. */
function some(values: readonly string[]): string {
  const MOST = 3;
  const rest = values.length - MOST;
  return rest <= 1 ? values.join(' ') : `${values.slice(0, MOST).join(' ')} and ${rest} more`;
}
