/** Writes upload files: each whole or not at all, and never one that is not ours. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { CustomerId } from '../../../domain/roster.ts';
import type { TargetEntry, TargetFailure } from '../../../domain/target.ts';
import { count } from '../../../domain/words.ts';
import { TargetProblem, type TargetTask } from '../../../ports/target.ts';
import { writeAtomically } from '../../atomic-file.ts';
import { type Base, forgetBases, publishChanges } from './changes-files.ts';
import { type FileMark, type Marks, marksPath, readMarks, UNMARKED, type WrittenText, writeMarks } from './marks.ts';
import { fileProblem, foreignFile } from './problems.ts';
import { addressColumn, fileNameOf, rowsOf, type UploadRow } from './rows.ts';
import { formOf, foundRows, knownRows, standingFile, type Uploads, uploadText } from './upload-file.ts';

const FILES_AT_ONCE = 8;
// What atomic-file.ts leaves behind where the process is killed.
const LEFTOVER = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** A file that differs from what it should be. */
interface Work {
  readonly customer: CustomerId;
  readonly name: string;
  readonly mark: FileMark;
  readonly rows: readonly UploadRow[];
  readonly text: string;
  readonly form: WrittenText;
  /** The rows that stand there now. */
  readonly before: Base;
  readonly serial: number;
}

/**
 * Brings the files of the customers of the task in step. That a file is ours is noted before it is there, and that it was written afterwards, so
 * that a write that was cut off is known for one and is no foreign file. Rejects with TargetProblem.
 */
export async function writeUploads(
  uploads: Uploads,
  task: TargetTask,
  signal: AbortSignal,
): Promise<readonly TargetFailure[]> {
  const { dir } = uploads;
  await mkdir(dir, { recursive: true }).catch((error: unknown) => {
    throw fileProblem(dir, 'written', error);
  });
  const marks = await readMarks(dir);
  const failures: TargetFailure[] = [];
  const attempt = async <T>(customer: CustomerId, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TargetProblem)) throw error;
      failures.push({ customer, key: null, problem: error });
      return null;
    }
  };
  const work = await findWork(uploads, task, marks, attempt, signal);
  await removeLeftovers(dir, marks);
  const begun = work.map(({ name, mark, form }) => [name, { ...mark, writing: form }] as const);
  const marked = new Map([...marks, ...begun]);
  if (work.length > 0) await writeMarks(dir, marked);
  const limit = pLimit(FILES_AT_ONCE);
  const done = new Map(marked);
  await Promise.all(
    work.map((one) =>
      limit(async () => {
        if (signal.aborted) return;
        const mark = await attempt(one.customer, () => writeOne(uploads, one));
        if (mark !== null) done.set(one.name, mark);
      }),
    ),
  );
  if (work.length > 0) await writeMarks(dir, done);
  signal.throwIfAborted();
  return failures;
}

type Attempt = <T>(customer: CustomerId, work: () => Promise<T>) => Promise<T | null>;

async function findWork(
  uploads: Uploads,
  { desired, serials }: TargetTask,
  marks: Marks,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly Work[]> {
  const wanted = new Map<CustomerId, TargetEntry[]>([...serials.keys()].map((customer) => [customer, []]));
  for (const entry of desired) wanted.get(entry.customer)?.push(entry);
  const found: Work[] = [];
  for (const [customer, serial] of serials) {
    signal.throwIfAborted();
    const mark = marks.get(fileNameOf(customer)) ?? UNMARKED;
    const entries = wanted.get(customer) ?? [];
    const work = await attempt(customer, () => workOf(uploads, { customer, serial, mark, entries }));
    if (work !== null) found.push(work);
  }
  return found;
}

interface Wanted extends Pick<Work, 'customer' | 'serial' | 'mark'> {
  readonly entries: readonly TargetEntry[];
}

/** Null where nothing is to be done. Rejects with TargetProblem, also for a file that is not ours. */
async function workOf({ dir, format }: Uploads, { customer, serial, mark, entries }: Wanted): Promise<Work | null> {
  const name = fileNameOf(customer);
  const path = join(dir, name);
  const file = await standingFile(path, mark);
  if (file !== null && file.form === null) {
    if (entries.length === 0) return null;
    throw new TargetProblem(foreignFile(path, marksPath(dir)));
  }
  if (file === null && entries.length === 0 && mark.writing === null) return null;
  const rows = rowsOf(entries, format);
  const text = uploadText(rows, format);
  if (file?.text === text && mark.writing === null) return null;
  const before = file?.form == null ? { header: [], address: '', rows: [] } : baseOf(file.text, file.form);
  return { customer, name, mark, rows, text, form: formOf(text, format), before, serial };
}

function baseOf(text: string, form: WrittenText): Base {
  const rows = knownRows(foundRows(text, form));
  return { header: Object.keys(rows[0]?.cells ?? {}), address: form.address, rows };
}

/** Rejects with TargetProblem. Returns the mark of the file that is written to its end. */
async function writeOne({ dir, flavour, format, log }: Uploads, work: Work): Promise<FileMark> {
  const { customer, name, mark, rows, text, form, before, serial } = work;
  const path = join(dir, name);
  const folder = join(dir, `${customer}.changes`);
  try {
    let { changes } = mark;
    if (flavour === 'full') await forgetBases(folder);
    else {
      const header = format.columns.map((column) => column.name);
      const after = { header, address: addressColumn(format), rows };
      await removeTemporary(folder, () => true);
      changes = await publishChanges({ folder, before, after, last: changes, serial, form: format, log });
    }
    log(`write ${path}, ${count(rows.length, 'row')}`);
    const there = await stat(path).catch(() => null);
    await writeAtomically(path, [text], there === null ? 0o666 : there.mode & 0o777);
    return { written: form, writing: null, changes };
  } catch (error) {
    throw fileProblem(path, 'written', error);
  }
}

/** What a killed process left beside the files of ours. Nobody else writes here: the target is locked. */
async function removeLeftovers(dir: string, marks: Marks): Promise<void> {
  await removeTemporary(dir, (name) => marks.has(name) || join(dir, name) === marksPath(dir));
}

async function removeTemporary(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => LEFTOVER.test(name) && isOurs(name.replace(LEFTOVER, '')));
  for (const name of left) await rm(join(folder, name), { force: true }).catch(() => {});
}
