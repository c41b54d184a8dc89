/** What SQLite's result codes mean to the person who runs the program. */
import Sqlite from 'better-sqlite3';
import { RESTORE_HINT, StateError } from './errors.ts';

interface Meaning {
  /** Of a result code, as https://sqlite.org/rescode.html lists them (an extended code begins with its primary code), or of errno. */
  readonly sign: RegExp;
  readonly code: StateError['code'];
  readonly message: string;
  readonly hint: string;
}

const MEANINGS: readonly Meaning[] = [
  {
    sign: /^(SQLITE_FULL|ENOSPC)$/,
    code: 'STATE_DISK_FULL',
    message: 'the disk is full',
    hint: 'Nothing of this step was stored and nothing that was stored is lost. Make room on the disk, then run the command again.',
  },
  {
    sign: /^SQLITE_NOTADB$/,
    code: 'STATE_FOREIGN',
    message: 'the file is not an SQLite database',
    hint: 'Check state.path in rollcall.yaml. If this was the state, put a backup in its place.',
  },
  {
    sign: /^(EISDIR|ENOTDIR|EEXIST)$/,
    code: 'STATE_FOREIGN',
    message: 'there is a folder where a file must be, or a file where a folder must be',
    hint: 'Check state.path in rollcall.yaml.',
  },
  {
    sign: /^SQLITE_(CORRUPT|IOERR_SHORT_READ|IOERR_CORRUPTFS)/,
    code: 'STATE_CORRUPT',
    message: 'the file is damaged',
    hint: RESTORE_HINT,
  },
  {
    sign: /^(SQLITE_(CANTOPEN|PERM|AUTH|READONLY|IOERR_ACCESS)|(EACCES|EPERM|EROFS)$)/,
    code: 'STATE_PERMISSION',
    message: 'the file or its folder may not be used',
    hint: 'The account that runs this program must own or be able to read the file; to apply it must also be able to write the file and its folder.',
  },
  {
    sign: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    code: 'STATE_BUSY',
    message: 'another process has been writing to it for too long',
    hint: 'Wait for the other process, or look for one that hangs, then run the command again.',
  },
  {
    sign: /^(SQLITE_IOERR|E[A-Z])/,
    code: 'STATE_IO',
    message: 'the operating system could not read or write the file',
    hint: 'Nothing of this step was stored. Check the disk, quotas and file size limits, then run the command again.',
  },
];

/** Whether to try again a little later. */
export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code);
}

/** The error to show for one that came up while `path` was used: SQLite's and the file system's in words, any other as it is. */
export function explain(error: unknown, path: string): unknown {
  const sign = signOf(error);
  const meaning = sign === null ? undefined : MEANINGS.find((candidate) => candidate.sign.test(sign));
  if (meaning === undefined) return error;
  const { code, message, hint } = meaning;
  return new StateError(code, `The state in ${path} cannot be used: ${message} (${sign}).`, hint, { cause: error });
}

function signOf(error: unknown): string | null {
  if (error instanceof Sqlite.SqliteError) return error.code;
  const errno = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : null;
  return typeof errno === 'string' ? errno : null;
}
