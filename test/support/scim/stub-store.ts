/** What the small SCIM service of the tests holds, and what it does with it. */
import { randomUUID } from 'node:crypto';

export type Json = Record<string, unknown>;
export type Stored = Json & { id: string };

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly method: string;
  /** Decoded, from `/Users` on. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly ifMatch: string | null;
}

export interface Traits {
  patch: boolean;
  filter: boolean;
  etag: boolean;
  bulk: { maxOperations: number; maxPayloadSize: number } | null;
  /** Null shows none. */
  schemas: readonly unknown[] | null;
  hasConfig: boolean;
  /** What becomes of a resource before it is kept. */
  keep: (resource: Json) => Json;
  /** Whether two users may have one name. */
  isLax: boolean;
  nextId: () => string;
}

export type Store = Readonly<Record<'Users' | 'Groups', Map<string, Stored>>>;

export function emptyStore(): Store {
  return { Users: new Map(), Groups: new Map() };
}

export function plainTraits(): Traits {
  return {
    patch: true,
    filter: true,
    etag: false,
    bulk: null,
    schemas: null,
    hasConfig: true,
    keep: (resource) => resource,
    isLax: false,
    nextId: randomUUID,
  };
}

function errorReply(status: number, detail: string, scimType?: string): Reply {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return { status, body: { schemas, status: String(status), detail, ...(scimType === undefined ? {} : { scimType }) } };
}

/** Does what it is asked. */
export function answer(asked: Asked, store: Store, traits: Traits): Reply {
  const [kind = '', id] = asked.parts;
  if (kind === 'ServiceProviderConfig')
    return traits.hasConfig ? { status: 200, body: configOf(traits) } : errorReply(404, 'None.');
  if (kind === 'Schemas') {
    return traits.schemas === null ? errorReply(404, 'None.') : { status: 200, body: listed(traits.schemas, 1, 100) };
  }
  if (kind === 'Bulk') return bulk(asked, store, traits);
  if (kind !== 'Users' && kind !== 'Groups') return errorReply(404, 'There is no such endpoint.');
  if (id === undefined) return asked.method === 'POST' ? create(kind, asked, store, traits) : list(kind, asked, store);
  const found = store[kind].get(id);
  if (found === undefined) return errorReply(404, `There is no ${id}.`);
  if (asked.ifMatch !== null && asked.ifMatch !== versionOf(found)) return errorReply(412, 'It has changed.');
  if (asked.method === 'GET') return { status: 200, body: found };
  if (asked.method === 'DELETE') {
    store[kind].delete(id);
    return { status: 204 };
  }
  if (asked.method === 'PATCH' && !traits.patch) return errorReply(501, 'There is no PATCH.');
  const next = asked.method === 'PATCH' ? patched(found, asked.body) : { ...asked.body, id };
  return put(kind, { ...next, id }, store, traits, 200);
}

function configOf({ patch, filter, etag, bulk: bulkTraits }: Traits): Json {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: patch },
    filter: { supported: filter, maxResults: 100 },
    etag: { supported: etag },
    bulk: { supported: bulkTraits !== null, ...(bulkTraits ?? { maxOperations: 0, maxPayloadSize: 0 }) },
  };
}

export function listed(
  items: readonly unknown[],
  startIndex: number,
  count: number,
  totalResults = items.length,
): Json {
  const Resources = items.slice(startIndex - 1, startIndex - 1 + count);
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];
  return { schemas, totalResults, startIndex, itemsPerPage: Resources.length, Resources };
}

function list(kind: 'Users' | 'Groups', { query }: Asked, store: Store): Reply {
  const filter = query.get('filter');
  const [, attribute = '', literal = '""'] = /^(\w+) eq (".*")$/s.exec(filter ?? '') ?? [];
  const wanted = JSON.parse(literal) as string;
  const items = [...store[kind].values()].filter((one) => filter === null || one[attribute] === wanted);
  return { status: 200, body: listed(items, Number(query.get('startIndex') ?? 1), Number(query.get('count') ?? 100)) };
}

function create(kind: 'Users' | 'Groups', { body }: Asked, store: Store, traits: Traits): Reply {
  return put(kind, { ...body, id: traits.nextId() }, store, traits, 201);
}

let versions = 0;

function put(kind: 'Users' | 'Groups', resource: Stored, store: Store, traits: Traits, status: number): Reply {
  const name = kind === 'Users' ? 'userName' : 'displayName';
  const isTaken = [...store[kind].values()].some((one) => one.id !== resource.id && one[name] === resource[name]);
  if (isTaken && !traits.isLax) return errorReply(409, `${String(resource[name])} is taken.`, 'uniqueness');
  versions += 1;
  const kept = { ...traits.keep(resource), id: resource.id, meta: { version: `W/"${versions}"` } };
  store[kind].set(resource.id, kept);
  const location = `/v2/${kind}/${encodeURIComponent(resource.id)}`;
  return { status, body: kept, headers: { location } };
}

function versionOf(resource: Json): string {
  return String((resource['meta'] as Json | undefined)?.['version']);
}

/** As much of PATCH as is needed here: attributes, one level of them, and members by their value. */
function patched(found: Stored, { Operations }: Json): Json {
  const next = structuredClone(found) as Json;
  for (const { op, path, value } of Operations as { op: string; path: string; value: unknown }[]) {
    const member = /^members\[value eq (".*")\]$/s.exec(path)?.[1];
    const members = (next['members'] ?? []) as { value: string }[];
    if (member !== undefined) next['members'] = members.filter((one) => one.value !== JSON.parse(member));
    else if (op === 'add') next['members'] = [...members, ...(value as { value: string }[])];
    else
      set(
        next,
        path.startsWith('urn:')
          ? [path.slice(0, path.lastIndexOf(':')), path.slice(path.lastIndexOf(':') + 1)]
          : path.split('.'),
        value,
      );
  }
  return next;
}

function set(holder: Json, [name = '', sub]: readonly string[], value: unknown): void {
  if (sub === undefined) holder[name] = value;
  else holder[name] = { ...(holder[name] as Json | undefined), [sub]: value };
}

function bulk({ body }: Asked, store: Store, traits: Traits): Reply {
  if (traits.bulk === null) return errorReply(501, 'There is no Bulk.');
  const operations = body['Operations'] as { method: string; path: string; bulkId: string; data: Json }[];
  const isTooLarge = JSON.stringify(body).length > traits.bulk.maxPayloadSize;
  if (isTooLarge || operations.length > traits.bulk.maxOperations) return errorReply(413, 'It is too much.', 'tooMany');
  const Operations = operations.map(({ method, path, bulkId, data }) => {
    const asked = { method, parts: path.split('/').slice(1), query: new URLSearchParams(), body: data, ifMatch: null };
    const { status, body: response, headers } = answer(asked, store, traits);
    const isDone = status < 300;
    return { method, bulkId, status: String(status), ...(isDone ? { location: headers?.['location'] } : { response }) };
  });
  return { status: 200, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations } };
}
