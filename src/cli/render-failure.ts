/** What stopped a command, in words. */
import type { Problem } from '../domain/diagnostic.ts';
import { inert } from './inert.ts';

export function problemText({ code, message, hint }: Problem): string {
  return `error[${code}]: ${inert(message)}\n  ${inert(hint)}\n`;
}

/** An error that explains itself is a Problem; anything else is a fault of ours, and says where it was with `-v`. */
export function failureText(error: unknown, verbose: boolean): string {
  if (isProblem(error)) return problemText(error);
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && verbose ? `${error.stack ?? ''}\n` : '';
  return `error[INTERNAL]: ${inert(message)}\n  This is a fault in Rollcall. Run again with -v to see where, and report it with that.\n${stack}`;
}

function isProblem(error: unknown): error is Problem & Error {
  return (
    error instanceof Error &&
    typeof Reflect.get(error, 'code') === 'string' &&
    typeof Reflect.get(error, 'hint') === 'string'
  );
}
