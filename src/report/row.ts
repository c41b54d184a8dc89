/** One change in the list: a line that unfolds. */
import type { ChangeData, CustomerData } from '../cli/html/page-data.ts';
import { detailOf } from './detail.ts';
import { el, isolated } from './dom.ts';

export interface Row {
  readonly element: HTMLLIElement;
  readonly button: HTMLButtonElement;
  /** Folds it or unfolds it; what is inside is made when it is first seen. */
  unfold(open: boolean): void;
}

export interface RowParts {
  readonly change: ChangeData;
  readonly customer: CustomerData;
  /** Of the change, among all of the page. */
  readonly place: number;
  readonly link: string;
  /** From 1, among those shown, and how many these are. */
  readonly position: number;
  readonly count: number;
}

export function rowOf({ change, customer, place, link, position, count }: RowParts): Row {
  const { action, resource, address, name, summary, reasons } = change;
  const inside = `change-${place}`;
  const kind = resource === 'user' ? null : el('span', { class: 'kind' }, `${words(resource)} `);
  const rules = [...new Set(reasons.map(({ rule }) => rule))].join(' ');
  const button = el(
    'button',
    { type: 'button', class: 'line', 'aria-expanded': 'false', 'aria-controls': inside },
    el('span', { class: `badge act-${action}` }, action),
    el(
      'span',
      { class: 'who' },
      kind,
      isolated(address),
      name === null ? null : el('span', { class: 'name' }, isolated(name)),
    ),
    el('span', { class: 'summary' }, isolated(summary)),
    el(
      'span',
      { class: 'customer' },
      customer.name,
      customer.blocked ? el('span', { class: 'tag blocked' }, 'blocked') : null,
    ),
    el('span', { class: 'rules' }, rules),
  );
  const detail = el('div', { class: 'detail', id: inside, hidden: true });
  const element = el(
    'li',
    { class: `row act-${action}`, 'aria-setsize': String(count), 'aria-posinset': String(position) },
    button,
    detail,
  );
  const unfold = (open: boolean) => {
    if (open && detail.childElementCount === 0) detail.append(detailOf(change, link));
    detail.hidden = !open;
    element.classList.toggle('open', open);
    button.setAttribute('aria-expanded', String(open));
  };
  return { element, button, unfold };
}

function words(resource: ChangeData['resource']): string {
  return resource === 'publicFolder' ? 'public folder' : resource;
}
