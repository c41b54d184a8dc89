/** What a commit has below a folder, as git lists it. The tree of a repository is somebody else's: no name in it is trusted. */
/** A tree that no honest repository has. */
class MalformedTreeError extends Error {
  override readonly name = 'MalformedTreeError';
}

export interface TreeEntry {
  readonly kind: 'file' | 'link' | 'submodule';
  /** The object's name. */
  readonly object: string;
  /** In octets. */
  readonly size: number;
  /** Its parts, below the folder. */
  readonly path: readonly string[];
}

/** Reads the output of `git ls-tree -r -z -l`. Throws MalformedTreeError for a path that would lead out of the folder. */
export function parseTree(output: Buffer): readonly TreeEntry[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map(parseEntry);
}

const ENTRY = /^(\d{6}) (blob|commit) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)$/s;

function parseEntry(line: string): TreeEntry {
  const [, mode, type, object = '', size, name = ''] = ENTRY.exec(line) ?? [];
  const path = name.split('/');
  if (object === '' || path.some((part) => part === '' || part === '.' || part === '..')) {
    throw new MalformedTreeError(`${JSON.stringify(line)} is no file below the workspace`);
  }
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'link' : 'file';
  return { kind, object, size: size === '-' ? 0 : Number(size), path };
}
