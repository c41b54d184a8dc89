/** A change as compact JSON, for the journal: its entries stand in it as they stand in their table. */
import type { Action, Change, NonEmpty, Reason, Resource } from '../../domain/change.ts';
import type { Domain, Entry } from '../../domain/roster.ts';
import { type DomainRow, domainOf, domainRow } from './domain-rows.ts';
import { type EntryRow, entryOf, entryText, type Intern } from './entry-text.ts';
import { damaged } from './errors.ts';

/** What JSON.parse makes of the text of a change. */
export type ChangeRow = readonly [
  action: Action,
  resource: Resource,
  before: EntryRow | DomainRow | null,
  after: EntryRow | DomainRow | null,
  reasons: NonEmpty<readonly [rule: Reason['rule'], message: string]>,
];

/** The text of a change, and that of the resource after it, or null. */
export function changeText(change: Change): { readonly text: string; readonly after: string | null } {
  const text = change.resource === 'domain' ? domainText : entryText;
  const before = change.action === 'create' ? null : text(change.before as Entry & Domain);
  const after = change.action === 'delete' ? null : text(change.after as Entry & Domain);
  const reasons = change.reasons.map(({ rule, message }) => `["${rule}",${JSON.stringify(message)}]`);
  return { text: `["${change.action}","${change.resource}",${before},${after},[${reasons.join(',')}]]`, after };
}

function domainText(domain: Domain): string {
  return JSON.stringify(domainRow(domain));
}

/** The change that was written as this row. Its members stand in alphabetical order. */
export function changeOf([action, resource, before, after, why]: ChangeRow, intern: Intern): Change {
  const reasons = why.map(([rule, message]) => ({ message, rule })) as unknown as NonEmpty<Reason>;
  if (resource === 'domain') {
    return {
      ...transition(action, before as DomainRow | null, after as DomainRow | null, domainOf),
      reasons,
      resource,
    };
  }
  const entry = (row: EntryRow) => entryOf(row, intern);
  return { ...transition(action, before as EntryRow | null, after as EntryRow | null, entry), reasons, resource };
}

type Transition<R> =
  | { readonly action: 'create'; readonly after: R }
  | { readonly action: Exclude<Action, 'create' | 'delete'>; readonly after: R; readonly before: R }
  | { readonly action: 'delete'; readonly before: R };

function transition<Row, R>(
  action: Action,
  before: Row | null,
  after: Row | null,
  read: (row: Row) => R,
): Transition<R> {
  const required = (row: Row | null) => {
    if (row === null) throw damaged(`a journalled ${action} lacks one of its two sides`);
    return read(row);
  };
  if (action === 'create') return { action, after: required(after) };
  if (action === 'delete') return { action, before: required(before) };
  return { action, after: required(after), before: required(before) };
}
