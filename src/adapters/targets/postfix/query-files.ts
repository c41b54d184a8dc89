/** How Postfix asks an SQLite database for a table (sqlite_table(5)): one small file a table. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFile } from './file-problem.ts';
import { unlessMissing } from './table-files.ts';
import type { LookupTable } from './tables.ts';

const MARK = '# rollcall: written by Rollcall; take this line out to keep a file of your own.\n';

export interface QueryFile {
  readonly name: string;
  readonly text: string;
  readonly state: 'missing' | 'same' | 'differs' | 'theirs';
}

/** The file of a table, as it should be and as it is. Rejects with TargetProblem. */
export async function queryFile(dir: string, table: LookupTable, database: string): Promise<QueryFile> {
  const name = `${table}.cf`;
  const text = queryText(table, join(dir, database));
  const path = join(dir, name);
  const found = await withFile(path, 'read', () => readFile(path, 'utf8').catch(unlessMissing));
  if (found === null) return { name, text, state: 'missing' };
  if (!found.startsWith(MARK)) return { name, text, state: 'theirs' };
  return { name, text, state: found === text ? 'same' : 'differs' };
}

/** Postfix escapes what it puts in for %s. */
function queryText(table: LookupTable, database: string): string {
  return `${MARK}dbpath = ${database}\nquery = SELECT value FROM entry WHERE map = '${table}' AND key = '%s'\n`;
}
