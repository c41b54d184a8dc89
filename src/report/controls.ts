/** The filters above the list. They show a view, and tell of every change that people make to it. */
import type { ChangeData, PageData } from '../cli/html/page-data.ts';
import { ACTIONS, type Action } from '../domain/change.ts';
import { RULES } from '../domain/rule.ts';
import { count, grouped } from '../domain/words.ts';
import { el } from './dom.ts';
import type { View } from './view.ts';

export interface Controls {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  /** Shows what is chosen, and how many changes that leaves. */
  show(view: View, shown: number): void;
}

export type Choose = (part: Partial<View>) => void;

export function controlsOf({ lists, customers, changes }: PageData, choose: Choose): Controls {
  const search = el('input', {
    type: 'search',
    placeholder: 'Address, alias or name',
    'aria-label': 'Search for an address, an alias or a name',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  search.addEventListener('input', () => choose({ search: search.value.trim() }));
  const tabs = lists.map(({ title }, list) =>
    toggle(`${title} `, changes.filter((change) => change.list === list).length, () => choose({ list, actions: [] })),
  );
  const note = el('p', { class: 'note' });
  const actions = actionToggles(choose);
  const customer = select(
    'Customer',
    'All customers',
    customers.map(({ name }) => [name, name]),
    (name) => choose({ customer: name }),
  );
  const rule = select('Rule', 'All rules', rulesOf(changes), (id) => choose({ rule: id }));
  const due = el('button', { type: 'button', class: 'due', hidden: true });
  due.addEventListener('click', () => choose({ due: '' }));
  const clear = el('button', { type: 'button', class: 'clear' }, 'Clear filters');
  clear.addEventListener('click', () => choose({ actions: [], customer: '', rule: '', due: '', search: '' }));
  const shown = el('p', { class: 'shown', role: 'status' });
  const element = el(
    'div',
    { class: 'controls', role: 'search' },
    lists.length > 1 ? el('div', { class: 'tabs', role: 'group', 'aria-label': 'Lists' }, ...tabs) : null,
    lists.some((list) => list.note !== '') ? note : null,
    el('div', { class: 'filters' }, search, customer, rule, due),
    el('div', { class: 'actions', role: 'group', 'aria-label': 'Actions' }, ...actions.values()),
    el('div', { class: 'result' }, shown, clear),
  );
  const totals = lists.map((_, list) => totalsOf(changes, list));
  return {
    element,
    search,
    show(view, number) {
      if (search.value.trim() !== view.search) search.value = view.search;
      customer.value = view.customer;
      rule.value = view.rule;
      due.hidden = view.due === '';
      due.textContent = `Due ${view.due} ✕`;
      due.setAttribute('aria-label', `Due on ${view.due}: show all days`);
      for (const [list, tab] of tabs.entries()) tab.setAttribute('aria-pressed', String(list === view.list));
      note.textContent = lists[view.list]?.note ?? '';
      const inList = totals[view.list] ?? new Map<Action, number>();
      for (const [action, button] of actions) {
        button.hidden = !inList.has(action);
        button.setAttribute('aria-pressed', String(view.actions.includes(action)));
        button.querySelector('.number')?.replaceChildren(grouped(inList.get(action) ?? 0));
      }
      const all = [...inList.values()].reduce((sum, one) => sum + one, 0);
      shown.textContent = number === all ? count(all, 'change') : `${grouped(number)} of ${count(all, 'change')}`;
      clear.hidden = number === all && view.search === '';
    },
  };

  function actionToggles(chosen: Choose): ReadonlyMap<Action, HTMLButtonElement> {
    const picked = new Set<Action>();
    return new Map(
      REMOVALS_FIRST.map((action) => {
        const button = toggle(`${action} `, 0, () => {
          picked.clear();
          for (const [one, other] of actions) if (other.getAttribute('aria-pressed') === 'true') picked.add(one);
          if (!picked.delete(action)) picked.add(action);
          chosen({ actions: REMOVALS_FIRST.filter((one) => picked.has(one)) });
        });
        button.classList.add(`act-${action}`);
        return [action, button] as const;
      }),
    );
  }
}

const REMOVALS_FIRST: readonly Action[] = [
  'delete',
  'deactivate',
  'flag',
  ...ACTIONS.filter((action) => !['delete', 'deactivate', 'flag'].includes(action)),
];

function toggle(words: string, number: number, act: () => void): HTMLButtonElement {
  const button = el(
    'button',
    { type: 'button', 'aria-pressed': 'false' },
    words,
    el('span', { class: 'number' }, grouped(number)),
  );
  button.addEventListener('click', act);
  return button;
}

function select(
  label: string,
  all: string,
  values: readonly (readonly [value: string, words: string])[],
  act: (value: string) => void,
): HTMLSelectElement {
  const options = values.map(([value, words]) => el('option', { value }, words));
  const element = el('select', { 'aria-label': label }, el('option', { value: '' }, all), ...options);
  element.addEventListener('change', () => act(element.value));
  return element;
}

/** Those that stand in a reason, in the order of the rules. */
function rulesOf(changes: readonly ChangeData[]): readonly (readonly [string, string])[] {
  const used = new Set(changes.flatMap(({ reasons }) => reasons.map(({ rule }) => rule)));
  return Object.entries(RULES)
    .filter(([id]) => used.has(id))
    .map(([id, title]) => [id, `${id} ${title}`]);
}

function totalsOf(changes: readonly ChangeData[], list: number): ReadonlyMap<Action, number> {
  const totals = new Map<Action, number>();
  for (const { action } of changes.filter((change) => change.list === list)) {
    totals.set(action, (totals.get(action) ?? 0) + 1);
  }
  return totals;
}
