/** Members of groups: from the DNs that a directory has to the ids of objects that were read. */
import type { DirectoryObject } from '../../../domain/directory.ts';
import type { ObjectId } from '../../../domain/roster.ts';
import type { Described } from './describe.ts';
import { comparableDn } from './dn.ts';

/** A DN under which an object was met again. */
export interface OtherName {
  readonly dn: string;
  readonly id: ObjectId;
}

/** The groups with their members, in the order of their DNs, each once. */
export function resolveMembers(
  groups: readonly Described[],
  objects: readonly DirectoryObject[],
  otherNames: readonly OtherName[],
): readonly DirectoryObject[] {
  if (groups.every(({ memberNames }) => memberNames.length === 0)) return groups.map(({ object }) => object);
  const ids = new Map<string, ObjectId>();
  for (const { dn, id } of otherNames) ids.set(comparableDn(dn), id);
  for (const { name, id } of objects) ids.set(comparableDn(name), id);
  for (const { object } of groups) ids.set(comparableDn(object.name), object.id);
  return groups.map(({ object, memberNames }) => {
    const members = new Set<ObjectId>();
    let unknownMembers = 0;
    for (const name of memberNames) {
      const id = ids.get(comparableDn(withoutUid(name)));
      if (id === undefined) unknownMembers += 1;
      else members.add(id);
    }
    return { ...object, members: [...members], unknownMembers };
  });
}

/** A uniqueMember may carry a bit string behind its DN (RFC 4517 3.3.21). */
function withoutUid(name: string): string {
  return name.endsWith("'B") ? name.replace(/#'[01]*'B$/, '') : name;
}
