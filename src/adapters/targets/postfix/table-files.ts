/** The tables as files: read, and made anew beside what is there until they are put in its place. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../../domain/target-config.ts';
import { TargetProblem } from '../../../ports/target.ts';
import { fileProblem, isSystemError, withFile } from './file-problem.ts';
import { type Programs, quoted } from './programs.ts';
import { NO_TEXT, parseTable, renderTable, type TableText } from './table-text.ts';
import type { Table } from './tables.ts';

/** How a file of lines is looked up in. `null` is by Postfix reading the text itself. */
export type IndexType = 'lmdb' | 'cdb' | 'hash' | null;

/** Postfix reads the tables as a user of its own. */
const MODE = 0o644;
const SUFFIX = { lmdb: '.lmdb', cdb: '.cdb', hash: '.db' } as const;
const STAGED = '.rollcall-new-';

export interface TableFile {
  readonly table: Table;
  readonly text: TableText;
  /** Tells this content of the file from any other; null where there is no file. */
  readonly stamp: string | null;
  /** What is amiss with its index; null where all is well, or none is needed. */
  readonly index: 'missing' | 'older' | null;
}

/** A file made anew, and the names under which it is to be found, in the order in which they are to be given. */
export interface StagedFile {
  readonly renames: readonly (readonly [from: string, to: string])[];
}

/** Reads one table; `known` spares the work where the file is the same as then. Rejects with TargetProblem. */
export async function readTableFile(
  dir: string,
  table: Table,
  { index, known }: { readonly index: IndexType; readonly known?: TableFile | undefined },
): Promise<TableFile> {
  const path = join(dir, table);
  return withFile(path, 'read', async () => {
    const file = await open(path).catch(unlessMissing);
    if (file === null) return { table, text: NO_TEXT, stamp: null, index: null };
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
      const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
      const text = known?.stamp === stamp ? known.text : parseTable(await file.readFile('latin1'), table);
      return { table, text, stamp, index: await indexFault(path, mtimeNs, index) };
    } finally {
      await file.close();
    }
  });
}

async function indexFault(path: string, textMtimeNs: bigint, index: IndexType): Promise<TableFile['index']> {
  if (index === null) return null;
  const built = await stat(path + SUFFIX[index], { bigint: true }).catch(unlessMissing);
  if (built === null) return 'missing';
  return built.mtimeNs < textMtimeNs ? 'older' : null;
}

/** Null for a file that is not there. */
export function unlessMissing(error: unknown): null {
  if (isSystemError(error) && error.code === 'ENOENT') return null;
  throw error;
}

/** Rejects with TargetProblem where the folder is not there, or may not be looked into. */
export async function requireFolder(dir: string): Promise<void> {
  await withFile(dir, 'read', async () => {
    const found = await stat(dir);
    if (!found.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR', syscall: 'stat' });
    await access(dir, constants.R_OK | constants.X_OK);
  });
}

/** Takes away what a writing that was cut off has left. */
export async function removeStaged(dir: string): Promise<void> {
  await withFile(dir, 'written', async () => {
    const left = (await readdir(dir)).filter((name) => name.startsWith(STAGED));
    await Promise.all(left.map((name) => rm(join(dir, name), { force: true })));
  });
}

export interface Staging {
  readonly dir: string;
  readonly index: IndexType;
  readonly postmap: Command;
  readonly programs: Programs;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Makes a table beside the one that is there, with its index. Rejects with TargetProblem. */
export async function stageTable(table: Table, text: TableText, staging: Staging): Promise<StagedFile> {
  const { dir, index } = staging;
  const path = join(dir, table);
  const beside = besideName(dir, table);
  const rendered = renderTable(text, table);
  await writeSynced(beside, Buffer.from(rendered.text, 'latin1'), path);
  if (index === null) return { renames: [[beside, path]] };
  await buildIndex(beside, table, rendered, staging);
  const suffix = SUFFIX[index];
  // The index first: one older than its text is never seen.
  return {
    renames: [
      [beside + suffix, path + suffix],
      [beside, path],
    ],
  };
}

/** A new one each time: a postmap that outlived a killed process may still be busy with the one before. */
function besideName(dir: string, name: string): string {
  return join(dir, `${STAGED}${randomUUID()}-${name}`);
}

/** Makes a small file beside the one of this name that is there. Rejects with TargetProblem. */
export async function stageText(dir: string, name: string, text: string): Promise<StagedFile> {
  const path = join(dir, name);
  const beside = besideName(dir, name);
  await writeSynced(beside, Buffer.from(text), path);
  return { renames: [[beside, path]] };
}

async function writeSynced(beside: string, bytes: Uint8Array, path: string): Promise<void> {
  await withFile(path, 'written', async () => {
    const file = await open(beside, 'w', MODE);
    try {
      // Whatever the umask takes away, Postfix needs.
      await file.chmod(MODE);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

async function buildIndex(
  beside: string,
  table: Table,
  { firstOwn, lastOwn }: { readonly firstOwn: number; readonly lastOwn: number },
  { index, postmap, programs, log, signal }: Staging,
): Promise<void> {
  const [program, ...words] = postmap;
  const run = {
    command: [program, ...words, `${index}:${beside}`] as const,
    code: 'POSTFIX_POSTMAP',
    consequence: 'The tables before are still in place.',
    hint: 'See what it says; is there room on the disk, and does this Postfix know the map type ("postconf -m")?',
  };
  const said = await programs.run(run, signal);
  if (said.trim() !== '') log(quoted(said));
  const about = warnedLines(said).find((line) => line >= firstOwn && line <= lastOwn);
  if (about !== undefined) {
    const message = `postmap did not take line ${about - firstOwn + 1} of Rollcall's part of ${table}: ${quoted(said)}. ${run.consequence}`;
    const hint = 'Report this with the line: Rollcall should not have written it.';
    throw new TargetProblem({ code: run.code, message, hint });
  }
  const path = beside + SUFFIX[index ?? 'lmdb'];
  await withFile(path, 'written', async () => {
    const file = await open(path, 'r+');
    await file.chmod(MODE);
    await file.sync();
    await file.close();
  });
}

/** The lines that postmap warns of and leaves out: "warning: …, line 7: …". */
function warnedLines(said: string): readonly number[] {
  return said.split('\n').flatMap((line) => {
    const found = /warning: .*?, line (\d{1,9}): /.exec(line);
    return found === null ? [] : [Number(found[1])];
  });
}

/** Gives the files that were made beside their names, and puts that on disk. Rejects with TargetProblem. */
export async function putInPlace(dir: string, staged: readonly StagedFile[]): Promise<void> {
  for (const [from, to] of staged.flatMap(({ renames }) => renames)) {
    await rename(from, to).catch((error: unknown) => {
      throw isSystemError(error) ? fileProblem(to, 'written', error) : error;
    });
  }
  await syncFolder(dir);
}

export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  await folder.sync().finally(() => folder.close());
}
