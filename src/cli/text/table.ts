/** Tables as text: columns as wide as their widest cell, the last one as it comes. */
import { inert } from '../../domain/inert.ts';

/** The lines of a table, each with its line end. Text from outside is made inert. */
export function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(inert));
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return cells.map(
    (row) =>
      `${row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd()}\n`,
  );
}
