/** Text files of a workspace: read whole, within limits, as UTF-8. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export type TextFile =
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string; readonly line: number | null };

const MEGABYTE = 1024 * 1024;
const MAX_MEGABYTES = 10;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file: a part of its path is not a folder.',
  EACCES: 'The file cannot be read: permission denied.',
  EPERM: 'The file cannot be read: permission denied.',
  ELOOP: 'The file is a symbolic link that leads back to itself.',
  ENAMETOOLONG: 'The name of the file is too long.',
};

/** Reads a file of UTF-8 with or without a byte-order mark, up to 10 MB. Never rejects; `line` is where its text breaks, if that is what is wrong. */
export async function readText(path: string): Promise<TextFile> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) return refuse('This is a folder, not a file.');
    if (!info.isFile()) return refuse('This is not a regular file.');
    if (info.size > MAX_MEGABYTES * MEGABYTE)
      return refuse(
        `The file has ${(info.size / MEGABYTE).toFixed(1)} MB; no more than ${MAX_MEGABYTES} MB are read. Split it.`,
      );
    return decode(await readFile(path));
  } catch (problem) {
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown reason';
    return refuse(REASONS[code] ?? `The file cannot be read (${code}).`);
  }
}

/** The texts of those of these files that can be read, by their paths relative to `root`. */
export async function fileTexts(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const file of files) {
    const read = await readText(join(root, file));
    if (read.ok) texts.set(file, read.text);
  }
  return texts;
}

function decode(bytes: Uint8Array): TextFile {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return refuse('The file is UTF-16. Save it as UTF-8.', 1);
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bytes };
  } catch {
    const line = lineOfBrokenText(bytes);
    return refuse(
      'The file is not UTF-8: a character here is in another encoding, perhaps Latin-1. Save it as UTF-8.',
      line,
    );
  }
}

/** The lenient decoder puts U+FFFD where the strict one stopped; the file itself hardly ever holds one before that. */
function lineOfBrokenText(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8').decode(bytes);
  return text.slice(0, text.indexOf('\ufffd')).split('\n').length;
}

function refuse(problem: string, line: number | null = null): TextFile {
  return { ok: false, problem, line };
}
