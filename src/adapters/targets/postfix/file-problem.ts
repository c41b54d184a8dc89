/** What the file system refused, in words. */
import { TargetProblem } from '../../../ports/target.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Does `work` with a path; what the file system says then becomes a TargetProblem. `doing` is such as `written`. */
export async function withFile<T>(path: string, doing: 'read' | 'written', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? fileProblem(path, doing, error) : error;
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

export function fileProblem(path: string, doing: 'read' | 'written', error: NodeJS.ErrnoException): TargetProblem {
  const code = error.code ?? 'unknown';
  const options = { cause: error };
  const kept = doing === 'written' ? ' The tables before are still in place.' : '';
  if (FULL.has(code)) {
    const message = `${path} cannot be written: the disk is full, or a limit is reached (${code}).${kept}`;
    return new TargetProblem({ code: 'POSTFIX_DISK_FULL', message, hint: 'Make room, and apply again.' }, options);
  }
  if (FORBIDDEN.has(code)) {
    const message = `${path} may not be ${doing} by this user (${code}).${kept}`;
    const hint = 'Run as a user who may, or give this one the folder; Postfix itself only has to read it.';
    return new TargetProblem({ code: 'POSTFIX_PERMISSION', message, hint }, options);
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const message = `${path} cannot be ${doing}: there is no such folder (${code}).`;
    const hint = 'Make the folder that "dir" of the target names, or correct "dir".';
    return new TargetProblem({ code: 'POSTFIX_FOLDER', message, hint }, options);
  }
  const message = `${path} cannot be ${doing} (${code}).${kept}`;
  return new TargetProblem(
    { code: 'POSTFIX_FILE', message, hint: 'See to the file and its disk, and apply again.' },
    options,
  );
}
