/** Mistakes that no single value shows: each check is one function over the customers of a workspace, or over one of them. */
import type { CustomerConfig } from '../domain/config.ts';
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
import { domainsClaimedTwice, duplicateCustomers } from './checks-customers.ts';
import { decisionsTwice, decisionsWithoutEffect } from './checks-decisions.ts';
import { filterAgainstSwitches } from './checks-entra.ts';
import { factsForGates, takeoversWithoutProof } from './checks-service.ts';
import { relaysDefinedTwice, severalDefaultSites, sitesDefinedTwice, undefinedSites } from './checks-sites.ts';
import type { Finding } from './finding.ts';

/**
 * A customer, and the top-level keys of its file that could not be used in full: what needs them whole is not checked. `service` is among
 * them where the workspace's profile could not be used.
 */
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
  filterAgainstSwitches,
  sitesDefinedTwice,
  severalDefaultSites,
  relaysDefinedTwice,
  takeoversWithoutProof,
];
const NEED_DOMAINS: readonly CustomerCheck[] = [
  unmanagedUsers,
  aliasesInUnmanagedDomains,
  unmanagedAdditions,
  decisionsWithoutEffect,
];
const NEED_SITES: readonly CustomerCheck[] = [undefinedSites];
const NEED_SERVICE: readonly CustomerCheck[] = [factsForGates];

/** All checks over all customers. */
export function checkCustomers(checked: readonly CheckedCustomer[]): readonly Finding[] {
  const customers = checked.map(({ customer }) => customer);
  const own = checked.flatMap(({ customer, incomplete }) => {
    const checks = [
      ...NEED_NOTHING,
      ...(incomplete.has('domains') ? [] : NEED_DOMAINS),
      ...(incomplete.has('sites') ? [] : NEED_SITES),
      ...(incomplete.has('service') ? [] : NEED_SERVICE),
    ];
    return checks.flatMap((check) => check(customer));
  });
  return [...duplicateCustomers(customers), ...domainsClaimedTwice(customers), ...own];
}
