/** What the exit status says (docs/commands.md). */
export const EXIT = {
  done: 0,
  error: 1,
  /** With `--detailed-exitcode`: there is something to change. */
  changes: 2,
  /** A safety rule holds a customer back. */
  blocked: 3,
  /** Wrong usage of the command line (EX_USAGE of sysexits.h). */
  usage: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error outweighs a block, a block outweighs changes. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [EXIT.interrupted, EXIT.usage, EXIT.error, EXIT.blocked, EXIT.changes];
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}
