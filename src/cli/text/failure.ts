/** What stopped a command, in words. */
import type { Problem } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { LockHeldError } from '../../ports/lock.ts';
import { PushRefusedError, StaleSerialError } from '../../ports/state.ts';

export function problemText({ code, message, hint }: Problem): string {
  return `error[${code}]: ${inert(message)}\n  ${inert(hint)}\n`;
}

/** An error that explains itself is a Problem; anything else is a fault of ours, and says where it was with `-v`. */
export function problemOf(error: unknown, verbose: boolean): Problem {
  if (isProblem(error)) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  const known = KNOWN.find(({ type }) => error instanceof type);
  if (known !== undefined) return { code: known.code, message, hint: known.hint };
  const where = error instanceof Error && verbose ? ` ${error.stack ?? ''}` : ' Run again with -v to see where.';
  return { code: 'INTERNAL', message, hint: `This is a fault in Rollcall: report it.${where}` };
}

/** What the state refuses, whichever store it is. */
const KNOWN = [
  {
    type: LockHeldError,
    code: 'LOCK_HELD',
    hint: 'Wait for it to end and run the command again, or let the command wait: --lock-timeout 5m',
  },
  {
    type: PushRefusedError,
    code: 'PUSH_REFUSED',
    hint: 'Look at what is stored with "rollcall state show", and start from what "rollcall state pull" prints.',
  },
  { type: StaleSerialError, code: 'PLAN_STALE', hint: 'Make a new plan, review it, and apply that.' },
] as const;

function isProblem(error: unknown): error is Problem & Error {
  return (
    error instanceof Error &&
    typeof Reflect.get(error, 'code') === 'string' &&
    typeof Reflect.get(error, 'hint') === 'string'
  );
}
