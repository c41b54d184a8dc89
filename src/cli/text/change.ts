/** What is inside one change, as a few words on one line. */
import { afterOf, beforeOf, type Change, isEntry, type Reason, type Stored } from '../../domain/change.ts';
import { ATTRIBUTE_NAMES, type Entry, type Group, isUser, type User } from '../../domain/roster.ts';
import type { RuleId } from '../../domain/rule.ts';
import { count } from '../../domain/words.ts';

export interface ChangeView {
  /** Leaves nothing out, however long the line gets. */
  readonly full: boolean;
}

/** A longer reason is cut, and a longer value too: notes may be pages long, and the line is to be read. */
const LONGEST_REASON = 200;
const LONGEST_VALUE = 60;
/** So many items of a list are named. */
const MOST_NAMED = 3;

/** For a removal the reasons; for a new entry what it holds; else what differs, before and after. */
export function changeDetails(change: Change, view: ChangeView): string {
  const [before, after] = [beforeOf(change), afterOf(change)];
  const why = change.reasons.map(({ message }) => message);
  switch (change.action) {
    case 'create':
      return joined([...(isEntry(after) ? contents(after, view) : namedContents(after, view)), ...why], view);
    case 'restore':
    case 'rename':
    case 'update':
      return isEntry(before) && isEntry(after) ? transition(before, after, change, view) : joined(why, view);
    default:
      return joined(why, view);
  }
}

function joined(parts: readonly string[], { full }: ChangeView): string {
  return parts.map((part) => (full ? part : cut(part, LONGEST_REASON))).join('; ');
}

function contents(entry: Entry, view: ChangeView): readonly string[] {
  const name = isUser(entry) ? entry.attributes.displayName : entry.displayName;
  return [
    ...(name === undefined || name === null ? [] : [quoted(name, name, view)]),
    ...(entry.aliases.length === 0 ? [] : [`also ${some(entry.aliases, view)}`]),
    ...(isUser(entry) ? [] : [count(entry.members.length, 'member')]),
  ];
}

/** Where a new site's mail goes, and where a new relay's comes from. */
function namedContents(resource: Stored | null, view: ChangeView): readonly string[] {
  if (resource === null || 'status' in resource) return [];
  if ('servers' in resource)
    return [
      some(
        resource.servers.map(({ address, port }) => `${address} port ${port}`),
        view,
      ),
    ];
  return 'addresses' in resource ? [some(resource.addresses, view)] : [];
}

/** Reasons that say more than the difference itself: how a user came to its object, and that it is back. */
const TELLING: ReadonlySet<RuleId> = new Set(['DEL-4', 'DEL-11', 'MRG-2', 'MRG-4', 'MRG-6']);

function transition(before: Entry, after: Entry, { action, reasons }: Change, view: ChangeView): string {
  const told = reasons.filter(({ rule }) => TELLING.has(rule)).map(({ message }) => message);
  const parts = [
    ...(action === 'rename' ? [`was ${before.address}`] : []),
    ...told,
    ...differences(before, after, reasons, view),
  ];
  return parts.length > 0
    ? joined(parts, view)
    : joined(
        reasons.map(({ message }) => message),
        view,
      );
}

function differences(before: Entry, after: Entry, reasons: readonly Reason[], view: ChangeView): readonly string[] {
  const own =
    isUser(before) && isUser(after)
      ? userDifferences(before, after, view)
      : !isUser(before) && !isUser(after)
        ? groupDifferences(before, after, view)
        : [];
  return [
    ...(before.source === after.source ? [] : [`source: ${before.source} -> ${after.source}`]),
    ...aliasDifferences(before, after, reasons, view),
    ...own,
  ];
}

/** Aliases that go are all named: mail to them stops. A few of them say why. */
function aliasDifferences(
  before: Entry,
  after: Entry,
  reasons: readonly Reason[],
  view: ChangeView,
): readonly string[] {
  const { gone, come } = compared(before.aliases, after.aliases);
  const why = reasons
    .map(({ message }) => message)
    .filter((message) => gone.some((alias) => message.startsWith(`alias ${alias} removed`)));
  const removed = gone.length <= MOST_NAMED && why.length === gone.length ? why : [`alias ${signed('-', gone)}`];
  return [...(gone.length === 0 ? [] : removed), ...(come.length === 0 ? [] : [`alias ${some(come, view, '+')}`])];
}

function userDifferences(before: User, after: User, view: ChangeView): readonly string[] {
  const attributes = ATTRIBUTE_NAMES.filter((name) => before.attributes[name] !== after.attributes[name]).map(
    (name) => `${name}: ${becomes(before.attributes[name], after.attributes[name], view)}`,
  );
  return [
    ...(before.type === after.type ? [] : [`type: ${before.type} -> ${after.type}`]),
    ...attributes,
    ...listDifferences('allow', before.rules.allow, after.rules.allow, view),
    ...listDifferences('deny', before.rules.deny, after.rules.deny, view),
  ];
}

function groupDifferences(before: Group, after: Group, view: ChangeView): readonly string[] {
  const renamed = before.displayName !== after.displayName;
  return [
    ...(renamed ? [`displayName: ${becomes(before.displayName, after.displayName, view)}`] : []),
    ...listDifferences('member', before.members, after.members, view),
  ];
}

type Value = string | null | undefined;

function becomes(before: Value, after: Value, view: ChangeView): string {
  return `${quoted(before, after, view)} -> ${quoted(after, before, view)}`;
}

/** Of a long value the part where it begins to differ from the other. */
function quoted(value: Value, other: Value, { full }: ChangeView): string {
  if (value === undefined || value === null) return 'none';
  if (full || value.length <= LONGEST_VALUE) return JSON.stringify(value);
  const same = value === other ? 0 : commonStart(value, other ?? '');
  const from = same + LONGEST_VALUE / 4 < LONGEST_VALUE ? 0 : same - LONGEST_VALUE / 4;
  const part = value.slice(from, from + LONGEST_VALUE);
  return JSON.stringify(`${from === 0 ? '' : '…'}${part}${from + LONGEST_VALUE < value.length ? '…' : ''}`);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** `member -old@acme.example +new@acme.example`. */
function listDifferences(
  name: string,
  before: readonly string[],
  after: readonly string[],
  view: ChangeView,
): readonly string[] {
  const { gone, come } = compared(before, after);
  const parts = [
    ...(gone.length === 0 ? [] : [some(gone, view, '-')]),
    ...(come.length === 0 ? [] : [some(come, view, '+')]),
  ];
  return parts.length === 0 ? [] : [`${name} ${parts.join(' ')}`];
}

function compared(before: readonly string[], after: readonly string[]) {
  const [had, has] = [new Set(before), new Set(after)];
  return { gone: before.filter((value) => !has.has(value)), come: after.filter((value) => !had.has(value)) };
}

/** The first few, and how many more. */
function some(values: readonly string[], { full }: ChangeView, sign = ''): string {
  const rest = values.length - MOST_NAMED;
  return full || rest <= 1
    ? signed(sign, values)
    : `${signed(sign, values.slice(0, MOST_NAMED))} (${sign}${rest} more)`;
}

function signed(sign: string, values: readonly string[]): string {
  return values.map((value) => `${sign}${value}`).join(' ');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
