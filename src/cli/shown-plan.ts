/** A plan as pages and comments show it. */
import type { Plan } from '../domain/plan.ts';

export interface ShownPlan {
  readonly plan: Plan;
  /** `sha256:…`, by which an apply and approvals know the plan. */
  readonly digest: string;
  /** Who made it, where that was said. */
  readonly author: string | null;
}
