/** Range retrieval: Active Directory gives the first 1,500 values of an attribute and the others only to those who ask on. */

import { failure } from '../errors.ts';
import { type ReaderContext, readBaseEntry } from './base-entry.ts';
import type { Entry, EntryShape, Slice } from './entry.ts';
import type { Tally } from './search.ts';

export type RangeContext = ReaderContext & { readonly tally: Tally };

/**
 * The entry with all values of all its attributes. Rejects with DirectoryError (LDAP_INCOMPLETE) if the slices do not join up: an
 * empty `member` beside a ranged one never means that there are no members.
 */
export async function withAllValues(entry: Entry, shape: EntryShape, context: RangeContext): Promise<Entry> {
  if (entry.slices.length === 0) return entry;
  const values = [...entry.values];
  for (const index of new Set(entry.slices.map((slice) => slice.index))) {
    const found = [...(values[index] ?? [])];
    let next = nextStart(entry, index, 0, shape);
    while (next !== null) {
      const more = await readSlice(entry.dn, index, next, shape, context);
      found.push(...(more.values[index] ?? []));
      next = nextStart(more, index, next, shape);
      // Twice an empty attribute without a range: it is empty.
      if (next === 0) break;
    }
    values[index] = found.length === 0 ? null : found;
  }
  return { dn: entry.dn, values, slices: [] };
}

/** Where the next slice begins, or null if this was the last. `expected` is where this one had to begin. */
function nextStart(entry: Entry, index: number, expected: number, shape: EntryShape): number | null {
  const slices = entry.slices.filter((slice) => slice.index === index);
  const ranged = slices.filter(({ last }) => last !== -1);
  const [slice] = ranged;
  if (slice === undefined) {
    if (expected === 0) return slices.length === 0 ? null : 0;
    throw broken(entry.dn, index, expected, shape, 'sent no more');
  }
  if (ranged.length > 1 || !fits(slice, expected)) {
    throw broken(
      entry.dn,
      index,
      expected,
      shape,
      `sent the slice ${slice.first}-${slice.last ?? '*'} with ${slice.count}`,
    );
  }
  return slice.last === null ? null : slice.last + 1;
}

function fits({ first, last, count }: Slice, expected: number): boolean {
  return first === expected && (last === null || (last >= first && count === last - first + 1));
}

async function readSlice(
  dn: string,
  index: number,
  start: number,
  shape: EntryShape,
  context: RangeContext,
): Promise<Entry> {
  context.tally.ranges += 1;
  const entry = await readBaseEntry(context, dn, shape, [`${shape.names[index]};range=${start}-*`]);
  if (entry === null) throw broken(dn, index, start, shape, 'no longer had the object');
  return entry;
}

function broken(dn: string, index: number, got: number, shape: EntryShape, what: string) {
  return failure(
    'LDAP_INCOMPLETE',
    `Of ${dn} the server sent ${got} values of ${shape.names[index]} and then ${what}.`,
    'Run it again: the object may have changed while it was read. If it stays so, run the logged ldapsearch command (-v).',
  );
}
