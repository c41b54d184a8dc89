/**
 * All that is decided about one customer, step by step: select, merge, fates, settle. The plan is made from it (plan.ts), and so is the
 * answer to "why" (explain.ts), so that the two cannot disagree.
 */
import { type AddressKey, type domainOf, keyOf } from '../domain/address.ts';
import type { AdditionConfig, CustomerConfig, DecisionConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, placeOf } from '../domain/diagnostic.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { Instant } from '../domain/instant.ts';
import { type CustomerId, type Entry, isUser, type ObjectId, type Roster } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import { sameIdentity } from './advance.ts';
import { type Settlement, settle, stayingOf } from './claims.ts';
import { decisionsInForce, idleDecisions } from './decisions.ts';
import { type Fate, fateOf } from './deletion.ts';
import { type DomainStanding, domainStandings } from './domains.ts';
import { type Merge, merge } from './merge.ts';
import { type Selection, type Skipped, select } from './select.ts';

export interface CustomerInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly reading: Exclude<DirectoryReading, { status: 'failed' }>;
  /** Addresses in this customer's domains that another customer's roster holds (ADR-4). */
  readonly elsewhere: ReadonlyMap<AddressKey, CustomerId>;
  readonly now: Instant;
}

export interface Decided {
  readonly standing: (domain: ReturnType<typeof domainOf>) => DomainStanding;
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

const NOTHING: Selection = { selected: [], skipped: [], dropped: [], diagnostics: [] };

/** Decides everything about one customer. Pure: the same inputs, in any order, decide the same. */
export function decide(inputs: CustomerInputs): Decided {
  const { customer, roster, reading, now } = inputs;
  const standing = domainStandings(customer, roster);
  const read = reading.status === 'complete' ? reading.objects : [];
  const selection =
    reading.status === 'complete' && customer.directory !== null
      ? select(read, customer, customer.directory, standing)
      : NOTHING;
  const additions = additionsInForce(customer, reading);
  const switched = reading.status === 'complete' && isSwitch(roster, reading);
  const merged = merge({
    customer,
    roster,
    selected: selection.selected,
    wasRead: idsOf(selection),
    switched,
    standing,
    additions: additions.inForce,
  });
  const decisions = decisionsInForce(customer, now);
  const fates = fatesOf(inputs, merged.left, standing, decisions, selection.skipped);
  const staying = [...fates.values()]
    .filter(({ kind }) => kind !== 'goes')
    .map(({ entry }) => withoutForeign(entry, standing));
  const settlement = settle(merged.supplies, staying, inputs.elsewhere);
  return {
    standing,
    switched,
    selection,
    merge: merged,
    fates,
    settlement,
    decisions,
    diagnostics: [
      ...(switched ? [switchNotice(roster, settlement, fates)] : []),
      ...inOrder([
        ...selection.diagnostics,
        ...additions.diagnostics,
        ...settlement.diagnostics,
        ...aboutDecisions(customer, roster, settlement, fates, decisions, now),
      ]),
    ],
  };
}

function isSwitch(roster: Roster, reading: Extract<DirectoryReading, { status: 'complete' }>): boolean {
  return roster.directory !== null && !sameIdentity(roster.directory, reading.identity);
}

/** Exceptions win over additions; a clash is said (SEL-5). Without a directory there is nothing to add to (DEL-10). */
function additionsInForce(
  customer: CustomerConfig,
  reading: CustomerInputs['reading'],
): { inForce: readonly AdditionConfig[]; diagnostics: readonly Diagnostic[] } {
  const { directory } = customer;
  if (directory === null || reading.status === 'none') return { inForce: [], diagnostics: [] };
  const excepted = new Map(
    directory.exceptions.flatMap((exception) =>
      exception.kind === 'user' && 'address' in exception.subject
        ? [[exception.subject.address, exception] as const]
        : [],
    ),
  );
  return {
    inForce: directory.additions.filter(({ key }) => !excepted.has(key)),
    diagnostics: directory.additions.flatMap(({ key, address, location }) => {
      const exception = excepted.get(key);
      if (exception === undefined) return [];
      const message = `${address} is both an addition and excepted in ${placeOf(exception.location)}. The exception wins; take one of them out.`;
      return [diagnostic('warning', 'SEL-5', message, { address, location })];
    }),
  };
}

/** Gathers the ids only when the first one is asked for: mostly none is. */
function idsOf({ selected, skipped }: Selection): (id: ObjectId) => boolean {
  let ids: ReadonlySet<ObjectId> | null = null;
  return (id) => {
    ids ??= new Set([...selected, ...skipped].map(({ object }) => object.id));
    return ids.has(id);
  };
}

function fatesOf(
  { customer, reading, now }: CustomerInputs,
  left: readonly Entry[],
  standing: Decided['standing'],
  decisions: Decided['decisions'],
  skipped: readonly Skipped[],
): ReadonlyMap<Entry, Fate> {
  if (left.length === 0) return new Map();
  const inputs = {
    customer,
    now,
    hasReading: reading.status === 'complete',
    standing,
    decisions,
    skipped: new Map(skipped.map((object) => [object.object.id, object] as const)),
  };
  return new Map(left.map((entry) => [entry, fateOf(entry, inputs)] as const));
}

/** Who stays keeps its addresses, save those in a domain that was taken out (DEL-9). */
function withoutForeign(entry: Entry, standing: Decided['standing']): Settlement['staying'][number] {
  const staying = stayingOf(entry);
  const aliases = staying.aliases.filter(({ domain }) => standing(domain) !== 'foreign');
  return aliases.length === staying.aliases.length ? staying : { ...staying, aliases };
}

/** The plan says first that the directory is another one (DEL-11). */
function switchNotice(roster: Roster, settlement: Settlement, fates: Decided['fates']): Diagnostic {
  const rebound = settlement.supplies.filter(({ binding }) => binding?.rule === 'DEL-11').length;
  const conflicts = [...fates.values()].filter(
    (fate) => isUser(fate.entry) && (fate.kind === 'changes' || fate.kind === 'goes') && fate.entry.status === 'active',
  ).length;
  const was = roster.directory === null ? 'unknown' : `${roster.directory.type} ${roster.directory.id}`;
  return diagnostic(
    'warning',
    'DEL-11',
    `The directory is another one than before (it was ${was}): ${count(rebound, 'user or group', 'users and groups')} matched by address and rebound, ${count(conflicts, 'user')} not in the new one.`,
  );
}

function aboutDecisions(
  customer: CustomerConfig,
  roster: Roster,
  { supplies, unplanned }: Settlement,
  fates: Decided['fates'],
  decisions: Decided['decisions'],
  now: Instant,
): readonly Diagnostic[] {
  if (customer.decisions.length === 0) return [];
  const used = new Set(
    [...fates.values()]
      .filter((fate) => usesDecision(fate))
      .map(({ entry }) => keyOf(entry.address))
      .filter((key) => decisions.has(key)),
  );
  const supplied = new Set(
    [...supplies, ...unplanned].flatMap(({ primary, stored }) =>
      stored === null ? [primary.key] : [primary.key, keyOf(stored.address)],
    ),
  );
  const stored = new Set(roster.entries.filter(isUser).map(({ address }) => keyOf(address)));
  return idleDecisions(customer.decisions, used, supplied, stored, now);
}

function usesDecision(fate: Fate): boolean {
  const reasons = fate.kind === 'stays' ? [fate.reason] : fate.reasons;
  return reasons[0]?.rule === 'DEL-7' && !(fate.kind === 'changes' && fate.action === 'flag');
}

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;

/** Worst first, then by rule and text: the order of the inputs must not show. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) => SEVERITY[a.severity] - SEVERITY[b.severity] || compare(a.rule, b.rule) || compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
