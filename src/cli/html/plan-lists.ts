/** The changes that a page shows: lists of them, in the order in which they matter. */
import type { Action, Change, NonEmpty } from '../../domain/change.ts';
import type { CustomerPlan, Plan } from '../../domain/plan.ts';

export interface PlanList {
  /** On its tab, where there are several. */
  readonly title: string;
  /** A sentence about what is in it; may be empty. */
  readonly note: string;
  readonly plan: Plan;
}

/** Totals, bars and dates are of the first. */
export type PlanLists = NonEmpty<PlanList>;

export type PlannedCustomer = Exclude<CustomerPlan, { status: 'failed' }>;

/** Who loses mail comes first. */
export const ACTION_ORDER: readonly Action[] = [
  'delete',
  'deactivate',
  'flag',
  'ignore',
  'restore',
  'create',
  'rename',
  'update',
];

/** What takes mail away, now or when it is due. */
const REMOVALS: ReadonlySet<Action> = new Set(['delete', 'deactivate', 'flag']);

export function isRemoval({ action }: Change): boolean {
  return REMOVALS.has(action);
}

export function plannedIn({ customers }: Plan): readonly PlannedCustomer[] {
  return customers.filter((customer) => customer.status !== 'failed');
}

export interface PlacedChange {
  readonly customer: PlannedCustomer;
  readonly change: Change;
}

/** By action, then as the plan has them. */
export function changesInOrder(plan: Plan): readonly PlacedChange[] {
  const byAction = new Map<Action, PlacedChange[]>(ACTION_ORDER.map((action) => [action, []]));
  for (const customer of plannedIn(plan)) {
    for (const change of customer.changes) byAction.get(change.action)?.push({ customer, change });
  }
  return ACTION_ORDER.flatMap((action) => byAction.get(action) ?? []);
}
