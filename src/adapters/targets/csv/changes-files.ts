/**
 * Files of what has changed, numbered in the order to upload them in. Beside them a hidden file holds the rows that they lead to so far, so that
 * neither a hand that edited the full file nor one that took uploaded files away makes the next one wrong.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf } from '../../../domain/address.ts';
import { TargetProblem } from '../../../ports/target.ts';
import { writeAtomically } from '../../atomic-file.ts';
import { type RowChange, rowChanges, type UploadRow } from './rows.ts';
import { csvText, type TextForm } from './upload-text.ts';

const FORMAT = 'rollcall.csv-base/1';
const DIGITS = 10;
const BASE = /^\.(\d{10})\.json$/;
const CHANGES = /^(\d{10})\.csv$/;

/** The rows that the files of changes lead to, up to one of them. */
export interface Base {
  readonly header: readonly string[];
  /** The name of the column that has the address. */
  readonly address: string;
  readonly rows: readonly UploadRow[];
}

export interface Publication {
  readonly folder: string;
  /** The rows before the first file of changes, where there is no telling from the folder. */
  readonly before: Base;
  readonly after: Base;
  /** Of the last file before, as the marks know it. */
  readonly last: number;
  /** Of the roster: the number of the file, unless that or a later one is taken. */
  readonly serial: number;
  readonly form: TextForm;
  readonly log: (line: string) => void;
}

/**
 * Writes what leads to the rows `after` from where the files so far lead to, if that is anything. A file that is in place is never changed. The
 * rows that it leads to are written before it, and those before it are taken away after it: whoever is cut off between these is carried on
 * with by the next. Returns the number of the last file. Rejects with what the file system says, and with TargetProblem.
 */
export async function publishChanges(publication: Publication): Promise<number> {
  const { folder, before, after, last, serial, form, log } = publication;
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const [bases, files] = [numbersIn(names, BASE), numbersIn(names, CHANGES)];
  if (bases.length === 0) await writeBase(folder, last, before);
  const [first = last, ...further] = bases;
  let [number, base] = [first, bases.length === 0 ? before : await readBase(folder, first)];
  for (const next of further) {
    const to = await readBase(folder, next);
    if (!files.includes(next)) await writeChanges(folder, next, base, to, form);
    await rm(join(folder, baseName(number)));
    [number, base] = [next, to];
  }
  const end = Math.max(last, number, ...files);
  if (rowChanges(base.rows, after.rows).length === 0) return end;
  const next = Math.max(serial, end + 1);
  log(`write ${join(folder, changesName(next))}`);
  await writeBase(folder, next, after);
  await writeChanges(folder, next, base, after, form);
  await rm(join(folder, baseName(number)));
  return next;
}

/** Of a target that lists no changes any more: where the files led to is of no use. Rejects with what the file system says. */
export async function forgetBases(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  for (const name of names.filter((one) => BASE.test(one))) await rm(join(folder, name));
}

function baseName(number: number): string {
  return `.${padded(number)}.json`;
}

function changesName(number: number): string {
  return `${padded(number)}.csv`;
}

/** So that the order of the names is the order of the numbers. */
function padded(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

function numbersIn(names: readonly string[], pattern: RegExp): readonly number[] {
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function writeChanges(folder: string, number: number, from: Base, to: Base, form: TextForm): Promise<void> {
  const rows = rowChanges(from.rows, to.rows).map((change) => [change.action, ...cellsOf(change, to)]);
  await writeAtomically(join(folder, changesName(number)), [csvText(['action', ...to.header], rows, form)], 0o666);
}

/** Who goes may have been written under other names of columns. */
function cellsOf({ action, address, cells }: RowChange, { header, address: column }: Base): readonly string[] {
  return header.map((name) => (action === 'remove' && name === column ? address : (cells[name] ?? '')));
}

async function writeBase(folder: string, number: number, { header, address, rows }: Base): Promise<void> {
  const lines = rows.map((row) => JSON.stringify([row.address, row.cells])).join(',\n');
  const head = JSON.stringify({ format: FORMAT, header, address }).slice(0, -1);
  await writeAtomically(join(folder, baseName(number)), [`${head},"rows":[\n`, lines, '\n]}\n'], 0o666);
}

async function readBase(folder: string, number: number): Promise<Base> {
  const path = join(folder, baseName(number));
  const { format, ...base } = jsonOf(await readFile(path, 'utf8')) ?? {};
  if (format === FORMAT && isBase(base)) {
    const rows = base.rows.map(([address, cells]) => ({ key: keyOf(address), address, cells }));
    return { header: base.header, address: base.address, rows };
  }
  const message = `${path} does not hold the rows that the files beside it lead to, as it should.`;
  const hint =
    'Bring it back as it was, or take it away: the next file of changes then begins from the full file as it stands.';
  throw new TargetProblem({ code: 'CSV_CHANGES', message, hint });
}

interface RawBase {
  readonly header: readonly string[];
  readonly address: string;
  readonly rows: readonly (readonly [string, Readonly<Record<string, string>>])[];
}

function isBase(value: object): value is RawBase {
  const { header, address, rows } = value as Readonly<Record<keyof RawBase, unknown>>;
  const isTexts = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  return isTexts(header) && typeof address === 'string' && Array.isArray(rows) && rows.every(isRow);

  function isRow(row: unknown): boolean {
    if (!Array.isArray(row) || row.length !== 2 || typeof row[0] !== 'string') return false;
    const cells: unknown = row[1];
    return typeof cells === 'object' && cells !== null && isTexts(Object.values(cells));
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
