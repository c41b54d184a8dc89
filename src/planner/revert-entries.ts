/** The changes that make users, public folders and groups again what they were (UND-1). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import type { Action, EntryChange, Reason } from '../domain/change.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { type Entry, isUser, type Roster, type Tombstone } from '../domain/roster.ts';
import { revival } from './changes.ts';
import { sameEntry } from './entries.ts';
import { followMembers } from './groups.ts';
import type { Pair } from './revert-match.ts';
import type { Obstacles } from './revert-obstacles.ts';
import { reasonsWith, statusReason } from './revert-reasons.ts';
import { heirsOf } from './tombstones.ts';

export interface EntryReversal {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly pairs: readonly Pair[];
  readonly obstacles: Obstacles;
  /** The first reason of every change. */
  readonly why: Reason;
}

/** One change for each entry that differs from what it was, in no particular order. */
export function entryChanges({ customer, roster, pairs, obstacles, why }: EntryReversal): readonly EntryChange[] {
  const graves = heirsOf(roster.tombstones, pairs.filter(comesBack), ({ was }) => ({
    objectId: was?.objectId ?? null,
    primary: keyOf(was?.address ?? ''),
  }));
  const [staying, moving] = [movesOfStaying(obstacles), movesOfOthers(pairs, obstacles)];
  return pairs.flatMap((pair) => {
    const { now } = pair;
    if (!obstacles.has(pair)) return changeOf(pair, graves.get(pair), staying, { customer, why }) ?? [];
    // A group that stays as it is follows whoever else is renamed or deleted.
    if (now === null || isUser(now)) return [];
    const after = followMembers(now, moving);
    if (sameEntry(now, after)) return [];
    return { action: 'update' as const, before: now, after, reasons: [why] as const, resource: after.type };
  });

  function comesBack(pair: Pair): boolean {
    return pair.now === null && pair.was !== null && isUser(pair.was) && !obstacles.has(pair);
  }
}

type Moves = ReadonlyMap<AddressKey, string | null>;

/** Former primaries of those who cannot be put back: what their primary is instead, or null where there is none. */
function movesOfStaying(obstacles: Obstacles): Moves {
  return new Map(
    [...obstacles.keys()].flatMap(({ now, was }) =>
      was === null ? [] : [[keyOf(was.address), now?.address ?? null] as const],
    ),
  );
}

/** Present primaries of those who are put back: what they become, or null where they go. */
function movesOfOthers(pairs: readonly Pair[], obstacles: Obstacles): Moves {
  return new Map(
    pairs.flatMap((pair) => {
      const { now, was } = pair;
      if (now === null || obstacles.has(pair) || now.address === was?.address) return [];
      return [[keyOf(now.address), was?.address ?? null] as const];
    }),
  );
}

function changeOf(
  { now, was }: Pair,
  grave: Tombstone | undefined,
  staying: Moves,
  { customer, why }: Pick<EntryReversal, 'customer' | 'why'>,
): EntryChange | null {
  if (was === null) {
    return now === null ? null : { action: 'delete', before: now, reasons: [why], resource: now.type };
  }
  const after = isUser(was) ? withArchive(was, now, grave) : followMembers(was, staying);
  if (now === null) {
    const revived = grave !== undefined && isUser(after) && after.archive === grave.archive;
    const reasons = [why, ...(revived ? [revival(grave)] : [])] as const;
    return { action: 'create', after, reasons, resource: after.type };
  }
  if (sameEntry(now, after)) return null;
  const action = actionOf(now, after);
  const status = isUser(now) && isUser(after) && now.status !== after.status;
  const reasons = reasonsWith(why, status ? [statusReason(now, after, customer)] : []);
  return { action, before: now, after, reasons, resource: after.type };
}

/** An archive that got its name in the meantime keeps it: the name is all that leads to it (DEL-6). */
function withArchive(
  was: Extract<Entry, { archive: unknown }>,
  now: Entry | null,
  grave: Tombstone | undefined,
): Entry {
  const named = now !== null && isUser(now) ? now.archive : (grave?.archive ?? null);
  return was.archive !== null || named === null ? was : { ...was, archive: named };
}

function actionOf(now: Entry, after: Entry): Exclude<Action, 'create' | 'delete'> {
  if (isUser(now) && isUser(after) && now.status !== after.status) {
    return ({ deactivated: 'deactivate', ignored: 'ignore', flagged: 'flag', active: 'restore' } as const)[
      after.status
    ];
  }
  return keyOf(now.address) === keyOf(after.address) ? 'update' : 'rename';
}
