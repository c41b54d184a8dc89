/** Brings a service in step: users first, then groups. What stops everything is said once; what stops one user stops nobody else. */
import type { TargetEntry, TargetFailure, TargetWrite } from '../../../domain/target.ts';
import type { TargetProblem } from '../../../ports/target.ts';
import { bulksOf, createInBulk } from './bulk.ts';
import type { ScimClient } from './client.ts';
import { createGroup, updateGroup } from './groups.ts';
import type { Holdings } from './holdings.ts';
import { inParallel } from './in-parallel.ts';
import { failed, nameOf, type Outcome } from './outcome.ts';
import { NoAnswer, Refusal, stop } from './problems.ts';
import type { GroupValue, UserValue } from './project.ts';
import { remove } from './remove.ts';
import type { GroupResource, UserResource } from './resources.ts';
import { displaced, type Steps, stepsOf, type Update, type WantedChange } from './steps.ts';
import { createUser, updateUser } from './users.ts';
import type { WritingContext } from './writing.ts';

export interface WriteRequest {
  readonly client: ScimClient;
  readonly holdings: Holdings;
  readonly changes: readonly TargetWrite[];
  /** All that the target is to hold of the customers that are written. */
  readonly desired: readonly TargetEntry[];
  readonly parallelism: number;
  readonly log: (line: string) => void;
}

/** What one writing has come to. */
interface Work extends WritingContext {
  readonly parallelism: number;
  readonly failures: TargetFailure[];
  /** By canonical address: who is at the service now. */
  readonly ids: Map<string, string>;
  /** How many in a row got no answer, and how many were forbidden before any went through. */
  readonly trouble: { silent: number; forbidden: number; done: number };
}

/** Makes the changes. Returns what did not come through; rejects with TargetProblem for what nothing gets past. */
export async function writeChanges(request: WriteRequest): Promise<readonly TargetFailure[]> {
  const { holdings, changes, desired } = request;
  const work = workOf(request);
  const of = (kind: 'user' | 'group') => changes.filter(({ key }) => key.startsWith(`${kind} `));
  const users = stepsOf(of('user'), holdings.users);
  const groups = stepsOf(of('group'), holdings.groups);
  await removeAll(work, '/Groups', groups, displaced(desired, holdings.groups));
  await removeAll(work, '/Users', users, displaced(desired, holdings.users));
  await updateUsers(work, users.updates);
  await createUsers(work, users.creations);
  await writeGroups(work, groups);
  return work.failures;
}

function workOf({ client, holdings, parallelism, log }: WriteRequest): Work {
  const { service, users, groups } = holdings;
  const hasMarks = users.some(({ owner }) => owner.owner === 'ours');
  const learned = {
    patch: service.patch,
    filter: service.filter,
    bulk: service.bulk !== null,
    marks: hasMarks ? true : null,
    dropped: new Set<string>(),
  };
  // Of two with one name the first counts, as in the comparison.
  const ids = new Map<string, string>();
  for (const { key, id } of [...users, ...groups]) if (!ids.has(addressOf(key))) ids.set(addressOf(key), id);
  const trouble = { silent: 0, forbidden: 0, done: 0 };
  return { client, holdings, log, learned, parallelism, failures: [], ids, trouble };
}

function addressOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

async function removeAll<R extends UserResource | GroupResource>(
  work: Work,
  endpoint: '/Users' | '/Groups',
  { removals }: Pick<Steps<R>, 'removals'>,
  staying: ReadonlySet<string>,
): Promise<void> {
  await inParallel(removals, work.parallelism, async ({ change, resource }) => {
    const act = async () => (staying.has(resource.id) ? stays(work, resource.key) : remove(work, endpoint, resource));
    const outcome = await attempt(work, act, resource.key);
    if (outcome.ok && work.ids.get(addressOf(resource.key)) === resource.id) work.ids.delete(addressOf(resource.key));
    note(work, change, outcome);
  });
}

function stays({ client }: Work, key: string): Outcome {
  const name = nameOf(key);
  return failed(
    'SCIM_CONFLICT',
    `${name} stays at ${client.host} under this name: another system has the one that it is to have now (TGT-2).`,
    'Take that one out there, or take its externalId off; the next apply then renames this one.',
  );
}

/** A name may be had only once whoever has it has another: what conflicts waits, and is tried again while others go through. */
async function updateUsers(work: Work, updates: readonly Update<UserResource>[]): Promise<void> {
  for (let open = updates; open.length > 0; ) {
    const waiting: { readonly update: Update<UserResource>; readonly outcome: Outcome }[] = [];
    await inParallel(open, work.parallelism, async (update) => {
      const { change, resource } = update;
      const expected = change.expected as UserValue;
      const outcome = await attempt(work, () => updateUser(work, resource, expected), change.key);
      if (!outcome.ok && outcome.waits) waiting.push({ update, outcome });
      else {
        if (outcome.ok && work.ids.get(addressOf(resource.key)) === resource.id)
          work.ids.delete(addressOf(resource.key));
        settle(work, change, outcome);
      }
    });
    if (waiting.length === open.length) for (const { update, outcome } of waiting) note(work, update.change, outcome);
    open = waiting.length === open.length ? [] : waiting.map(({ update }) => update);
  }
}

async function createUsers(work: Work, creations: readonly WantedChange[]): Promise<void> {
  const single = async (change: WantedChange, isUncertain: boolean) =>
    attempt(work, () => createUser(work, change.expected as UserValue, isUncertain), change.key);
  // The first goes alone: whether the service keeps our mark has to be known before it is filled.
  const first = work.learned.marks === true ? [] : creations.slice(0, 1);
  for (const change of first) settle(work, change, await single(change, false));
  const others = creations.slice(first.length);
  const byName = new Map(others.map((change) => [(change.expected as UserValue).userName, change]));
  const values = others.map((change) => change.expected as UserValue);
  await inParallel(bulksOf(values, work.holdings), work.parallelism, async (bulk) => {
    const changeOf = (value: UserValue) => byName.get(value.userName) as WantedChange;
    const outcomes =
      bulk.length === 1 || !work.learned.bulk
        ? await inTurn(bulk, (value) => single(changeOf(value), false))
        : await createInBulk(work, bulk, (value, isUncertain) => single(changeOf(value), isUncertain));
    for (const [index, value] of bulk.entries()) settle(work, changeOf(value), outcomes[index] as Outcome);
  });
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<Outcome>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const item of items) outcomes.push(await work(item));
  return outcomes;
}

/** All groups are made before any has members, since a group may be a member of another. */
async function writeGroups(work: Work, { updates, creations }: Steps<GroupResource>): Promise<void> {
  const made: Update<GroupResource>[] = [];
  await inParallel(creations, work.parallelism, async (change) => {
    let resource: GroupResource | null = null;
    const outcome = await attempt(
      work,
      async () => {
        const result = await createGroup(work, change.expected as GroupValue);
        if ('ok' in result) return result;
        resource = result;
        return { ok: true, id: result.id };
      },
      change.key,
    );
    if (resource === null) note(work, change, outcome);
    else {
      made.push({ change, resource });
      if (outcome.ok && outcome.id !== null) work.ids.set(addressOf(change.key), outcome.id);
    }
  });
  for (const { change, resource } of updates) work.ids.set(addressOf(change.key), resource.id);
  await inParallel([...updates, ...made], work.parallelism, async ({ change, resource }) => {
    const expected = change.expected as GroupValue;
    note(work, change, await attempt(work, () => updateGroup(work, resource, expected, work.ids), change.key));
  });
}

/** Notes an outcome, and where the user is to be found now. */
function settle(work: Work, change: TargetWrite, outcome: Outcome): void {
  if (outcome.ok && outcome.id !== null) work.ids.set(addressOf(change.key), outcome.id);
  note(work, change, outcome);
}

function note({ failures, trouble }: Work, { customer, key }: TargetWrite, outcome: Outcome): void {
  if (outcome.ok) trouble.done += 1;
  else failures.push({ customer, key, problem: outcome.problem });
}

const MOST_SILENT = 3;
const MOST_FORBIDDEN = 3;

/** What is wrong with one is its outcome. What the next one would meet as well is thrown. */
async function attempt(work: Work, act: () => Promise<Outcome>, key: string): Promise<Outcome> {
  const { trouble, client } = work;
  try {
    const outcome = await act();
    trouble.silent = 0;
    const isForbidden = !outcome.ok && outcome.problem.code === 'SCIM_FORBIDDEN';
    if (isForbidden && trouble.done === 0) trouble.forbidden += 1;
    if (!outcome.ok && trouble.forbidden >= MOST_FORBIDDEN) throw forbidden(client.host, outcome.problem.message);
    return outcome;
  } catch (error) {
    const isLost = error instanceof NoAnswer && error.kind === 'lost';
    if (!(isLost || error instanceof Refusal)) throw error;
    trouble.silent += isLost ? 1 : 0;
    if (trouble.silent >= MOST_SILENT) throw error;
    const { code, message, hint } = error;
    return { ok: false, problem: { code, message: `${nameOf(key)}: ${message}`, hint }, waits: false };
  }
}

function forbidden(host: string, message: string): TargetProblem {
  const hint = 'Give the token the right to make, change and remove users, or make another one.';
  return stop('SCIM_FORBIDDEN', `${host} lets the token change nothing (403). ${message}`, hint);
}
