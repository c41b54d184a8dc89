/** The objects of a recording, one by one, with the digest over all of them. */
import type { DirectoryObject } from '../../domain/directory.ts';
import type { KeptValues } from '../../domain/directory-evidence.ts';
import type { ObjectId } from '../../domain/roster.ts';
import { MalformedLineError } from '../recorded-line.ts';
import { objectDigest } from './digest.ts';

/** Takes objects one by one. Throws MalformedLineError for an id that was there before. */
export function objectsOfRecording() {
  const objects: DirectoryObject[] = [];
  const ids = new Set<ObjectId>();
  const values = new Map<ObjectId, KeptValues>();
  const digest = objectDigest();
  const take = (object: DirectoryObject, kept: KeptValues | null = null) => {
    if (ids.has(object.id)) throw new MalformedLineError(`there is an object with the id ${object.id} already`);
    ids.add(object.id);
    objects.push(object);
    digest.add(object);
    if (kept !== null) values.set(object.id, kept);
  };
  return { objects, values, digest, take };
}
