/** The command of a resource, as Terraform's `local-exec` runs it. */
import type { LocalExecProvisioner } from 'cdktf';
import { literal } from './literal.ts';

/**
 * Runs the program with these arguments and no shell. `local-exec` starts its interpreter with the command as the one argument after those
 * that are given; here the program is the interpreter, and the last argument is the command, so that nothing in between splits, expands or
 * quotes anything.
 */
export function provisionerOf(
  words: readonly [program: string, ...args: string[], last: string],
  workingDirectory: string,
): LocalExecProvisioner {
  const bad = words.find((word) => word === '' || word.includes('\0'));
  if (bad !== undefined) {
    throw new TypeError(
      `A word of the command is ${bad === '' ? 'empty' : 'not text'}. Give the program and each argument as a text of its own.`,
    );
  }
  return {
    type: 'local-exec',
    interpreter: words.slice(0, -1).map(literal),
    command: literal(words.at(-1) ?? ''),
    workingDir: literal(workingDirectory),
  };
}
