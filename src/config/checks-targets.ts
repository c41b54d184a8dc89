/** What is wrong with targets beside each other, and beside the customers. */
import type { CustomerConfig } from '../domain/config.ts';
import type { TargetConfig } from '../domain/target-config.ts';
import { error, type Finding, warning } from './finding.ts';

/** Whether a pattern names a customer. */
export type MatchesCustomer = (pattern: string, customer: string) => boolean;

/** Checks the targets of a workspace against each other and against its customers. */
export function checkTargets(
  targets: readonly TargetConfig[],
  customers: readonly Pick<CustomerConfig, 'name' | 'domains'>[],
  matches: MatchesCustomer,
): readonly Finding[] {
  return [
    ...sharedNames(targets),
    ...sharedFolders(targets),
    ...targets.flatMap((target) => [
      ...unmatchedPatterns(target, customers, matches),
      ...domainsWithoutSite(target, customers, matches),
    ]),
  ];
}

function sharedNames(targets: readonly TargetConfig[]): readonly Finding[] {
  return targets
    .filter(({ name }, index) => targets.findIndex((other) => other.name === name) < index)
    .map(({ name, location }) => error('CONFIG_TARGET', location, `There are two targets named "${name}".`));
}

/** Two targets in one folder would take turns in undoing what the other has done. */
function sharedFolders(targets: readonly TargetConfig[]): readonly Finding[] {
  const withFolder = targets.filter((target) => target.type !== 'scim');
  return withFolder.flatMap((target, index) => {
    const other = withFolder.slice(0, index).find(({ dir }) => dir === target.dir);
    if (other === undefined) return [];
    const message = `${other.name} and ${target.name} write into one folder. Give each its own.`;
    return [error('CONFIG_TARGET', target.location, message)];
  });
}

function unmatchedPatterns(
  target: TargetConfig,
  customers: readonly Pick<CustomerConfig, 'name'>[],
  matches: MatchesCustomer,
): readonly Finding[] {
  return target.customers
    .filter((pattern) => !customers.some(({ name }) => matches(pattern, name)))
    .map((pattern) => warning('CONFIG_TARGET', target.location, `"${pattern}" matches no customer.`));
}

/** Without a site Postfix would go by the domain's MX records, which lead to itself. */
function domainsWithoutSite(
  target: TargetConfig,
  customers: readonly Pick<CustomerConfig, 'name' | 'domains'>[],
  matches: MatchesCustomer,
): readonly Finding[] {
  if (target.type !== 'postfix') return [];
  return customers
    .filter(({ name }) => target.customers.length === 0 || target.customers.some((pattern) => matches(pattern, name)))
    .flatMap(({ domains }) => domains)
    .filter(({ site }) => site === null)
    .map(({ name, location }) =>
      warning(
        'CONFIG_TARGET',
        location,
        `${name} has no site, so ${target.name} would deliver its mail by MX records, which may lead back to itself. Name the mail servers under "sites".`,
      ),
    );
}
