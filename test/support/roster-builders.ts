/** Short ways to say what happens to a stored roster: changes and steps with everything else filled in. */
import { keyOf } from '../../src/domain/address.ts';
import type { Action, Change, NonEmpty, Reason } from '../../src/domain/change.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import type { Domain, Entry, Relay, Roster, Site } from '../../src/domain/roster.ts';
import type { Step } from '../../src/planner/advance.ts';
import { HOME, NOW } from './builders.ts';

const REASONS: NonEmpty<Reason> = [{ message: 'in the directory', rule: 'SEL-1' }];

export function created(after: Entry, reasons = REASONS): Change {
  return { action: 'create', after, reasons, resource: after.type };
}

export function changed(
  before: Entry,
  after: Entry,
  action: Exclude<Action, 'create' | 'delete'> = 'update',
  reasons = REASONS,
): Change {
  return { action, after, before, reasons, resource: after.type };
}

export function deleted(before: Entry, reasons = REASONS): Change {
  return { action: 'delete', before, reasons, resource: before.type };
}

/** What happens to a domain, a site or a relay that is `before` and becomes `after`. */
export function named(
  resource: 'domain' | 'site' | 'relay',
  before: Domain | Site | Relay | null,
  after: Domain | Site | Relay | null,
): Change {
  const sides = before === null ? { action: 'create', after } : { action: 'delete', before };
  const transition = before !== null && after !== null ? { action: 'update', before, after } : sides;
  return { ...transition, reasons: REASONS, resource } as Change;
}

export function createdDomain(after: Domain, reasons = REASONS): Change {
  return { action: 'create', after, reasons, resource: 'domain' };
}

export function changedDomain(before: Domain, after: Domain, reasons = REASONS): Change {
  return { action: 'update', after, before, reasons, resource: 'domain' };
}

export function deletedDomain(before: Domain, reasons = REASONS): Change {
  return { action: 'delete', before, reasons, resource: 'domain' };
}

export function verifiedDomain(name: string, parts: Partial<Domain> = {}): Domain {
  return { name, site: null, status: 'verified', token: 'rollcall-check=1', verifiedAt: NOW, ...parts };
}

export function step(changes: readonly Change[], directory: DirectoryIdentity | null = HOME, at = NOW): Step {
  return { at, changes, directory };
}

/** The roster with its lists in one order, to compare rosters whose entries are in no particular order. */
export function inOrder(roster: Roster): Roster {
  return {
    ...roster,
    entries: roster.entries.toSorted((a, b) => compare(keyOf(a.address), keyOf(b.address))),
    domains: roster.domains.toSorted((a, b) => compare(a.name, b.name)),
    sites: roster.sites.toSorted((a, b) => compare(a.name, b.name)),
    relays: roster.relays.toSorted((a, b) => compare(a.name, b.name)),
    tombstones: roster.tombstones.toSorted((a, b) => compare(keyOf(a.addresses[0]), keyOf(b.addresses[0]))),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
