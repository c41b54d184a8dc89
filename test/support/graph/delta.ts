/** Delta queries: what a request and its token ask for, and the links to what comes next. The objects are in delta-round.ts. */
import type { Grant } from './access-token.ts';
import { ok } from './answers.ts';
import {
  type Cursor,
  changesPage,
  type DeltaPage,
  type DeltaRequest,
  initialPage,
  removedObjects,
  START,
} from './delta-round.ts';
import { type Expression, parseFilter } from './filter-syntax.ts';
import { openToken, sealToken } from './links.ts';
import type { PageShape } from './listing.ts';
import { context, parseQuery, type Query, refuseUnlistable, selected } from './query.ts';
import type { ExpiredAnswer } from './tenant.ts';
import { type Answer, type Json, Refusal, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** All that a token says; in a link to a further page, `cursor` is where it goes on. */
interface DeltaState {
  readonly set: 'users' | 'groups';
  readonly tenant: string;
  readonly generation: number;
  /** Seconds since 1970. */
  readonly issued: number;
  readonly select: readonly string[] | null;
  readonly ids: readonly string[] | null;
  readonly phase: 'initial' | 'changes';
  /** Sequence numbers; `to` is -1 until the round begins. */
  readonly from: number;
  readonly to: number;
  readonly cursor: Cursor;
  readonly loop: boolean;
  readonly nonce: number;
}

const MOST_IDS = 50;

export function deltaPage(
  world: World,
  grant: Grant,
  request: WireRequest,
  set: 'users' | 'groups',
  shape: PageShape,
): Answer {
  const query = parseQuery(request.query);
  const state = stateOf(world, grant, request, query, set);
  const isInitial = !query.raw.has('$skiptoken') && !query.raw.get('$deltatoken');
  const head = { '@odata.context': context(request, set, isInitial ? state.select : null) };
  const link = (name: string, next: DeltaState) =>
    `https://${request.host}${request.path}?${name}=${sealToken(world.linkKey, next as unknown as Json)}`;
  if (query.options.get('$deltatoken') === 'latest') {
    return ok({ ...head, '@odata.deltaLink': link('$deltatoken', nextRound(state, state.from)), value: [] });
  }
  if (shape === 'emptyPage') {
    return ok({ ...head, '@odata.nextLink': link('$skiptoken', { ...state, nonce: world.nextId() }), value: [] });
  }
  const { value, next } = readPage(world, grant, request, state);
  if (state.loop || shape === 'loop') {
    return ok({ ...head, '@odata.nextLink': link('$skiptoken', { ...state, loop: true }), value });
  }
  if (next === null) {
    const from = state.phase === 'initial' ? state.from : state.to;
    return ok({ ...head, '@odata.deltaLink': link('$deltatoken', nextRound(state, from)), value });
  }
  return ok({
    ...head,
    '@odata.nextLink': link('$skiptoken', { ...state, cursor: next, nonce: 0 }),
    value,
  });
}

function readPage(world: World, grant: Grant, request: WireRequest, state: DeltaState): DeltaPage {
  const asked: DeltaRequest = {
    directory: grant.tenant.directory,
    table: grant.tenant.directory[state.set],
    options: world.delta,
    select: state.select,
    ids: state.ids,
    minimal: /\breturn=minimal\b/.test(request.headers['prefer'] ?? ''),
    mayReadHidden: grant.permissions.has('Member.Read.Hidden'),
  };
  const page =
    state.phase === 'initial'
      ? initialPage(asked, state.cursor)
      : changesPage(asked, state.cursor, state.from, state.to);
  const isEnd = state.phase === 'initial' && page.next === null && world.delta.removedInInitial;
  const value = [...page.value, ...(isEnd ? removedObjects(asked) : [])];
  return { ...page, value: world.delta.reverse ? value.reverse() : value };
}

function nextRound(state: DeltaState, from: number): DeltaState {
  return { ...state, phase: 'changes', from, to: -1, cursor: START, loop: false, nonce: 0 };
}

function stateOf(world: World, grant: Grant, request: WireRequest, query: Query, set: 'users' | 'groups'): DeltaState {
  const refusedOption = ['$top', '$orderby', '$expand', '$search', '$skip', '$count'].find((name) =>
    query.options.has(name),
  );
  if (refusedOption !== undefined) {
    throw new Refusal(400, 'Request_BadRequest', `Query option '${refusedOption}' is not supported by delta.`);
  }
  const { tenant } = grant;
  const end = tenant.directory[set].journal.length;
  const issued = Math.floor(world.now().getTime() / 1000);
  const raw = query.raw.get('$skiptoken') ?? query.raw.get('$deltatoken') ?? '';
  if (raw !== '' && raw !== 'latest') {
    const state = openState(world, grant, request, raw, set);
    return state.phase === 'changes' && state.to < 0 ? { ...state, issued, to: end } : state;
  }
  return {
    set,
    tenant: tenant.id,
    generation: tenant.tokens.delta,
    issued,
    select: selection(set, query),
    ids: idsOf(query.options.get('$filter')),
    phase: 'initial',
    from: end,
    to: -1,
    cursor: START,
    loop: false,
    nonce: 0,
  };
}

function selection(set: 'users' | 'groups', query: Query): readonly string[] | null {
  const [kind, also] = set === 'users' ? (['user', []] as const) : (['group', ['members']] as const);
  const select = selected([kind], query.options.get('$select'), also);
  refuseUnlistable(select);
  return select;
}

function openState(world: World, grant: Grant, request: WireRequest, raw: string, set: 'users' | 'groups'): DeltaState {
  const state = openToken(world.linkKey, raw) as unknown as DeltaState | undefined;
  if (state?.set !== set || state.tenant !== grant.tenant.id) {
    throw new Refusal(400, 'Request_BadRequest', 'The specified delta token is invalid.');
  }
  const { delta, expiredAnswer } = grant.tenant.tokens;
  const oldest = world.now().getTime() / 1000 - world.delta.tokenDays * 24 * 3600;
  if (state.generation === delta && state.issued >= oldest) return state;
  throw expired(request, state, expiredAnswer);
}

// The published documents have the 410 and its Location; its body is that of the 40x answers, which were observed.
function expired(request: WireRequest, state: DeltaState, answer: ExpiredAnswer): Refusal {
  const select = state.select === null ? '' : `$select=${state.select.join('%2c')}&`;
  const location = `https://${request.host}${request.path}?${select}$deltatoken=`;
  if (answer === 'gone') {
    return new Refusal(410, 'resyncRequired', 'Resync is required. The delta token is no longer valid.', {
      Location: location,
    });
  }
  return new Refusal(400, answer, 'The sync state generation is not found.');
}

/** `id eq '…' or id eq '…'`: the only filter that delta takes. */
function idsOf(filter: string | undefined): readonly string[] | null {
  if (filter === undefined) return null;
  const expression = parseFilter(filter);
  const parts = expression.kind === 'or' ? expression.parts : [expression];
  if (parts.length > MOST_IDS) throw unsupported(`The filter has ${parts.length} ids. Max allowed: ${MOST_IDS}.`);
  return parts.map(idOf);
}

function idOf(part: Expression): string {
  if (
    part.kind === 'compare' &&
    part.operator === 'eq' &&
    part.path.join('/') === 'id' &&
    part.value.type === 'string'
  ) {
    return part.value.value;
  }
  throw unsupported('Unsupported Query.');
}

function unsupported(message: string): Refusal {
  return new Refusal(400, 'Request_UnsupportedQuery', message);
}
