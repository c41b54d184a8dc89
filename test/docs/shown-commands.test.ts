/** What the documents show is what the program does. `npx vitest run test/docs -u` puts the present output into them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rerun } from './console.ts';

const DOCUMENTS = ['README.md', 'docs/tour.md', 'docs/review.md', 'docs/replay.md'];

it.each(DOCUMENTS)('%s shows what its commands print', async (name) => {
  const path = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  await expect(await rerun(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
