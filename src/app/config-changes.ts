/** What differs between the files of two versions of a workspace, as unified diffs. */
import { structuredPatch } from 'diff';

/** A file of the workspace that is not what it was. */
export interface FileChange {
  /** From the top of the repository. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Lines; null where the file differs too much to compare. */
  readonly added: number | null;
  readonly removed: number | null;
  /** The first lines of the unified diff, from its first `@@` on. */
  readonly patch: readonly string[];
  /** How many lines of it are left out. */
  readonly leftOut: number;
}

/** So many lines of each diff are shown. */
const LONGEST = 200;
/** Beyond so many lines that come or go a comparison takes too long. */
const MOST_EDITS = 5000;

type Texts = ReadonlyMap<string, string>;

/** The files by their path below the workspace, which lies at `prefix` in the repository. Sorted by path. */
export function configChanges(before: Texts, after: Texts, prefix: string): readonly FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return old === now ? [] : [fileChange(`${prefix}${path}`, old, now)];
  });
}

function fileChange(path: string, old: string | undefined, now: string | undefined): FileChange {
  const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
  const options = { context: 3, maxEditLength: MOST_EDITS };
  const patch =
    change === 'changed' ? structuredPatch(path, path, old ?? '', now ?? '', '', '', options) : wholePatch(old, now);
  if (patch === undefined) return { path, change, added: null, removed: null, patch: [], leftOut: 0 };
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const signed = (sign: string) =>
    patch.hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith(sign)).length, 0);
  return {
    path,
    change,
    added: signed('+'),
    removed: signed('-'),
    patch: lines.slice(0, LONGEST),
    leftOut: Math.max(0, lines.length - LONGEST),
  };
}

/** Of a file that only one version has, every line. */
function wholePatch(old: string | undefined, now: string | undefined) {
  const lines = (old ?? now ?? '').replace(/\n$/, '').split('\n');
  const [oldLines, newLines] = old === undefined ? [0, lines.length] : [lines.length, 0];
  const sign = old === undefined ? '+' : '-';
  const [oldStart, newStart] = [Math.min(1, oldLines), Math.min(1, newLines)];
  return { hunks: [{ oldStart, oldLines, newStart, newLines, lines: lines.map((line) => sign + line) }] };
}
