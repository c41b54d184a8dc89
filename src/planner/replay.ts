/**
 * Replay: what a change of the configuration alone does. Two plans of one state and one directory, each by its own configuration, are compared,
 * and what they have in common drops out.
 */
import { type AddressKey, keyOf } from '../domain/address.ts';
import { ACTIONS, type Action, afterOf, beforeOf, type Change, isEntry, type Stored } from '../domain/change.ts';
import type { Diagnostic, Problem } from '../domain/diagnostic.ts';
import type { Instant } from '../domain/instant.ts';
import type { Block, CustomerPlan, Plan } from '../domain/plan.ts';
import type { CustomerId } from '../domain/roster.ts';
import { changeDocument } from './document.ts';
import { statedDueDay } from './due-words.ts';

/** A change that only the new configuration makes. */
export interface Effect {
  readonly change: Change;
  /** What the old configuration would do with the same thing; null where it would leave it alone. */
  readonly instead: Change | null;
}

/** What came with the new configuration, and what went with the old one. */
export interface Turnover<T> {
  readonly came: readonly T[];
  readonly went: readonly T[];
}

/** How a customer stands in one of the two plans; `absent` where that configuration does not name it. */
export type Standing = CustomerPlan['status'] | 'absent';

export interface CustomerReplay {
  readonly customer: CustomerId;
  readonly before: Standing;
  readonly after: Standing;
  /** Changes that the new plan has and the old one has not. */
  readonly does: readonly Effect[];
  /** Changes of the old plan to what the new one leaves alone. */
  readonly noLonger: readonly Change[];
  readonly blocks: Turnover<Block>;
  readonly diagnostics: Turnover<Diagnostic>;
  /** Why a plan could not be made; nothing can then be said of the changes. */
  readonly problems: { readonly before: Problem | null; readonly after: Problem | null };
  readonly summary: ReplaySummary;
}

type Counts = Readonly<Record<Action, number>>;

export interface ReplaySummary {
  readonly does: Counts;
  readonly noLonger: Counts;
  /** Billable users once the plan of the old configuration is applied, and of the new one; null where one of them could not be made. */
  readonly billable: { readonly before: number; readonly after: number } | null;
}

export interface Replay {
  /** What `now` was, for both. */
  readonly at: Instant;
  readonly lineage: string;
  /** One of the plans is redacted (Plan). */
  readonly redacted: boolean;
  /** Sorted by name; those that only one configuration names too. */
  readonly customers: readonly CustomerReplay[];
}

/** Compares the plans that two configurations give of the same state and readings. */
export function replayOf(before: Plan, after: Plan): Replay {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return {
    at: after.at,
    lineage: after.lineage,
    redacted: before.redacted === true || after.redacted === true,
    customers: names.map((name) => customerReplay(name, old.get(name) ?? null, now.get(name) ?? null)),
  };
}

/** Whether the change of the configuration makes any difference to the customer, a plan that could not be made among them. */
export function hasDifference(replay: CustomerReplay): boolean {
  const { before, after, does, noLonger, blocks, diagnostics } = replay;
  const turnovers: readonly Turnover<unknown>[] = [blocks, diagnostics];
  return (
    does.length + noLonger.length > 0 ||
    before === 'failed' ||
    after === 'failed' ||
    before === 'absent' ||
    after === 'absent' ||
    turnovers.some(({ came, went }) => came.length + went.length > 0)
  );
}

/** Whether a safety rule or gate holds the customer back that did not do so before. */
export function isNewlyBlocked({ after, before, blocks: { came, went } }: CustomerReplay): boolean {
  const held = new Set(went.map(({ rule }) => rule));
  return after === 'blocked' && (before !== 'blocked' || came.some(({ rule }) => !held.has(rule)));
}

function byName({ customers }: Plan): ReadonlyMap<CustomerId, CustomerPlan> {
  return new Map(customers.map((customer) => [customer.customer, customer]));
}

function customerReplay(customer: CustomerId, old: CustomerPlan | null, now: CustomerPlan | null): CustomerReplay {
  // Of a plan that could not be made nothing is known, so neither is what is different.
  const isKnown = old?.status !== 'failed' && now?.status !== 'failed';
  const changes = isKnown ? comparedChanges(changesOf(old), changesOf(now)) : { does: [], noLonger: [] };
  return {
    customer,
    before: old?.status ?? 'absent',
    after: now?.status ?? 'absent',
    ...changes,
    blocks: isKnown ? turnover(blocksOf(old), blocksOf(now), blockKey) : NOTHING,
    diagnostics: isKnown ? turnover(old?.diagnostics ?? [], now?.diagnostics ?? [], diagnosticKey) : NOTHING,
    problems: { before: problemOf(old), after: problemOf(now) },
    summary: {
      does: counted(changes.does.map(({ change }) => change)),
      noLonger: counted(changes.noLonger),
      billable: billableOf(old, now),
    },
  };
}

const NOTHING: Turnover<never> = { came: [], went: [] };

function changesOf(plan: CustomerPlan | null): readonly Change[] {
  return plan === null || plan.status === 'failed' ? [] : plan.changes;
}

function blocksOf(plan: CustomerPlan | null): readonly Block[] {
  return plan?.status === 'blocked' ? plan.blocks : [];
}

function problemOf(plan: CustomerPlan | null): Problem | null {
  return plan?.status === 'failed' ? plan.problem : null;
}

/** A customer that a configuration does not name is left alone by it, so that it keeps those it has. */
function billableOf(old: CustomerPlan | null, now: CustomerPlan | null): ReplaySummary['billable'] {
  const known = [old, now].flatMap((plan) => (plan === null || plan.status === 'failed' ? [] : [plan]));
  const [stored] = known.map(({ summary }) => summary.billable.before);
  if (stored === undefined) return null;
  const count = (plan: CustomerPlan | null) =>
    plan === null ? stored : plan.status === 'failed' ? null : plan.summary.billable.after;
  const [before, after] = [count(old), count(now)];
  return before === null || after === null ? null : { before, after };
}

function comparedChanges(old: readonly Change[], now: readonly Change[]): Pick<CustomerReplay, 'does' | 'noLonger'> {
  const was = new Map(old.map((change) => [subjectOf(change), change]));
  const does = now.flatMap((change): readonly Effect[] => {
    const instead = was.get(subjectOf(change)) ?? null;
    return instead !== null && isSame(instead, change) ? [] : [{ change, instead }];
  });
  const is = new Set(now.map(subjectOf));
  return { does, noLonger: old.filter((change) => !is.has(subjectOf(change))) };
}

/**
 * What a change is made to: a thing that is stored, or one that is to be. A plan has one change at most for each, while two of its changes may
 * lead to one address: a deletion makes room for a rename.
 */
function subjectOf(change: Change): string {
  const before = beforeOf(change);
  const name = nameOf(before ?? (afterOf(change) as Stored));
  const kind = isEntry(before ?? afterOf(change)) ? 'entry' : change.resource;
  return `${before === null ? 'new' : 'stored'} ${kind} ${name}`;
}

function nameOf(resource: Stored): AddressKey | string {
  return 'address' in resource ? keyOf(resource.address) : resource.name;
}

/** Whether they have the same effect, and flag for the same day; why they are made may differ. */
function isSame(a: Change, b: Change): boolean {
  return effectText(a) === effectText(b);
}

function effectText(change: Change): string {
  const { action, resource, before, after } = changeDocument(change);
  return JSON.stringify([action, resource, before, after, statedDueDay(change)]);
}

function turnover<T>(old: readonly T[], now: readonly T[], key: (item: T) => string): Turnover<T> {
  const [had, has] = [new Set(old.map(key)), new Set(now.map(key))];
  return { came: now.filter((item) => !had.has(key(item))), went: old.filter((item) => !has.has(key(item))) };
}

function blockKey({ rule, message }: Block): string {
  return JSON.stringify([rule, message]);
}

/** A line that only moved is none that came. */
function diagnosticKey({ severity, rule, message, address }: Diagnostic): string {
  return JSON.stringify([severity, rule, message, address]);
}

function counted(changes: readonly Change[]): Counts {
  const counts = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Record<Action, number>;
  for (const { action } of changes) counts[action] += 1;
  return counts;
}
