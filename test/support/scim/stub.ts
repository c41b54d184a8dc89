/** A small SCIM service that does what tests tell it to: it dies, lies, repeats itself, and loses its answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closed, listening, TOKEN } from './peer.ts';
import {
  type Asked,
  answer,
  emptyStore,
  type Json,
  plainTraits,
  type Reply,
  type Store,
  type Traits,
} from './stub-store.ts';

/** `drop` hangs up before anything is done, `lose` after it; `hang` never answers; a text is sent as it is. */
export type Fault =
  | Reply
  | 'drop'
  | 'lose'
  | 'hang'
  | { readonly status: number; readonly text: string; readonly type?: string };

export interface Stub extends AsyncDisposable {
  readonly url: string;
  readonly store: Store;
  readonly traits: Traits;
  /** `POST /Users`, `GET /Users?startIndex=1&count=100`: as they came, in their order. */
  readonly requests: string[];
  /** The bodies of them. */
  readonly bodies: Json[];
  /** What goes wrong with a request; undefined where nothing does. */
  fault: (request: string, asked: Asked) => Fault | undefined;
}

export async function startStub(): Promise<Stub> {
  const stub: Omit<Stub, 'url' | typeof Symbol.asyncDispose> & { url: string } = {
    url: '',
    store: emptyStore(),
    traits: plainTraits(),
    requests: [],
    bodies: [],
    fault: () => undefined,
  };
  const { server, port } = await listening((request, response) => void serve(stub, request, response));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${port}/v2`,
    [Symbol.asyncDispose]: () => closed(server),
  });
}

type Inside = Pick<Stub, 'store' | 'traits' | 'requests' | 'bodies' | 'fault'>;

async function serve(stub: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').replace(/^\/v2/, '');
  const name = `${request.method} ${path}`;
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const [place = '', query = ''] = path.split('?');
  const asked: Asked = {
    method: request.method ?? '',
    parts: place.split('/').slice(1).map(decodeURIComponent),
    query: new URLSearchParams(query),
    body: text === '' ? {} : (JSON.parse(text) as Json),
    ifMatch: request.headers['if-match'] ?? null,
  };
  stub.requests.push(name);
  stub.bodies.push(asked.body);
  const fault = stub.fault(name, asked);
  if (fault === 'hang') return;
  if (fault === 'drop') {
    response.destroy();
    return;
  }
  if (typeof fault === 'object') {
    send(response, fault);
    return;
  }
  const isAllowed = request.headers.authorization === `Bearer ${TOKEN}`;
  const reply = isAllowed ? answer(asked, stub.store, stub.traits) : { status: 401, body: { detail: 'No.' } };
  if (fault === 'lose') response.destroy();
  else send(response, reply);
}

function send(response: ServerResponse, reply: Exclude<Fault, string>): void {
  if ('text' in reply) {
    response.writeHead(reply.status, { 'content-type': reply.type ?? 'text/html' }).end(reply.text);
    return;
  }
  const headers = { 'content-type': 'application/scim+json', ...reply.headers };
  response.writeHead(reply.status, headers).end(reply.body === undefined ? '' : JSON.stringify(reply.body));
}
