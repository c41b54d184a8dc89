/** Upload files as text: CSV (RFC 4180) whose cells no spreadsheet takes for formulas. */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { UploadFormat } from '../../../domain/service.ts';
import { harmlessCell, valueOfCell } from '../../../domain/spreadsheet-cell.ts';

/** How rows are written. */
export type TextForm = Pick<UploadFormat, 'delimiter' | 'bom' | 'lineEnd'>;

/** The names of the columns, then the rows in their order, with a cell for each column. */
export function csvText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { delimiter, bom, lineEnd }: TextForm,
): string {
  const cells = [header, ...rows.map((row) => row.map(harmlessCell))];
  return stringify(cells, { delimiter, bom, record_delimiter: lineEnd });
}

/** What a file holds, whoever has edited it. */
export interface CsvContent {
  readonly header: readonly string[];
  /** With as many cells as each happens to have. */
  readonly rows: readonly (readonly string[])[];
}

/** Reads all rows up to the first that is not valid CSV. Never throws for what the text is. */
export function csvContent(text: string, delimiter: TextForm['delimiter']): CsvContent {
  const rows: (readonly string[])[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: readonly string[]) => {
        rows.push(cells);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  const [header = [], ...body] = rows;
  return { header, rows: body.map((cells) => cells.map(valueOfCell)) };
}
