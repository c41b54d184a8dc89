/**
 * All that is decided about one customer, step by step: select, merge, fates, settle. The plan is made from it (plan.ts), and so is the
 * answer to "why" (explain.ts), so that the two cannot disagree.
 */
import { type Address, type AddressKey, type DomainName, domainOf, keyOf } from '../domain/address.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import { sameIdentity } from '../domain/identity.ts';
import type { Instant } from '../domain/instant.ts';
import type { CustomerId, Entry, ObjectId, Roster } from '../domain/roster.ts';
import { type Settlement, settle } from './claims.ts';
import { decisionsInForce } from './decisions.ts';
import { type DeletionInputs, type Fate, fateOf } from './deletion.ts';
import { type DomainInputs, type DomainSettlement, type DomainStanding, settleDomains } from './domain-changes.ts';
import { domainStandings } from './domains.ts';
import { additionsInForce, indexExceptions } from './exceptions.ts';
import type { MergeInputs } from './matching.ts';
import { type Merge, merge } from './merge.ts';
import { mistakenFate, mistakenIn, unclaimed } from './mistaken.ts';
import { noticesOf } from './notices.ts';
import { type Selection, type Skipped, select } from './select.ts';
import { stayingOf } from './supply.ts';

export interface CustomerInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly reading: Exclude<DirectoryReading, { status: 'failed' }>;
  /** Addresses in this customer's domains that another customer's roster holds (ADR-4). */
  readonly elsewhere: ReadonlyMap<AddressKey, CustomerId>;
  readonly domains: DomainInputs;
  readonly now: Instant;
}

export interface Decided {
  readonly domains: DomainSettlement;
  readonly standing: (domain: DomainName) => DomainStanding;
  /** The reading is of another directory than the roster was in step with (DEL-11). */
  readonly switched: boolean;
  readonly selection: Selection;
  readonly merge: Merge;
  /** What becomes of those whom nobody supplies. */
  readonly fates: ReadonlyMap<Entry, Fate>;
  readonly settlement: Settlement;
  readonly decisions: ReadonlyMap<AddressKey, DecisionConfig>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Without a directory there is nothing to except from, and nothing to add to (DEL-10). */
const NOTHING: Selection = {
  selected: [],
  skipped: [],
  dropped: [],
  exceptions: indexExceptions([]),
  diagnostics: [],
};

/** Decides everything about one customer. Pure: the same inputs, in any order, decide the same. */
export function decide(inputs: CustomerInputs): Decided {
  const { customer, roster, reading, now } = inputs;
  const domains = settleDomains(customer, roster, inputs.domains);
  const standing = domainStandings(domains);
  const { directory } = customer;
  const supplying = reading.status === 'complete' && directory !== null;
  const selection = supplying ? select(reading.objects, directory, standing) : NOTHING;
  const additions = supplying ? additionsInForce(directory) : { inForce: [], diagnostics: [] };
  const switched = reading.status === 'complete' && isSwitch(roster, reading);
  const mergeInputs: MergeInputs = {
    customer,
    roster,
    selected: selection.selected,
    wasRead: idsOf(selection),
    switched,
    standing,
    isExcepted: (alias) => selection.exceptions.ofAlias(alias) !== undefined,
    additions: additions.inForce,
    released: new Set(),
  };
  const decisions = decisionsInForce(customer, now);
  const { merged, fates, settlement } = settleAll(mergeInputs, inputs.elsewhere, {
    customer,
    now,
    hasReading: reading.status === 'complete',
    switched,
    standing,
    lost: domains.lost,
    decisions,
    skipped: switched ? new Map() : byObjectId(selection.skipped),
  });
  const decided = { domains, selection, switched, merge: merged, fates, settlement, decisions };
  return {
    ...decided,
    standing,
    diagnostics: noticesOf({ ...decided, customer, roster, now, additions: additions.diagnostics }),
  };
}

/**
 * Who is who, what becomes of those whom nobody supplies, and who has which address then. Whoever lost its new primary stays with the old
 * one; should that be in a domain that was taken out (DEL-9), its object is nobody's yet, and all is asked again. So it is where nobody
 * would get the address of a user that is none (MRG-7).
 */
function settleAll(
  inputs: MergeInputs,
  elsewhere: CustomerInputs['elsewhere'],
  deletion: DeletionInputs,
): { merged: Merge; fates: Decided['fates']; settlement: Settlement } {
  const { standing, isExcepted } = inputs;
  const mayKeep = ({ key, domain }: Address) => standing(domain) !== 'foreign' && !isExcepted(key);
  const released = new Set<Entry>();
  const people = new Set<Entry>();
  for (;;) {
    const merged = merge({ ...inputs, released });
    const fates = new Map(merged.left.map((entry) => [entry, fateOf(entry, deletion)] as const));
    const mistaken = mistakenIn(fates, { ...merged, skipped: deletion.skipped.values(), people });
    for (const [entry, supply] of mistaken) fates.set(entry, mistakenFate(entry, supply));
    const staying = [...fates.values()].filter(({ kind }) => kind !== 'goes').map(({ entry }) => entry);
    const remaining = (entry: Entry) => stayingOf(entry, mayKeep);
    const settlement = settle({ supplies: merged.supplies, staying: staying.map(remaining), elsewhere, remaining });
    const homeless = settlement.unplanned.flatMap(({ stored }) =>
      stored !== null && standing(domainOf(keyOf(stored.address))) === 'foreign' ? [stored] : [],
    );
    const kept = unclaimed(mistaken, settlement);
    if (homeless.length + kept.length === 0) return { merged, fates, settlement };
    for (const entry of homeless) released.add(entry);
    for (const entry of kept) people.add(entry);
  }
}

function isSwitch(roster: Roster, reading: Extract<DirectoryReading, { status: 'complete' }>): boolean {
  return roster.directory !== null && !sameIdentity(roster.directory, reading.identity);
}

/** Not to be asked across directories, where object ids mean nothing (DEL-11). */
function byObjectId(skipped: readonly Skipped[]): ReadonlyMap<ObjectId, Skipped> {
  return new Map(skipped.map((one) => [one.object.id, one] as const));
}

/** Gathers the ids only when the first one is asked for: mostly none is. */
function idsOf({ selected, skipped }: Selection): (id: ObjectId) => boolean {
  let ids: ReadonlySet<ObjectId> | null = null;
  return (id) => {
    ids ??= new Set([...selected, ...skipped].map(({ object }) => object.id));
    return ids.has(id);
  };
}
