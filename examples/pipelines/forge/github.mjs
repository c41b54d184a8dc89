/** Comments, issues and artifacts of a repository on GitHub, by its REST API of 2022-11-28. */
import { openApi } from './http.mjs';

/** A comment may be as long as this. */
const LIMIT = 65_536;

export function openGithub({ address, token, repository, author = 'github-actions[bot]' }) {
  const repo = `repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  const api = openApi({
    address,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'rollcall-pipelines',
      'x-github-api-version': '2022-11-28',
    },
  });
  const isOwn = ({ user }) => user?.login === author;

  return {
    limit: LIMIT,
    async *ownComments(number) {
      for await (const one of api.pages(`${repo}/issues/${number}/comments?per_page=100`)) {
        if (isOwn(one)) yield { id: one.id, body: one.body };
      }
    },
    createComment: (number, body) => api.json('POST', `${repo}/issues/${number}/comments`, { body }),
    editComment: (_number, id, body) => api.json('PATCH', `${repo}/issues/comments/${id}`, { body }),

    /** Those that are open. Pull requests are listed among them, and left out. */
    async *ownIssues() {
      for await (const one of api.pages(`${repo}/issues?state=open&per_page=100`)) {
        if (isOwn(one) && one.pull_request === undefined) yield { id: one.number, title: one.title, body: one.body };
      }
    },
    createIssue: (issue) => api.json('POST', `${repo}/issues`, issue),
    editIssue: (id, issue) => api.json('PATCH', `${repo}/issues/${id}`, issue),
    closeIssue: (id) => api.json('PATCH', `${repo}/issues/${id}`, { state: 'closed', state_reason: 'completed' }),
    commentIssue: (id, body) => api.json('POST', `${repo}/issues/${id}/comments`, { body }),

    /** The open pull request whose head is this very commit of this branch; null where there is none, or it has moved on. */
    async pullRequestOf({ owner, branch, commit }) {
      const head = encodeURIComponent(`${owner}:${branch}`);
      for await (const one of api.pages(`${repo}/pulls?state=open&per_page=100&head=${head}`)) {
        if (one.head?.sha === commit) return one.number;
      }
      return null;
    },
    /** The merged pull requests that brought this commit: their numbers and heads. */
    async mergedAs(commit) {
      const merged = [];
      for await (const one of api.pages(`${repo}/commits/${commit}/pulls?per_page=100`)) {
        if (one.merged_at !== null && one.merge_commit_sha === commit)
          merged.push({ number: one.number, head: one.head.sha });
      }
      return merged;
    },
    /** Artifacts of this name that are still there, of runs of this repository and not of a fork; the newest first. */
    async artifacts(name) {
      const found = await api.json('GET', `${repo}/actions/artifacts?per_page=100&name=${encodeURIComponent(name)}`);
      return found.artifacts
        .filter((one) => one.name === name && !one.expired)
        .filter(
          ({ workflow_run: run }) => run?.repository_id !== undefined && run.repository_id === run.head_repository_id,
        )
        .map(({ created_at: at, workflow_run: run }) => ({ at, run: run.id, commit: run.head_sha }))
        .toSorted((a, b) => (a.at < b.at ? 1 : -1));
    },
    /** Whether a run is one of this workflow, the path of a file. */
    async isRunOf(run, workflow) {
      const { path } = await api.json('GET', `${repo}/actions/runs/${run}`);
      return path.split('@')[0] === workflow;
    },
  };
}
