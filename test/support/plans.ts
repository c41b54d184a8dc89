/** Plans put together by hand, of changes that are given. */
import type { Change } from '../../src/domain/change.ts';
import { addDays } from '../../src/domain/instant.ts';
import type { CustomerPlan, Plan } from '../../src/domain/plan.ts';
import { type CustomerId, emptyRoster } from '../../src/domain/roster.ts';
import { summaryOf } from '../../src/planner/plan.ts';
import { NOW, user } from './builders.ts';

export function planWith(...customers: readonly CustomerPlan[]): Plan {
  return { at: NOW, lineage: 'test', customers };
}

/** A customer's plan with these changes. Its roster is what they say that it was. */
export function readyPlan(customer: string, changes: readonly Change[]): Extract<CustomerPlan, { status: 'ready' }> {
  const name = customer as CustomerId;
  const entries = changes.flatMap((change) =>
    change.action !== 'create' && 'type' in change.before ? [change.before] : [],
  );
  return {
    customer: name,
    status: 'ready',
    stateSerial: 1,
    directory: null,
    changes,
    summary: summaryOf({ ...emptyRoster(name), entries }, changes),
    diagnostics: [],
  };
}

export function failedPlan(customer: string): CustomerPlan {
  const problem = { code: 'LDAP_CONNECT', message: 'The server did not answer.', hint: 'Look at its name.' };
  return { customer: customer as CustomerId, status: 'failed', problem, diagnostics: [] };
}

/** What becomes of a user who is gone. Who is flagged is due after 14 days. */
export function removal(action: 'delete' | 'deactivate' | 'flag', address: string): Change {
  const before = user(address);
  switch (action) {
    case 'delete':
      return { action, resource: 'user', before, reasons: [{ rule: 'DEL-5', message: 'was due on 2026-11-19' }] };
    case 'deactivate': {
      const reasons = [{ rule: 'DEL-7', message: 'decided in customers/acme.yaml:31' }] as const;
      return { action, resource: 'user', before, after: { ...before, status: 'deactivated' }, reasons };
    }
    case 'flag': {
      const message = `gone from the sync; due on ${addDays(NOW, 14).slice(0, 10)}`;
      const after = { ...before, status: 'flagged', flaggedAt: NOW } as const;
      return { action, resource: 'user', before, after, reasons: [{ rule: 'DEL-1', message }] };
    }
  }
}
