/** Changes as the journal's text has them: rows rather than objects, because a first apply writes one for everybody. */
import type { Action, Change, NonEmpty, Reason, Resource } from '../../domain/change.ts';
import type { Domain, Entry } from '../../domain/roster.ts';
import type { Values } from './database.ts';
import { domainOfRow, domainRow } from './domain-rows.ts';
import { entryOf, entryRow, type Intern } from './entry-rows.ts';

/** Action, resource, the row before, the row after, and the reasons as rule and message. */
export type ChangeRow = readonly [
  Action,
  Resource,
  Values | null,
  Values | null,
  readonly (readonly [Reason['rule'], string])[],
];

export function changeRow(change: Change): ChangeRow {
  const reasons = change.reasons.map(({ rule, message }) => [rule, message] as const);
  if (change.resource === 'domain') {
    const before = change.action === 'create' ? null : domainRow(change.before);
    const after = change.action === 'delete' ? null : domainRow(change.after);
    return [change.action, change.resource, before, after, reasons];
  }
  const before = change.action === 'create' ? null : entryRow(change.before);
  const after = change.action === 'delete' ? null : entryRow(change.after);
  return [change.action, change.resource, before, after, reasons];
}

/** The change that was written as this row. */
export function changeOf(row: ChangeRow, intern: Intern): Change {
  const [action, resource, before, after, why] = row;
  const reasons = why.map(([rule, message]) => ({ message, rule })) as unknown as NonEmpty<Reason>;
  if (resource === 'domain') return { resource, reasons, ...transition<Domain>(action, before, after, domainOfRow) };
  return { resource, reasons, ...transition<Entry>(action, before, after, (values) => entryOf(values, intern)) };
}

type Transition<R> =
  | { readonly action: 'create'; readonly after: R }
  | { readonly action: Exclude<Action, 'create' | 'delete'>; readonly before: R; readonly after: R }
  | { readonly action: 'delete'; readonly before: R };

function transition<R>(
  action: Action,
  before: Values | null,
  after: Values | null,
  read: (row: Values) => R,
): Transition<R> {
  if (action === 'create') return { action, after: read(after ?? []) };
  if (action === 'delete') return { action, before: read(before ?? []) };
  return { action, before: read(before ?? []), after: read(after ?? []) };
}
