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

/** What each says, in a sentence. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'Done. With --detailed-exitcode: and there is nothing to change.',
  1: 'An error: the configuration is wrong, a directory could not be read, a plan no longer fits, a check failed.',
  2: 'With --detailed-exitcode: there is something to change.',
  3: 'A safety rule or a gate of the DNS blocks a customer.',
  64: 'Wrong usage of the command line.',
  130: 'Interrupted, by Ctrl-C or a request to end.',
};

/** An error outweighs a block, a block outweighs changes. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [EXIT.interrupted, EXIT.usage, EXIT.error, EXIT.blocked, EXIT.changes];
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}
