/** Writes files that are not there yet. */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileProblem } from '../../ports/documents.ts';

/** Paths are relative to `root`. A file that exists is kept as it is. Rejects with FileProblem. */
export async function writeNewFiles(
  root: string,
  files: ReadonlyMap<string, string>,
): Promise<{ readonly written: readonly string[]; readonly kept: readonly string[] }> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of files) {
    const isNew = await writeNewFile(join(root, path), text);
    (isNew ? written : kept).push(path);
  }
  return { written, kept };
}

async function writeNewFile(path: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await writeIfNew(path, text);
  } catch (error) {
    const message = `${path} could not be written: ${error instanceof Error ? error.message : error}.`;
    throw new FileProblem(
      { code: 'FILE_NOT_WRITTEN', message, hint: 'Choose a folder that you may write to: rollcall init DIR' },
      { cause: error },
    );
  }
}

async function writeIfNew(path: string, text: string): Promise<boolean> {
  const file = await openNew(path);
  if (file === null) return false;
  try {
    await file.writeFile(text);
  } catch (error) {
    // Half of it would be taken for somebody's own file the next time.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return true;
}

/** Null where there is something already. */
async function openNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
}
