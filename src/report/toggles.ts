/** The filters that are in or out: which list, which actions, only removals. */
import type { ChangeData, PageData } from '../cli/html/page-data.ts';
import { ACTIONS, type Action } from '../domain/change.ts';
import { type Choose, type Control, toggle } from './control.ts';
import { el } from './dom.ts';
import type { View } from './view.ts';

/** Of one list. */
export interface Totals {
  readonly all: number;
  readonly removals: number;
  readonly actions: ReadonlyMap<Action, number>;
}

export function totalsOf(changes: readonly ChangeData[], list: number): Totals {
  const inList = changes.filter((change) => change.list === list);
  const actions = new Map<Action, number>();
  for (const { action } of inList) actions.set(action, (actions.get(action) ?? 0) + 1);
  return { all: inList.length, removals: inList.filter(({ isRemoval }) => isRemoval).length, actions };
}

/** A tab for each list and what is to be said of it; nothing to be seen where there is one list. */
export function listTabs(lists: PageData['lists'], totals: readonly Totals[], choose: Choose): Control {
  const tabs = lists.map(({ title }, list) => toggle(title, () => choose({ list, actions: [], removals: false })));
  const group = el(
    'div',
    { class: 'tabs', role: 'group', 'aria-label': 'Lists' },
    ...tabs.map(({ element }) => element),
  );
  const note = el('p', { class: 'note' });
  return {
    element: el('div', { class: 'lists', hidden: lists.length < 2 }, group, note),
    show({ list }) {
      for (const [place, tab] of tabs.entries()) tab.show(place === list, totals[place]?.all ?? 0);
      note.textContent = lists[list]?.note ?? '';
    },
  };
}

const REMOVALS_FIRST: readonly Action[] = [
  'delete',
  'deactivate',
  'flag',
  ...ACTIONS.filter((action) => !['delete', 'deactivate', 'flag'].includes(action)),
];

/** A toggle for removals of whatever action, and one for each action that there is. */
export function actionFilter(totals: readonly Totals[], choose: Choose): Control {
  let chosen: Pick<View, 'actions' | 'removals'> = { actions: [], removals: false };
  const removals = toggle('removals', () => choose({ removals: !chosen.removals }));
  removals.element.classList.add('only-removals');
  const actions = REMOVALS_FIRST.map((action) => ({
    action,
    toggle: toggle(action, () => choose({ actions: toggled(chosen.actions, action) })),
  }));
  const toggles = [removals, ...actions.map((one) => one.toggle)];
  return {
    element: el(
      'div',
      { class: 'actions', role: 'group', 'aria-label': 'Actions' },
      ...toggles.map(({ element }) => element),
    ),
    show(view) {
      chosen = view;
      const inList = totals[view.list];
      removals.show(view.removals, inList?.removals ?? 0);
      removals.element.hidden = (inList?.removals ?? 0) === 0;
      for (const one of actions) {
        const number = inList?.actions.get(one.action) ?? 0;
        one.toggle.show(view.actions.includes(one.action), number);
        one.toggle.element.hidden = number === 0;
      }
    },
  };
}

/** With it if it was not there. */
function toggled(actions: readonly Action[], action: Action): readonly Action[] {
  return actions.includes(action)
    ? actions.filter((one) => one !== action)
    : REMOVALS_FIRST.filter((one) => one === action || actions.includes(one));
}
