/** Writes a file whole, or leaves what was there: beside it, synced, then renamed over it. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Pieces are gathered to about this many characters a write. */
const CHUNK = 1 << 20;

/** Rejects with what the file system says (ENOSPC, EACCES, ENOENT …); the file is then as it was, and nothing is left beside it. */
export async function writeAtomically(path: string, pieces: Iterable<string>, mode = 0o600): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  const file = await open(beside, 'wx', mode);
  try {
    try {
      let chunk = '';
      for (const piece of pieces) {
        chunk += piece;
        if (chunk.length < CHUNK) continue;
        await file.writeFile(chunk);
        chunk = '';
      }
      await file.writeFile(chunk);
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

/** The rename is on disk once the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
