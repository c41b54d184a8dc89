/** What the reader of a plan should know: everything that was said while deciding, in one order. */
import { type AddressKey, domainOf, keyOf } from '../domain/address.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { Instant } from '../domain/instant.ts';
import { type Entry, followsDirectory, isUser, type Roster } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import type { Settlement } from './claims.ts';
import { idleDecisions, type Subjects } from './decisions.ts';
import type { Fate } from './deletion.ts';
import type { DomainSettlement } from './domain-changes.ts';
import { type OutsidePrimary, outsideDomains, waitingAliases } from './domains.ts';
import { unmatchedExceptions } from './exceptions.ts';
import { gateNotices } from './gates.ts';
import type { Merge } from './merge.ts';
import type { Selection } from './select.ts';

export interface NoticeInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly now: Instant;
  readonly switched: boolean;
  readonly domains: DomainSettlement;
  readonly selection: Selection;
  readonly additions: readonly Diagnostic[];
  readonly merge: Merge;
  readonly fates: ReadonlyMap<Entry, Fate>;
  readonly settlement: Settlement;
  readonly decisions: ReadonlyMap<AddressKey, DecisionConfig>;
}

/** The diagnostics of one customer: that the directory is another one first (DEL-11), then the worst first. */
export function noticesOf(inputs: NoticeInputs): readonly Diagnostic[] {
  const { customer, roster, selection, additions, merge, settlement } = inputs;
  const deferred = selection.dropped.filter((alias) => alias.deferred).map(({ alias }) => alias.key);
  const { selected, skipped, exceptions } = selection;
  const notices = inOrder([
    ...selection.diagnostics,
    ...unmatchedExceptions(exceptions, [...selected, ...skipped]),
    ...additions,
    ...merge.diagnostics,
    ...inputs.domains.diagnostics,
    ...gateNotices(customer, inputs.domains.domains),
    ...outsideDomains(primariesOutside(selection, merge), customer, inputs.domains.lost),
    ...waitingAliases(deferred, roster),
    ...settlement.diagnostics,
    ...aboutDecisions(inputs),
  ]);
  return inputs.switched ? [switchNotice(inputs), ...notices] : notices;
}

function primariesOutside({ skipped }: Selection, { waiting }: Merge): readonly OutsidePrimary[] {
  return [
    ...skipped.flatMap(({ rule, primary, deferred }) =>
      rule === 'SEL-6' && primary !== null ? [{ domain: primary.domain, deferred }] : [],
    ),
    ...waiting.map(({ key }) => ({ domain: domainOf(key), deferred: true })),
  ];
}

function switchNotice({ roster, settlement, fates }: NoticeInputs): Diagnostic {
  const rebound = settlement.supplies.filter(({ binding }) => binding?.rule === 'DEL-11').length;
  const conflicts = [...fates.values()].filter(
    ({ kind, entry }) => kind !== 'stays' && isUser(entry) && entry.status === 'active' && followsDirectory(entry),
  ).length;
  const was = roster.directory === null ? 'unknown' : `${roster.directory.type} ${roster.directory.id}`;
  return diagnostic(
    'warning',
    'DEL-11',
    `The directory is another one than before (it was ${was}): ${count(rebound, 'user or group', 'users and groups')} matched by address and rebound, ${count(conflicts, 'user')} not in the new one.`,
  );
}

function aboutDecisions({ customer, roster, settlement, fates, decisions, now }: NoticeInputs): readonly Diagnostic[] {
  if (customer.decisions.length === 0) return [];
  const subjects: Subjects = {
    used: keysOf(fates, (fate) => usesDecision(fate) && decisions.has(keyOf(fate.entry.address))),
    waiting: keysOf(fates, (fate) => fate.kind === 'stays' && fate.reason.rule === 'SEL-6'),
    supplied: new Set(
      [...settlement.supplies, ...settlement.unplanned].flatMap(({ primary, stored }) =>
        stored === null ? [primary.key] : [primary.key, keyOf(stored.address)],
      ),
    ),
    stored: new Set(roster.entries.filter(isUser).map(({ address }) => keyOf(address))),
    primaryOf: (alias) => roster.entries.find(({ aliases }) => aliases.some((one) => keyOf(one) === alias))?.address,
  };
  return idleDecisions(customer.decisions, subjects, now);
}

function keysOf(fates: NoticeInputs['fates'], matches: (fate: Fate) => boolean): ReadonlySet<AddressKey> {
  return new Set([...fates.values()].filter(matches).map(({ entry }) => keyOf(entry.address)));
}

function usesDecision(fate: Fate): boolean {
  const reasons = fate.kind === 'stays' ? [fate.reason] : fate.reasons;
  return reasons[0]?.rule === 'DEL-7' && !(fate.kind === 'changes' && fate.action === 'flag');
}

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;

/** Worst first, then by rule and text: the order of the inputs must not show. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      SEVERITY[a.severity] - SEVERITY[b.severity] ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message) ||
      compare(placeIn(a), placeIn(b)),
  );
}

function placeIn({ location }: Diagnostic): string {
  return location === null
    ? ''
    : `${location.file} ${String(location.line).padStart(9)} ${String(location.column).padStart(9)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
