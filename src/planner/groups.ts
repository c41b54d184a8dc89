/** Members of groups, as addresses of the roster that the plan leaves behind (SEL-9). */
import { type AddressKey, keyOf } from '../domain/address.ts';
import type { Group, ObjectId } from '../domain/roster.ts';
import type { Supply } from './supply.ts';

/** The primaries of those members that are in the roster, sorted by canonical form. Whoever is not a roster entry is no member. */
export function membersOf({ object }: Supply, addresses: ReadonlyMap<ObjectId, string>): readonly string[] {
  const found = (object?.members ?? []).flatMap((id) => addresses.get(id) ?? []);
  return sorted(new Set(found));
}

/** A group that nobody reads anew, after its members were renamed (to a new address) or deleted (null). */
export function followMembers(group: Group, moved: ReadonlyMap<AddressKey, string | null>): Group {
  if (moved.size === 0 || !group.members.some((member) => moved.has(keyOf(member)))) return group;
  const members = group.members.flatMap((member) => {
    const now = moved.get(keyOf(member));
    return now === null ? [] : [now ?? member];
  });
  return { ...group, members: sorted(new Set(members)) };
}

function sorted(addresses: Iterable<string>): readonly string[] {
  return [...addresses]
    .map((address) => ({ address, key: keyOf(address) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ address }) => address);
}
