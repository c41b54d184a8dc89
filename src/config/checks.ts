/** Mistakes that no single value shows: each check is one function over the customers of a workspace, or over one of them. */
import type { CustomerConfig, SiteConfig } from '../domain/config.ts';
import { placeOf } from '../domain/diagnostic.ts';
import {
  additionsTwice,
  addressesTwice,
  aliasesInUnmanagedDomains,
  exceptedAdditions,
  exceptionsTwice,
  unmanagedAdditions,
  unmanagedUsers,
} from './checks-addresses.ts';
import { baseNamesApart, overlappingBases } from './checks-bases.ts';
import { decisionsTwice, decisionsWithoutEffect } from './checks-decisions.ts';
import { error, type Finding } from './finding.ts';
import { repeated } from './repeated.ts';

/** A customer, and the top-level keys of its file that could not be used in full: what needs them whole is not checked. */
export interface CheckedCustomer {
  readonly customer: CustomerConfig;
  readonly incomplete: ReadonlySet<string>;
}

type CustomerCheck = (customer: CustomerConfig) => readonly Finding[];

const NEED_NOTHING: readonly CustomerCheck[] = [
  addressesTwice,
  additionsTwice,
  exceptionsTwice,
  exceptedAdditions,
  decisionsTwice,
  overlappingBases,
  baseNamesApart,
  sitesDefinedTwice,
  severalDefaultSites,
];
const NEED_DOMAINS: readonly CustomerCheck[] = [
  unmanagedUsers,
  aliasesInUnmanagedDomains,
  unmanagedAdditions,
  decisionsWithoutEffect,
];
const NEED_SITES: readonly CustomerCheck[] = [undefinedSites];

/** All checks over all customers. */
export function checkCustomers(checked: readonly CheckedCustomer[]): readonly Finding[] {
  const customers = checked.map(({ customer }) => customer);
  const own = checked.flatMap(({ customer, incomplete }) => {
    const checks = [
      ...NEED_NOTHING,
      ...(incomplete.has('domains') ? [] : NEED_DOMAINS),
      ...(incomplete.has('sites') ? [] : NEED_SITES),
    ];
    return checks.flatMap((check) => check(customer));
  });
  return [...duplicateCustomers(customers), ...domainsClaimedTwice(customers), ...own];
}

export function duplicateCustomers(customers: readonly CustomerConfig[]): readonly Finding[] {
  return repeated(customers, ({ name }) => name).map(([customer, first]) =>
    error(
      'CONFIG_DUPLICATE_CUSTOMER',
      customer.location,
      `The customer "${customer.name}" is defined already: ${placeOf(first.location)}.`,
    ),
  );
}

/** Every domain has one owner: mail for it goes to one customer. */
export function domainsClaimedTwice(customers: readonly CustomerConfig[]): readonly Finding[] {
  const claims = customers.flatMap((customer) => customer.domains.map((domain) => ({ customer, ...domain })));
  return repeated(claims, ({ name }) => name).map(([claim, first]) => {
    const owner = first.customer === claim.customer ? 'this customer' : `the customer "${first.customer.name}"`;
    return error(
      'CONFIG_DOMAIN_TWICE',
      claim.location,
      `The domain "${claim.name}" belongs to ${owner} already: ${placeOf(first.location)}.`,
    );
  });
}

export function undefinedSites({ domains, sites }: CustomerConfig): readonly Finding[] {
  const names = sites.map(({ name }) => name);
  const known = names.length === 0 ? 'There are no sites.' : `Defined: ${names.join(', ')}.`;
  return domains
    .filter(({ site }) => site !== null && !names.includes(site))
    .map(({ name, site, location }) =>
      error(
        'CONFIG_SITE',
        location,
        `The site "${site}" of the domain "${name}" is not defined under "sites". ${known}`,
      ),
    );
}

export function sitesDefinedTwice({ sites }: CustomerConfig): readonly Finding[] {
  return repeated(sites, ({ name }) => name).map(([site, first]) =>
    error('CONFIG_SITE', site.location, `The site "${site.name}" is defined already: ${placeOf(first.location)}.`),
  );
}

export function severalDefaultSites({ sites }: CustomerConfig): readonly Finding[] {
  const [first, ...others] = sites.filter(({ isDefault }) => isDefault);
  return others.map((site: SiteConfig) =>
    error('CONFIG_SITE', site.location, `Only one site can be the default, and "${first?.name}" is it already.`),
  );
}
