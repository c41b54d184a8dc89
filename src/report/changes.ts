/** The part of a page with its changes: filters, the list, and the address that names what is looked at. */
import type { PageData } from '../cli/html/page-data.ts';
import { controlsOf } from './controls.ts';
import { el } from './dom.ts';
import { filterOf } from './filter.ts';
import { listenToKeys } from './keyboard.ts';
import { changeList } from './list.ts';
import { rowOf } from './row.ts';
import { EVERYTHING, hashOf, type View, viewOfHash } from './view.ts';

export function showChanges(section: Element, data: PageData): void {
  const filter = filterOf(data);
  let view: View = EVERYTHING;

  const controls = controlsOf(data, (part) => go({ ...view, open: [], ...part }));
  const list = changeList({
    makeRow(place, position, count) {
      const change = data.changes[place];
      const customer = change === undefined ? undefined : data.customers[change.customer];
      if (change === undefined || customer === undefined) throw new Error(`There is no change ${place}.`);
      const link = hashOf({ ...EVERYTHING, list: change.list, open: [place] });
      const row = rowOf({ change, customer, place, link, position, count });
      row.button.addEventListener('click', () => fold(toggled(view.open, place)));
      return row;
    },
    isOpen: (place) => view.open.includes(place),
    covered: () => (getComputedStyle(controls.element).position === 'sticky' ? controls.element.offsetHeight : 0),
  });
  const nothing = el('p', { class: 'no-changes', hidden: true });
  const keys = el('p', { class: 'keys' });
  for (const [key, words] of KEYS) keys.append(el('span', {}, el('kbd', {}, key), ` ${words}`));

  const remember = () => history.replaceState(null, '', hashOf(view));
  const render = () => {
    const places = filter(view);
    list.show(places);
    controls.show(view, places.length);
    nothing.hidden = places.length > 0;
    const some = data.changes.some(({ list: one }) => one === view.list);
    nothing.textContent = some ? 'No change fits these filters.' : 'There are no changes.';
  };
  /** Somebody chose it here. */
  const go = (next: View) => {
    view = next;
    remember();
    render();
  };
  const fold = (open: readonly number[]) => {
    view = { ...view, open };
    remember();
    list.refold();
  };
  /** A link led there, or the address was typed. */
  const follow = () => {
    view = viewOfHash(location.hash);
    render();
    const [first] = view.open;
    const position = first === undefined ? null : list.positionOf(first);
    if (position !== null) list.focus(position);
  };

  section.append(controls.element, keys, nothing, list.element);
  listenToKeys({
    list,
    search: controls.search,
    fold() {
      if (view.open.length === 0) return false;
      fold([]);
      return true;
    },
    clearSearch: () => go({ ...view, search: '' }),
  });
  addEventListener('hashchange', () => {
    follow();
    if (view.open.length === 0) section.scrollIntoView();
  });
  follow();
}

function toggled(open: readonly number[], place: number): readonly number[] {
  return open.includes(place) ? open.filter((one) => one !== place) : [...open, place];
}

const KEYS = [
  ['/', 'search'],
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'unfold'],
  ['Esc', 'back'],
] as const;
