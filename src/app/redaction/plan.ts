/** Plans without personal data. */
import type { Change, EntryChange, NonEmpty, Reason } from '../../domain/change.ts';
import { isEntryChange } from '../../domain/change.ts';
import type { CustomerPlan, Plan, ReadingSummary } from '../../domain/plan.ts';
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import { redactedEntry } from './entries.ts';
import { type NamesOf, redactedMessage, redactedProblem } from './names.ts';

/** The plan with pseudonyms in the place of names, phones and notes. It says that it is redacted, and is never applied. */
export function redactPlan(plan: Plan, pseudonym: Pseudonym): Plan {
  const once = onlyOnce(pseudonym);
  return { ...plan, customers: plan.customers.map((customer) => redactedCustomer(customer, once)), redacted: true };
}

function redactedCustomer(customer: CustomerPlan, pseudonym: Pseudonym): CustomerPlan {
  if (customer.status === 'failed') return { ...customer, problem: redactedProblem(customer.problem, pseudonym) };
  const names = customer.directory?.identity.type ?? null;
  return {
    ...customer,
    directory: customer.directory === null ? null : redactedSummary(customer.directory),
    changes: customer.changes.map((change) => redactedChange(change, names, pseudonym)),
    diagnostics: customer.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      message: redactedMessage(diagnostic.message, names, pseudonym),
    })),
  };
}

/** Against the digest of what was read, guesses could be tried. */
const NO_DIGEST = `sha256:${'0'.repeat(64)}`;

function redactedSummary({ identity, proof }: ReadingSummary): ReadingSummary {
  return { identity, proof: { ...proof, digest: NO_DIGEST, redacted: true } };
}

function redactedChange(change: Change, names: NamesOf, pseudonym: Pseudonym): Change {
  const told = ({ rule, message }: Reason): Reason => ({ rule, message: redactedMessage(message, names, pseudonym) });
  const [reason, ...more] = change.reasons;
  const reasons: NonEmpty<Reason> = [told(reason), ...more.map(told)];
  return isEntryChange(change) ? redactedEntryChange({ ...change, reasons }, pseudonym) : { ...change, reasons };
}

function redactedEntryChange(change: EntryChange, pseudonym: Pseudonym): EntryChange {
  switch (change.action) {
    case 'create':
      return { ...change, after: redactedEntry(change.after, pseudonym) };
    case 'delete':
      return { ...change, before: redactedEntry(change.before, pseudonym) };
    default: {
      const [before, after] = [redactedEntry(change.before, pseudonym), redactedEntry(change.after, pseudonym)];
      return { ...change, before, after };
    }
  }
}
