/** The objects of a delta query, page by page: in the first round all that live, in later ones what the journal has. */
import type { Directory } from './directory.ts';
import type { ObjectTable, StoredObject } from './objects.ts';
import { DEFAULTS } from './schema.ts';
import { indexAfter } from './sorted-ids.ts';
import type { Json, JsonObject } from './wire.ts';
import type { DeltaOptions } from './world.ts';

/** What one query asks of every object. */
export interface DeltaRequest {
  readonly directory: Directory;
  readonly table: ObjectTable;
  readonly options: Readonly<Required<DeltaOptions>>;
  /** `members` may be among them; null without `$select`. */
  readonly select: readonly string[] | null;
  /** The only ids of interest; null for all. */
  readonly ids: readonly string[] | null;
  /** `Prefer: return=minimal`: of a changed object, only the changed properties. */
  readonly minimal: boolean;
  readonly mayReadHidden: boolean;
}

export interface Cursor {
  /** The last object that is done with: its id, or in later rounds its place. */
  readonly after: string;
  /** A group that was begun, and the last of its members that was given. */
  readonly within: string;
  readonly member: string;
  /** An object that the page before had, and this one has again; empty for none. */
  readonly replay: string;
}

export interface DeltaPage {
  readonly value: readonly JsonObject[];
  /** Null at the end of the round. */
  readonly next: Cursor | null;
}

export const START: Cursor = { after: '', within: '', member: '', replay: '' };

/** One page of the first round. */
export function initialPage(request: DeltaRequest, cursor: Cursor): DeltaPage {
  const ids = request.table.live.sorted();
  return fillPage(request, cursor, {
    start: indexAfter(ids, cursor.after),
    idAt: (index) => ids[index],
    placeOf: (index) => ids[index] ?? '',
    write: (id) => whole(request, request.table.getLive(id)),
  });
}

/** One page of what the journal has between two sequence numbers. */
export function changesPage(request: DeltaRequest, cursor: Cursor, from: number, to: number): DeltaPage {
  const window = windowOf(request.table, from, to);
  return fillPage(request, cursor, {
    start: cursor.after === '' ? 0 : Number(cursor.after) + 1,
    idAt: (index) => window.ids[index],
    placeOf: String,
    write: (id) => {
      const what = window.changes.get(id);
      return what === undefined ? null : changed(request, id, what);
    },
  });
}

/** What was deleted and can be restored, as the first round may tell it. */
export function removedObjects({ table, ids }: DeltaRequest): readonly JsonObject[] {
  return table
    .deletedIds()
    .filter((id) => ids === null || ids.includes(id))
    .map((id) => removed(id, 'changed'));
}

interface Written {
  readonly body: JsonObject;
  /** By id; true for one that left. */
  readonly members: readonly (readonly [string, boolean])[];
}

interface Round {
  readonly start: number;
  idAt(index: number): string | undefined;
  /** The cursor's `after` once this object is done with. */
  placeOf(index: number): string;
  /** Null for what the client is not told of. */
  write(id: string): Written | null;
}

function fillPage(request: DeltaRequest, cursor: Cursor, round: Round): DeltaPage {
  const { pageSize, memberSlice, replay } = request.options;
  const repeated = cursor.replay === '' ? null : round.write(cursor.replay);
  const again = repeated === null ? [] : [withMembers(request, repeated.body, repeated.members.slice(0, memberSlice))];
  const value: JsonObject[] = [];
  const end = (next: Omit<Cursor, 'replay'> | null): DeltaPage => ({
    value: [...again, ...value],
    next: next === null ? null : { ...next, replay: replay ? String(value.at(-1)?.['id'] ?? '') : '' },
  });
  let index = round.start;
  for (let id = round.idAt(index); id !== undefined; index += 1, id = round.idAt(index)) {
    const written = request.ids !== null && !request.ids.includes(id) ? null : round.write(id);
    if (written === null) continue;
    const before = index === round.start ? cursor.after : round.placeOf(index - 1);
    if (value.length === pageSize) return end({ after: before, within: '', member: '' });
    const begun = id === cursor.within ? cursor.member : '';
    const left = written.members.filter(([member]) => member > begun);
    const slice = left.slice(0, memberSlice);
    value.push(withMembers(request, written.body, slice));
    if (left.length > slice.length) {
      return end({ after: before, within: id, member: slice.at(-1)?.[0] ?? '' });
    }
  }
  return end(null);
}

function withMembers({ directory }: DeltaRequest, body: JsonObject, members: Written['members']): JsonObject {
  if (members.length === 0) return body;
  const told = members.map(([id, isRemoved]) => ({
    '@odata.type': `#microsoft.graph.${directory.kindOf(id)}`,
    id,
    ...(isRemoved ? { '@removed': { reason: 'deleted' } } : {}),
  }));
  return { ...body, 'members@delta': told };
}

function whole(request: DeltaRequest, object: StoredObject | undefined): Written | null {
  if (object === undefined) return null;
  return { body: properties(request, object, null), members: allMembers(request, object) };
}

function changed(request: DeltaRequest, id: string, what: Changes): Written | null {
  const { table, minimal } = request;
  const object = table.getLive(id);
  if (object === undefined) {
    if (what.purged) return { body: removed(id, 'deleted'), members: [] };
    return what.deleted && table.get(id) !== undefined ? { body: removed(id, 'changed'), members: [] } : null;
  }
  const names = [...what.properties].filter((name) => namesOf(request).includes(name));
  const members = wantsMembers(request, object) ? [...what.members].sort(byId) : [];
  const isBack = what.restored && (!request.options.hideUndeletes || names.length > 0);
  if (what.created || isBack) return whole(request, object);
  if (names.length === 0 && members.length === 0) return null;
  return { body: properties(request, object, minimal ? names : null), members };
}

/** The selected ones that were ever set; `only` narrows them. The id always comes. */
function properties(request: DeltaRequest, { id, fields }: StoredObject, only: readonly string[] | null): JsonObject {
  const body: Record<string, Json> = {};
  for (const name of namesOf(request)) {
    const value = fields[name];
    if (value !== undefined && (only === null || only.includes(name))) body[name] = value;
  }
  return { ...body, id };
}

function namesOf({ select, table }: DeltaRequest): readonly string[] {
  return select ?? DEFAULTS[table.kind];
}

function wantsMembers({ table, select, mayReadHidden }: DeltaRequest, group: StoredObject): boolean {
  if (table.kind !== 'group' || !(select?.includes('members') ?? true)) return false;
  return mayReadHidden || group.fields['visibility'] !== 'HiddenMembership';
}

function allMembers(request: DeltaRequest, group: StoredObject): Written['members'] {
  if (!wantsMembers(request, group)) return [];
  const { directory } = request;
  const live = directory.membersOf(group.id).sorted();
  return live.filter((id) => directory.find(id) !== undefined).map((id) => [id, false] as const);
}

function removed(id: string, reason: 'changed' | 'deleted'): JsonObject {
  return { id, '@removed': { reason } };
}

interface Changes {
  created: boolean;
  restored: boolean;
  deleted: boolean;
  purged: boolean;
  readonly properties: Set<string>;
  readonly members: Map<string, boolean>;
}

interface Window {
  readonly from: number;
  readonly to: number;
  /** In the order in which they first changed. */
  readonly ids: readonly string[];
  readonly changes: ReadonlyMap<string, Changes>;
}

// Every page of a round reads the same window, which can be all of a big tenant.
const windows = new WeakMap<ObjectTable, Window>();

function windowOf(table: ObjectTable, from: number, to: number): Window {
  const known = windows.get(table);
  if (known !== undefined && known.from === from && known.to === to) return known;
  const changes = new Map<string, Changes>();
  for (const { id, what, properties: names, member } of table.journal.slice(from, to)) {
    const all = changes.get(id) ?? noChanges();
    changes.set(id, all);
    if (what === 'created' || what === 'restored' || what === 'deleted' || what === 'purged') all[what] = true;
    for (const name of names) all.properties.add(name);
    if (member !== null) all.members.set(member.id, member.removed);
  }
  const window = { from, to, ids: [...changes.keys()], changes };
  windows.set(table, window);
  return window;
}

function noChanges(): Changes {
  const none = { created: false, restored: false, deleted: false, purged: false };
  return { ...none, properties: new Set(), members: new Map() };
}

function byId([one]: readonly [string, boolean], [other]: readonly [string, boolean]): number {
  return one < other ? -1 : 1;
}
