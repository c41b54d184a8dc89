/** What a command sees of the terminal, or of whatever stands in its place. */
import { createInterface } from 'node:readline/promises';
import pc from 'picocolors';
import { Interrupted } from '../app/interrupted.ts';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Terminal {
  /** Results: stdout. Waits for a slow reader, so that a long text is not held in memory. */
  print(text: string | Iterable<string>): Promise<void>;
  /** Diagnostics: stderr. */
  say(text: string): void;
  /** What `-v` shows. */
  detail(text: string): void;
  /** Asks a question and waits for the line typed. Null where there is nobody to ask. */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  readonly colors: Colors;
  /** Colours for stderr. */
  readonly sayColors: Colors;
  /** Whether somebody watches stderr. */
  readonly watched: boolean;
}

export interface TerminalOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly logFormat: 'text' | 'json';
}

/** The process's own terminal. Colours only where somebody sees them, and not with NO_COLOR. */
export function processTerminal({ quiet, verbose, logFormat }: TerminalOptions): Terminal {
  const log = (level: 'info' | 'debug', text: string) => {
    const line = logFormat === 'json' ? JSON.stringify({ time: new Date().toISOString(), level, message: text }) : text;
    process.stderr.write(`${line}\n`);
  };
  const plain = logFormat === 'json' || !mayColor(process.stderr);
  return {
    print,
    say: (text) => log('info', text),
    detail: (text) => {
      if (verbose) log('debug', text);
    },
    ask,
    colors: pc.createColors(mayColor(process.stdout)),
    sayColors: pc.createColors(!plain),
    watched: process.stderr.isTTY === true && !quiet && logFormat === 'text' && process.env['CI'] === undefined,
  };
}

function mayColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

async function print(text: string | Iterable<string>): Promise<void> {
  for (const piece of chunks(typeof text === 'string' ? [text] : text)) {
    if (process.stdout.write(piece)) continue;
    await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
  }
}

function* chunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    throw signal.aborted ? new Interrupted() : error;
  } finally {
    lines.close();
  }
}
