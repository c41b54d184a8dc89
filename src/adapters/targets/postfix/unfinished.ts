/** A file that stands beside the tables from before they change until Postfix has taken them in: who finds it finishes what was begun. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetFault } from '../../../domain/target.ts';
import { withFile } from './file-problem.ts';
import { putInPlace, stageText, syncFolder, unlessMissing } from './table-files.ts';

const NAME = '.rollcall-unfinished';
const TEXT =
  'Rollcall was changing the tables here, and Postfix may not have taken them in. The next apply finishes it.\n';

export const UNFINISHED: TargetFault = {
  key: 'tables',
  expected: 'taken in by Postfix',
  found: 'changed without Postfix having been told',
};

export async function isUnfinished(dir: string): Promise<boolean> {
  const path = join(dir, NAME);
  return withFile(path, 'read', async () => (await stat(path).catch(unlessMissing)) !== null);
}

export async function noteUnfinished(dir: string): Promise<void> {
  await putInPlace(dir, [await stageText(dir, NAME, TEXT)]);
}

export async function noteFinished(dir: string): Promise<void> {
  const path = join(dir, NAME);
  await withFile(path, 'written', async () => {
    await rm(path, { force: true });
    await syncFolder(dir);
  });
}
