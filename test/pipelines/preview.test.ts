/** What a pull request shows: recordings with pseudonyms on a branch of their own, and a comment that changes with the branch. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGithub } from './forge-stub.ts';
import { type Clone, on, type Repository, rosters } from './repository.ts';

/** A name that git allows, and that a shell must never read. */
const HOSTILE = `x";$(touch\${IFS}pwned);'\`touch\${IFS}pwned\`'`;
const KEY = { ROLLCALL_REDACTION_KEY: 'k'.repeat(48) };

let repository: Repository;
let main: Clone;
let work: Clone;

const record = (snapshot = on('1-first-day')) => main.job('record.sh', { ...snapshot, ...KEY });
const comment = () => work.read('rollcall-out/comment.md');

async function preview(base = 'origin/main') {
  await work.git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  return work.job('preview.sh', { ROLLCALL_BASE: base });
}

beforeAll(async () => {
  repository = await rosters();
  main = await repository.clone();
  main.edit('rollcall.yaml', 'targets:', 'redaction: {key: {env: ROLLCALL_REDACTION_KEY}}\ntargets:');
  await main.push('Name the key of pseudonyms');
  work = await repository.clone();
  await work.git('checkout', '--quiet', '-b', HOSTILE);
  work.edit('customers/acme.yaml', 'exceptions:', 'exceptions:\n    - {user: rosa.keane@acme.example}');
  await work.push('Leave Rosa out');
  await main.rollcall('apply', '--auto-approve', '-q', '--snapshot', on('1-first-day')['ROLLCALL_SNAPSHOT'] ?? '');
});
afterAll(() => repository[Symbol.dispose]());

it('without recordings a preview says what is missing', async () => {
  expect(await preview()).toMatchObject({ code: 1 });
  expect(comment()).toMatch(/^## Rollcall: valid, and not planned\n\n {4}There are no recordings to plan from/);
});

describe('recordings', () => {
  it('are on a branch of their own, in one commit, with pseudonyms for people', async () => {
    expect(await record()).toMatchObject({ code: 0 });
    expect(await record()).toMatchObject({ code: 0 });
    await work.git('fetch', '--quiet');
    const branch = 'origin/rollcall-recordings';
    expect(await work.git('rev-list', '--count', branch)).toBe('1');
    const files = (await work.git('ls-tree', '-r', '--name-only', branch)).split('\n');
    expect(files).toEqual(['recordings/acme.ndjson', 'recordings/birch.ndjson', 'recordings/state.json']);
    const texts = await Promise.all(files.map((file) => work.git('show', `${branch}:${file}`)));
    for (const text of texts) expect(text).not.toMatch(/Rosa Keane|"Keane"/);
    expect(texts[0]).toContain('rosa.keane@acme.example');
    expect(await main.git('status', '--porcelain')).toBe('');
  });

  it('of a directory that cannot be read stay as they were', async () => {
    const part = repository.path('part');
    cpSync(on('1-first-day')['ROLLCALL_SNAPSHOT'] ?? '', part, { recursive: true });
    rmSync(join(part, 'birch.ndjson'));
    expect(await record({ ROLLCALL_SNAPSHOT: part })).toMatchObject({ code: 1 });
    await work.git('fetch', '--quiet');
    expect(await work.git('show', 'origin/rollcall-recordings:recordings/birch.ndjson')).toContain('birch.test');
  });
});

describe('a preview', () => {
  it('shows who is concerned by the change alone, in one comment that follows the branch', async () => {
    await using forge = await startGithub();
    const tell = () => work.job('comment.sh', { ...forge.env, ROLLCALL_PULL_REQUEST: '5' });

    const made = await preview();
    expect(made).toMatchObject({ code: 0 });
    expect(comment()).toContain('rosa.keane@acme.example');
    expect(comment()).not.toContain('stefan.brandt@acme.example');
    expect(readFileSync(work.path('rollcall-out/plan.html'), 'utf8')).toContain('rosa.keane@acme.example');
    expect(await tell()).toMatchObject({ code: 0, stderr: 'Comment on 5: created.\n' });

    work.edit('customers/acme.yaml', 'rosa.keane@acme.example', 'stefan.brandt@acme.example');
    await work.push('Leave Stefan out instead');
    expect(await preview()).toMatchObject({ code: 0 });
    expect(await tell()).toMatchObject({ code: 0, stderr: 'Comment on 5: edited.\n' });
    expect(forge.comments.get(5)).toEqual([
      expect.objectContaining({ body: expect.stringContaining('stefan.brandt@acme.example') }),
    ]);
    expect(comment()).not.toContain('rosa.keane@acme.example');
  });

  it('of a wrong file shows what is wrong with it, as text', async () => {
    work.edit('customers/birch.yaml', 'displayName: Birch Street Dental', '"</details>@all `x`": 1');
    await work.push('Break it');
    expect(await preview()).toMatchObject({ code: 1 });
    expect(comment()).toMatch(
      /^## Rollcall: the configuration is not valid\n\n {4}customers\/birch\.yaml:\d+:\d+: error\[CONFIG_UNKNOWN_KEY\]/,
    );
    expect(
      comment()
        .split('\n')
        .filter((line) => line.includes('</details>') && !line.startsWith('    ')),
    ).toEqual([]);
  });

  it('compares with any revision by name, and runs none', async () => {
    await work.git('reset', '--quiet', '--hard', 'HEAD~1');
    await main.git('fetch', '--quiet');
    expect(await preview(`origin/${HOSTILE}`)).toMatchObject({ code: 0 });
    const missing = await preview('--output=pwned');
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no commit --output=pwned here.'),
    });
    expect(existsSync(work.path('pwned'))).toBe(false);
  });
});
