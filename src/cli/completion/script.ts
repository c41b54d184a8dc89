/** Completion scripts, made from the command line's own definition, so that they cannot fall behind it. */
import type { Command } from 'commander';
import { bash } from './bash.ts';
import { fish } from './fish.ts';
import { nodesOf } from './words.ts';
import { zsh } from './zsh.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS = { bash, zsh, fish } as const;

export function completionScript(program: Command, shell: Shell): string {
  return SCRIPTS[shell](nodesOf(program));
}
