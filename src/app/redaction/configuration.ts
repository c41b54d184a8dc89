/** What the configuration itself says of people. */
import type { CustomerConfig } from '../../domain/config.ts';
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import { redactedAttributes } from './entries.ts';

/** The customer with pseudonyms in the attributes of its users, and in what was written about decisions. */
export function redactCustomer(customer: CustomerConfig, pseudonym: Pseudonym): CustomerConfig {
  const once = onlyOnce(pseudonym);
  return {
    ...customer,
    users: customer.users.map((user) => ({ ...user, attributes: redactedAttributes(user.attributes, once) })),
    decisions: customer.decisions.map((decision) => ({
      ...decision,
      reason: decision.reason === null ? null : once('notes', decision.reason),
    })),
  };
}
