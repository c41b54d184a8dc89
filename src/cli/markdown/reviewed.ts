/** A plan with what it takes away, customer by customer: what all parts of a comment are made from. */

import type { CustomerPlan, Plan } from '../../domain/plan.ts';
import { type Loss, lossesIn } from '../losses.ts';

export type PlannedCustomer = Exclude<CustomerPlan, { status: 'failed' }>;

export interface ReviewedCustomer {
  readonly plan: PlannedCustomer;
  readonly losses: readonly Loss[];
}

export interface Reviewed {
  readonly plan: Plan;
  /** Those that could be planned, in the plan's order. */
  readonly customers: readonly ReviewedCustomer[];
}

export function reviewed(plan: Plan): Reviewed {
  const customers = plan.customers.flatMap((customer) =>
    customer.status === 'failed' ? [] : [{ plan: customer, losses: lossesIn(customer.changes) }],
  );
  return { plan, customers };
}
