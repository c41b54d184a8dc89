/** Digests of files, to tell whether they have changed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';

const FILES_AT_ONCE = 16;

/** `sha256:…` of the bytes of each file, by its path relative to `root`. What cannot be read is left out. */
export async function fileDigests(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const limit = pLimit(FILES_AT_ONCE);
  const digests = await Promise.all(files.map((file) => limit(() => digestOf(join(root, file)))));
  return new Map(
    files.flatMap((file, index) => {
      const digest = digests[index];
      return digest == null ? [] : [[file, digest] as const];
    }),
  );
}

async function digestOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
