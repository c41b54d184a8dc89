/** The changes that a page shows: lists of them, in the order in which they matter. */
import type { Action, Change, NonEmpty } from '../../domain/change.ts';
import type { CustomerPlan, Plan } from '../../domain/plan.ts';
import { type Loss, lossesIn } from '../losses.ts';

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

export function plannedIn({ customers }: Plan): readonly PlannedCustomer[] {
  return customers.filter((customer) => customer.status !== 'failed');
}

export interface PlacedChange {
  readonly customer: PlannedCustomer;
  readonly change: Change;
  /** What it takes away, or null. */
  readonly loss: Loss | null;
}

/** What takes mail away in whatever way first, then by action, then as the plan has them. */
export function changesInOrder(plan: Plan): readonly PlacedChange[] {
  const places = new Map<string, PlacedChange[]>(ORDER.map((place) => [place, []]));
  for (const customer of plannedIn(plan)) {
    const losses = new Map(lossesIn(customer.changes).map((loss) => [loss.change, loss]));
    for (const change of customer.changes) {
      const loss = losses.get(change) ?? null;
      places.get(loss?.kind === 'reduce' ? 'reduce' : change.action)?.push({ customer, change, loss });
    }
  }
  return ORDER.flatMap((place) => places.get(place) ?? []);
}

const ORDER: readonly (Action | 'reduce')[] = ACTION_ORDER.flatMap((action) =>
  action === 'flag' ? ([action, 'reduce'] as const) : [action],
);
