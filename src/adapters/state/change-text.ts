/** A change as compact JSON, for the journal: its entries stand in it as they stand in their table. */
import {
  type Action,
  type Change,
  isEntryChange,
  type NonEmpty,
  type Reason,
  type Resource,
} from '../../domain/change.ts';
import {
  type DomainRow,
  domainOf,
  domainRow,
  type RelayRow,
  relayOf,
  relayRow,
  type SiteRow,
  siteOf,
  siteRow,
} from './domain-rows.ts';
import { type EntryRow, entryOf, entryText, type Intern } from './entry-text.ts';
import { damaged } from './errors.ts';

type ResourceRow = EntryRow | DomainRow | SiteRow | RelayRow;

/** What JSON.parse makes of the text of a change. */
export type ChangeRow = readonly [
  action: Action,
  resource: Resource,
  before: ResourceRow | null,
  after: ResourceRow | null,
  reasons: NonEmpty<readonly [rule: Reason['rule'], message: string]>,
];

/** The text of a change, and that of the resource after it, or null. */
export function changeText(change: Change): { readonly text: string; readonly after: string | null } {
  const { before, after } = sidesOf(change);
  const reasons = change.reasons.map(({ rule, message }) => `["${rule}",${JSON.stringify(message)}]`);
  return { text: `["${change.action}","${change.resource}",${before},${after},[${reasons.join(',')}]]`, after };
}

interface Sides {
  readonly before: string | null;
  readonly after: string | null;
}

function sidesOf(change: Change): Sides {
  if (isEntryChange(change)) return sides(change, entryText);
  switch (change.resource) {
    case 'domain':
      return sides(change, (domain) => JSON.stringify(domainRow(domain)));
    case 'site':
      return sides(change, (site) => JSON.stringify(siteRow(site)));
    case 'relay':
      return sides(change, (relay) => JSON.stringify(relayRow(relay)));
  }
}

function sides<R>(change: Transition<R>, text: (resource: R) => string): Sides {
  return {
    before: change.action === 'create' ? null : text(change.before),
    after: change.action === 'delete' ? null : text(change.after),
  };
}

/** The change that was written as this row. Its members stand in alphabetical order. */
export function changeOf([action, resource, before, after, why]: ChangeRow, intern: Intern): Change {
  const reasons = why.map(([rule, message]) => ({ message, rule })) as unknown as NonEmpty<Reason>;
  const rows = { action, before, after };
  switch (resource) {
    case 'domain':
      return { ...transition(rows, domainOf), reasons, resource };
    case 'site':
      return { ...transition(rows, siteOf), reasons, resource };
    case 'relay':
      return { ...transition(rows, relayOf), reasons, resource };
    default:
      return { ...transition(rows, (row: EntryRow) => entryOf(row, intern)), reasons, resource };
  }
}

type Transition<R> =
  | { readonly action: 'create'; readonly after: R }
  | { readonly action: Exclude<Action, 'create' | 'delete'>; readonly after: R; readonly before: R }
  | { readonly action: 'delete'; readonly before: R };

interface Rows {
  readonly action: Action;
  readonly before: ResourceRow | null;
  readonly after: ResourceRow | null;
}

/** The resource says what its rows are. */
function transition<Row extends ResourceRow, R>({ action, before, after }: Rows, read: (row: Row) => R): Transition<R> {
  const required = (row: ResourceRow | null) => {
    if (row === null) throw damaged(`a journalled ${action} lacks one of its two sides`);
    return read(row as Row);
  };
  if (action === 'create') return { action, after: required(after) };
  if (action === 'delete') return { action, before: required(before) };
  return { action, after: required(after), before: required(before) };
}
