/** What is to be done with which resource: changes of keys, made into changes of people and groups. */
import type { TargetChange, TargetEntry, TargetWrite } from '../../../domain/target.ts';
import type { Resource } from './resources.ts';

/** A change, and the resource that it is made to; a rename has the resource of another key. */
export interface Update<R> {
  readonly change: WantedChange;
  readonly resource: R;
}

export interface Removal<R> {
  readonly change: TargetWrite;
  readonly resource: R;
}

export type WantedChange = Extract<TargetChange, { action: 'add' | 'change' }>;

export interface Steps<R> {
  readonly removals: readonly Removal<R>[];
  readonly updates: readonly Update<R>[];
  readonly creations: readonly WantedChange[];
}

/**
 * Who has our mark keeps its resource, whatever it is called now: a rename is one update, not a removal and an addition. Of resources that
 * share a key all but the first are removed.
 */
export function stepsOf<R extends Resource<unknown>>(changes: readonly TargetWrite[], held: readonly R[]): Steps<R> {
  const wanted = changes.filter((change): change is WantedChange => change.action !== 'remove');
  const byKey = grouped(held, ({ key }) => key);
  const claims = withoutCircles(claimsOf(wanted, held, byKey));
  const claimed = new Set([...claims.values()].map(({ id }) => id));
  const updates: Update<R>[] = [];
  const creations: WantedChange[] = [];
  for (const change of wanted) {
    const there = change.action === 'change' ? byKey.get(change.key)?.find((one) => isFree(one, claimed)) : undefined;
    const resource = claims.get(change.key) ?? there;
    if (resource === undefined) creations.push(change);
    else {
      claimed.add(resource.id);
      updates.push({ change, resource });
    }
  }
  return { removals: removalsOf(changes, byKey, claimed), updates, creations };
}

function isFree({ id, owner }: Resource<unknown>, claimed: ReadonlySet<string>): boolean {
  return owner.owner !== 'other' && !claimed.has(id);
}

/**
 * By key: the resource that has the mark. Where several have it, the one of that key. Where somebody without a mark has the name already,
 * that one is taken over, and whoever has the mark has to go.
 */
function claimsOf<R extends Resource<unknown>>(
  wanted: readonly WantedChange[],
  held: readonly R[],
  byKey: ReadonlyMap<string, readonly R[]>,
): ReadonlyMap<string, R> {
  const byMark = grouped(
    held.filter(({ owner }) => owner.owner === 'ours'),
    ({ value }) => markOfValue(value),
  );
  const claims = new Map<string, R>();
  for (const { key, expected } of wanted) {
    const marked = byMark.get(markOfValue(expected)) ?? [];
    const same = marked.find((one) => one.key === key);
    const isHeld = byKey.get(key)?.some(({ owner }) => owner.owner === 'nobody') === true;
    const resource = same ?? (isHeld ? undefined : marked[0]);
    if (resource !== undefined) claims.set(key, resource);
  }
  return claims;
}

/** Two who have swapped their addresses would each wait for the other's: they swap their marks instead. */
function withoutCircles<R extends Resource<unknown>>(claims: ReadonlyMap<string, R>): ReadonlyMap<string, R> {
  const isInCircle = (start: string): boolean => {
    let key = claims.get(start)?.key;
    for (let steps = 0; key !== undefined && key !== start && steps <= claims.size; steps += 1)
      key = claims.get(key)?.key;
    return key === start && claims.get(start)?.key !== start;
  };
  return new Map([...claims].filter(([key]) => !isInCircle(key)));
}

/**
 * Of a key that is wanted, whatever of ours is not needed for it or for another: somebody gone, or a double. Of one that is not, as many
 * as the comparison found too many: where the first of them is right, it is not among the changes.
 */
function removalsOf<R extends Resource<unknown>>(
  changes: readonly TargetWrite[],
  byKey: ReadonlyMap<string, readonly R[]>,
  claimed: ReadonlySet<string>,
): readonly Removal<R>[] {
  const wanted = new Set(changes.filter(({ action }) => action !== 'remove').map(({ key }) => key));
  const spare = new Map<string, Removal<R>>();
  for (const [key, same] of grouped(changes, (change) => change.key)) {
    const ours = (byKey.get(key) ?? []).filter(({ owner }) => owner.owner === 'ours');
    for (const [customer, removals] of grouped(same, (change) => change.customer)) {
      const own = ours.filter(({ owner }) => owner.customer === customer);
      const gone = wanted.has(key) ? ours : own.slice(Math.max(0, own.length - removals.length));
      for (const resource of gone) {
        const [change] = removals;
        if (change !== undefined && !claimed.has(resource.id)) spare.set(resource.id, { change, resource });
      }
    }
  }
  return [...spare.values()];
}

/**
 * The ids of those whom another system has taken the new name of. They stay under the old one, unless somebody else is to have that,
 * since nobody could be put in the place.
 */
export function displaced(desired: readonly TargetEntry[], held: readonly Resource<unknown>[]): ReadonlySet<string> {
  const byKey = grouped(held, ({ key }) => key);
  const wanted = new Set(desired.map(({ key }) => key));
  const isOthers = ({ key }: TargetEntry) => byKey.get(key)?.every(({ owner }) => owner.owner === 'other') === true;
  const marks = new Set(desired.filter(isOthers).map(({ value }) => markOfValue(value)));
  const staying = held.filter(({ key, value }) => !wanted.has(key) && marks.has(markOfValue(value)));
  return new Set(staying.map(({ id }) => id));
}

function markOfValue(value: unknown): string {
  const mark = typeof value === 'object' && value !== null && 'externalId' in value ? value.externalId : null;
  return typeof mark === 'string' ? mark : '';
}

function grouped<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}
