/** Microsoft Graph v1.0, as far as a roster is read from it: which request is for what. */
import { authorize, type Grant, requirePermission } from './access-token.ts';
import { codeOf, errorBody, refused, throttled } from './answers.ts';
import { answerBatch } from './batch.ts';
import { deltaPage } from './delta.ts';
import type { Fault, FaultPlace } from './faults.ts';
import { type Collection, countAll, listPage, membersOf, type PageShape } from './listing.ts';
import type { ObjectTable, StoredObject } from './objects.ts';
import type { Kind } from './schema.ts';
import { mailbox, notFound, oneObject, organization } from './single.ts';
import { type Answer, type JsonObject, Refusal, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** Answers a request to Graph, with the fault that it was given. */
export function answerGraph(
  world: World,
  request: WireRequest,
  fault: Fault | null,
  place: FaultPlace = 'graph',
): Answer {
  try {
    return spoiled(world, request, fault, () => {
      const grant = authorize(world, request.host, request.headers['authorization']);
      if (request.path === '/v1.0/$batch' && place === 'graph' && request.method === 'POST') {
        return answerBatch(request, (part) =>
          answerGraph(world, part, world.faults.take('part', target(part)), 'part'),
        );
      }
      return route(world, grant, request, shapeOf(fault));
    });
  } catch (error) {
    if (error instanceof Refusal) return refused(world, request, error);
    throw error;
  }
}

/** Path and query: what a fault's `path` is looked for in. */
export function target(request: WireRequest): string {
  return request.query === '' ? request.path : `${request.path}?${request.query}`;
}

function spoiled(world: World, request: WireRequest, fault: Fault | null, answer: () => Answer): Answer {
  switch (fault?.kind) {
    case 'throttle':
      return throttled(world, fault.retryAfter === undefined ? 1 : fault.retryAfter);
    case 'status': {
      const more = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
      throw new Refusal(fault.status, fault.code ?? codeOf(fault.status), 'The service could not answer.', more);
    }
    case 'answer':
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body };
    case 'errorBody':
      return { ...answer(), body: errorBody(world, request, 'UnknownError', 'An error occurred.') };
    case 'repeat':
    case 'noValue':
      return bent(answer(), fault.kind);
    default:
      return answer();
  }
}

function bent(answer: Answer, kind: 'repeat' | 'noValue'): Answer {
  const { value, ...rest } = answer.body as JsonObject;
  if (kind === 'noValue') return { ...answer, body: rest };
  const objects = Array.isArray(value) ? value : [];
  return { ...answer, body: { ...rest, value: [...objects, ...objects.slice(0, 1)] } };
}

function shapeOf(fault: Fault | null): PageShape {
  return fault?.kind === 'emptyPage' || fault?.kind === 'loop' ? fault.kind : null;
}

const USERS = ['User.Read.All', 'Directory.Read.All'] as const;
const GROUPS = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'] as const;

function route(world: World, grant: Grant, request: WireRequest, shape: PageShape): Answer {
  const [version, set, ...rest] = request.path.slice(1).split('/').map(decodeURIComponent);
  if (version !== 'v1.0') throw new Refusal(400, 'BadRequest', `Invalid version: ${version}`);
  if (request.method !== 'GET') {
    throw new Refusal(405, 'Request_BadRequest', `Specified HTTP method is not allowed for the request target.`);
  }
  if (set === 'users') return users(world, grant, request, rest, shape);
  if (set === 'groups') return groups(world, grant, request, rest, shape);
  if (set === 'organization' && rest.length === 0) return organization(grant, request);
  throw noSegment(set ?? '');
}

type Rest = readonly string[];

function users(world: World, grant: Grant, request: WireRequest, [key, ...more]: Rest, shape: PageShape): Answer {
  const { directory } = grant.tenant;
  const [segment, setting = null, ...beyond] = more;
  if (segment?.toLowerCase() === 'mailboxsettings' && beyond.length === 0) {
    const user = directory.findUser(key ?? '');
    if (user === undefined) throw notFound(key ?? '');
    return mailbox(grant, request, user, setting);
  }
  requirePermission(grant, ...USERS);
  if (segment !== undefined) throw noSegment(segment);
  const all = collection(directory.users, 'users', 2);
  if (key === undefined) return listPage(world, grant, request, all, shape);
  if (key === '$count') return countAll(request, all);
  if (isDelta(key)) return deltaPage(world, grant, request, 'users', shape);
  return one(grant, request, 'user', key, directory.findUser(key));
}

function groups(world: World, grant: Grant, request: WireRequest, [key, ...more]: Rest, shape: PageShape): Answer {
  requirePermission(grant, ...GROUPS);
  const { directory } = grant.tenant;
  const all = collection(directory.groups, 'groups', 1);
  if (key === undefined) return listPage(world, grant, request, all, shape);
  if (key === '$count') return countAll(request, all);
  if (isDelta(key)) return deltaPage(world, grant, request, 'groups', shape);
  const group = directory.groups.getLive(key.toLowerCase());
  const [segment, cast, ...beyond] = more;
  if (segment === undefined || group === undefined) return one(grant, request, 'group', key, group);
  if (segment !== 'members' || beyond.length > 0) throw noSegment(segment);
  if (cast === '$count') return countAll(request, membersOf(grant, group, null));
  return listPage(world, grant, request, membersOf(grant, group, castOf(cast)), shape);
}

function castOf(segment: string | undefined): Kind | null {
  if (segment === undefined) return null;
  const [, kind] = /^microsoft\.graph\.(user|group|orgContact|device)$/.exec(segment) ?? [];
  if (kind === undefined) throw noSegment(segment);
  return kind as Kind;
}

function collection(table: ObjectTable, set: string, units: number): Collection {
  return { set, kinds: [table.kind], ids: table.live.sorted(), find: (id) => table.get(id), units };
}

function one(grant: Grant, request: WireRequest, kind: Kind, key: string, object: StoredObject | undefined): Answer {
  if (object === undefined) throw notFound(key);
  return oneObject(grant, request, kind, object);
}

function isDelta(segment: string): boolean {
  return segment === 'delta' || segment === 'delta()' || segment === 'microsoft.graph.delta()';
}

function noSegment(segment: string): Refusal {
  return new Refusal(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}
