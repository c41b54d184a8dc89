/** What holds a customer's plan back: too many removals, an empty directory, more users than seats (SAF, CNT). */
import type { Change } from '../domain/change.ts';
import type { CustomerConfig, RemovalLimit } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { Block } from '../domain/plan.ts';
import { type Entry, followsDirectory, isUser, type Roster } from '../domain/roster.ts';
import { count, grouped } from '../domain/words.ts';

export interface SafetyInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly reading: DirectoryReading;
  readonly changes: readonly Change[];
  readonly billable: { readonly before: number; readonly after: number };
  /** `--allow-removals`: in place of the limit, for one run. */
  readonly allowRemovals: number | null;
}

/** Every block that the safety rules put on these changes. */
export function blocksOn(inputs: SafetyInputs): readonly Block[] {
  return [...emptyDirectory(inputs), ...tooMany(inputs, 'user'), ...tooMany(inputs, 'group'), ...tooFewSeats(inputs)];
}

/**
 * SAF-1: users newly flagged and users deleted, less those deleted by a decision, and those whose address only goes on as an alias or a group
 * (MRG-7). A decision deactivates without flagging.
 */
function isRemoval(change: Change): boolean {
  if (change.resource !== 'user' && change.resource !== 'publicFolder') return false;
  if (change.action === 'flag') return true;
  const { rule } = change.reasons[0];
  return change.action === 'delete' && rule !== 'DEL-7' && rule !== 'MRG-7';
}

/**
 * Groups have no flag and no delay, so a filter that loses them all is stopped here, by the same limit on their own number. There are few
 * of them, and a percentage of few is none: so many may go in any case.
 */
const FEW_GROUPS = 5;

function isGroupRemoval(change: Change): boolean {
  return change.resource === 'group' && change.action === 'delete';
}

function tooMany({ customer, roster, changes, allowRemovals }: SafetyInputs, kind: 'user' | 'group'): readonly Block[] {
  const removals = changes.filter(kind === 'user' ? isRemoval : isGroupRemoval).length;
  if (removals === 0) return [];
  const present = roster.entries.filter((entry) => isUser(entry) === (kind === 'user')).length;
  const policy = allowedRemovals(customer.safety.maxRemovals, present);
  const allowed = allowRemovals ?? (kind === 'group' ? Math.max(policy, FEW_GROUPS) : policy);
  if (removals <= allowed) return [];
  const share = present === 0 ? '' : ` (${((removals / present) * 100).toFixed(1)}%)`;
  const limit = allowRemovals === null ? 'safety.maxRemovals lets' : '--allow-removals lets';
  const remedy = `If it is meant, run again with --allow-removals ${removals}; if not, look at the filter, the base DNs and the exceptions first.`;
  return [
    {
      rule: 'SAF-1',
      message: `Too many removals: ${grouped(removals)} of ${count(present, kind)}${share}, and ${limit} ${grouped(allowed)} through. ${remedy}`,
      removals,
      allowed,
    },
  ];
}

/** How many of so many users may go at once (SAF-1). A percentage is rounded down. */
export function allowedRemovals({ count, percent }: RemovalLimit, users: number): number {
  return Math.max(count ?? 0, percent === null ? 0 : Math.floor((users * percent) / 100));
}

/** SAF-3: a directory that suddenly has nobody is more likely a broken one. A plan without changes needs no stopping. */
function emptyDirectory({ roster, reading, changes, allowRemovals }: SafetyInputs): readonly Block[] {
  if (reading.status !== 'complete' || changes.length === 0) return [];
  if (reading.objects.some(({ kind }) => kind === 'user' || kind === 'publicFolder')) return [];
  const bereft = roster.entries.filter(wasSupplied).length;
  const removals = changes.filter(isRemoval).length;
  if (bereft === 0 || (allowRemovals !== null && removals <= allowRemovals)) return [];
  return [
    {
      rule: 'SAF-3',
      message: `The directory returned no users at all, and the roster has ${count(bereft, 'directory user')}. Check the base DN, the filter and the rights of the account; if the directory is meant to be empty, run again with --allow-removals ${removals}.`,
      removals,
      allowed: 0,
    },
  ];
}

/** Whether a directory had the user when the roster was last in step with it: it never had those who are but additions (MRG-4). */
function wasSupplied(entry: Entry): boolean {
  return isUser(entry) && followsDirectory(entry) && entry.status === 'active' && !entry.addition;
}

/** CNT-1: a plan that takes more seats is stopped past the limit; one that takes none, or gives some back, is let through. */
function tooFewSeats({ customer, billable }: SafetyInputs): readonly Block[] {
  const { seats } = customer;
  if (seats === null || billable.after <= seats || billable.after <= billable.before) return [];
  return [
    {
      rule: 'CNT-1',
      message: `${seatsText(billable.after, seats)}. Raise "seats", or narrow who is in the sync.`,
      removals: 0,
      allowed: 0,
    },
  ];
}

/** Where the seats are exceeded already and the plan does not add to it. */
export function seatsWarning(
  customer: CustomerConfig,
  billable: { readonly before: number; readonly after: number },
): readonly Diagnostic[] {
  const { seats } = customer;
  if (seats === null || billable.after <= seats || billable.after > billable.before) return [];
  return [
    diagnostic('warning', 'CNT-1', `${seatsText(billable.after, seats)}. Nobody can be added.`, {
      location: customer.location,
    }),
  ];
}

function seatsText(after: number, seats: number): string {
  return `${count(after, 'billable user')} for ${count(seats, 'seat')}: ${grouped(after - seats)} too many`;
}
