/** What a reading has gathered: each object once. */
import type { DirectoryObject } from '../../../domain/directory.ts';
import type { KeptValues } from '../../../domain/directory-evidence.ts';
import type { ObjectId } from '../../../domain/roster.ts';
import { objectDigest } from '../digest.ts';
import { failure } from '../errors.ts';
import type { Described } from './describe.ts';
import { comparableDn } from './dn.ts';
import { type OtherName, resolveMembers } from './members.ts';
import type { Profile } from './profile.ts';

export interface Collection {
  /** Takes an object unless it is there already. Throws DirectoryError (LDAP_OBJECT_ID) if another has its id. */
  add(described: Described): void;
  /** The objects, groups last and with their members, the digest over them, and the values that were kept. */
  finish(): Collected;
}

export interface Collected {
  readonly objects: readonly DirectoryObject[];
  /** `sha256:…` over the objects in their order. */
  readonly digest: string;
  readonly values: ReadonlyMap<ObjectId, KeptValues>;
}

export function collect(profile: Profile): Collection {
  const names = new Map<ObjectId, string>();
  const objects: DirectoryObject[] = [];
  const groups: Described[] = [];
  const otherNames: OtherName[] = [];
  const values = new Map<ObjectId, KeptValues>();
  const digest = objectDigest();
  return {
    add(described) {
      const { object } = described;
      const known = names.get(object.id);
      if (known !== undefined) {
        if (known !== object.name) otherNames.push(otherName(object, known, profile));
        return;
      }
      names.set(object.id, object.name);
      if (described.kept !== null) values.set(object.id, described.kept);
      if (object.kind === 'group') {
        groups.push(described);
      } else {
        objects.push(object);
        digest.add(object);
      }
    },
    finish() {
      for (const group of resolveMembers(groups, objects, otherNames)) {
        objects.push(group);
        digest.add(group);
      }
      return { objects, digest: digest.value(), values };
    },
  };
}

/** An object repeated over pages or base DNs may have moved in between (RFC 2696 3). With an id of the admin's choice it may be another. */
function otherName({ id, name }: DirectoryObject, known: string, profile: Profile): OtherName {
  if (profile.idIsUnique || comparableDn(name) === comparableDn(known)) return { dn: name, id };
  throw failure(
    'LDAP_OBJECT_ID',
    `${known} and ${name} have the same ${profile.objectId} (${id}), so they cannot be told apart.`,
    'Name an attribute that is unique and never changes under directory.attributes.objectId, or correct the one of them.',
  );
}
