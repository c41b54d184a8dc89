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
  | 'STATE_IO';

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

export const RESTORE_HINT =
  'Keep the file, and the one beside it whose name ends in -wal, as they are; check the disk; then put a backup in their place, or move them away and `rollcall state push` a state that was pulled before.';

/** The JSON that was stored as `text`. Rejects text that nobody stored. */
export function parseStored(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    throw damaged('a text in it is no JSON', cause);
  }
}

/** The error for a content that can only come from damage. */
export function damaged(what: string, cause?: unknown): StateError {
  return new StateError('STATE_CORRUPT', `The stored state is damaged: ${what}.`, RESTORE_HINT, { cause });
}

/** The stored state has another schema than this program can use. Nothing was written. */
export class StateVersionError extends StateError {
  override readonly name = 'StateVersionError';
}
