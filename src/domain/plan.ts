/** A plan: per customer what would change, what blocks it, and what its reader should know. */
import type { Action, Change, NonEmpty } from './change.ts';
import type { Diagnostic, Problem } from './diagnostic.ts';
import type { ReadProof } from './directory.ts';
import type { DirectoryIdentity } from './identity.ts';
import type { Instant } from './instant.ts';
import type { CustomerId, State } from './roster.ts';

/** A safety rule, or a gate of the DNS (DOM-4, DOM-5), that holds a customer back. */
export interface Block {
  readonly rule: 'SAF-1' | 'SAF-3' | 'CNT-1' | 'DOM-4' | 'DOM-5';
  readonly message: string;
  /** How many removals were counted, and how many are let through; both 0 where removals are not the matter. */
  readonly removals: number;
  readonly allowed: number;
}

/** The reading that a plan rests on. */
export interface ReadingSummary {
  readonly identity: DirectoryIdentity;
  readonly proof: ReadProof;
}

/** How many changes of each kind there are, and how many users are billed before and after them (CNT-1). */
export interface PlanSummary extends Readonly<Record<Action, number>> {
  readonly billable: { readonly before: number; readonly after: number };
}

/** What would change for one customer: `ready`, `blocked` by safety rules or gates, or `failed` because its directory could not be read. */
export type CustomerPlan = { readonly customer: CustomerId; readonly diagnostics: readonly Diagnostic[] } & (
  | (PlannedCustomer & { readonly status: 'ready' })
  | (PlannedCustomer & { readonly status: 'blocked'; readonly blocks: NonEmpty<Block> })
  | { readonly status: 'failed'; readonly problem: Problem }
);

/** Whether `--allow-removals` with this number lifts a block: exactly up to it (SAF-1, SAF-3). It buys no seats and opens no gate. */
export function isLifted({ rule, removals }: Block, allowRemovals: number | null): boolean {
  return (rule === 'SAF-1' || rule === 'SAF-3') && allowRemovals !== null && removals <= allowRemovals;
}

interface PlannedCustomer {
  readonly stateSerial: number;
  /** Null where none was read: without a directory, and in an undo (UND-1). */
  readonly directory: ReadingSummary | null;
  /** Deletes first, then by resource and address. */
  readonly changes: readonly Change[];
  readonly summary: PlanSummary;
}

/** What would change for customers, as of a moment. */
export interface Plan {
  /** What `now` was. */
  readonly at: Instant;
  /** Of the state that it was made from; empty before there is one. */
  readonly lineage: string;
  /** Sorted by name. */
  readonly customers: readonly CustomerPlan[];
  /** Its names, phones and notes are pseudonyms, or it rests on such: it may be looked at, and is never applied. */
  readonly redacted?: true;
}

/** The plan of these customers, made from this state. It is redacted as soon as the state or one of the readings is. */
export function planOf(at: Instant, { lineage, redacted }: State, customers: readonly CustomerPlan[]): Plan {
  const byName = customers.toSorted((a, b) => (a.customer < b.customer ? -1 : 1));
  return { at, lineage, customers: byName, ...(redacted || customers.some(readsRedacted) ? { redacted: true } : {}) };
}

function readsRedacted(customer: CustomerPlan): boolean {
  return customer.status !== 'failed' && customer.directory?.proof.redacted === true;
}
