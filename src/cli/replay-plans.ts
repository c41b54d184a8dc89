/** A replay as two plans, for what shows plans: what the change of the configuration does, and what is no longer done with it. */
import type { NonEmpty } from '../domain/change.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { Block, CustomerPlan, Plan } from '../domain/plan.ts';
import { type CustomerReplay, hasDifference, type Replay } from '../planner/replay.ts';

/**
 * The changes, blocks and diagnostics that came, of each customer that any came for, and of those that nothing can be told of. Its billable users are those of the old configuration
 * before and those of the new one after.
 */
export function planOfEffects(replay: Replay): Plan {
  return planOf(
    replay,
    replay.customers.filter(hasEffect).map((customer): CustomerPlan => {
      const { diagnostics, blocks, does } = customer;
      const problem = problemOf(customer);
      const name = customer.customer;
      if (problem !== null) return { customer: name, status: 'failed', problem, diagnostics: diagnostics.came };
      const changes = does.map(({ change }) => change);
      const { billable } = customer.summary;
      const summary = { ...customer.summary.does, billable: billable ?? { before: 0, after: 0 } };
      return withBlocks({ ...EMPTY, customer: name, changes, summary, diagnostics: diagnostics.came }, blocks.came);
    }),
  );
}

function hasEffect(customer: CustomerReplay): boolean {
  const { does, blocks, diagnostics } = customer;
  return problemOf(customer) !== null || does.length + blocks.came.length + diagnostics.came.length > 0;
}

/** Why it cannot be told what the change does; null where it can. */
export function problemOf({ problems: { before, after } }: CustomerReplay): Problem | null {
  if (after !== null || before === null) return after;
  return { ...before, message: `By the configuration as it was: ${before.message}` };
}

/** The changes that are no longer planned, of each customer that has any. */
export function planOfPast(replay: Replay): Plan {
  return planOf(
    replay,
    replay.customers
      .filter(({ noLonger }) => noLonger.length > 0)
      .map(({ customer, noLonger, summary }): CustomerPlan => {
        const { billable } = summary;
        const users = billable?.before ?? 0;
        return {
          ...EMPTY,
          customer,
          status: 'ready',
          changes: noLonger,
          summary: { ...summary.noLonger, billable: { before: users, after: users } },
        };
      }),
  );
}

/** The customers that nothing is different for. */
export function untouched({ customers }: Replay): readonly CustomerReplay[] {
  return customers.filter((customer) => !hasDifference(customer));
}

const EMPTY = { stateSerial: 0, directory: null, diagnostics: [] } as const;

function planOf({ at, lineage, redacted }: Replay, customers: readonly CustomerPlan[]): Plan {
  return { at, lineage, customers, ...(redacted ? { redacted: true } : {}) };
}

type Planned = Omit<Extract<CustomerPlan, { status: 'ready' }>, 'status'>;

function withBlocks(planned: Planned, [block, ...blocks]: readonly Block[]): CustomerPlan {
  if (block === undefined) return { ...planned, status: 'ready' };
  const all: NonEmpty<Block> = [block, ...blocks];
  return { ...planned, status: 'blocked', blocks: all };
}
