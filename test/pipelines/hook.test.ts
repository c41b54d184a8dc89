/** The hook for git looks at what is staged, whatever else is in the folder. */
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clone, type Repository, rosters } from './repository.ts';
import { PIPELINES, run } from './run-script.ts';

let repository: Repository;
let clone: Clone;

beforeAll(async () => {
  repository = await rosters();
  clone = await repository.clone();
  await clone.rollcall('fmt');
  await clone.push('Have it formatted');
  copyFileSync(join(PIPELINES, 'pre-commit'), clone.path('.git/hooks/pre-commit'));
  chmodSync(clone.path('.git/hooks/pre-commit'), 0o755);
});
afterAll(() => repository[Symbol.dispose]());

const BIRCH = 'customers/birch.yaml';
const commit = (...args: readonly string[]) =>
  run(['git', 'commit', '--quiet', '-m', 'Change', ...args], { cwd: clone.path() });

it('refuses what is staged and wrong, and takes what is staged and right', async () => {
  const right = clone.read(BIRCH);
  clone.edit(BIRCH, 'deleteAfter', 'deletAfter');
  await clone.git('add', BIRCH);
  clone.write(BIRCH, right);
  expect(await commit()).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFIG_UNKNOWN_KEY') });

  clone.write(BIRCH, right.replace('30d', '31d'));
  await clone.git('add', BIRCH);
  clone.edit(BIRCH, 'deleteAfter', 'deletAfter');
  expect(await commit()).toMatchObject({ code: 0 });
  expect(await clone.git('show', `HEAD:${BIRCH}`)).toContain('deleteAfter: 31d');
  clone.write(BIRCH, right.replace('30d', '31d'));
});

it('refuses what rollcall fmt would lay out in another way', async () => {
  clone.edit(BIRCH, 'deleteAfter: 31d', 'deleteAfter:     31d');
  expect(await commit(BIRCH)).toMatchObject({ code: 1 });
  await clone.git('checkout', '--quiet', 'HEAD', '--', BIRCH);
});

it('has nothing against other files', async () => {
  clone.write('README.md', 'Rosters\n');
  await clone.git('add', 'README.md');
  expect(await commit()).toMatchObject({ code: 0, stdout: '' });
});
