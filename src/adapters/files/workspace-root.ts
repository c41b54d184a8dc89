/** Where a workspace is. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const WORKSPACE_FILE = 'rollcall.yaml';

/** The folder `start`, or the closest above it, that has a rollcall.yaml; null if none has. `start` is absolute. */
export async function findRoot(start: string): Promise<string | null> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await exists(join(folder, WORKSPACE_FILE))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
