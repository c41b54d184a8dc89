/** Files that are written whole or not at all. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeAtomically } from '../../src/adapters/atomic-file.ts';
import { temporaryFolder } from '../support/workspace.ts';

describe('writeAtomically', () => {
  test('writes all pieces, also of more than one chunk', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    const pieces = Array.from({ length: 5000 }, (_, n) => `${n} ${'x'.repeat(500)}\n`);
    await writeAtomically(path, pieces);
    expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
    await writeAtomically(path, []);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  test('leaves what was there, and nothing beside it, where making the pieces fails', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    writeFileSync(path, 'before');
    function* broken() {
      yield 'x'.repeat(3_000_000);
      throw new Error('no more');
    }
    await expect(writeAtomically(path, broken())).rejects.toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(folder.path)).toEqual(['file']);
  });

  test('replaces the file behind a symbolic link, and keeps the link', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'real'), 'before');
    symlinkSync('real', join(folder.path, 'link'));
    await writeAtomically(join(folder.path, 'link'), ['after']);
    expect(readFileSync(join(folder.path, 'real'), 'utf8')).toBe('after');
    expect(
      readdirSync(folder.path, { withFileTypes: true }).map((entry) => `${entry.name} ${entry.isSymbolicLink()}`),
    ).toEqual(['link true', 'real false']);
  });

  test('writes into a pipe or a device instead of replacing it', async () => {
    using folder = temporaryFolder();
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([readFile(pipe, 'utf8'), writeAtomically(pipe, ['through ', 'it'])]);
    expect(text).toBe('through it');
    expect(statSync(pipe).isFIFO()).toBe(true);
    await expect(writeAtomically('/dev/full', ['x'])).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  test('rejects with what the file system says', async () => {
    using folder = temporaryFolder();
    await expect(writeAtomically(join(folder.path, 'no/such/file'), ['x'])).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writeAtomically(folder.path, ['x'])).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('writes for the owner alone unless told otherwise', async () => {
    using folder = temporaryFolder();
    await writeAtomically(join(folder.path, 'mine'), ['x']);
    await writeAtomically(join(folder.path, 'shared'), ['x'], 0o644);
    expect(statSync(join(folder.path, 'mine')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'shared')).mode & 0o777).toBe(0o644);
    chmodSync(join(folder.path, 'mine'), 0o600);
  });
});
