/** Writes a file whole, or leaves what was there: beside it, synced, then renamed over it. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Pieces are gathered to at most this many bytes a write. */
const BUFFER_BYTES = 1 << 18;
// What a unit of UTF-16 takes at most in UTF-8.
const BYTES_OF_A_UNIT = 3;

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

/** Each piece is encoded by itself, into one buffer: gathering them as text first takes twice as long. */
async function writePieces(file: FileHandle, pieces: Iterable<string>): Promise<void> {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let used = 0;
  for (const piece of pieces) {
    const room = piece.length * BYTES_OF_A_UNIT;
    if (used + room > buffer.length) {
      await file.writeFile(buffer.subarray(0, used));
      used = 0;
    }
    if (room > buffer.length) await file.writeFile(piece);
    else used += buffer.write(piece, used);
  }
  await file.writeFile(buffer.subarray(0, used));
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
