/** Stdout and stderr, whoever reads them and however long they listen. */
import type { Problem } from '../domain/diagnostic.ts';
import { problemText } from './text/failure.ts';

export type LogFormat = 'text' | 'json';
export type Level = 'error' | 'info' | 'debug';

export interface Output {
  /** Writes a result to stdout. Waits for a slow reader, so that a long text is neither held in memory nor cut off at the end. */
  print(text: string | Iterable<string>): Promise<void>;
  /** Writes a line to stderr. `members` stand beside the text in JSON. */
  log(level: Level, text: string, members?: Readonly<Record<string, unknown>>): void;
  /** Says what could not be done, and what to do next; `customer` is whom it is about. */
  complain(problem: Problem, customer?: string): void;
  /** Resolves when everything is out: with why a result could not be written, or null. A reader who heard enough (`| head`) is no fault. */
  end(): Promise<Error | null>;
}

/** The process's own output. Whatever a closed stdout would have taken is dropped, so that no command stops half-way for it. */
export function processOutput(format: LogFormat): Output {
  let broken: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    broken ??= error;
  });
  process.stderr.on('error', () => {});
  const log: Output['log'] = (level, text, members = {}) => {
    const time = new Date().toISOString();
    process.stderr.write(`${format === 'json' ? JSON.stringify({ time, level, message: text, ...members }) : text}\n`);
  };
  return {
    print: async (text) => {
      for (const piece of chunks(typeof text === 'string' ? [text] : text)) {
        if (broken !== null) return;
        await written(process.stdout, piece);
      }
    },
    log,
    complain: (problem, customer) => {
      const { code, message, hint } = problem;
      const about = customer === undefined ? '' : `${customer}: `;
      if (format === 'text') log('error', `${about}${problemText(problem).trimEnd()}`);
      else log('error', message, { code, hint, ...(customer === undefined ? {} : { customer }) });
    },
    end: async () => {
      await written(process.stderr, '');
      return broken?.code === 'EPIPE' ? null : broken;
    },
  };
}

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
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
