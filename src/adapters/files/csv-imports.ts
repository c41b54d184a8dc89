/** Takes CSV files of users into the configuration of a customer. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { FileProblem } from '../../ports/documents.ts';
import type { CsvImports, CsvPlace, CsvStanding, CsvUsersFile } from '../../ports/users-files.ts';
import { writeAtomically } from '../atomic-file.ts';
import { reviewUsersCsv } from './csv.ts';
import { withCsvImport } from './customer-imports.ts';
import { usersFiles } from './users-file.ts';
import { readText } from './workspace-text.ts';

export const csvImports: CsvImports = { read, standing, takeIn };

async function read(path: string, cited: string): Promise<CsvUsersFile> {
  const file = await readText(path);
  if (file.ok) return { bytes: file.bytes, ...reviewUsersCsv(file.text, cited) };
  const place = file.line === null ? cited : `${cited}:${file.line}`;
  const hint = 'Name a CSV file. "rollcall import csv --template" prints one to begin with.';
  throw new FileProblem({ code: 'IMPORT_UNREADABLE', message: `${place}: ${file.problem}`, hint });
}

async function standing({ bytes }: CsvUsersFile, { path, customerFile }: CsvPlace): Promise<CsvStanding> {
  const isImported = await usersFiles.isImported(path, customerFile);
  try {
    return { there: (await readFile(path)).equals(bytes) ? 'same' : 'other', isImported };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { there: 'nothing', isImported };
    throw notWritten(path, error);
  }
}

async function takeIn(file: CsvUsersFile, place: CsvPlace): Promise<CsvStanding> {
  const { path, customerFile } = place;
  const before = await standing(file, place);
  // Before anything is written: whether it can be done at all.
  const text = before.isImported ? null : await customerText(place);
  if (before.there !== 'same') {
    await mkdir(dirname(path), { recursive: true })
      .then(() => write(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes)))
      .catch((error: unknown) => {
        throw notWritten(path, error);
      });
  }
  if (text !== null) {
    await write(customerFile, text).catch((error: unknown) => {
      throw notWritten(customerFile, error);
    });
  }
  return before;
}

/** The customer's file with the import in it. */
async function customerText({ path, customerFile }: CsvPlace): Promise<string> {
  const csv = relative(dirname(customerFile), path).split(sep).join('/');
  const file = await readText(customerFile);
  // The byte-order mark of a file stays.
  const mark = file.ok && file.bytes[0] === 0xef ? '\ufeff' : '';
  const text = file.ok ? withCsvImport(file.text, csv) : null;
  if (text !== null) return mark + text;
  const message = `${customerFile} is not written in a way that an import could be added to it${file.ok ? '' : `: ${file.problem}`}.`;
  const hint = `Nothing was changed. Add it yourself, under imports: - {csv: ${JSON.stringify(csv)}}. Then import again.`;
  throw new FileProblem({ code: 'IMPORT_NOT_ADDED', message, hint });
}

/** With the permissions that it has. */
async function write(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  await writeAtomically(path, [text], there === null ? 0o666 : there.mode & 0o777);
}

function notWritten(path: string, error: unknown): FileProblem {
  const message = `${path} could not be written: ${error instanceof Error ? error.message : error}.`;
  const hint = 'Mend that and import again: what is done already is not done twice.';
  return new FileProblem({ code: 'IMPORT_NOT_WRITTEN', message, hint }, { cause: error });
}
