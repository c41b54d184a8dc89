/** Which files of a folder are ours: CSV has no place for a mark, so they are listed in a file beside them. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TargetProblem } from '../../../ports/target.ts';
import { writeAtomically } from '../../atomic-file.ts';
import { fileProblem } from './problems.ts';
import type { TextForm } from './upload-text.ts';

const FORMAT = 'rollcall.csv/1';
const NAME = '.rollcall.json';

/** One text of a file of ours, and how to read it when the configuration has moved on. */
export interface WrittenText {
  /** `sha256:…` over its bytes. */
  readonly digest: string;
  readonly delimiter: TextForm['delimiter'];
  /** The name of the column that has the address. */
  readonly address: string;
}

export interface FileMark {
  /** As it was last written to the end; null before the first time. */
  readonly written: WrittenText | null;
  /** What a write was about to put in its place; null once that has come to its end. */
  readonly writing: WrittenText | null;
  /** The number of the last file of changes, 0 before the first. */
  readonly changes: number;
}

/** By the names of the files. */
export type Marks = ReadonlyMap<string, FileMark>;

export const UNMARKED: FileMark = { written: null, writing: null, changes: 0 };

export function marksPath(dir: string): string {
  return join(dir, NAME);
}

export function textDigest(text: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The text that a file of these bytes is; null where it is none of ours. */
export function ownText({ written, writing }: FileMark, digest: string): WrittenText | null {
  if (writing?.digest === digest) return writing;
  return written;
}

/** None where there is no such file. Rejects with TargetProblem for one that cannot be read or is not what it should be. */
export async function readMarks(dir: string): Promise<Marks> {
  const path = marksPath(dir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw fileProblem(path, 'read', error);
  }
  const marks = parseMarks(text);
  if (marks !== null) return marks;
  const message = `${path} is not the list of Rollcall's own files that it should be, so nothing there is touched.`;
  const hint =
    'Bring it back as it was, from version control or a backup; or move the whole folder away, to have it written anew.';
  throw new TargetProblem({ code: 'CSV_MARKS', message, hint });
}

/** Rejects with TargetProblem. */
export async function writeMarks(dir: string, marks: Marks): Promise<void> {
  const path = marksPath(dir);
  const files = Object.fromEntries([...marks].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const text = `${JSON.stringify({ format: FORMAT, files }, null, 2)}\n`;
  await writeAtomically(path, [text], 0o666).catch((error: unknown) => {
    throw fileProblem(path, 'written', error);
  });
}

function parseMarks(text: string): Marks | null {
  const root = objectOf(() => JSON.parse(text));
  const files = objectOf(() => root?.['files']);
  if (root?.['format'] !== FORMAT || files === null) return null;
  const marks = Object.entries(files).map(([name, value]) => [name, markOf(value)] as const);
  const sound = marks.flatMap(([name, mark]) => (mark === null ? [] : [[name, mark] as const]));
  return sound.length < marks.length ? null : new Map(sound);
}

function markOf(value: unknown): FileMark | null {
  const mark = objectOf(() => value);
  if (mark === null) return null;
  const { written, writing, changes } = mark;
  if (typeof changes !== 'number' || !Number.isSafeInteger(changes) || changes < 0) return null;
  const [before, after] = [textOf(written), textOf(writing)];
  return before === undefined || after === undefined ? null : { written: before, writing: after, changes };
}

/** Undefined where it is neither null nor what it should be. */
function textOf(value: unknown): WrittenText | null | undefined {
  if (value === null) return null;
  const { digest, delimiter, address } = objectOf(() => value) ?? {};
  if (typeof digest !== 'string' || typeof address !== 'string') return undefined;
  return delimiter === ',' || delimiter === ';' || delimiter === '\t' ? { digest, delimiter, address } : undefined;
}

function objectOf(value: () => unknown): Readonly<Record<string, unknown>> | null {
  try {
    const found = value();
    return typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
