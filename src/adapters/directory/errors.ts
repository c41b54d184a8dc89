/** What can go wrong with a directory, as an error that carries the problem people are told. */
import type { Problem } from '../../domain/diagnostic.ts';

/** Whether it may help to begin the read again: not at all, only if no page was read yet, or in any case. */
export type Retry = 'never' | 'beforeFirstPage' | 'always';

export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly problem: Problem;
  readonly retry: Retry;

  constructor(problem: Problem, retry: Retry = 'never') {
    super(problem.message);
    this.problem = problem;
    this.retry = retry;
  }
}

/** A DirectoryError; codes are for scripts and stay as they are. */
export function failure(code: string, message: string, hint: string, retry: Retry = 'never'): DirectoryError {
  return new DirectoryError({ code, message, hint }, retry);
}

/** The user stopped it. */
export function interrupted(): DirectoryError {
  return failure('INTERRUPTED', 'The read was interrupted.', 'Run the command again. Nothing was changed.');
}

/** Text of an unknown error, for a message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code that Node gives an error (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), or the empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
