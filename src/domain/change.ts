/** One planned change: what, to which resource, and by which rules. */

import type { Domain, Entry, Relay, Site } from './roster.ts';
import type { RuleId } from './rule.ts';

/** A list that has at least one item. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Why a change is made: the deciding rule first. */
export interface Reason {
  readonly rule: RuleId;
  readonly message: string;
}

/** In order of precedence: of all that happens to one resource in a plan, the first names the change. */
export const ACTIONS = ['delete', 'deactivate', 'ignore', 'flag', 'restore', 'create', 'rename', 'update'] as const;
/** What is done to a resource. */
export type Action = (typeof ACTIONS)[number];

type Transition<R> =
  | { readonly action: 'create'; readonly after: R }
  | { readonly action: Exclude<Action, 'create' | 'delete'>; readonly before: R; readonly after: R }
  | { readonly action: 'delete'; readonly before: R };

/** A change of a user, a group or a mail-enabled public folder. */
export type EntryChange = {
  readonly resource: 'user' | 'group' | 'publicFolder';
  readonly reasons: NonEmpty<Reason>;
} & Transition<Entry>;
/** A change of a domain. */
export type DomainChange = { readonly resource: 'domain'; readonly reasons: NonEmpty<Reason> } & Transition<Domain>;
/** A change of a site. */
export type SiteChange = { readonly resource: 'site'; readonly reasons: NonEmpty<Reason> } & Transition<Site>;
/** A change of a relay. */
export type RelayChange = { readonly resource: 'relay'; readonly reasons: NonEmpty<Reason> } & Transition<Relay>;
/** One change of a roster, with what was and what will be. A create has no `before`, a delete no `after`. */
export type Change = EntryChange | DomainChange | SiteChange | RelayChange;
/** What a change is of. */
export type Resource = Change['resource'];
/** What a change is made to, as it stands in the state. */
export type Stored = Entry | Domain | Site | Relay;

/** Whether it is a user, a public folder or a group. */
export function isEntry(resource: Stored | null): resource is Entry {
  return resource !== null && 'type' in resource;
}

/** Whether it is a change of a user, a public folder or a group. */
export function isEntryChange(change: Change): change is EntryChange {
  return change.resource !== 'domain' && change.resource !== 'site' && change.resource !== 'relay';
}

/** The key of the changed resource after the change, or before a deletion: an address, or a name. */
export function addressOf(change: Change): string {
  const resource = change.action === 'delete' ? change.before : change.after;
  return 'address' in resource ? resource.address : resource.name;
}

/** The resource as stored, or null. */
export function beforeOf(change: Change): Stored | null {
  return change.action === 'create' ? null : change.before;
}

/** The resource as it will be, or null. */
export function afterOf(change: Change): Stored | null {
  return change.action === 'delete' ? null : change.after;
}
