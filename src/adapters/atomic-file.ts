/** Writes a file whole, or leaves what was there: beside it, synced, then renamed over it. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Pieces are gathered to about this many characters a write. */
const CHUNK = 1 << 20;

/**
 * Rejects with what the file system says (ENOSPC, EACCES, ENOENT …); the file is then as it was, and nothing is left beside it. Where the path
 * leads to a device or a pipe, such as /dev/stdout, that is written to: it must not be replaced.
 */
export async function writeAtomically(path: string, pieces: Iterable<string>, mode = 0o600): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const there = await stat(target).catch(() => null);
  if (there === null || there.isFile()) return replace(target, pieces, mode);
  const file = await open(target, 'w');
  await writePieces(file, pieces).finally(() => file.close());
}

async function replace(path: string, pieces: Iterable<string>, mode: number): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  const file = await open(beside, 'wx', mode);
  try {
    try {
      await writePieces(file, pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writePieces(file: FileHandle, pieces: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    await file.writeFile(chunk);
    chunk = '';
  }
  await file.writeFile(chunk);
}

/** The rename is on disk once the folder is. A folder that may be written but not read has its way: the file is in place already. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
