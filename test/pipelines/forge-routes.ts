/** What GitHub and GitLab answer to what the pipelines ask, by what the stub of them holds. */

export const BOT = 'github-actions[bot]';
/** The id of the user whose token it is on GitLab. */
const OWN_ID = 7;

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

export type Answer = { readonly status: number; readonly body: unknown; readonly location?: string };
export type Route = (
  held: Holdings,
  parts: readonly string[],
  query: URLSearchParams,
  body: Record<string, string>,
) => Answer;

export const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };
const ok = (body: unknown, status = 200): Answer => ({ status, body });
let lastId = 1000;

function tooLong(limit: number, body: string | undefined): boolean {
  return body === undefined || body.length > limit;
}

const INVALID: Answer = { status: 422, body: { message: 'Validation Failed' } };
const REPO = '/repos/mail/rosters';

export const GITHUB: Readonly<Record<string, Route>> = {
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

export const GITLAB: Readonly<Record<string, Route>> = {
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
