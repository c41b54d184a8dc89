/** A server on loopback with those parts of the APIs of GitHub and GitLab that the pipelines use, as they are documented. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TOKEN = 'token-that-nobody-may-see';
export const BOT = 'github-actions[bot]';
/** The id of the user whose token it is on GitLab. */
const OWN_ID = 7;
const PER_PAGE = 100;

export interface Posted {
  readonly id: number;
  readonly author: string;
  body: string;
}

export interface Issue extends Posted {
  title: string;
  state: 'open' | 'closed';
  readonly isPullRequest?: boolean;
  readonly comments: string[];
}

export interface Artifact {
  readonly name: string;
  readonly run: number;
  readonly commit: string;
  readonly at: string;
  readonly expired?: boolean;
  readonly fork?: boolean;
}

/** What the forge holds; tests fill it in and look at it. */
export interface Holdings {
  readonly comments: Map<number, Posted[]>;
  readonly issues: Issue[];
  readonly pulls: { number: number; owner: string; branch: string; head: string; mergedAs?: string; state?: string }[];
  readonly artifacts: Artifact[];
  /** Paths of workflows by run. */
  readonly runs: Map<number, string>;
  /** GitLab: the files of jobs, by job. */
  readonly jobs: Map<number, { name: string; commit: string; files: Readonly<Record<string, string>> }>;
}

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

type Answer = { readonly status: number; readonly body: unknown; readonly location?: string };
type Route = (held: Holdings, parts: readonly string[], query: URLSearchParams, body: Record<string, string>) => Answer;

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

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };
const ok = (body: unknown, status = 200): Answer => ({ status, body });
let lastId = 1000;

function tooLong(limit: number, body: string | undefined): boolean {
  return body === undefined || body.length > limit;
}

const INVALID: Answer = { status: 422, body: { message: 'Validation Failed' } };
const REPO = '/repos/mail/rosters';

const GITHUB: Readonly<Record<string, Route>> = {
  [`GET ${REPO}/issues/(\\d+)/comments`]: (held, [number]) =>
    ok((held.comments.get(Number(number)) ?? []).map(githubPosted)),
  [`POST ${REPO}/issues/(\\d+)/comments`]: (held, [number], _query, { body = '' }) => {
    if (tooLong(65_536, body)) return INVALID;
    const issue = held.issues.find(({ id }) => id === Number(number));
    if (issue !== undefined) issue.comments.push(body);
    return ok(githubPosted(post(held, Number(number), BOT, body)), 201);
  },
  [`PATCH ${REPO}/issues/comments/(\\d+)`]: (held, [id], _query, { body = '' }) => {
    if (tooLong(65_536, body)) return INVALID;
    return edited(held, Number(id), body, githubPosted);
  },
  [`GET ${REPO}/issues`]: (held, _parts, query) =>
    ok(held.issues.filter(({ state }) => state === (query.get('state') ?? 'open')).map(githubIssue)),
  [`POST ${REPO}/issues`]: (held, _parts, _query, { title = '', body = '' }) => {
    if (tooLong(65_536, body) || title === '') return INVALID;
    return ok(githubIssue(newIssue(held, { title, body, author: BOT })), 201);
  },
  [`PATCH ${REPO}/issues/(\\d+)`]: (held, [id], _query, change) => {
    const issue = held.issues.find((one) => one.id === Number(id));
    if (issue === undefined) return NOT_FOUND;
    Object.assign(issue, change);
    return ok(githubIssue(issue));
  },
  [`GET ${REPO}/pulls`]: (held, _parts, query) =>
    ok(
      held.pulls
        .filter(({ state = 'open' }) => state === query.get('state'))
        .filter(({ owner, branch }) => query.get('head') === `${owner}:${branch}`)
        .map(({ number, head }) => ({ number, head: { sha: head } })),
    ),
  [`GET ${REPO}/commits/([0-9a-f]{40})/pulls`]: (held, [commit]) =>
    ok(
      held.pulls
        .filter(({ head, mergedAs }) => head === commit || mergedAs === commit)
        .map(({ number, head, mergedAs }) => ({
          number,
          head: { sha: head },
          merged_at: mergedAs === undefined ? null : '2026-11-20T12:00:00Z',
          merge_commit_sha: mergedAs ?? null,
        })),
    ),
  [`GET ${REPO}/actions/artifacts`]: (held, _parts, query) => {
    const found = held.artifacts.filter(({ name }) => name === query.get('name'));
    return ok({ total_count: found.length, artifacts: found.map(githubArtifact) });
  },
  [`GET ${REPO}/actions/runs/(\\d+)`]: (held, [run]) =>
    ok({ id: Number(run), path: held.runs.get(Number(run)), conclusion: 'success' }),
};

const PROJECT = '/api/v4/projects/42';

const GITLAB: Readonly<Record<string, Route>> = {
  'GET /api/v4/user': () => ok({ id: OWN_ID }),
  [`GET ${PROJECT}/merge_requests/(\\d+)/notes`]: (held, [number]) =>
    ok((held.comments.get(Number(number)) ?? []).map(gitlabNote)),
  [`POST ${PROJECT}/merge_requests/(\\d+)/notes`]: (held, [number], _query, { body = '' }) =>
    ok(gitlabNote(post(held, Number(number), BOT, body)), 201),
  [`PUT ${PROJECT}/merge_requests/\\d+/notes/(\\d+)`]: (held, [id], _query, { body = '' }) =>
    edited(held, Number(id), body, gitlabNote),
  [`GET ${PROJECT}/issues`]: (held, _parts, query) =>
    ok(query.get('state') === 'opened' ? held.issues.filter(({ state }) => state === 'open').map(gitlabIssue) : []),
  [`POST ${PROJECT}/issues`]: (held, _parts, _query, { title = '', description = '' }) =>
    ok(gitlabIssue(newIssue(held, { title, body: description, author: BOT })), 201),
  [`PUT ${PROJECT}/issues/(\\d+)`]: (held, [id], _query, { title, description, state_event: event }) => {
    const issue = held.issues.find((one) => one.id === Number(id));
    if (issue === undefined) return NOT_FOUND;
    if (title !== undefined) issue.title = title;
    if (description !== undefined) issue.body = description;
    if (event === 'close') issue.state = 'closed';
    return ok(gitlabIssue(issue));
  },
  [`POST ${PROJECT}/issues/(\\d+)/notes`]: (held, [id], _query, { body = '' }) => {
    held.issues.find((one) => one.id === Number(id))?.comments.push(body);
    return ok({ id: 1 }, 201);
  },
  [`GET ${PROJECT}/repository/commits/([0-9a-f]{40})/merge_requests`]: (held, [commit]) =>
    ok(
      held.pulls
        .filter(({ head, mergedAs }) => head === commit || mergedAs === commit)
        .map(({ number, head, mergedAs }) => ({
          iid: number,
          sha: head,
          state: mergedAs === undefined ? 'opened' : 'merged',
          merge_commit_sha: mergedAs ?? null,
          squash_commit_sha: null,
        })),
    ),
  [`GET ${PROJECT}/pipelines`]: (held, _parts, query) =>
    ok([...held.jobs].filter(([, { commit }]) => commit === query.get('sha')).map(([id]) => ({ id }))),
  [`GET ${PROJECT}/pipelines/(\\d+)/jobs`]: (held, [id]) =>
    ok([{ id: Number(id), name: held.jobs.get(Number(id))?.name, status: 'success' }]),
  [`GET ${PROJECT}/jobs/(\\d+)/artifacts/(.+)`]: (_held, [job, path]) => ({
    status: 302,
    body: '',
    location: `/elsewhere/${job}/${path}`,
  }),
};

function post(held: Holdings, number: number, author: string, body: string): Posted {
  lastId += 1;
  const posted = { id: lastId, author, body };
  held.comments.set(number, [...(held.comments.get(number) ?? []), posted]);
  return posted;
}

function edited(held: Holdings, id: number, body: string, shape: (posted: Posted) => unknown): Answer {
  const posted = [...held.comments.values()].flat().find((one) => one.id === id);
  if (posted === undefined) return NOT_FOUND;
  posted.body = body;
  return ok(shape(posted));
}

function newIssue(held: Holdings, issue: { title: string; body: string; author: string }): Issue {
  lastId += 1;
  const made: Issue = { id: lastId, state: 'open', comments: [], ...issue };
  held.issues.push(made);
  return made;
}

const githubPosted = ({ id, author, body }: Posted) => ({ id, body, user: { login: author, type: 'Bot' } });
const githubIssue = ({ id, author, title, body, state, isPullRequest = false }: Issue) => ({
  number: id,
  title,
  body,
  state,
  user: { login: author },
  ...(isPullRequest ? { pull_request: { url: '' } } : {}),
});
const githubArtifact = ({ name, run, commit, at, expired = false, fork = false }: Artifact) => ({
  name,
  expired,
  created_at: at,
  workflow_run: { id: run, head_sha: commit, repository_id: 1, head_repository_id: fork ? 2 : 1 },
});
const gitlabNote = ({ id, author, body }: Posted) => ({
  id,
  body,
  system: false,
  author: { id: author === BOT ? OWN_ID : 8 },
});
const gitlabIssue = ({ id, author, title, body, state }: Issue) => ({
  iid: id,
  title,
  description: body,
  state: state === 'open' ? 'opened' : 'closed',
  author: { id: author === BOT ? OWN_ID : 8 },
});
