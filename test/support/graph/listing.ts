/** Collections page by page: users, groups, and a group's members. */
import { type Grant, requirePermission } from './access-token.ts';
import { ok } from './answers.ts';
import { compileFilter, type Predicate } from './filter.ts';
import { guid } from './guid.ts';
import { openToken, sealToken } from './links.ts';
import type { StoredObject } from './objects.ts';
import {
  context,
  isAdvanced,
  isEventual,
  parseQuery,
  projection,
  type Query,
  refuseUnlistable,
  selected,
} from './query.ts';
import type { Kind } from './schema.ts';
import { indexAfter } from './sorted-ids.ts';
import { type Answer, type Json, type JsonObject, Refusal, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** A collection that can be listed. */
export interface Collection {
  /** As in `@odata.context`: `users`. */
  readonly set: string;
  /** What its objects may be. */
  readonly kinds: readonly Kind[];
  readonly ids: readonly string[];
  find(id: string): StoredObject | undefined;
  readonly units: number;
  /** Members have a type; what may not be read of them is null. */
  readonly write?: (object: StoredObject, written: JsonObject) => JsonObject;
}

/** What a fault makes of a page, where the page itself must be another. */
export type PageShape = 'emptyPage' | 'loop' | null;

interface PageState {
  readonly page: string;
  readonly generation: number;
  readonly after: string;
  /** The link leads to itself. */
  readonly loop: boolean;
  /** Tells two links to the same page apart. */
  readonly nonce: number;
}

const DEFAULT_TOP = 100;
const MOST_TOP = 999;

export function listPage(world: World, grant: Grant, request: WireRequest, of: Collection, shape: PageShape): Answer {
  const query = parseQuery(request.query);
  refuseOptions(request, query);
  const select = selected(of.kinds, query.options.get('$select'));
  refuseUnlistable(select);
  const matches = filterOf(request, query, of);
  const top = topOf(query);
  const state = readState(world, grant, request, query);
  const link = (next: PageState) => nextLink(world, request, query, next);
  const isFirst = !query.options.has('$skiptoken');
  const head = {
    '@odata.context': context(request, of.set, select),
    ...(isFirst && isAdvanced(request, query) ? { '@odata.count': countMatches(of, matches) } : {}),
  };
  if (shape === 'emptyPage') {
    return ok({ ...head, '@odata.nextLink': link({ ...state, nonce: world.nextId() }), value: [] }, of.units);
  }
  const { objects, last } = take(of, matches, state.after, top);
  const value = objects.map(writer(of, select));
  const isLoop = state.loop || shape === 'loop';
  const next = isLoop
    ? link({ ...state, loop: true })
    : last === null
      ? null
      : link({ ...state, after: last, nonce: 0 });
  return ok({ ...head, ...(next === null ? {} : { '@odata.nextLink': next }), value }, of.units);
}

/** `/users/$count`: a number as text. */
export function countAll(request: WireRequest, of: Collection): Answer {
  const query = parseQuery(request.query);
  if (!isEventual(request)) throw new Refusal(400, 'Request_BadRequest', '$count is not currently supported.');
  const text = query.options.get('$filter');
  const [kind = 'user'] = of.kinds;
  return ok(String(countMatches(of, text === undefined ? null : compileFilter(kind, text, true))));
}

function refuseOptions(request: WireRequest, query: Query): void {
  const { options } = query;
  if (options.has('$skip')) throw new Refusal(400, 'Request_BadRequest', "'$skip' is not supported by the service.");
  if (options.has('$search') && !isEventual(request)) {
    throw new Refusal(
      400,
      'Request_UnsupportedQuery',
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const sorts = options.has('$orderby');
  if (sorts && options.has('$filter') && !isAdvanced(request, query)) {
    throw new Refusal(400, 'Request_UnsupportedQuery', 'Sorting not supported for current query.');
  }
  // The simulator has none of these: better no answer than another than Graph's.
  const missing = ['$search', '$orderby', '$expand', '$deltatoken'].find((name) => options.has(name));
  if (missing !== undefined) throw new Refusal(501, 'NotImplemented', `The simulator has no ${missing} here.`);
}

function filterOf(request: WireRequest, query: Query, of: Collection): Predicate | null {
  const text = query.options.get('$filter');
  const [kind] = of.kinds;
  if (text === undefined || kind === undefined) return null;
  if (of.kinds.length > 1) throw new Refusal(400, 'Request_UnsupportedQuery', 'Unsupported Query.');
  return compileFilter(kind, text, isAdvanced(request, query));
}

function topOf(query: Query): number {
  const text = query.options.get('$top');
  if (text === undefined) return DEFAULT_TOP;
  const top = Number(text);
  if (!/^\d+$/.test(text)) {
    throw new Refusal(
      400,
      'BadRequest',
      `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
    );
  }
  if (top < 1 || top > MOST_TOP) {
    throw new Refusal(
      400,
      'Request_UnsupportedQuery',
      `Invalid page size specified: '${top}'. Must be between 1 and ${MOST_TOP} inclusive.`,
    );
  }
  return top;
}

function take(of: Collection, matches: Predicate | null, after: string, top: number) {
  const objects: StoredObject[] = [];
  for (let at = indexAfter(of.ids, after); at < of.ids.length; at += 1) {
    const object = of.find(of.ids[at] ?? '');
    if (object === undefined || (matches !== null && !matches(object.fields))) continue;
    // One more than the page holds says that there is a next one.
    if (objects.length === top) return { objects, last: objects.at(-1)?.id ?? null };
    objects.push(object);
  }
  return { objects, last: null };
}

function countMatches(of: Collection, matches: Predicate | null): number {
  let count = 0;
  for (const id of of.ids) {
    const object = of.find(id);
    if (object !== undefined && (matches === null || matches(object.fields))) count += 1;
  }
  return count;
}

function writer(of: Collection, select: readonly string[] | null): (object: StoredObject) => JsonObject {
  const projections = new Map(of.kinds.map((kind) => [kind, projection(kind, select)]));
  return (object) => {
    const written = projections.get(object.kind)?.(object.fields) ?? {};
    return of.write === undefined ? written : of.write(object, written);
  };
}

function readState(world: World, grant: Grant, request: WireRequest, query: Query): PageState {
  const page = pageName(grant, request, query);
  const generation = grant.tenant.tokens.page;
  const raw = query.raw.get('$skiptoken');
  if (raw === undefined) return { page, generation, after: '', loop: false, nonce: 0 };
  const state = openToken(world.linkKey, raw) as unknown as PageState | undefined;
  if (state?.page !== page) {
    throw new Refusal(400, 'Request_BadRequest', 'The specified page token value is invalid.');
  }
  if (state.generation === generation) return state;
  throw new Refusal(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );
}

/** What a link continues: its token fits no other query, no other tenant. */
function pageName(grant: Grant, request: WireRequest, query: Query): string {
  const options = [...query.options]
    .filter(([name]) => name !== '$skiptoken')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return guid(grant.tenant.id, request.path, JSON.stringify(options));
}

function nextLink(world: World, request: WireRequest, query: Query, state: PageState): string {
  const kept = [...query.raw].filter(([name]) => name !== '$skiptoken').map(([name, value]) => `${name}=${value}`);
  const token = sealToken(world.linkKey, state as unknown as Json);
  return `https://${request.host}${request.path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

/** The members of a group as a collection: all that are not deleted, or those of one kind. */
export function membersOf(grant: Grant, group: StoredObject, cast: Kind | null): Collection {
  const { directory } = grant.tenant;
  if (group.fields['visibility'] === 'HiddenMembership') requirePermission(grant, 'Member.Read.Hidden');
  return {
    set: cast === null ? 'directoryObjects' : `${cast}s`,
    kinds: cast === null ? ['user', 'group', 'orgContact', 'device'] : [cast],
    ids: directory.membersOf(group.id).sorted(),
    find(id) {
      const object = directory.find(id);
      return cast === null || object?.kind === cast ? object : undefined;
    },
    units: 3,
    write: (object, written) => ({
      '@odata.type': `#microsoft.graph.${object.kind}`,
      ...(mayRead(grant, object.kind) ? written : withheld(written)),
    }),
  };
}

function mayRead({ permissions }: Grant, kind: Kind): boolean {
  if (permissions.has('Directory.Read.All')) return true;
  if (kind === 'user') return permissions.has('User.Read.All');
  return kind === 'group' && (permissions.has('Group.Read.All') || permissions.has('GroupMember.Read.All'));
}

// Without a right to the member's type, its id and type are given and the rest is null.
function withheld(written: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, name === 'id' ? value : null]));
}
