/** What differs before a change and after it, in pieces of Markdown. */
import { afterOf, beforeOf, type Change, isEntry, type Stored } from '../../domain/change.ts';
import { ATTRIBUTE_NAMES, type Entry, isUser } from '../../domain/roster.ts';
import type { RuleId } from '../../domain/rule.ts';
import { count } from '../../domain/words.ts';
import { code, prose } from './escape.ts';
import { cut } from './room.ts';

const LONGEST_VALUE = 100;
const LONGEST_REASON = 200;
/** So many of a list are named. */
const MOST_NAMED = 5;

/** Reasons that say more than the difference itself: how a user came to its object, and that it is back. */
const TELLING: ReadonlySet<RuleId> = new Set(['DEL-4', 'DEL-6', 'DEL-7', 'DEL-11', 'MRG-2', 'MRG-4', 'MRG-6']);

/** `displayName X → Y`, `aliases −a +b`, with what there is to be said of why; the reasons alone where nothing differs that people know. */
export function differencesIn(change: Change): string {
  const differences = entryDifferences(beforeOf(change), afterOf(change));
  const isTold = ({ rule }: { readonly rule: RuleId }) =>
    differences.length === 0 || change.action === 'create' || TELLING.has(rule);
  const reasons = change.reasons.filter(isTold).map(({ message }) => prose(cut(message, LONGEST_REASON)));
  return [...differences, ...reasons].join('; ');
}

/** Of what is no entry, the reasons say it all. */
function entryDifferences(before: Stored | null, after: Stored | null): readonly string[] {
  if (!isEntry(after) || (before !== null && !isEntry(before))) return [];
  const [had, has] = [before === null ? NONE : valuesOf(before), valuesOf(after)];
  return [...has].flatMap(([name, value]) => {
    const former = had.get(name);
    return typeof value === 'string' || value === null
      ? scalar(name, typeof former === 'string' ? former : null, value, before === null)
      : list(name, Array.isArray(former) ? former : [], value);
  });
}

type Value = string | null | readonly string[];

const NONE: ReadonlyMap<string, Value> = new Map();

/** What people know of an entry, by name. Of a new one, what goes without saying is null. */
function valuesOf(entry: Entry): ReadonlyMap<string, Value> {
  const own: readonly (readonly [string, Value])[] = isUser(entry)
    ? [
        ...ATTRIBUTE_NAMES.map((name) => [name, entry.attributes[name] ?? null] as const),
        ['status', entry.status === 'active' ? null : entry.status],
        ['allow', entry.rules.allow],
        ['deny', entry.rules.deny],
        ['archive', entry.archive],
      ]
    : [
        ['displayName', entry.displayName],
        ['members', entry.members],
      ];
  return new Map<string, Value>([
    ['address', entry.address],
    ['aliases', entry.aliases],
    ['source', entry.source],
    ...own,
  ]);
}

/** The address and the source of a new entry stand beside it, or go without saying. */
const KNOWN: ReadonlySet<string> = new Set(['address', 'source']);

function scalar(name: string, before: string | null, after: string | null, isNew: boolean): readonly string[] {
  if (before === after || (isNew && KNOWN.has(name))) return [];
  const shown = (value: string | null) =>
    value === null ? (name === 'status' ? 'active' : 'none') : code(cut(value, LONGEST_VALUE));
  return isNew ? [`${name} ${shown(after)}`] : [`${name} ${shown(before)} → ${shown(after)}`];
}

function list(name: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const [had, has] = [new Set(before), new Set(after)];
  const parts = [
    ...signed(
      '−',
      before.filter((value) => !has.has(value)),
    ),
    ...signed(
      '+',
      after.filter((value) => !had.has(value)),
    ),
  ];
  return parts.length === 0 ? [] : [`${name} ${parts.join(' ')}`];
}

function signed(sign: string, values: readonly string[]): readonly string[] {
  if (values.length === 0) return [];
  const shown = values.length <= MOST_NAMED + 1 ? values : values.slice(0, MOST_NAMED);
  const more = values.length - shown.length;
  const text = shown.map((value) => `${sign}${code(value)}`).join(' ');
  return [more === 0 ? text : `${text} (${sign}${count(more, 'more', 'more')})`];
}
