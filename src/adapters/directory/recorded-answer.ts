/** What a recording says to a question that it was not made of. */
import type { DirectoryObject } from '../../domain/directory.ts';

export type RecordedAnswer =
  | { readonly ok: true; readonly objects: readonly DirectoryObject[] }
  /** Why it cannot be told, as the end of a sentence. */
  | { readonly ok: false; readonly reason: string };

export function cannotTell(reason: string): RecordedAnswer & { readonly ok: false } {
  return { ok: false, reason };
}

/** Of fewer objects than were read: a member that is none of them now names nothing. */
export function amongThemselves(objects: readonly DirectoryObject[]): readonly DirectoryObject[] {
  const ids = new Set(objects.map(({ id }) => id));
  return objects.map((object) => {
    const members = object.members.filter((id) => ids.has(id));
    const lost = object.members.length - members.length;
    return lost === 0 ? object : { ...object, members, unknownMembers: object.unknownMembers + lost };
  });
}
