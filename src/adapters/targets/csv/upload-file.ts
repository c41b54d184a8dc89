/** One upload file of ours as it stands, in whatever form it was written. */
import { readFile } from 'node:fs/promises';
import { type AddressKey, addressKey } from '../../../domain/address.ts';
import type { UploadFormat } from '../../../domain/service.ts';
import { type FileMark, ownText, textDigest, type WrittenText } from './marks.ts';
import { fileProblem } from './problems.ts';
import { addressColumn, type Cells, sortRows, type UploadRow } from './rows.ts';
import { csvContent, csvText } from './upload-text.ts';

/** The text of a file, and the form in which it is ours: null where it is not. */
export interface StandingFile {
  readonly text: string;
  readonly form: WrittenText | null;
}

/** Where people put folders, configurations and files of ours. */
export interface Uploads {
  readonly dir: string;
  readonly flavour: 'full' | 'changes';
  readonly format: UploadFormat;
  readonly log: (line: string) => void;
}

/** Null where there is no such file. Rejects with TargetProblem. */
export async function standingFile(path: string, mark: FileMark): Promise<StandingFile | null> {
  try {
    const bytes = await readFile(path);
    // The byte-order mark is part of how a file is written. Broken characters make rows that differ.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    return { text, form: ownText(mark, textDigest(bytes)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileProblem(path, 'read', error);
  }
}

/** A row as it was found, and its number below the header. */
export interface FoundRow {
  /** Of the address; null where the row has none, or one that a row before it has. */
  readonly key: AddressKey | null;
  readonly address: string;
  readonly cells: Cells;
  readonly number: number;
}

/** None where the column of the address cannot be told any more. */
export function foundRows(text: string, { delimiter, address: column }: WrittenText): readonly FoundRow[] {
  const { header, rows } = csvContent(text, delimiter);
  const at = header.indexOf(column);
  if (at < 0) return [];
  const seen = new Set<string>();
  return rows.map((cells, index) => {
    const address = cells[at] ?? '';
    const key = addressKey(address);
    const isNew = key !== null && !seen.has(key);
    if (isNew) seen.add(key);
    const named = cells.map((cell, column) => [header[column] ?? `column ${column + 1}`, cell]);
    return { key: isNew ? key : null, address, cells: Object.fromEntries(named), number: index + 1 };
  });
}

/** The rows of those who have an address, in the order of these. */
export function knownRows(rows: readonly FoundRow[]): readonly UploadRow[] {
  return sortRows(rows.flatMap(({ key, address, cells }) => (key === null ? [] : [{ key, address, cells }])));
}

/** The text of a file that holds these rows, which are in order. */
export function uploadText(rows: readonly UploadRow[], format: UploadFormat): string {
  const header = format.columns.map(({ name }) => name);
  const cells = rows.map((row) => header.map((name) => row.cells[name] ?? ''));
  return csvText(header, cells, format);
}

/** How the present configuration writes a text. */
export function formOf(text: string, format: UploadFormat): WrittenText {
  return { digest: textDigest(text), delimiter: format.delimiter, address: addressColumn(format) };
}
