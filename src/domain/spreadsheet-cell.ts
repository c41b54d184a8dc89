/** Cells of CSV files that people open in a spreadsheet, which calculates what looks like a formula. */

// What a spreadsheet would take for a formula. A telephone number is none, whatever it begins with. With apostrophes in front
// it is one that was made harmless before, or that only looks so: one more keeps them apart.
const FORMULA = /^'*(?:[=@\t\r]|[+-](?![\d\s()./-]*$))/;

/** The value as a cell that no spreadsheet calculates: what looks like a formula gets an apostrophe in front. */
export function harmlessCell(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/** The value that `harmlessCell` made this cell of. Any other cell stays as it is. */
export function valueOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
