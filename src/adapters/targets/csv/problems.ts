/** What can go wrong with files, and what to do about it. */
import type { Problem } from '../../../domain/diagnostic.ts';
import { TargetProblem } from '../../../ports/target.ts';

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Make room; the next apply writes it.'],
  EDQUOT: ['the quota of the disk is used up', 'Make room; the next apply writes it.'],
  EFBIG: ['it is larger than a file may be', 'Raise the limit, or serve fewer customers; the next apply writes it.'],
  EACCES: ['permission denied', 'Let the user that runs Rollcall read and write there; the next apply does the rest.'],
  EPERM: ['permission denied', 'Let the user that runs Rollcall read and write there; the next apply does the rest.'],
  EROFS: ['the file system is read-only', 'Name another folder under dir, or make this one writable.'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'Name another folder under dir, or move that file away.'],
  EEXIST: ['a file stands where a folder should be', 'Name another folder under dir, or move that file away.'],
  EISDIR: ['a folder stands where the file should be', 'Move that folder away, or name another folder under dir.'],
};

/** What the file system said, in words. `verb` is what could not be done: `written`, `read`. Throws what no file system said. */
export function fileProblem(path: string, verb: 'written' | 'read', error: unknown): TargetProblem {
  if (error instanceof TargetProblem) return error;
  const said = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (said === null) throw error;
  const [reason, hint] = REASONS[said] ?? [said, 'Look at the disk and the folder; the next apply does the rest.'];
  const code = verb === 'written' ? 'CSV_WRITE' : 'CSV_READ';
  const message = `${path} could not be ${verb}: ${reason}.`;
  return new TargetProblem({ code, message, hint }, { cause: error });
}

/** A file without our mark stands where one of ours would. */
export function foreignFile(path: string, marks: string): Problem {
  return {
    code: 'CSV_FOREIGN',
    message: `${path} is there already, and ${marks} does not list it: Rollcall did not write it, so it is left as it is.`,
    hint: 'Move it away, or name another folder under dir; the next apply writes it.',
  };
}
