/** The filters above the list. They show a view, and tell of every change that people make to it. */
import type { ChangeData, PageData } from '../cli/html/page-data.ts';
import { RULES } from '../domain/rule.ts';
import { count, grouped } from '../domain/words.ts';
import { type Choose, type Control, pressable, select } from './control.ts';
import { el } from './dom.ts';
import { actionFilter, listTabs, type Totals, totalsOf } from './toggles.ts';
import { EVERYTHING } from './view.ts';

export interface Controls extends Control {
  readonly search: HTMLInputElement;
}

export function controlsOf(data: PageData, choose: Choose): Controls {
  const totals = data.lists.map((_, list) => totalsOf(data.changes, list));
  const search = searchField(choose);
  const customers = select(
    'Customer',
    'All customers',
    data.customers.map(({ name }) => [name, name]),
    { value: ({ customer }) => customer, choose: (customer) => choose({ customer }) },
  );
  const rules = select('Rule', 'All rules', rulesOf(data.changes), {
    value: ({ rule }) => rule,
    choose: (rule) => choose({ rule }),
  });
  const due = dueDay(choose);
  const tabs = listTabs(data.lists, totals, choose);
  const actions = actionFilter(totals, choose);
  const result = resultLine(totals, choose);
  const filters = el('div', { class: 'filters' }, search.element, customers.element, rules.element, due.element);
  return {
    search: search.element,
    element: el('div', { class: 'controls', role: 'search' }, tabs.element, filters, actions.element, result.element),
    show(view, shown) {
      for (const control of [search, customers, rules, due, tabs, actions, result]) control.show(view, shown);
    },
  };
}

function searchField(choose: Choose): Control<HTMLInputElement> {
  const element = el('input', {
    type: 'search',
    placeholder: 'Address, alias or name',
    'aria-label': 'Search for an address, an alias or a name',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  element.addEventListener('input', () => choose({ search: element.value.trim() }));
  return {
    element,
    show({ search }) {
      // What is being typed may end in a space.
      if (element.value.trim() !== search) element.value = search;
    },
  };
}

/** There only while a day is chosen, to let go of it. */
function dueDay(choose: Choose): Control {
  const element = el('button', { type: 'button', class: 'due', hidden: true });
  element.addEventListener('click', () => choose({ due: '' }));
  return {
    element,
    show({ due }) {
      element.hidden = due === '';
      element.textContent = `Due ${due} ✕`;
      element.setAttribute('aria-label', `Due on ${due}: show all days`);
    },
  };
}

/** How many changes are shown, and a way back to all of them. */
function resultLine(totals: readonly Totals[], choose: Choose): Control {
  const shown = el('p', { class: 'shown', role: 'status' });
  const clear = pressable('Clear filters', () => {
    const { list: _, ...nothing } = EVERYTHING;
    choose(nothing);
  });
  clear.classList.add('clear');
  return {
    element: el('div', { class: 'result' }, shown, clear),
    show({ list, search }, number) {
      const all = totals[list]?.all ?? 0;
      shown.textContent = number === all ? count(all, 'change') : `${grouped(number)} of ${count(all, 'change')}`;
      clear.hidden = number === all && search === '';
    },
  };
}

/** Those that stand in a reason, in the order of the rules. */
function rulesOf(changes: readonly ChangeData[]): readonly (readonly [string, string])[] {
  const used = new Set(changes.flatMap(({ reasons }) => reasons.map(({ rule }) => rule)));
  return Object.entries(RULES)
    .filter(([id]) => used.has(id))
    .map(([id, title]) => [id, `${id} ${title}`]);
}
