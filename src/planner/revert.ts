/** The undo: a plan that puts one customer's roster back to before a run (UND-1). A pure function of its inputs. */
import { domainOf } from '../domain/address.ts';
import { afterOf, type Change, isEntry } from '../domain/change.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { sameIdentity } from '../domain/identity.ts';
import type { Instant } from '../domain/instant.ts';
import type { CustomerPlan } from '../domain/plan.ts';
import { emptyRoster, isUser, type Roster, type State } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import { inPlanOrder } from './changes.ts';
import { dueOf } from './deletion.ts';
import { summaryOf } from './plan.ts';
import { entryChanges } from './revert-entries.ts';
import { keysOf, pairsOf } from './revert-match.ts';
import { namedChanges } from './revert-named.ts';
import { foreignDomains, type Obstacles, obstaclesTo } from './revert-obstacles.ts';
import { laterRuns, type Undone, undoing } from './revert-reasons.ts';
import { blocksOn, seatsWarning } from './safety.ts';

export interface RevertInputs {
  readonly customer: CustomerConfig;
  /** The customer's roster as it is, and those of whoever has its domains or holds addresses in them (ADR-4, DOM-3). */
  readonly state: State;
  /** The roster as it was before the run. */
  readonly was: Roster;
  readonly undone: Undone;
  readonly now: Instant;
  /** `--allow-removals`, or null. */
  readonly allowRemovals: number | null;
}

/**
 * What makes the roster again what it was before the run, in entries, domains, sites and relays. No directory is read for it, so the plan
 * has none, and the roster's directory stays the one that is stored: ask `outlivesIdentity` first.
 */
export function revertPlan({ customer, state, was, undone, now, allowRemovals }: RevertInputs): CustomerPlan {
  const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
  const others = [...state.rosters.values()].filter((one) => one.customer !== customer.name);
  const why = undoing(undone);
  const foreign = foreignDomains(roster, state);
  const pairs = pairsOf(roster.entries, was.entries);
  const obstacles = obstaclesTo(pairs, others, foreign);
  const named = namedChanges({ now: roster, was, foreign, needed: domainsKept(obstacles), why });
  const changes = inPlanOrder([...named.changes, ...entryChanges({ customer, roster, pairs, obstacles, why })]);
  const summary = summaryOf(roster, changes);
  const { billable } = summary;
  const errors = [...named.diagnostics, ...obstacles.values()].toSorted((a, b) => (a.message < b.message ? -1 : 1));
  const planned = {
    customer: customer.name,
    stateSerial: roster.serial,
    directory: null,
    changes,
    summary,
    diagnostics: [
      ...errors,
      ...notices(changes, errors, { customer, undone, now }),
      ...seatsWarning(customer, billable),
    ],
  };
  const reading = { status: 'none' } as const;
  const [block, ...blocks] = blocksOn({ customer, roster, reading, changes, billable, allowRemovals });
  return block === undefined
    ? { ...planned, status: 'ready' }
    : { ...planned, status: 'blocked', blocks: [block, ...blocks] };
}

/**
 * Whether the former roster's object ids are of another directory than the one that the roster is in step with (DEL-11). A plan names another
 * directory only with the proof of having read it, so such ids would be taken for the present directory's.
 */
export function outlivesIdentity(roster: Roster, was: Roster): boolean {
  return !sameIdentity(roster.directory, was.directory) && was.entries.some(({ objectId }) => objectId !== null);
}

/** The domains of all addresses that those keep who cannot be put back. */
function domainsKept(obstacles: Obstacles): ReadonlySet<string> {
  return new Set([...obstacles.keys()].flatMap(({ now }) => keysOf(now).map(domainOf)));
}

function notices(
  changes: readonly Change[],
  errors: readonly Diagnostic[],
  { customer, undone: { run, later }, now }: Pick<RevertInputs, 'customer' | 'undone' | 'now'>,
): readonly Diagnostic[] {
  if (changes.length === 0) {
    if (errors.length > 0) return [];
    return [diagnostic('info', 'UND-1', `The roster is as it was before run ${run}: there is nothing to put back.`)];
  }
  const too = later.length === 0 ? [] : [`This also takes back ${laterRuns(later)}.`];
  const due = changes.filter((change) => isDueAtOnce(change, customer, now)).length;
  const dying =
    due === 0
      ? []
      : [`${count(due, 'user')} will be flagged and due at once: the next plan deletes ${due === 1 ? 'it' : 'them'}.`];
  const source = customer.directory?.enabled === true ? 'the directory' : 'the configuration';
  const cause =
    customer.directory?.enabled === true
      ? 'the configuration (a filter, an exception, a decision) or the directory'
      : 'the configuration';
  const again = `The next plan from ${source} may do the same again, unless ${cause} is put right first.`;
  return [...too, ...dying, again].map((message) => diagnostic('warning', 'UND-1', message));
}

function isDueAtOnce(change: Change, customer: CustomerConfig, now: Instant): boolean {
  const after = afterOf(change);
  if (!isEntry(after) || !isUser(after)) return false;
  const due = dueOf(after, customer);
  return due !== null && due <= now;
}
