/** Everything that a customer's directory holds, in the sync or out of it, with the rule that decided. */
import type { CustomerConfig } from '../domain/config.ts';
import type { Location } from '../domain/diagnostic.ts';
import type { DirectoryObject, DirectoryReading } from '../domain/directory.ts';
import type { CustomerId, Roster } from '../domain/roster.ts';
import type { RuleId } from '../domain/rule.ts';
import { settleDomains, UNSEEN } from '../planner/domain-changes.ts';
import { domainStandings } from '../planner/domains.ts';
import { select } from '../planner/select.ts';

export interface ListedObject {
  readonly customer: CustomerId;
  readonly address: string | null;
  readonly name: string;
  readonly kind: DirectoryObject['kind'];
  readonly mailbox: DirectoryObject['mailbox'];
  readonly disabled: boolean;
  readonly objectId: string;
  readonly inSync: boolean;
  readonly rule: RuleId;
  readonly message: string;
  readonly location: Location | null;
}

/** Sorted by address, then by name. */
export function listDirectory(
  customer: CustomerConfig,
  roster: Roster,
  reading: Extract<DirectoryReading, { status: 'complete' }>,
): readonly ListedObject[] {
  if (customer.directory === null) return [];
  const { selected, skipped } = select(
    reading.objects,
    customer.directory,
    domainStandings(settleDomains(customer, roster, UNSEEN)),
  );
  return [
    ...selected.map(({ object, primary }) => ({
      ...described(customer.name, object),
      address: primary.display,
      inSync: true,
      rule: object.kind === 'group' ? ('SEL-9' as const) : ('SEL-1' as const),
      message: 'in the sync',
      location: null,
    })),
    ...skipped.map(({ object, primary, rule, message, location }) => ({
      ...described(customer.name, object),
      address: primary?.display ?? null,
      inSync: false,
      rule,
      message,
      location,
    })),
  ].toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

function described(customer: CustomerId, { name, kind, mailbox, disabled, id }: DirectoryObject) {
  return { customer, name, kind, mailbox, disabled, objectId: id };
}

// Objects without an address come last.
function sortKey({ address, name }: { readonly address: string | null; readonly name: string }): string {
  return `${address?.toLowerCase() ?? '\uffff'} ${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
