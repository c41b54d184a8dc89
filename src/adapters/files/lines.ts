/** Texts of any size, line by line. */
import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { FileProblem } from '../../ports/documents.ts';

/** A line is cut off after so many characters: who writes a log may be led to write anything into it. */
const LINE_MAX = 16_384;

/**
 * The lines of a file, or of stdin for null, as UTF-8 without byte-order mark and line ends; broken text is U+FFFD. No line is longer than
 * 16,384 characters. Rejects with FileProblem for a file that cannot be read, and with AbortError once the signal is aborted.
 */
export async function* readLines(path: string | null, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const stream = addAbortSignal(signal, path === null ? process.stdin : createReadStream(path));
  stream.setEncoding('utf8');
  let open = '';
  let isFirst = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = `${open}${isFirst ? chunk.replace(/^\ufeff/, '') : chunk}`.split('\n');
      isFirst = false;
      open = (lines.pop() ?? '').slice(0, LINE_MAX);
      for (const line of lines) yield cut(line);
    }
  } catch (error) {
    throw signal.aborted ? error : unreadable(path, error);
  }
  if (open !== '') yield cut(open);
}

function cut(line: string): string {
  return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, LINE_MAX);
}

function unreadable(path: string | null, error: unknown): FileProblem {
  const message = `${path ?? 'stdin'} could not be read: ${error instanceof Error ? error.message : error}.`;
  const hint = 'Name a file that is there and that you may read, or "-" for stdin.';
  return new FileProblem({ code: 'FILE_UNREADABLE', message, hint }, { cause: error });
}
