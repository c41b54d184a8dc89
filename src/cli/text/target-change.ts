/** One difference between a target and the state, as text on one line. */

import { inert } from '../../domain/inert.ts';
import type { TargetChange, TargetField, TargetValue } from '../../domain/target.ts';
import { sameValue } from '../../domain/target.ts';
import type { Colors } from '../terminal.ts';

const LONGEST_VALUE = 100;

const MARKS: Readonly<
  Record<TargetChange['action'], { readonly mark: string; readonly color: 'green' | 'cyan' | 'red' | 'yellow' }>
> = {
  add: { mark: '+', color: 'green' },
  change: { mark: '~', color: 'cyan' },
  remove: { mark: '-', color: 'red' },
  foreign: { mark: '?', color: 'yellow' },
};

/** `  ~ change  transport acme.example  "smtp:[192.0.2.9]" -> "relay:[192.0.2.1]:25"`. */
export function targetChangeLine(change: TargetChange, colors: Colors): string {
  const { mark, color } = MARKS[change.action];
  const head = colors[color](`${mark} ${change.action.padEnd(7)}`);
  return `  ${head} ${colors.bold(inert(change.key))}  ${inert(targetChangeText(change))}`.trimEnd();
}

/** What a repair would do to one key, or what is foreign about it. */
export function targetChangeText(change: TargetChange): string {
  switch (change.action) {
    case 'add':
      return `missing: ${valueText(change.expected)}`;
    case 'change':
      return differences(change.found, change.expected);
    case 'remove':
      return `not in the state: ${valueText(change.found)}`;
    case 'foreign':
      return change.expected === null
        ? `not ours, left alone: ${valueText(change.found)}`
        : `held by another system: ${valueText(change.found)}; wanted: ${valueText(change.expected)}`;
  }
}

/** Of records only the fields that differ. The same value found and expected is one that becomes ours. */
function differences(found: TargetValue, expected: TargetValue): string {
  if (sameValue(found, expected)) return `taken over as it is: ${valueText(expected)}`;
  if (typeof found === 'string' || typeof expected === 'string') return `${valueText(found)} -> ${valueText(expected)}`;
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  return names
    .filter((name) => fieldText(found[name]) !== fieldText(expected[name]))
    .map((name) => `${name}: ${fieldText(found[name])} -> ${fieldText(expected[name])}`)
    .join('; ');
}

function valueText(value: TargetValue): string {
  if (typeof value === 'string') return cut(JSON.stringify(value));
  const parts = Object.entries(value).filter(([, field]) => field !== null && field !== '');
  return cut(parts.map(([name, field]) => `${name} ${fieldText(field)}`).join(', '));
}

function fieldText(field: TargetField | undefined): string {
  if (field === undefined || field === null) return 'none';
  return cut(Array.isArray(field) ? field.join(' ') : JSON.stringify(field));
}

function cut(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
