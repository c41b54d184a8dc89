/** The names in a workspace, for completion: found fast and without believing the files, which need not be valid. */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { readYaml } from '../../config/yaml.ts';
import { findRoot, WORKSPACE_FILE } from './workspace-root.ts';

const DEFAULT_PATTERNS = ['customers/*.yaml'];
/** What the schemas take for a name. Nothing else is ever shown: it goes to a shell. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** The key at the top of a customer's file. */
const NAME_LINE = /^name:[ \t]+(["']?)([a-z0-9][a-z0-9-]{0,62})\1[ \t]*(?:#.*)?\r?$/m;
/** Names stand at the head of their files. */
const HEAD_BYTES = 4096;
const WORKSPACE_BYTES = 1 << 20;
const FILES_AT_ONCE = 32;

/** Sorted, each once. Rejects with what the file system says of rollcall.yaml; a customer's file that cannot be read is passed over. */
export async function workspaceNames(kind: 'customers' | 'targets', start: string): Promise<readonly string[]> {
  const root = await findRoot(resolve(start));
  if (root === null) return [];
  const text = await headOf(join(root, WORKSPACE_FILE), WORKSPACE_BYTES);
  const workspace = readYaml(text, WORKSPACE_FILE).value;
  const names = kind === 'targets' ? targetNames(workspace) : await customerNames(root, patternsOf(workspace));
  return [...new Set(names)].toSorted();
}

function targetNames(workspace: unknown): readonly string[] {
  return listIn(workspace, 'targets').flatMap((target) => {
    const name = memberOf(target, 'name');
    return typeof name === 'string' && NAME.test(name) ? [name] : [];
  });
}

function patternsOf(workspace: unknown): readonly string[] {
  const patterns = listIn(workspace, 'customers').filter((pattern) => typeof pattern === 'string');
  return patterns.length === 0 ? DEFAULT_PATTERNS : patterns;
}

async function customerNames(root: string, patterns: readonly string[]): Promise<readonly string[]> {
  const paths = await glob([...patterns], { cwd: root, absolute: true, expandDirectories: false });
  const names: string[] = [];
  for (let first = 0; first < paths.length; first += FILES_AT_ONCE) {
    const heads = await Promise.all(
      paths.slice(first, first + FILES_AT_ONCE).map((path) => headOf(path, HEAD_BYTES).catch(() => '')),
    );
    for (const head of heads) {
      const name = NAME_LINE.exec(head)?.[2];
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}

/** The beginning of a file. A pipe does not keep it waiting. */
async function headOf(path: string, bytes: number): Promise<string> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file?.close();
  }
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
}
