/** Lays a file of the workspace out, in place. */
import { stat } from 'node:fs/promises';
import { error, type Finding } from '../../config/finding.ts';
import { formatYaml } from '../../config/format.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { readText } from './workspace-text.ts';

/** What became of a file: `laidOut` was as it should be, `changed` is so now, or would be. */
export type FileFormatting =
  | { readonly status: 'laidOut' | 'changed' }
  | { readonly status: 'refused'; readonly findings: readonly Finding[] };

/**
 * The file is written whole or not at all, where a link leads to, with the permissions that it has; with `check`, never. `name` is what
 * findings call it. Rejects with FileProblem for a file that cannot be written, and with what `formatYaml` throws.
 */
export async function formatFile(path: string, name: string, check: boolean): Promise<FileFormatting> {
  const read = await readText(path);
  if (!read.ok) {
    const location = { file: name, line: read.line ?? 1, column: 1 };
    return { status: 'refused', findings: [error('CONFIG_FILE', location, read.problem)] };
  }
  const formatted = formatYaml(read.text, name);
  if (!formatted.ok) return { status: 'refused', findings: formatted.findings };
  // The byte-order mark is no part of the text any more.
  if (Buffer.from(formatted.text).equals(read.bytes)) return { status: 'laidOut' };
  if (!check) await write(path, formatted.text);
  return { status: 'changed' };
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeAtomically(path, [text], (await stat(path)).mode & 0o777);
  } catch (cause) {
    const message = `${path} could not be written: ${cause instanceof Error ? cause.message : cause}.`;
    const hint = 'It is as it was. Make sure that you may write to its folder, and that there is room.';
    throw new FileProblem({ code: 'FILE_NOT_WRITTEN', message, hint }, { cause });
  }
}
