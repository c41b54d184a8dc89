/** Tables as CSV (RFC 4180) for people who open them in a spreadsheet. */
import { stringify } from 'csv-stringify/sync';
import { harmlessCell } from '../domain/spreadsheet-cell.ts';

/** A header line and a line a row. A value that a spreadsheet would calculate gets an apostrophe in front. */
export function renderCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return stringify([columns, ...rows.map((row) => row.map(harmlessCell))], { record_delimiter: 'windows' });
}
