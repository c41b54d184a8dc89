/** A SCIM service written by others: scimmy-routers over express, with users and groups in memory. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

export const TOKEN = 'token-of-the-tests';

export type Stored = Record<string, unknown> & { id: string };

/** What the service holds. `scimmy` keeps its resource types for the whole process, so there is one of it. */
export interface Memory {
  readonly users: Map<string, Stored>;
  readonly groups: Map<string, Stored>;
}

export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly memory: Memory;
}

let memory: Memory = { users: new Map(), groups: new Map() };
let count = 0;
let declared = false;

function declare(): void {
  if (declared) return;
  declared = true;
  SCIMMY.Schemas.User.definition.extend(SCIMMY.Schemas.EnterpriseUser.definition);
  SCIMMY.Resources.declare(SCIMMY.Resources.User, handlers(() => memory.users, 'userName') as never);
  SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers(() => memory.groups, 'displayName') as never);
}

interface Asked {
  readonly id?: string;
  readonly filter?: { match(items: readonly unknown[]): unknown[] };
  readonly constraints?: { readonly startIndex?: number; readonly count?: number };
}

const indexes = new WeakMap<object, Map<string, string>>();

/** Who has which name. Looking through ten thousand each time would take longer than everything else. */
function namesIn(all: ReadonlyMap<string, Stored>, name: string): Map<string, string> {
  const known = indexes.get(all) ?? new Map<string, string>();
  indexes.set(all, known);
  // Tests put some in by hand.
  if (known.size === all.size) return known;
  known.clear();
  for (const one of all.values()) known.set(String(one[name]).toLowerCase(), one.id);
  return known;
}

/** The page alone, in a list that is as long as all of it, as scimmy has it: else it would render everybody for every page. */
function pageOf(all: readonly Stored[], { startIndex = 1, count = 20 }: Asked['constraints'] = {}): Stored[] {
  const page: Stored[] = [];
  for (let index = startIndex - 1; index < Math.min(all.length, startIndex - 1 + count); index += 1) {
    page[index] = all[index] as Stored;
  }
  page.length = all.length;
  return page;
}

/** Names are unique, whatever their case, as RFC 7643 4.1.1 has it for users. */
function handlers(held: () => Map<string, Stored>, name: 'userName' | 'displayName') {
  const found = (id: string) => {
    const one = held().get(id);
    if (one === undefined) throw new SCIMMY.Types.Error(404, null as never, `Resource ${id} not found`);
    return one;
  };
  return {
    egress: (asked: Asked) => {
      if (asked.id !== undefined) return found(asked.id);
      const all = [...held().values()];
      return asked.filter === undefined ? pageOf(all, asked.constraints) : asked.filter.match(all);
    },
    ingress: (asked: Asked, instance: object) => {
      const given = JSON.parse(JSON.stringify(instance)) as Record<string, unknown>;
      if (asked.id !== undefined) found(asked.id);
      const wanted = String(given[name]).toLowerCase();
      const names = namesIn(held(), name);
      const isTaken = (names.get(wanted) ?? asked.id) !== asked.id;
      if (isTaken) throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} is taken`);
      const { meta: _meta, ...rest } = given;
      count += 1;
      const one = { ...rest, id: asked.id ?? `id-${count}` };
      const before = held().get(one.id)?.[name];
      if (before !== undefined) names.delete(String(before).toLowerCase());
      names.set(wanted, one.id);
      held().set(one.id, one);
      return one;
    },
    degress: (asked: Asked) => {
      held().delete(found(asked.id ?? '').id);
    },
  };
}

/** The service as a listener, below `/scim`. */
export function peerApp(): RequestListener {
  declare();
  const app = express();
  // The routers turn these into numbers in place, which express 5 does not let them.
  app.set('query parser', (text: string) => {
    const query: Record<string, string | number> = Object.fromEntries(new URLSearchParams(text));
    for (const name of ['startIndex', 'count']) if (name in query) query[name] = Number(query[name]);
    return query;
  });
  const handler = (request: { header(name: string): string | undefined }) => {
    if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('This is not the token.');
    return 'tests';
  };
  app.use('/scim', new SCIMMYRouters({ type: 'bearer', handler } as never) as never);
  return app;
}

export async function listening(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

export async function closed(server: Server): Promise<void> {
  const end = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await end;
}

/** An empty service. The one before it is empty then as well. */
export async function startPeer(): Promise<Peer> {
  memory = { users: new Map(), groups: new Map() };
  const { server, port } = await listening(peerApp());
  return {
    url: `http://127.0.0.1:${port}/scim`,
    memory,
    [Symbol.asyncDispose]: () => closed(server),
  };
}
