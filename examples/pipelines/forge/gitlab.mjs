/** Notes, issues and artifacts of a project on GitLab, by its REST API version 4. */
import { openApi } from './http.mjs';

/** A note may be as long as this. */
const LIMIT = 1_000_000;

export function openGitlab({ address, token, project }) {
  const base = `projects/${encodeURIComponent(project)}`;
  const api = openApi({ address, headers: { 'private-token': token, 'user-agent': 'rollcall-pipelines' } });
  let me = null;
  const ownId = async () => {
    me ??= (await api.json('GET', 'user')).id;
    return me;
  };

  return {
    limit: LIMIT,
    async *ownComments(number) {
      const own = await ownId();
      for await (const one of api.pages(`${base}/merge_requests/${number}/notes?per_page=100`)) {
        if (one.author?.id === own && one.system !== true) yield { id: one.id, body: one.body };
      }
    },
    createComment: (number, body) => api.json('POST', `${base}/merge_requests/${number}/notes`, { body }),
    editComment: (number, id, body) => api.json('PUT', `${base}/merge_requests/${number}/notes/${id}`, { body }),

    async *ownIssues() {
      const own = await ownId();
      for await (const one of api.pages(`${base}/issues?state=opened&author_id=${own}&per_page=100`)) {
        if (one.author?.id === own) yield { id: one.iid, title: one.title, body: one.description };
      }
    },
    createIssue: ({ title, body }) => api.json('POST', `${base}/issues`, { title, description: body }),
    editIssue: (id, { title, body }) => api.json('PUT', `${base}/issues/${id}`, { title, description: body }),
    closeIssue: (id) => api.json('PUT', `${base}/issues/${id}`, { state_event: 'close' }),
    commentIssue: (id, body) => api.json('POST', `${base}/issues/${id}/notes`, { body }),

    /** The merged merge requests that brought this commit: their numbers and heads. */
    async mergedAs(commit) {
      const merged = [];
      for await (const one of api.pages(`${base}/repository/commits/${commit}/merge_requests?per_page=100`)) {
        const brought = [one.merge_commit_sha, one.squash_commit_sha, one.sha].includes(commit);
        if (one.state === 'merged' && brought) merged.push({ number: one.iid, head: one.sha });
      }
      return merged;
    },
    /** Jobs of this name that went well in a pipeline of this commit; the newest first. */
    async jobs(commit, name) {
      const found = [];
      for await (const pipeline of api.pages(`${base}/pipelines?sha=${commit}&per_page=100`)) {
        for await (const job of api.pages(`${base}/pipelines/${pipeline.id}/jobs?scope[]=success&per_page=100`)) {
          if (job.name === name) found.push(job.id);
        }
      }
      return found.toSorted((a, b) => b - a);
    },
    artifact: (job, path) =>
      api.file(`${base}/jobs/${job}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`),
  };
}
