/** On paper every removal is unfolded: the list on the screen has only what is near the window. */
import type { ChangeData, PageData } from '../cli/html/page-data.ts';
import { grouped } from '../domain/words.ts';
import { reasonsOf, withoutOf } from './detail.ts';
import { el, isolated } from './dom.ts';

export function unfoldForPrint(data: PageData, after: Element): void {
  let sheet: HTMLElement | null = null;
  const add = () => {
    sheet ??= sheetOf(data);
    after.after(sheet);
  };
  const take = () => sheet?.remove();
  addEventListener('beforeprint', add);
  addEventListener('afterprint', take);
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? add() : take()));
}

function sheetOf({ changes, customers, lists }: PageData): HTMLElement {
  const removals = changes.filter(({ isRemoval }) => isRemoval);
  const besides = changes.length - removals.length;
  return el(
    'section',
    { class: 'printed' },
    el('h2', {}, removals.length === 0 ? 'No removals' : 'All removals'),
    ...removals.map((change) => entry(change, customers[change.customer]?.name ?? '', lists)),
    besides === 0 ? null : el('p', {}, `${grouped(besides)} other changes are on the page, and not printed.`),
  );
}

function entry(change: ChangeData, customer: string, lists: PageData['lists']): HTMLElement {
  const { action, resource, address, name, due, list } = change;
  return el(
    'article',
    {},
    el(
      'h3',
      {},
      `${action} ${resource === 'user' ? '' : `${resource} `}`,
      isolated(address),
      name === null ? null : ', ',
      name === null ? null : isolated(name),
      ` (${customer}${due === null ? '' : `, due ${due}`}${lists.length > 1 ? `, ${lists[list]?.title}` : ''})`,
    ),
    withoutOf(change),
    reasonsOf(change),
  );
}
