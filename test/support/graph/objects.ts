/** The objects of one kind in a tenant, and the journal of what happened to them that delta queries read. */
import { type Kind, unset } from './schema.ts';
import { createSortedIds, type SortedIds } from './sorted-ids.ts';
import type { Json } from './wire.ts';

export type Fields = Readonly<Record<string, Json>>;

export interface StoredObject {
  readonly id: string;
  readonly kind: Kind;
  /** A property that was never set is not in it; one that was cleared is null. */
  readonly fields: Fields;
}

export interface Change {
  readonly id: string;
  readonly what: 'created' | 'updated' | 'deleted' | 'restored' | 'purged' | 'members';
  readonly properties: readonly string[];
  readonly member: { readonly id: string; readonly removed: boolean } | null;
}

export interface ObjectTable {
  readonly kind: Kind;
  readonly live: SortedIds;
  /** A change's sequence number is its index. */
  readonly journal: readonly Change[];
  /** Deleted ones too, until they are purged. */
  get(id: string): StoredObject | undefined;
  getLive(id: string): StoredObject | undefined;
  /** Deleted, but not for good. */
  deletedIds(): readonly string[];
  put(object: StoredObject): void;
  update(id: string, changes: Fields): void;
  remove(id: string): void;
  restore(id: string): void;
  purge(id: string): void;
  noteMember(id: string, member: string, removed: boolean): void;
}

export function createObjectTable(kind: Kind): ObjectTable {
  const objects = new Map<string, StoredObject>();
  const deleted = new Set<string>();
  const live = createSortedIds();
  const journal: Change[] = [];
  const note = (id: string, what: Change['what'], properties: readonly string[] = []) => {
    journal.push({ id, what, properties, member: null });
  };
  const need = (id: string, isDeleted: boolean): StoredObject => {
    const object = objects.get(id);
    if (object !== undefined && deleted.has(id) === isDeleted) return object;
    throw new Error(`There is no ${isDeleted ? 'deleted' : 'live'} ${kind} ${id} in the tenant.`);
  };
  return {
    kind,
    live,
    journal,
    get: (id) => objects.get(id),
    getLive: (id) => (deleted.has(id) ? undefined : objects.get(id)),
    deletedIds: () => [...deleted].sort(),
    put(object) {
      if (objects.has(object.id)) throw new Error(`There is a ${kind} ${object.id} already.`);
      objects.set(object.id, object);
      live.add(object.id);
      note(object.id, 'created');
    },
    update(id, changes) {
      const object = need(id, false);
      const names = Object.keys(changes).filter((name) => !isSame(object, name, changes[name] ?? null));
      if (names.length === 0) return;
      objects.set(id, { ...object, fields: { ...object.fields, ...pick(changes, names) } });
      note(id, 'updated', names);
    },
    remove(id) {
      need(id, false);
      deleted.add(id);
      live.delete(id);
      note(id, 'deleted');
    },
    restore(id) {
      need(id, true);
      deleted.delete(id);
      live.add(id);
      note(id, 'restored');
    },
    purge(id) {
      need(id, deleted.has(id));
      objects.delete(id);
      deleted.delete(id);
      live.delete(id);
      note(id, 'purged');
    },
    noteMember(id, member, removed) {
      journal.push({ id, what: 'members', properties: [], member: { id: member, removed } });
    },
  };
}

function isSame(object: StoredObject, name: string, value: Json): boolean {
  const before = object.fields[name] ?? unset(object.kind, name);
  return JSON.stringify(before) === JSON.stringify(value);
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
}
