/** A newcomer gets from the package to a plan that was applied, by what docs/getting-started.md prints and nothing else. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { installEnvironment, pack } from '../support/package.ts';
import { rerun } from './console.ts';

it('docs/getting-started.md leads from the package to a plan that was applied', async () => {
  const path = fileURLToPath(new URL('../../docs/getting-started.md', import.meta.url));
  await expect(await rerun(readFileSync(path, 'utf8'), besideThePackage)).toMatchFileSnapshot(path);
}, 300_000);

/** Where the package has just been packed, for somebody whom git knows. */
async function besideThePackage(folder: string, elsewhere: string): Promise<NodeJS.ProcessEnv> {
  await pack(folder);
  const who = { name: 'ben', email: 'ben@msp.example' };
  return {
    ...(await installEnvironment(elsewhere)),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
}
