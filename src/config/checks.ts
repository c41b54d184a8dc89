/** Mistakes that no single value shows: each check is one function over the customers of a workspace. */
import type { CustomerConfig } from '../domain/config.ts';
import { error, type Finding } from './finding.ts';

/** A customer, and which parts of its file could not be used: what needs them whole is not checked. */
export interface CheckedCustomer {
  readonly customer: CustomerConfig;
  readonly incomplete: ReadonlySet<string>;
}

/** All checks over all customers. */
export function checkCustomers(checked: readonly CheckedCustomer[]): readonly Finding[] {
  return duplicateCustomers(checked.map(({ customer }) => customer));
}

export function duplicateCustomers(customers: readonly CustomerConfig[]): readonly Finding[] {
  const first = new Map<string, CustomerConfig>();
  return customers.flatMap((customer) => {
    const other = first.get(customer.name);
    if (other === undefined) {
      first.set(customer.name, customer);
      return [];
    }
    const { file, line } = other.location;
    return [
      error(
        'CONFIG_DUPLICATE_CUSTOMER',
        customer.location,
        `The customer "${customer.name}" is defined in ${file}:${line} already.`,
      ),
    ];
  });
}
