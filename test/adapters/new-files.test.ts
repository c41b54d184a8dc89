/** Files that are written only where there are none. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNewFiles } from '../../src/adapters/files/new-files.ts';
import { temporaryFolder } from '../support/workspace.ts';

test('writes what is not there, folders and all, and keeps what is', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'a'));
  writeFileSync(join(folder.path, 'a/kept'), 'mine');
  const files = new Map([
    ['a/kept', 'theirs'],
    ['b/c/new', 'new'],
  ]);
  expect(await writeNewFiles(folder.path, files)).toEqual({ written: ['b/c/new'], kept: ['a/kept'] });
  expect(readFileSync(join(folder.path, 'a/kept'), 'utf8')).toBe('mine');
  expect(readFileSync(join(folder.path, 'b/c/new'), 'utf8')).toBe('new');
  expect(await writeNewFiles(folder.path, files)).toEqual({ written: [], kept: ['a/kept', 'b/c/new'] });
});

test('a file in the place of a folder is a problem with what to do', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'file'), '');
  await expect(writeNewFiles(folder.path, new Map([['file/below', 'x']]))).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
    message: expect.stringContaining('file/below could not be written'),
    hint: expect.stringContaining('rollcall init DIR'),
  });
});
