/** Reads text files line by line, without holding them whole. */
import { open } from 'node:fs/promises';

const BUFFER_BYTES = 1 << 18;
const LINE_END = 0x0a;

export interface LineReader extends AsyncDisposable {
  /** The next line without its end (`\n`), or null after the last; at once while one is at hand. Rejects with what reading failed with. */
  next(): string | null | Promise<string | null>;
}

/** Reads a UTF-8 file. Disposing of it closes the file. */
export function lineReader(path: string): LineReader {
  const batches = batchesOf(path);
  let batch: readonly string[] = [];
  let at = 0;
  const refill = async (): Promise<string | null> => {
    const { value, done } = await batches.next();
    if (done === true) return null;
    batch = value;
    at = 0;
    return next();
  };
  const next: LineReader['next'] = () => {
    const line = batch[at];
    at += 1;
    return line ?? refill();
  };
  const dispose = async (): Promise<void> => {
    await batches.return();
  };
  return { next, [Symbol.asyncDispose]: dispose };
}

/** As many lines at a time as have been read. Each is decoded by itself: one that is all ASCII is then held and parsed as such. */
async function* batchesOf(path: string): AsyncGenerator<readonly string[], void, undefined> {
  const file = await open(path);
  try {
    let buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    let used = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, used, buffer.length - used);
      if (bytesRead === 0) break;
      used += bytesRead;
      const { lines, end } = wholeLines(buffer.subarray(0, used));
      yield lines;
      buffer.copyWithin(0, end, used);
      used -= end;
      if (used === buffer.length) buffer = Buffer.concat([buffer], used * 2);
    }
    if (used > 0) yield [buffer.toString('utf8', 0, used)];
  } finally {
    await file.close();
  }
}

/** The lines that have ended, and where the last of them did. */
function wholeLines(bytes: Buffer): { readonly lines: readonly string[]; readonly end: number } {
  const lines: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(LINE_END); at >= 0; at = bytes.indexOf(LINE_END, from)) {
    lines.push(bytes.toString('utf8', from, at));
    from = at + 1;
  }
  return { lines, end: from };
}
