/** Checks over one customer's decisions about users in conflict (DEL-7, DEL-8). */
import type { CustomerConfig } from '../domain/config.ts';
import { placeOf } from '../domain/diagnostic.ts';
import { error, type Finding, warning } from './finding.ts';
import { repeated } from './repeated.ts';

export function decisionsTwice({ decisions }: CustomerConfig): readonly Finding[] {
  return repeated(decisions, ({ key }) => key).map(([decision, first]) =>
    error(
      'CONFIG_DECISION_TWICE',
      decision.location,
      `There is a decision for ${decision.address} already: ${placeOf(first.location)}. Keep one of them.`,
    ),
  );
}

/** The configuration itself supplies these users, or nothing can: a decision about them does nothing, and a delete would be undone. */
export function decisionsWithoutEffect(customer: CustomerConfig): readonly Finding[] {
  const suppliers = new Map([
    ...customer.users.map(({ key, location }) => [key, `a user of the configuration (${placeOf(location)})`] as const),
    ...(customer.directory?.additions ?? []).map(
      ({ key, location }) => [key, `an addition (${placeOf(location)})`] as const,
    ),
  ]);
  return customer.decisions.flatMap(({ key, address, action, location }) => {
    const supplier = suppliers.get(key);
    if (supplier === undefined) return [];
    const finding = action === 'delete' ? error : warning;
    const remedy = action === 'delete' ? 'To delete the user, take it out there.' : 'Take the decision out.';
    return [
      finding(
        'CONFIG_DECISION',
        location,
        `${address} is ${supplier}, so this decision has no effect (DEL-8). ${remedy}`,
      ),
    ];
  });
}
