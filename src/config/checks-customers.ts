/** Checks over all customers of a workspace: what only one of them may have. */
import type { CustomerConfig } from '../domain/config.ts';
import { placeOf } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';
import { repeated } from './repeated.ts';

export function duplicateCustomers(customers: readonly CustomerConfig[]): readonly Finding[] {
  return repeated(customers, ({ name }) => name).map(([customer, first]) =>
    error(
      'CONFIG_DUPLICATE_CUSTOMER',
      customer.location,
      `The customer "${customer.name}" is defined already: ${placeOf(first.location)}.`,
    ),
  );
}

/** Every domain has one owner: mail for it goes to one customer. Two may list it while one of them takes it over (DOM-3). */
export function domainsClaimedTwice(customers: readonly CustomerConfig[]): readonly Finding[] {
  const claims = customers.flatMap((customer) => customer.domains.map((domain) => ({ customer, ...domain })));
  return repeated(claims, ({ name }) => name)
    .filter(([claim, first]) => first.customer === claim.customer || first.takeover === claim.takeover)
    .map(([claim, first]) => {
      const owner = first.customer === claim.customer ? 'this customer' : `the customer "${first.customer.name}"`;
      return error(
        'CONFIG_DOMAIN_TWICE',
        claim.location,
        `The domain "${claim.name}" belongs to ${owner} already: ${placeOf(first.location)}.`,
      );
    });
}
