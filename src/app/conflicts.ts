/** Users in conflict: those whom a directory once supplied and no live source supplies now. */
import { keyOf } from '../domain/address.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import type { Instant } from '../domain/instant.ts';
import { type CustomerId, isUser, type Roster, type Status } from '../domain/roster.ts';
import { isVoid } from '../planner/decisions.ts';
import { dueOf } from '../planner/deletion.ts';

export interface Conflict {
  readonly customer: CustomerId;
  readonly address: string;
  readonly status: Exclude<Status, 'active'>;
  readonly flaggedAt: Instant | null;
  /** When it is deleted by itself; null for never. */
  readonly due: Instant | null;
  /** What the configuration says about it, if that is in force. */
  readonly decision: DecisionConfig | null;
}

/** The conflicts of a customer as of its last apply, those due first. */
export function conflictsOf(customer: CustomerConfig, roster: Roster, now: Instant): readonly Conflict[] {
  const decisions = new Map(
    customer.decisions.filter((decision) => !isVoid(decision, now)).map((decision) => [decision.key, decision]),
  );
  return roster.entries
    .filter(isUser)
    .flatMap((user): Conflict[] => {
      const { address, status, flaggedAt } = user;
      if (status === 'active') return [];
      const decision = decisions.get(keyOf(address)) ?? null;
      return [{ customer: customer.name, address, status, flaggedAt, due: dueOf(user, customer), decision }];
    })
    .toSorted((a, b) => compare(a.due ?? '9', b.due ?? '9') || compare(keyOf(a.address), keyOf(b.address)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
