/** Makes the plan that puts one customer's roster back to before a run (UND-1), from the state and its journal alone. */
import { domainOf } from '../domain/address.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import { ProblemError } from '../domain/diagnostic.ts';
import type { Instant } from '../domain/instant.ts';
import { planOf } from '../domain/plan.ts';
import { type CustomerId, emptyRoster, type Roster, type State } from '../domain/roster.ts';
import { listed } from '../domain/words.ts';
import type { PlanRecord } from '../planner/document.ts';
import { outlivesIdentity, revertPlan } from '../planner/revert.ts';
import { keysOf } from '../planner/revert-match.ts';
import type { Run, RunId, RunOutcome } from '../ports/run.ts';
import type { StateReader } from '../ports/state.ts';
import { chooseCustomers } from './choose-customers.ts';
import { configDigest } from './config-digest.ts';

export interface RevertRequest {
  readonly config: Config;
  /** What `--customer` names; nothing where the run says it by itself. */
  readonly customers: readonly string[];
  readonly run: RunId;
  readonly reader: StateReader;
  readonly now: Instant;
  readonly allowRemovals: number | null;
}

/** A run that cannot be undone, or not for this customer. */
class RevertRefused extends ProblemError {
  override readonly name = 'RevertRefused';
}

const LIST_RUNS = 'List the runs with: rollcall history';

/** Rejects with a Problem where there is no such run, it did not change the customer, or what was before it cannot be had again. */
export async function makeRevert(request: RevertRequest): Promise<PlanRecord> {
  const { config, run: id, reader, now, allowRemovals } = request;
  const run = await reader.run(id);
  if (run === null) {
    throw new RevertRefused({ code: 'NO_SUCH_RUN', message: `There is no run ${id}.`, hint: LIST_RUNS });
  }
  const customer = customerOf(run, request);
  const outcome = appliedTo(run, customer.name);
  const was = await rosterBefore(run, outcome, reader);
  const state = await readState(reader, customer, was);
  const roster = state.rosters.get(customer.name) ?? emptyRoster(customer.name);
  if (outlivesIdentity(roster, was)) throw otherDirectory(run, customer.name);
  const later = roster.serial === outcome.serialAfter ? [] : await laterRuns(run, customer.name, reader);
  const undone = { run: id, at: run.at, later };
  const planned = revertPlan({ customer, state, was, undone, now, allowRemovals });
  return {
    plan: planOf(now, state, [planned]),
    configDigest: configDigest(config, [customer.name]),
  };
}

/** The one customer that is meant: the one that `--customer` names, else the only one that the run changed. */
function customerOf(run: Run, { config, customers: patterns }: RevertRequest): CustomerConfig {
  const changed = run.outcomes.filter(isApplied).map(({ customer }) => customer);
  const named = chooseCustomers(config.customers, patterns);
  const [only, ...others] = patterns.length === 0 ? [] : named;
  if (only !== undefined && others.length === 0) return only;
  const meant = patterns.length === 0 ? changed : changed.filter((name) => named.some((one) => one.name === name));
  const [first, ...rest] = meant;
  if (first === undefined) throw changedNobody(run, patterns.length > 0);
  if (rest.length > 0) throw severalChanged(run, meant);
  const customer = config.customers.find(({ name }) => name === first);
  if (customer === undefined) throw unconfigured(run, first);
  return customer;
}

function isApplied({ outcome, serialBefore, serialAfter }: RunOutcome): boolean {
  return outcome === 'applied' && serialAfter !== serialBefore;
}

function changedNobody(run: Run, ofThose: boolean): RevertRefused {
  const whom = ofThose ? 'none of the customers that --customer names' : 'no customer';
  return new RevertRefused({
    code: 'REVERT_NOTHING',
    message: `Run ${run.id} changed ${whom}${endOf(run)}, so there is nothing to put back.`,
    hint: `See what it did with: rollcall history ${run.id}`,
  });
}

function endOf({ finishedAt }: Run): string {
  return finishedAt === null ? ' before it was stopped, or has not yet' : '';
}

function severalChanged({ id }: Run, names: readonly CustomerId[]): RevertRefused {
  const shown = names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : listed(names);
  return new RevertRefused({
    code: 'REVERT_SEVERAL_CUSTOMERS',
    message: `Run ${id} changed several customers, and one is put back at a time: ${shown}.`,
    hint: `Name the one that is meant: rollcall plan --revert ${id} --customer ${names[0]}`,
  });
}

function unconfigured({ id }: Run, name: CustomerId): RevertRefused {
  return new RevertRefused({
    code: 'REVERT_UNCONFIGURED',
    message: `Run ${id} changed ${name}, which the configuration does not name.`,
    hint: `A plan is applied with its customer's configuration: put the file of ${name} back first.`,
  });
}

/** How the run changed this customer. */
function appliedTo(run: Run, name: CustomerId): RunOutcome {
  const outcome = run.outcomes.find(({ customer }) => customer === name);
  if (outcome !== undefined && isApplied(outcome)) return outcome;
  throw notChanged(run, name, outcome);
}

function notChanged(run: Run, name: CustomerId, outcome: RunOutcome | undefined): RevertRefused {
  const how =
    outcome === undefined
      ? run.finishedAt === null
        ? `has not come as far as ${name}: it was stopped before, or is still at work`
        : `had nothing to do with ${name}`
      : outcome.message === null
        ? `found nothing to change at ${name}`
        : `did nothing to ${name} (${outcome.outcome}: ${outcome.message})`;
  const changed = run.outcomes.filter(isApplied).map(({ customer }) => customer);
  const whom = changed.length === 0 || changed.length > 20 ? '' : ` It changed ${listed(changed)}.`;
  return new RevertRefused({
    code: 'REVERT_NOTHING',
    message: `Run ${run.id} ${how}, so there is nothing to put back.`,
    hint: `See what it did with: rollcall history ${run.id}.${whom}`,
  });
}

async function rosterBefore({ id }: Run, { customer, serialBefore }: RunOutcome, reader: StateReader): Promise<Roster> {
  const was = await reader.rosterAt(customer, serialBefore);
  if (was !== null) return was;
  throw new RevertRefused({
    code: 'REVERT_NO_ROSTER',
    message: `The roster of ${customer} as it was before run ${id} (serial ${serialBefore}) cannot be rebuilt: the journal does not go back to it.`,
    hint: 'Revert a later run, or put back a state that was kept: rollcall state push FILE',
  });
}

/** The roster, and those of whoever holds addresses in domains that are or were the customer's. */
function readState(reader: StateReader, { name, domains }: CustomerConfig, was: Roster): Promise<State> {
  const former = [...was.domains.map((domain) => domain.name), ...was.entries.flatMap(keysOf).map(domainOf)];
  return reader.read([name], [...new Set<string>([...domains.map((domain) => domain.name), ...former])]);
}

function otherDirectory({ id }: Run, name: CustomerId): RevertRefused {
  return new RevertRefused({
    code: 'REVERT_OTHER_DIRECTORY',
    message: `Before run ${id} the roster of ${name} was in step with another directory than now, and its object ids would mean nothing in the present one (DEL-11).`,
    hint: `Let the configuration name the directory that is right and make an ordinary plan, which matches everybody by address: rollcall plan --customer ${name}`,
  });
}

/** The later runs that changed the customer, in their order. Numbers are given to runs without gaps. */
async function laterRuns({ id }: Run, name: CustomerId, reader: StateReader): Promise<readonly RunId[]> {
  const [latest] = await reader.runs(1);
  const runs = await reader.runs((latest?.id ?? id) - id);
  return runs
    .filter((run) => run.outcomes.some((outcome) => outcome.customer === name && isApplied(outcome)))
    .map((run) => run.id)
    .filter((later) => later > id)
    .toSorted((a, b) => a - b);
}
