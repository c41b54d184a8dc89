/** A server on loopback with those parts of the APIs of GitHub and GitLab that the pipelines use, as they are documented. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, GITHUB, GITLAB, type Holdings, NOT_FOUND, type Route } from './forge-routes.ts';

export const TOKEN = 'token-that-nobody-may-see';
const PER_PAGE = 100;

export interface Asked {
  readonly method: string;
  readonly path: string;
}

/** What is answered in place of the next request of a method; `done` does what was asked all the same. */
export interface Fault {
  readonly method: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly done?: boolean;
}

export interface ForgeStub extends AsyncDisposable, Holdings {
  readonly asked: Asked[];
  readonly faults: Fault[];
  /** What a job finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export const startGithub = () => start('github');
export const startGitlab = () => start('gitlab');

async function start(kind: 'github' | 'gitlab'): Promise<ForgeStub> {
  const held: Holdings = {
    comments: new Map(),
    issues: [],
    pulls: [],
    artifacts: [],
    runs: new Map(),
    jobs: new Map(),
  };
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  const routes = kind === 'github' ? GITHUB : GITLAB;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: Error) => send(response, { status: 599, body: error.message }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', address);
    const method = request.method ?? '';
    asked.push({ method, path: `${url.pathname}${url.search}` });
    const text = (await request.toArray()).join('');
    const fault = faults.findIndex((one) => one.method === method);
    if (fault >= 0 && faults[fault]?.done !== true) return fail(response, faults.splice(fault, 1)[0]);
    if (url.pathname.startsWith('/elsewhere/')) return sendElsewhere(request, response, held, url);
    if (!isAllowed(kind, request)) return send(response, { status: 401, body: { message: 'Bad credentials' } });
    const found = routeOf(routes, method, url.pathname);
    if (found === null) return send(response, { status: 404, body: { message: 'Not Found' } });
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
    const done = found.route(held, found.parts, url.searchParams, body);
    if (fault >= 0) return fail(response, faults.splice(fault, 1)[0]);
    sendPage(response, done, url);
  }

  const env =
    kind === 'github'
      ? { GITHUB_API_URL: address, GITHUB_REPOSITORY: 'mail/rosters', GITHUB_TOKEN: TOKEN }
      : { CI_API_V4_URL: `${address}/api/v4`, CI_PROJECT_ID: '42', ROLLCALL_GITLAB_TOKEN: TOKEN };
  return {
    ...held,
    asked,
    faults,
    env,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isAllowed(kind: string, { headers }: IncomingMessage): boolean {
  if (kind === 'gitlab') return headers['private-token'] === TOKEN;
  return (
    headers.authorization === `Bearer ${TOKEN}` &&
    headers.accept === 'application/vnd.github+json' &&
    headers['x-github-api-version'] === '2022-11-28' &&
    headers['user-agent'] !== undefined
  );
}

function fail(response: ServerResponse, fault: Fault | undefined): void {
  response.writeHead(fault?.status ?? 500, { 'content-type': 'application/json', ...fault?.headers });
  response.end('{"message": "not now"}');
}

function send(
  response: ServerResponse,
  { status, body, location }: Answer,
  headers: Record<string, string> = {},
): void {
  const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers, ...(location === undefined ? {} : { location }) });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Lists come in pages, with a Link to the next one. */
function sendPage(response: ServerResponse, answer: Answer, url: URL): void {
  const list: readonly unknown[] | null = Array.isArray(answer.body) ? answer.body : null;
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), PER_PAGE);
  const page = Number(url.searchParams.get('page') ?? 1);
  const body = list?.slice((page - 1) * size, page * size);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const first = new URL(url);
  first.searchParams.set('page', '1');
  const links = `<${first.href}>; rel="first"${page * size < (list?.length ?? 0) ? `, <${next.href}>; rel="next"` : ''}`;
  if (list === null) send(response, answer);
  else send(response, { status: 200, body }, { link: links });
}

/** Where the files of a job are kept in truth: a place that has no business with the token. */
function sendElsewhere({ headers }: IncomingMessage, response: ServerResponse, held: Holdings, url: URL): void {
  const [, , job = '', ...path] = url.pathname.split('/');
  const text = headers['private-token'] === undefined ? held.jobs.get(Number(job))?.files[path.join('/')] : undefined;
  send(response, text === undefined ? NOT_FOUND : { status: 200, body: text });
}

function routeOf(routes: Readonly<Record<string, Route>>, method: string, path: string) {
  for (const [pattern, route] of Object.entries(routes)) {
    const [wanted, shape = ''] = pattern.split(' ');
    const match = wanted === method ? new RegExp(`^${shape}$`).exec(path) : null;
    if (match !== null) return { route, parts: match.slice(1) };
  }
  return null;
}
