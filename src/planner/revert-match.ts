/** Who in a roster is who in a former one (UND-1). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import { type Entry, isUser } from '../domain/roster.ts';

/** One user, public folder or group: as it is, and as it was. Never null on both sides. */
export interface Pair {
  readonly now: Entry | null;
  readonly was: Entry | null;
}

/** Pairs the entries of two rosters: by object id first, then by primary. A user is never a group. */
export function pairsOf(now: readonly Entry[], was: readonly Entry[]): readonly Pair[] {
  const pairs: Pair[] = [];
  const byId = matched({ now, was }, (entry) =>
    entry.objectId === null ? null : `${kindOf(entry)} ${entry.objectId}`,
  );
  const byAddress = matched(byId, (entry) => `${kindOf(entry)} ${keyOf(entry.address)}`);
  pairs.push(...byId.pairs, ...byAddress.pairs);
  for (const entry of byAddress.now) pairs.push({ now: entry, was: null });
  for (const entry of byAddress.was) pairs.push({ now: null, was: entry });
  return pairs;
}

interface Unmatched {
  readonly now: readonly Entry[];
  readonly was: readonly Entry[];
}

/** Pairs those that have one key, which is null where there is nothing to go by, and leaves the others. */
function matched(
  { now, was }: Unmatched,
  key: (entry: Entry) => string | null,
): Unmatched & { readonly pairs: readonly Pair[] } {
  const former = new Map<string, Entry>();
  for (const entry of was) {
    const known = key(entry);
    if (known !== null) former.set(known, entry);
  }
  const pairs: Pair[] = [];
  const left: Entry[] = [];
  const found = new Set<Entry>();
  for (const entry of now) {
    const counterpart = former.get(key(entry) ?? '');
    if (counterpart === undefined || found.has(counterpart)) {
      left.push(entry);
      continue;
    }
    found.add(counterpart);
    pairs.push({ now: entry, was: counterpart });
  }
  return { pairs, now: left, was: was.filter((entry) => !found.has(entry)) };
}

function kindOf(entry: Entry): 'user' | 'group' {
  return isUser(entry) ? 'user' : 'group';
}

/** Every address of an entry, in canonical form; none of what is not there. */
export function keysOf(entry: Entry | null): readonly AddressKey[] {
  return entry === null ? [] : [entry.address, ...entry.aliases].map(keyOf);
}

/** The addresses that it would have to be given to be again what it was. */
export function regained({ now, was }: Pair): readonly AddressKey[] {
  if (was === null) return [];
  const held = new Set(keysOf(now));
  return keysOf(was).filter((key) => !held.has(key));
}
