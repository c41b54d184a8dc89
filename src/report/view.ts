/** What of the changes is looked at. It stands in the hash of the address, so that a link leads others to the same. */
import { ACTIONS, type Action } from '../domain/change.ts';

export interface View {
  readonly list: number;
  /** Empty for all. */
  readonly actions: readonly Action[];
  /** Only what takes something away. */
  readonly removals: boolean;
  /** Empty for all of them, as the other texts are. */
  readonly customer: string;
  readonly rule: string;
  /** A day, `2026-12-05`. */
  readonly due: string;
  readonly search: string;
  /** The places of the changes that are unfolded, among all of the page. */
  readonly open: readonly number[];
}

export const EVERYTHING: View = {
  list: 0,
  actions: [],
  removals: false,
  customer: '',
  rule: '',
  due: '',
  search: '',
  open: [],
};

/** The view that a hash names. What it does not understand it leaves out. */
export function viewOfHash(hash: string): View {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string) => words.get(name) ?? '';
  const numbers = (name: string) =>
    text(name)
      .split(',')
      .filter((word) => /^\d{1,9}$/.test(word))
      .map(Number);
  const actions = text('action').split(',');
  return {
    list: numbers('list')[0] ?? 0,
    actions: ACTIONS.filter((action) => actions.includes(action)),
    removals: text('removals') === 'only',
    customer: text('customer'),
    rule: text('rule'),
    due: text('due'),
    search: text('q'),
    open: numbers('open'),
  };
}

/** The hash that names a view; just `#` for everything. */
export function hashOf(view: View): string {
  const words = new URLSearchParams();
  const set = (name: string, value: string) => value !== '' && words.set(name, value);
  set('list', view.list === 0 ? '' : String(view.list));
  set('action', view.actions.join(','));
  set('removals', view.removals ? 'only' : '');
  set('customer', view.customer);
  set('rule', view.rule);
  set('due', view.due);
  set('q', view.search);
  set('open', view.open.join(','));
  return `#${words.toString().replaceAll('%2C', ',')}`;
}
