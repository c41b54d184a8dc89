/** How a command is run: with its context, to an exit code. */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';

export type Perform = (command: Command, work: (context: Context) => Promise<ExitCode>) => Promise<void>;
