/** Tables as CSV (RFC 4180) for people who open them in a spreadsheet. */
import { stringify } from 'csv-stringify/sync';

// What a spreadsheet would take for a formula. A telephone number is none, whatever it begins with.
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d\s()./-]*$))/;

/** A header line and a line a row. A value that a spreadsheet would calculate gets an apostrophe in front. */
export function renderCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return stringify([columns, ...rows.map((row) => row.map(harmless))], { record_delimiter: 'windows' });
}

function harmless(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}
