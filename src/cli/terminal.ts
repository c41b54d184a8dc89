/** What a command sees of the terminal, or of whatever stands in its place. */
import { createInterface } from 'node:readline/promises';
import pc from 'picocolors';
import { Interrupted } from '../app/interrupted.ts';
import type { Level, LogFormat, Output } from './output.ts';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Terminal extends Pick<Output, 'print' | 'complain'> {
  /** Diagnostics: stderr. `members` and the level stand beside the text with `--log-format json`. */
  say(text: string, members?: Readonly<Record<string, unknown>>, level?: Level): void;
  /** What `-v` shows. */
  detail(text: string): void;
  /** Asks a question and waits for the line typed, or for END_OF_INPUT. Null where there is nobody to ask. */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  readonly colors: Colors;
  /** Colours for stderr. */
  readonly sayColors: Colors;
  /** Whether somebody watches stderr. */
  readonly watched: boolean;
}

/** What Ctrl-D stands for: no answer, and no further one. */
export const END_OF_INPUT = '\u0004';

export interface TerminalOptions {
  readonly output: Output;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly logFormat: LogFormat;
}

/** The process's own terminal. Colours only where somebody sees them, and not with NO_COLOR. */
export function processTerminal({ output, quiet, verbose, logFormat }: TerminalOptions): Terminal {
  const { print, complain, log } = output;
  const plain = logFormat === 'json' || !mayColor(process.stderr);
  return {
    print,
    complain,
    say: (text, members, level = 'info') => log(level, text, members),
    detail: (text) => {
      if (verbose) log('debug', text);
    },
    ask,
    colors: pc.createColors(mayColor(process.stdout)),
    sayColors: pc.createColors(!plain),
    watched: isWatched() && !quiet && logFormat === 'text',
  };
}

// A terminal without a size (a container's, a serial line's) shows no spinner: drawing one for it never comes to an end.
function isWatched(): boolean {
  const { isTTY, columns } = process.stderr;
  return isTTY === true && columns > 0 && process.env['CI'] === undefined;
}

function mayColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      // In a terminal the keys come here, and are no signals.
      lines.once('SIGINT', () => reject(new Interrupted()));
      lines.once('close', () => resolve(END_OF_INPUT));
      lines.question(question, { signal }).then(resolve, (error: unknown) => {
        reject(signal.aborted ? new Interrupted() : error);
      });
    });
  } finally {
    lines.close();
  }
}
