/** Writes files of a commit into an empty folder, as they stand in git's objects. */
import { mkdir, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { count } from '../../domain/words.ts';
import { type Git, GitFailed } from './git.ts';
import type { TreeEntry } from './tree.ts';

/** No file of a workspace is larger (files/workspace-text.ts). */
const MAX_FILE = 10 * 1024 * 1024;
/** So much is asked of git at once, in octets. */
const BATCH = 32 * 1024 * 1024;
/** Beyond a file's content there is a line about it. */
const LINE = 200;
const LFS = 'version https://git-lfs.github.com/spec/';

/**
 * Says in sentences what is not there as it was: submodules, what is kept in Git LFS, and links that lead out of the folder. A file too large to
 * be read is there with its size alone.
 */
export async function writeTree(git: Git, entries: readonly TreeEntry[], folder: string): Promise<readonly string[]> {
  const submodules = entries.filter(({ kind }) => kind === 'submodule');
  const large = entries.filter(({ kind, size }) => kind === 'file' && size > MAX_FILE);
  const small = entries.filter(({ kind, size }) => kind !== 'submodule' && size <= MAX_FILE);
  const links: { readonly path: string; readonly name: string; readonly target: string }[] = [];
  const pointers: string[] = [];
  for (const entry of large) await writeEmpty(await placeOf(entry, folder), entry.size);
  for (const batch of batches(small)) {
    for (const [entry, content] of await contentsOf(git, batch)) {
      const path = await placeOf(entry, folder);
      const name = entry.path.join('/');
      if (entry.kind === 'link') links.push({ path, name, target: content.toString('utf8') });
      else await writeFile(path, content, { flag: 'wx' });
      if (content.subarray(0, LFS.length).toString('latin1') === LFS) pointers.push(name);
    }
  }
  // After all files, so that none is written through one.
  for (const { path, target } of links) await symlink(target, path);
  const astray: string[] = [];
  for (const { path, name } of links) {
    if (await leadsInto(path, folder)) continue;
    await rm(path);
    astray.push(name);
  }
  return [
    ...note(
      submodules.map(({ path }) => path.join('/')),
      'submodule',
      'is not looked into',
    ),
    ...note(pointers, 'file in Git LFS', 'is read as the pointer that the repository holds'),
    ...note(astray, 'link', 'leads out of the workspace, or nowhere, and is left out'),
  ];
}

async function placeOf({ path }: TreeEntry, folder: string): Promise<string> {
  const place = join(folder, ...path);
  await mkdir(dirname(place), { recursive: true });
  return place;
}

async function writeEmpty(path: string, size: number): Promise<void> {
  await writeFile(path, '', { flag: 'wx' });
  await truncate(path, size);
}

async function leadsInto(link: string, folder: string): Promise<boolean> {
  const target = await realpath(link).catch(() => null);
  return target?.startsWith(folder + sep) === true;
}

function* batches(entries: readonly TreeEntry[]): Generator<readonly TreeEntry[]> {
  let batch: TreeEntry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (batch.length > 0 && size + entry.size + LINE > BATCH) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(entry);
    size += entry.size + LINE;
  }
  if (batch.length > 0) yield batch;
}

/** Each entry with its octets. The answers of `git cat-file --batch` come in the order of the questions: `<object> blob <size>`, the octets, a line end. */
async function contentsOf(git: Git, entries: readonly TreeEntry[]): Promise<readonly (readonly [TreeEntry, Buffer])[]> {
  const input = entries.map(({ object }) => `${object}\n`).join('');
  const output = await git.run(['cat-file', '--batch'], { input, maxBytes: BATCH + MAX_FILE });
  let at = 0;
  return entries.map((entry) => {
    const end = output.indexOf('\n', at);
    const [object, type, size] = output.toString('latin1', at, end).split(' ');
    if (object !== entry.object || type !== 'blob' || Number(size) !== entry.size) {
      throw new GitFailed(`the content of ${entry.path.join('/')} is not in this clone`);
    }
    at = end + 1 + entry.size + 1;
    return [entry, output.subarray(end + 1, at - 1)] as const;
  });
}

function note(names: readonly string[], what: string, how: string): readonly string[] {
  const [first] = names;
  if (first === undefined) return [];
  const others = names.length === 1 ? '' : ` (and ${count(names.length - 1, 'other')})`;
  return [`The ${what} ${first}${others} ${how}.`];
}
