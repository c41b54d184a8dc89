/** What the pipelines tell on GitHub and GitLab: one comment, one issue, and the plan that belongs to a commit. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOT } from './forge-routes.ts';
import { type ForgeStub, startGithub, startGitlab, TOKEN } from './forge-stub.ts';
import { runScript } from './run-script.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-forge-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOON = { 'retry-after': '0' };
const HEAD = 'a'.repeat(40);
const MERGED = 'b'.repeat(40);

function tell(stub: ForgeStub, text: string, env: Readonly<Record<string, string>> = { ROLLCALL_PULL_REQUEST: '5' }) {
  writeFileSync(join(folder, 'comment.md'), text);
  return runScript('comment.mjs', {
    cwd: folder,
    env: { ...stub.env, ...env },
    args: ['--kind', 'preview', '--file', 'comment.md'],
  });
}

function issue(stub: ForgeStub, ...args: readonly string[]) {
  return runScript('issue.mjs', { cwd: folder, env: stub.env, args: ['--kind', 'drift', ...args] });
}

function findPlan(stub: ForgeStub, name: string, env: Readonly<Record<string, string>> = {}) {
  return runScript('find-plan.mjs', {
    cwd: folder,
    env: { ...stub.env, ...env },
    args: [name, MERGED, join(folder, 'plans')],
  });
}

const bodies = (stub: ForgeStub) => (stub.comments.get(5) ?? []).map(({ body }) => body);
const wrote = (stub: ForgeStub) => stub.asked.filter(({ method }) => method !== 'GET').map(({ method }) => method);

describe.each([
  ['GitHub', startGithub],
  ['GitLab', startGitlab],
])('a comment on %s', (_name, start) => {
  it('is made once, edited where the text changes, and left alone where it does not', async () => {
    await using stub = await start();
    // Somebody else's, with the marker in it, and more than a page of others before ours.
    const others = Array.from({ length: 130 }, (_, id) => ({
      id,
      author: 'mallory',
      body: `<!-- rollcall:preview -->\n${id}`,
    }));
    stub.comments.set(5, others);

    expect(await tell(stub, 'first\n')).toMatchObject({ code: 0, stderr: 'Comment on 5: created.\n' });
    expect(await tell(stub, 'second\n')).toMatchObject({ code: 0, stderr: 'Comment on 5: edited.\n' });
    expect(await tell(stub, 'second\n')).toMatchObject({ code: 0, stderr: 'Comment on 5: unchanged.\n' });

    expect(bodies(stub).slice(0, 130)).toEqual(others.map(({ body }) => body));
    expect(bodies(stub).slice(130)).toEqual(['<!-- rollcall:preview -->\nsecond\n']);
    expect(wrote(stub)).toHaveLength(2);
  });

  it('of another workspace is another one', async () => {
    await using stub = await start();
    await tell(stub, 'one');
    await tell(stub, 'two', { ROLLCALL_PULL_REQUEST: '5', ROLLCALL_WORKSPACE: 'north --> x' });
    expect(bodies(stub)).toEqual([
      '<!-- rollcall:preview -->\none',
      '<!-- rollcall:preview:north%20--%3E%20x -->\ntwo',
    ]);
  });

  it('is told in spite of a server that is busy, and only once by one that failed after it was made', async () => {
    await using stub = await start();
    stub.faults.push(
      { method: 'GET', status: 502, headers: SOON },
      { method: 'GET', status: 429, headers: SOON },
      { method: 'POST', status: 429, headers: SOON },
      { method: 'POST', status: 502, done: true },
    );
    expect(await tell(stub, 'told')).toMatchObject({ code: 0 });
    expect(bodies(stub)).toEqual(['<!-- rollcall:preview -->\ntold']);
    expect(stub.faults).toEqual([]);
  });

  it('never shows the token, and says what the server said', async () => {
    await using stub = await start();
    stub.faults.push({ method: 'POST', status: 403 });
    const { code, stdout, stderr } = await tell(stub, 'text');
    expect(code).toBe(1);
    expect(stderr).toContain('403 {"message": "not now"}');
    expect(stdout + stderr).not.toContain(TOKEN);
  });
});

describe('the text of a comment', () => {
  it('is cut where GitHub would refuse it, with what was open closed', async () => {
    await using stub = await startGithub();
    await tell(
      stub,
      `<details><summary>All</summary>\n\n\`\`\`\`\n${'ann@acme.example is added\n'.repeat(5000)}\`\`\`\`\n</details>\n`,
    );
    const [body = ''] = bodies(stub);
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.length).toBeGreaterThan(60_000);
    expect(body).toMatch(/is added\n````\n\n<\/details>\n\n\*The rest is left out here.*\*\n$/);
  });

  it('calls nobody', async () => {
    await using stub = await startGithub();
    await tell(stub, '@everybody (@rosters/all) and ann@acme.example');
    expect(bodies(stub)).toEqual([
      '<!-- rollcall:preview -->\n@\u2060everybody (@\u2060rosters/all) and ann@acme.example',
    ]);
  });

  it('is a plain file, and not one that an artifact leads to', async () => {
    await using stub = await startGithub();
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(folder, 'link.md'));
    const args = ['--kind', 'preview', '--file', 'link.md'];
    const told = await runScript('comment.mjs', {
      cwd: folder,
      env: { ...stub.env, ROLLCALL_PULL_REQUEST: '5' },
      args,
    });
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('link.md is no plain file') });
    expect(stub.asked).toEqual([]);
  });
});

describe('the pull request of a run', () => {
  const env = {
    ROLLCALL_HEAD_OWNER: 'mallory',
    ROLLCALL_HEAD_BRANCH: 'x"; $(touch pwned)',
    ROLLCALL_HEAD_COMMIT: HEAD,
  };

  it('is the open one with this head', async () => {
    await using stub = await startGithub();
    stub.pulls.push({ number: 5, owner: 'mallory', branch: env.ROLLCALL_HEAD_BRANCH, head: HEAD });
    expect(await tell(stub, 'of a fork', env)).toMatchObject({ code: 0 });
    expect(bodies(stub)).toEqual(['<!-- rollcall:preview -->\nof a fork']);
  });

  it('is left alone where it has moved on', async () => {
    await using stub = await startGithub();
    stub.pulls.push({ number: 5, owner: 'mallory', branch: env.ROLLCALL_HEAD_BRANCH, head: MERGED });
    expect(await tell(stub, 'old', env)).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to tell') });
    expect(wrote(stub)).toEqual([]);
  });

  it('is a number', async () => {
    await using stub = await startGithub();
    const told = await tell(stub, 'x', { ROLLCALL_PULL_REQUEST: '5/../../issues/1' });
    expect(told).toMatchObject({ code: 1, stderr: '"5/../../issues/1" is no number of a pull request.\n' });
  });
});

describe.each([
  ['GitHub', startGithub],
  ['GitLab', startGitlab],
])('the issue on %s', (_name, start) => {
  it('is opened, edited and closed, and opened anew', async () => {
    await using stub = await start();
    const marked = '<!-- rollcall:drift -->\nmine';
    stub.issues.push({ id: 1, author: 'mallory', title: 'Other', body: marked, state: 'open', comments: [] });
    if (start === startGithub) {
      stub.issues.push({
        id: 2,
        author: BOT,
        title: 'PR',
        body: marked,
        state: 'open',
        comments: [],
        isPullRequest: true,
      });
    }
    const others = stub.issues.length;
    const file = join(folder, 'drift.md');
    writeFileSync(file, 'one');
    await issue(stub, '--title', 'Out of step', '--file', file);
    writeFileSync(file, 'two');
    expect(await issue(stub, '--title', 'Out of step', '--file', file)).toMatchObject({
      code: 0,
      stderr: 'Issue: edited.\n',
    });
    expect(stub.issues.slice(others)).toMatchObject([
      { title: 'Out of step', body: '<!-- rollcall:drift -->\ntwo', state: 'open' },
    ]);

    expect(await issue(stub, '--close', 'In step.')).toMatchObject({ code: 0, stderr: 'Issues closed: 1.\n' });
    expect(await issue(stub, '--close', 'In step.')).toMatchObject({ code: 0, stderr: 'Issues closed: 0.\n' });
    await issue(stub, '--title', 'Out of step', '--file', file);
    expect(stub.issues.slice(others)).toMatchObject([
      { state: 'closed', comments: ['In step.'] },
      { state: 'open', comments: [] },
    ]);
    expect(stub.issues.slice(0, others).map(({ body, state }) => [body, state])).toEqual(
      Array(others).fill([marked, 'open']),
    );
  });
});

describe('the plan of a commit', () => {
  it('on GitHub is of the workflow that plans, on the head that was merged, here and not in a fork, and the newest', async () => {
    await using stub = await startGithub();
    stub.pulls.push({ number: 5, owner: 'mail', branch: 'x', head: HEAD, mergedAs: MERGED });
    stub.pulls.push({ number: 6, owner: 'mail', branch: 'y', head: 'c'.repeat(40) });
    const made = { name: 'plan-1', commit: HEAD, at: '2026-11-20T10:00:00Z' };
    stub.artifacts.push(
      { ...made, run: 1 },
      { ...made, run: 2, at: '2026-11-20T11:00:00Z' },
      { ...made, run: 3, at: '2026-11-20T12:00:00Z', fork: true },
      { ...made, run: 4, at: '2026-11-20T13:00:00Z', commit: 'c'.repeat(40) },
      { ...made, run: 5, at: '2026-11-20T14:00:00Z', expired: true },
      { ...made, run: 6, at: '2026-11-20T15:00:00Z' },
    );
    for (const run of [1, 2, 3, 4, 5]) stub.runs.set(run, '.github/workflows/rollcall-plan.yml');
    stub.runs.set(6, '.github/workflows/evil.yml');
    const outputs = join(folder, 'outputs');
    expect(await findPlan(stub, 'plan-1', { GITHUB_OUTPUT: outputs })).toMatchObject({ code: 0 });
    expect(readFileSync(outputs, 'utf8')).toBe('plan=plan-1\nrun-id=2\npull-request=5\n');
  });

  it('on GitLab is fetched from the job that planned the head that was merged, with its approvals', async () => {
    await using stub = await startGitlab();
    stub.pulls.push({ number: 5, owner: 'mail', branch: 'x', head: HEAD, mergedAs: MERGED });
    const files = { 'rollcall-plans/plan-1/plan.json': '{}' };
    const approved = { ...files, 'rollcall-plans/plan-1/plan.json.approvals': '[]' };
    stub.jobs.set(5, { name: 'rollcall-approve', commit: HEAD, files: approved });
    stub.jobs.set(1, { name: 'rollcall-plan', commit: HEAD, files });
    stub.jobs.set(2, { name: 'rollcall-plan', commit: HEAD, files: { 'rollcall-plans/plan-2/plan.json': '{}' } });
    stub.jobs.set(3, { name: 'evil', commit: HEAD, files });
    stub.jobs.set(4, { name: 'rollcall-plan', commit: 'c'.repeat(40), files });
    expect(await findPlan(stub, 'plan-1')).toMatchObject({ code: 0, stderr: 'plan-1: of 1, for 5.\n' });
    const fetched = (file: string) => readFileSync(join(folder, 'plans/plan-1', file), 'utf8');
    expect([fetched('plan.json'), fetched('plan.json.approvals'), fetched('pull-request')]).toEqual([
      '{}',
      '[]',
      '5\n',
    ]);
  });

  it.each([
    ['GitHub', startGithub],
    ['GitLab', startGitlab],
  ])('on %s is missing, and what to do is said', async (_name, start) => {
    await using stub = await start();
    const found = await findPlan(stub, 'plan-3');
    expect(found).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No plan is kept.*Run the job that plans on this branch/),
    });
  });
});
