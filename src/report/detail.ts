/** One change unfolded: why it is made, and what is stored before and after. */
import type { ChangeData, FieldData, ListField, SameField, TextField } from '../cli/html/page-data.ts';
import { RULES } from '../domain/rule.ts';
import { grouped } from '../domain/words.ts';
import { type Child, el, isolated } from './dom.ts';
import { marked, type Sides, wordDifferences } from './word-diff.ts';

/** So many items of a list are shown at first. */
const FOLD = 50;

/** `link` leads to this very change. */
export function detailOf(change: ChangeData, link: string): HTMLElement {
  const changed = change.fields.filter(differs);
  const same = change.fields.filter((field) => !differs(field));
  return el(
    'div',
    { class: 'inside' },
    withoutOf(change),
    reasonsOf(change),
    comparison(changed),
    same.length === 0
      ? null
      : el('details', { class: 'same' }, el('summary', {}, `${same.length} unchanged`), comparison(same)),
    el('p', { class: 'link' }, el('a', { href: link }, 'Link to this change')),
  );
}

function differs(field: FieldData): boolean {
  return 'gone' in field ? field.gone.length + field.come.length > 0 : field.length === 3;
}

/** Which addresses and networks it takes away beside the thing itself. */
export function withoutOf({ without }: ChangeData): HTMLElement | null {
  return without === null ? null : el('p', { class: 'without' }, 'Without ', isolated(without));
}

/** Each reason with its rule, and what the rule is called. */
export function reasonsOf({ reasons }: ChangeData): HTMLElement {
  const titles: Readonly<Record<string, string>> = RULES;
  return el(
    'ul',
    { class: 'reasons', 'aria-label': 'Reasons' },
    ...reasons.map(({ rule, message }) =>
      el(
        'li',
        {},
        el('span', { class: 'rule' }, rule),
        ' ',
        isolated(message),
        el('span', { class: 'rule-title' }, titles[rule] ?? ''),
      ),
    ),
  );
}

function comparison(fields: readonly FieldData[]): HTMLElement | null {
  if (fields.length === 0) return null;
  return el(
    'table',
    { class: 'comparison' },
    el('thead', {}, el('tr', {}, ...['Field', 'Before', 'After'].map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, ...fields.map(row)),
  );
}

function row(field: FieldData): HTMLElement {
  const { before, after } = 'gone' in field ? listSides(field) : textSides(field);
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, 'gone' in field ? field.name : field[0]),
    el('td', { class: 'before', 'data-side': 'Before' }, ...before),
    el('td', { class: 'after', 'data-side': 'After' }, ...after),
  );
}

function textSides(field: SameField | TextField): Sides {
  if (field.length === 2) return { before: [isolated(field[1])], after: [isolated(field[1])] };
  const [, before, after] = field;
  if (before === null) return { before: [none()], after: [marked('ins', after ?? '')] };
  if (after === null) return { before: [marked('del', before)], after: [none()] };
  const sides = wordDifferences(before, after);
  return { before: [whole(sides.before)], after: [whole(sides.after)] };
}

function whole(parts: readonly Child[]): HTMLElement {
  return el('bdi', {}, ...parts);
}

function listSides({ gone, come, kept, keptCount }: ListField): Sides {
  const stay = keptCount === 0 ? null : staying(kept, keptCount);
  const side = (tag: 'del' | 'ins', items: readonly string[]) => [
    items.length === 0 ? null : itemsOf(tag, items),
    stay?.cloneNode(true) ?? null,
    items.length === 0 && stay === null ? none() : null,
  ];
  return { before: side('del', gone), after: side('ins', come) };
}

/** The first ones, and a button for the rest. */
function itemsOf(tag: 'del' | 'ins', items: readonly string[]): HTMLElement {
  const entry = (item: string) => el('li', {}, marked(tag, item));
  const list = el('ul', { class: 'items' }, ...items.slice(0, FOLD).map(entry));
  if (items.length > FOLD) {
    const button = el('button', { type: 'button' }, `Show all ${grouped(items.length)}`);
    button.addEventListener('click', () => list.replaceChildren(...items.map(entry)));
    list.append(el('li', {}, button));
  }
  return list;
}

function staying(kept: readonly string[], number: number): HTMLElement {
  const names = kept.length === number ? kept : [...kept, `… ${grouped(number - kept.length)} more`];
  return el(
    'details',
    { class: 'kept' },
    el('summary', {}, `${grouped(number)} unchanged`),
    el('ul', { class: 'items' }, ...names.map((name) => el('li', {}, isolated(name)))),
  );
}

function none(): HTMLElement {
  return el('span', { class: 'nothing' }, 'none');
}
