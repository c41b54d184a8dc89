/** One planned change: what, to which resource, and by which rules. */

import type { Domain, Entry } from './roster.ts';
import type { RuleId } from './rule.ts';

export type NonEmpty<T> = readonly [T, ...T[]];

/** Why a change is made: the deciding rule first. */
export interface Reason {
  readonly rule: RuleId;
  readonly message: string;
}

/** In order of precedence: of all that happens to one resource in a plan, the first names the change. */
export const ACTIONS = ['delete', 'deactivate', 'ignore', 'flag', 'restore', 'create', 'rename', 'update'] as const;
export type Action = (typeof ACTIONS)[number];

type Transition<R> =
  | { readonly action: 'create'; readonly after: R }
  | { readonly action: Exclude<Action, 'create' | 'delete'>; readonly before: R; readonly after: R }
  | { readonly action: 'delete'; readonly before: R };

export type EntryChange = {
  readonly resource: 'user' | 'group' | 'publicFolder';
  readonly reasons: NonEmpty<Reason>;
} & Transition<Entry>;
export type DomainChange = { readonly resource: 'domain'; readonly reasons: NonEmpty<Reason> } & Transition<Domain>;
export type Change = EntryChange | DomainChange;
export type Resource = Change['resource'];

/** The key of the changed resource after the change, or before a deletion: an address, or a domain's name. */
export function addressOf(change: Change): string {
  if (change.resource === 'domain') return change.action === 'delete' ? change.before.name : change.after.name;
  return change.action === 'delete' ? change.before.address : change.after.address;
}

/** The resource as stored, or null. */
export function beforeOf(change: Change): Entry | Domain | null {
  return change.action === 'create' ? null : change.before;
}

/** The resource as it will be, or null. */
export function afterOf(change: Change): Entry | Domain | null {
  return change.action === 'delete' ? null : change.after;
}
