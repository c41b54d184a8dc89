/** Keeps the copy of one customer as the state does, in memory. */
import type { DirectoryCopy, DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';

export interface KeptCopy {
  readonly read: () => Promise<DirectoryCopy | null>;
  /** Takes what a reading wants kept. Throws where that builds on something else than what is here. */
  keep(update: DirectoryCopyUpdate | undefined): void;
  readonly current: DirectoryCopy | null;
  set(copy: DirectoryCopy | null): void;
}

export function keptCopy(): KeptCopy {
  let current: DirectoryCopy | null = null;
  return {
    read: async () => current,
    keep(update) {
      if (update === undefined) return;
      const { from, changed, removed, ...head } = update;
      if (from !== null && from !== current?.position) throw new Error(`the copy is at another place than ${from}`);
      const objects = new Map(from === null ? [] : current?.objects);
      for (const id of removed) objects.delete(id);
      for (const [id, text] of changed) objects.set(id, text);
      current = { ...head, objects };
    },
    get current() {
      return current;
    },
    set(copy) {
      current = copy;
    },
  };
}
