/** The seam between the one SQL store and the databases that can hold it: a connection for each is all that differs. */

export type Value = string | number | null;
export type Values = readonly Value[];

/** Statements inside one transaction. SQL is the common part of SQLite and PostgreSQL, with `?` for each value. */
export interface Sql {
  /** All rows, each in the order of its columns. */
  rows(text: string, values?: Values): Promise<readonly Values[]>;
  /** Row by row, where there may be very many. The row is the visitor's to keep. */
  each(text: string, values: Values, visit: (row: Values) => void): Promise<void>;
  run(text: string, values?: Values): Promise<void>;
  /** The same statement for each row of values. The order must not matter: a database may insert several rows at once. */
  runMany(text: string, rows: readonly Values[]): Promise<void>;
}

export interface Database extends AsyncDisposable {
  /** Runs `work` on one unchanging view of the database. `work` may be run again from its beginning, so it must only collect. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs `work` as one transaction with the database's only write access; whatever it throws undoes all of it. `fleeting` is what
   * means nothing any more once the power failed: it need not be on the disk when this returns.
   */
  write<T>(work: (sql: Sql) => Promise<T>, kind?: 'lasting' | 'fleeting'): Promise<T>;
}
