/** What can be wrong with a stored state, told so that the reader knows what to do next. Each error is a `Problem`. */
import type { Problem } from '../../domain/diagnostic.ts';

export type StateErrorCode =
  | 'STATE_NEWER'
  | 'STATE_OLDER'
  | 'STATE_FOREIGN'
  | 'STATE_CORRUPT'
  | 'STATE_PERMISSION'
  | 'STATE_DISK_FULL'
  | 'STATE_BUSY'
  | 'STATE_IO'
  | 'STATE_NO_RUN';

/** The stored state could not be used. Nothing was written. */
export class StateError extends Error implements Problem {
  override readonly name: string = 'StateError';
  readonly code: StateErrorCode;
  readonly hint: string;
  constructor(code: StateErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** The stored state has another schema than this program can use. Nothing was written. */
export class StateVersionError extends StateError {
  override readonly name = 'StateVersionError';
}
