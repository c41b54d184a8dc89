/** The HTTP server around it all: reads requests, keeps the log, writes answers, and breaks connections where a fault says so. */
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { partUrls, splitOnce } from './batch.ts';
import { isForGraph } from './clouds.ts';
import type { Fault } from './faults.ts';
import { answerGraph, target } from './graph.ts';
import { guid } from './guid.ts';
import { HOST_HEADER } from './loopback-fetch.ts';
import { answerSignIn, transientSignIn } from './sign-in.ts';
import type { Answer, WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** A request as it was answered; tokens and secrets are not in it. */
export interface LoggedRequest {
  readonly method: string;
  readonly host: string;
  /** Path and query, byte for byte. */
  readonly path: string;
  /** Those that change an answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a batch asks for, part by part. */
  readonly parts: readonly string[];
  /** 0: the connection was broken. */
  readonly status: number;
}

export interface ServerOptions {
  readonly world: World;
  readonly log: LoggedRequest[];
  /** PEM; without it the server speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Without it, any free one. */
  readonly port?: number;
  /** Answers requests under `/__control`; without it there are none. */
  readonly control?: (request: WireRequest) => Promise<Answer>;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const LOGGED = ['consistencylevel', 'prefer', 'content-type', 'client-request-id', 'accept', 'user-agent'];
const CONTROL_PATH = '/__control';

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const listener: RequestListener = (incoming, response) => {
    answer(options, incoming, response).catch((error: unknown) => {
      // A mistake of the simulator's own must not look like one of Graph's.
      response.writeHead(599).end(String(error instanceof Error ? error.stack : error));
    });
  };
  const server = options.tls === undefined ? createHttp(listener) : createHttps(options.tls, listener);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(options: ServerOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, log, control } = options;
  const request = await readRequest(incoming);
  if (control !== undefined && request.path === CONTROL_PATH) {
    send(response, request, await control(request), null);
    return;
  }
  const isGraph = isForGraph(request.host, request.path);
  const fault = world.faults.take(isGraph ? 'graph' : 'login', target(request));
  const at = log.length;
  log.push(logged(request, 0));
  if (fault?.kind === 'reset') {
    incoming.socket.destroy();
    return;
  }
  const answered = isGraph ? answerGraph(world, request, fault) : signIn(world, request, fault);
  if (fault?.kind !== 'cut') log[at] = logged(request, answered.status);
  if (fault?.kind === 'late') await fault.until;
  send(response, request, answered, fault);
}

function signIn(world: World, request: WireRequest, fault: Fault | null): Answer {
  if (fault?.kind === 'signIn') return transientSignIn(world, request, fault.code);
  if (fault?.kind === 'answer') return { status: fault.status, headers: fault.headers ?? {}, body: fault.body };
  if (fault?.kind === 'status' || fault?.kind === 'throttle') {
    const wait =
      fault.retryAfter === undefined || fault.retryAfter === null ? {} : { 'Retry-After': String(fault.retryAfter) };
    return { status: fault.kind === 'status' ? fault.status : 429, headers: wait, body: '' };
  }
  return answerSignIn(world, request);
}

function send(
  response: ServerResponse,
  request: WireRequest,
  { status, headers, body }: Answer,
  fault: Fault | null,
): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const id = guid('answer', request.path, request.query);
  response.writeHead(status, {
    'request-id': id,
    'client-request-id': request.headers['client-request-id'] ?? id,
    'Content-Length': bytes.length,
    ...headers,
  });
  if (fault?.kind === 'cut') {
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return;
  }
  response.end(bytes);
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  const [path, query] = splitOnce(incoming.url ?? '/', '?');
  const host = headers[HOST_HEADER] ?? headers['host'] ?? '';
  return { method: incoming.method ?? 'GET', host, path, query, headers, body: Buffer.concat(chunks).toString('utf8') };
}

function logged(request: WireRequest, status: number): LoggedRequest {
  const kept = LOGGED.filter((name) => request.headers[name] !== undefined);
  const headers = Object.fromEntries(kept.map((name) => [name, request.headers[name] ?? '']));
  const parts = request.path.endsWith('/$batch') ? partUrls(request.body) : [];
  return { method: request.method, host: request.host, path: target(request), headers, parts, status };
}
