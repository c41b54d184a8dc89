/** A directory in memory that can be asked for what changed, as Entra ID can: its readings leave copies, and build on them. */
import { objectDigest } from '../../src/adapters/directory/digest.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import type { DirectoryCopy } from '../../src/domain/directory-copy.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import type { DirectorySource } from '../../src/ports/directory.ts';
import { NOW, reading } from './builders.ts';

const TENANT: DirectoryIdentity = { type: 'entra', id: 'tenant' };
const QUESTION = 'everybody';

export interface CopyingSource extends DirectorySource {
  /** What the directory holds from now on. */
  now(...objects: readonly DirectoryObject[]): void;
  /** How each reading was made, and what it was given: `full`, or `since` and the position that it went on from. */
  readonly readings: readonly string[];
}

/** Every customer has the same directory. Positions count its versions from 1. */
export function copyingSource(): CopyingSource {
  const versions: (readonly DirectoryObject[])[] = [];
  const readings: string[] = [];
  return {
    now: (...objects) => {
      versions.push(objects);
    },
    readings,
    read: async (customer, { copy }) => {
      const base = usable((await copy?.()) ?? null);
      readings.push(`${customer.name} ${base === null ? 'full' : `since ${base.position}`}`);
      const before = base?.objects ?? new Map<string, string>();
      const after = new Map((versions.at(-1) ?? []).map((object) => [object.id as string, JSON.stringify(object)]));
      const digest = objectDigest();
      for (const object of versions.at(-1) ?? []) digest.add(object);
      const complete = reading(
        [...after.values()].map((text) => JSON.parse(text)),
        TENANT,
      );
      return {
        ...complete,
        proof: {
          ...complete.proof,
          since: base?.fullAt ?? null,
          throttled: versions.length - 1,
          digest: digest.value(),
        },
        copyUpdate: {
          identity: TENANT,
          question: QUESTION,
          position: String(versions.length),
          fullAt: base?.fullAt ?? NOW,
          from: base?.position ?? null,
          changed: [...after].filter(([key, text]) => before.get(key) !== text),
          removed: [...before.keys()].filter((key) => !after.has(key)),
        },
      };
    },
  };
}

function usable(copy: DirectoryCopy | null): DirectoryCopy | null {
  return copy?.question === QUESTION ? copy : null;
}

/** The ids of the objects in a copy. */
export function idsIn(copy: DirectoryCopy | null): readonly string[] | null {
  return copy && [...copy.objects.keys()];
}
