/** Users out of CSV text. One bad row and no users come out at all, so that half an export never deletes the other half. */
import { CsvError, type CsvErrorCode, parse } from 'csv-parse/sync';
import { error, type Finding, type FindingCode } from '../../config/finding.ts';
import { normalizeUser } from '../../config/normalize-user.ts';
import type { RawUser } from '../../config/schema-types.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { ConfiguredUser } from '../../domain/config.ts';
import { ATTRIBUTE_NAMES } from '../../domain/roster.ts';
import { valueOfCell } from '../../domain/spreadsheet-cell.ts';

/** Either the users of the whole file, or what is wrong with it. */
export interface CsvUsers {
  readonly users: readonly ConfiguredUser[];
  readonly findings: readonly Finding[];
}

/** What a file holds besides what is wrong with it. */
export interface CsvRows {
  /** Those of the rows that nothing is wrong with. */
  readonly users: readonly ConfiguredUser[];
  /** How many rows there are, as far as the file is valid CSV; none where the header cannot be used. */
  readonly rows: number;
  readonly findings: readonly Finding[];
}

interface Row {
  /** Where it begins, from 1: a quoted cell may hold further lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

const COLUMNS: readonly string[] = ['address', 'email', 'aliases', ...ATTRIBUTE_NAMES];
const DELIMITERS = [',', ';', '\t'] as const;

// A terminal obeys some of them. Tabs and line ends are harmless.
const CONTROL = /[^\P{Cc}\t\n]/u;

const SYNTAX: Partial<Record<CsvErrorCode, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quoted cell of this row never ends.',
  CSV_INVALID_CLOSING_QUOTE: 'There is something between the end of a quoted cell and the next delimiter.',
  INVALID_OPENING_QUOTE:
    'A quote stands inside of a cell that is not quoted. Quote the whole cell and double the quote.',
};

/** Reads the users of a CSV file: a header row, then a user a row, with `,` `;` or tab between the cells (docs/configuration.md). */
export function parseUsersCsv(text: string, file: string): CsvUsers {
  const { users, findings } = reviewUsersCsv(text, file);
  return { users: findings.length > 0 ? [] : users, findings };
}

/** Reads a CSV file row by row, for people to see what is wrong with it before it is taken. */
export function reviewUsersCsv(text: string, file: string): CsvRows {
  const findings: Finding[] = [];
  const refuse = (code: FindingCode, line: number, message: string) =>
    findings.push(error(code, { file, line, column: 1 }, message));
  const { rows, problem } = readRows(text);
  const [header, ...body] = rows;
  if (header === undefined && problem === null)
    refuse('CSV_HEADER', 1, 'The file is empty: it needs a row of column names.');
  const columns =
    header === undefined ? null : readHeader(header, (message) => refuse('CSV_HEADER', header.line, message));
  const users =
    columns === null
      ? []
      : body.flatMap((row) => userOf(row, columns, file, (finding) => findings.push(finding)) ?? []);
  if (problem !== null) refuse('CSV_ROW', problem.line, problem.message);
  const broken = problem === null ? 0 : 1;
  return { users, rows: columns === null ? 0 : body.length + broken, findings };
}

/** The rows up to the first that is not valid CSV. */
function readRows(text: string): {
  readonly rows: readonly Row[];
  readonly problem: { line: number; message: string } | null;
} {
  const rows: Row[] = [];
  let end = 0;
  try {
    // One kind of line end: the parser counts \r\n inside of quotes as two lines.
    parse(text.replaceAll(/\r\n?/g, '\n'), {
      bom: true,
      delimiter: delimiterOf(text),
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: readonly string[], { lines }) => {
        const row = { cells: cells.map((cell) => cell.trim()), line: lines - lineBreaks(cells) };
        if (row.cells.some((cell) => cell !== '')) rows.push(row);
        end = lines;
        return null;
      },
    });
    return { rows, problem: null };
  } catch (caught) {
    if (!(caught instanceof CsvError)) throw caught;
    const line = caught.code === 'CSV_QUOTE_NOT_CLOSED' ? end + 1 : Number(caught['lines'] ?? end + 1);
    return { rows, problem: { line, message: SYNTAX[caught.code] ?? 'This row is not valid CSV.' } };
  }
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0);
}

/** The one that the header has most of; column names hold none of them. */
function delimiterOf(text: string): string {
  const header = /^\ufeff?[\r\n ]*([^\r\n]*)/.exec(text)?.[1] ?? '';
  const count = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** The name of each column, or null if the header cannot be used. */
function readHeader({ cells }: Row, refuse: (message: string) => void): readonly string[] | null {
  const problems = cells.flatMap((name, index) => {
    if (name === '')
      return cells.slice(index).every((other) => other === '') ? [] : [`Column ${index + 1} has no name.`];
    if (!COLUMNS.includes(name))
      return [`There is no column "${name}".${didYouMean(name, COLUMNS) || ` Known are ${COLUMNS.join(', ')}.`}`];
    return cells.indexOf(name) < index ? [`The column "${name}" is there twice.`] : [];
  });
  const addresses = cells.filter((name) => name === 'address' || name === 'email').length;
  if (addresses === 0 && problems.length === 0)
    problems.push('The column "address" (or "email") is missing. The first row must name the columns.');
  if (cells.includes('address') && cells.includes('email')) problems.push('Use "address" or "email", not both.');
  for (const problem of problems) refuse(problem);
  return problems.length > 0 ? null : cells;
}

function userOf(
  row: Row,
  columns: readonly string[],
  file: string,
  report: (finding: Finding) => void,
): ConfiguredUser | null {
  const location = { file, line: row.line, column: 1 };
  const { cells } = row;
  if (cells.length < columns.length || cells.slice(columns.length).some((cell) => cell !== '')) {
    report(error('CSV_ROW', location, `The row has ${cells.length} cells where the header has ${columns.length}.`));
    return null;
  }
  if (cells.some((cell) => CONTROL.test(cell))) {
    report(error('CSV_ROW', location, 'There is a control character in a cell of this row. Take it out.'));
    return null;
  }
  const cell = new Map(columns.map((name, index) => [name, valueOfCell(cells[index] ?? '')]));
  const address = cell.get('address') ?? cell.get('email') ?? '';
  if (address === '') {
    report(error('CSV_ROW', location, 'The row has no address.'));
    return null;
  }
  const raw: RawUser = { address, aliases: splitAliases(cell.get('aliases') ?? '') };
  for (const name of ATTRIBUTE_NAMES) {
    const value = cell.get(name);
    if (value) raw[name] = value;
  }
  return normalizeUser(raw, { source: 'csv', code: 'CSV_ROW', at: () => location }, report);
}

function splitAliases(text: string): string[] {
  return text.split(';').flatMap((alias) => alias.trim() || []);
}
