/** Reads what the folder of a CSV target holds. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CustomerId } from '../../../domain/roster.ts';
import type { FoundEntry, TargetFault, TargetReading } from '../../../domain/target.ts';
import { type FileMark, readMarks, UNMARKED } from './marks.ts';
import { fileProblem } from './problems.ts';
import { entryKey, fileNameOf } from './rows.ts';
import { type FoundRow, foundRows, knownRows, standingFile, type Uploads, uploadText } from './upload-file.ts';

const SUFFIX = '.csv';

/** The rows of these customers' files, and every CSV file that is not ours. Rejects with TargetProblem. */
export async function readUploads(
  uploads: Uploads,
  customers: readonly CustomerId[],
  signal: AbortSignal,
): Promise<TargetReading> {
  const marks = await readMarks(uploads.dir);
  const chosen = new Map(customers.map((customer) => [fileNameOf(customer), customer]));
  const entries: (readonly FoundEntry[])[] = [];
  const faults: TargetFault[] = [];
  const names = await csvFiles(uploads.dir);
  for (const name of new Set([...names, ...chosen.keys()])) {
    signal.throwIfAborted();
    const customer = chosen.get(name);
    const mark = marks.get(name);
    if (customer === undefined) entries.push([unasked(name, mark)]);
    else {
      const read = await readOne(uploads, customer, mark ?? UNMARKED);
      entries.push(read.entries);
      faults.push(...read.faults);
    }
  }
  return { entries: entries.flat(), faults };
}

async function csvFiles(dir: string): Promise<readonly string[]> {
  try {
    const names = await readdir(dir);
    return names.filter((name) => name.endsWith(SUFFIX) && !name.startsWith('.')).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileProblem(dir, 'read', error);
  }
}

/** A file that is not about the customers of the reading: as a whole, for its rows are of no interest. */
function unasked(name: string, mark: FileMark | undefined): FoundEntry {
  if (mark === undefined) return foreign(name, null);
  const customer = name.slice(0, -SUFFIX.length) as CustomerId;
  return { owner: 'ours', customer, key: name, value: `an upload file of ${customer}` };
}

function foreign(name: string, customer: CustomerId | null): FoundEntry {
  return { owner: 'other', customer, key: name, value: 'a file that Rollcall did not write' };
}

async function readOne({ dir, format }: Uploads, customer: CustomerId, mark: FileMark): Promise<TargetReading> {
  const name = fileNameOf(customer);
  const cutOff: readonly TargetFault[] =
    mark.writing === null ? [] : [{ key: name, expected: 'written to its end', found: 'a write that was cut off' }];
  const file = await standingFile(join(dir, name), mark);
  if (file === null) return { entries: [], faults: cutOff };
  if (file.form === null) return { entries: [foreign(name, customer)], faults: [] };
  const rows = foundRows(file.text, file.form);
  // What no row shows: the header, the order, quotes, line ends and the like.
  const isInForm = uploadText(knownRows(rows), format) === file.text;
  const otherForm = { key: name, expected: 'in the form that the profile gives it', found: 'in another form' };
  return { entries: entriesOf(customer, rows), faults: isInForm ? cutOff : [...cutOff, otherForm] };
}

function entriesOf(customer: CustomerId, rows: readonly FoundRow[]): readonly FoundEntry[] {
  return rows.map(({ key, cells, number }) => {
    const name = key === null ? `${fileNameOf(customer)} row ${number}` : entryKey(customer, key);
    return { owner: 'ours', customer, key: name, value: cells };
  });
}
