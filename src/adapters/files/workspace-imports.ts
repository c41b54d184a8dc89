/** Follows the imports of a customer through files of users and CSV files. */
import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { error, type Finding } from '../../config/finding.ts';
import { type ImportConfig, importsOf, normalizeUsers } from '../../config/normalize.ts';
import { parseUsers } from '../../config/parse.ts';
import type { ConfiguredUser } from '../../domain/config.ts';
import { readText } from './workspace-text.ts';

export interface ImportedUsers {
  readonly users: readonly ConfiguredUser[];
  readonly findings: readonly Finding[];
  /** Absolute, in the order read. */
  readonly files: readonly string[];
}

/** How many files of users may stand between a customer and the last of them. */
const MAX_CHAIN = 10;

interface Visit {
  /** What each file gave, joined at the end: a call cannot take as many arguments as a file has users. */
  readonly users: (readonly ConfiguredUser[])[];
  readonly findings: (readonly Finding[])[];
  readonly files: string[];
  /** Real paths of what was imported already, so that one file is one file by whatever name. */
  readonly seen: Set<string>;
  /** A path as findings cite it. */
  readonly cite: (path: string) => string;
}

/** All users that `file` imports, directly or by way of others. Never rejects. */
export async function readImports(
  file: string,
  imports: readonly ImportConfig[],
  cite: (path: string) => string,
): Promise<ImportedUsers> {
  const visit: Visit = { users: [], findings: [], files: [], seen: new Set(), cite };
  await follow(visit, [{ path: file, real: await realPath(file) }], imports);
  return { users: visit.users.flat(), findings: visit.findings.flat(), files: visit.files };
}

/** A file by the name it was asked for, and by the one name that it has. */
interface FileName {
  readonly path: string;
  readonly real: string;
}

function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function follow(visit: Visit, chain: readonly FileName[], imports: readonly ImportConfig[]): Promise<void> {
  for (const entry of imports) {
    const path = resolve(dirname(chain.at(-1)?.path ?? ''), entry.path);
    const file = { path, real: await realPath(path) };
    const problem = chainProblem(visit, chain, file, entry);
    if (problem !== null) visit.findings.push([problem]);
    else await take(visit, chain, file, entry);
  }
}

function chainProblem(
  visit: Visit,
  chain: readonly FileName[],
  file: FileName,
  { location }: ImportConfig,
): Finding | null {
  const begin = chain.findIndex(({ real }) => real === file.real);
  if (begin >= 0) {
    const circle = [...chain.slice(begin), file].map(({ path }) => visit.cite(path)).join(' → ');
    return error('CONFIG_INCLUDE_CYCLE', location, `These files import each other in a circle: ${circle}.`);
  }
  if (visit.seen.has(file.real))
    return error('CONFIG_IMPORT_TWICE', location, `"${visit.cite(file.path)}" is imported already. Import it once.`);
  if (chain.length > MAX_CHAIN)
    return error('CONFIG_INCLUDE_CYCLE', location, `Imports go no more than ${MAX_CHAIN} files deep.`);
  return null;
}

async function take(visit: Visit, chain: readonly FileName[], name: FileName, entry: ImportConfig): Promise<void> {
  const file = visit.cite(name.path);
  visit.seen.add(name.real);
  visit.files.push(name.path);
  const read = await readText(name.path);
  if (!read.ok) {
    // A file that is not there is the fault of the line that names it; a broken one is its own.
    const location = read.line === null ? entry.location : { file, line: read.line, column: 1 };
    visit.findings.push([error('CONFIG_FILE', location, `${file}: ${read.problem}`)]);
  } else if (entry.kind === 'csv') {
    // Loaded where it is needed: most customers import no CSV, and every command loads this file.
    const { parseUsersCsv } = await import('./csv.ts');
    const { users, findings } = parseUsersCsv(read.text, file);
    visit.users.push(users);
    visit.findings.push(findings);
  } else {
    const parsed = parseUsers(read.text, file);
    const { value, findings } = normalizeUsers(parsed);
    visit.users.push(value);
    visit.findings.push(parsed.findings, findings);
    await follow(visit, [...chain, name], importsOf(parsed));
  }
}
