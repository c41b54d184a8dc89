/** A set of ids that is sorted when it is read, not when it is written: reading 50,000 in pages sorts once. */

export interface SortedIds {
  readonly size: number;
  has(id: string): boolean;
  add(id: string): boolean;
  delete(id: string): boolean;
  sorted(): readonly string[];
}

export function createSortedIds(): SortedIds {
  const ids = new Set<string>();
  let order: readonly string[] | null = null;
  return {
    get size() {
      return ids.size;
    },
    has: (id) => ids.has(id),
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      order = null;
      return true;
    },
    delete(id) {
      if (ids.delete(id)) order = null;
      else return false;
      return true;
    },
    sorted() {
      order ??= [...ids].sort();
      return order;
    },
  };
}

/** The index of the first id that comes after `id`, in a sorted list. */
export function indexAfter(sorted: readonly string[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
