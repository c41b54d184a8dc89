/** Recordings: readings kept as files, to plan from later without the directory (recording-format.ts has their lines). */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryObject, DirectoryReading, ReadProof } from '../../domain/directory.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CustomerId, ObjectId } from '../../domain/roster.ts';
import type { DirectorySource } from '../../ports/directory.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { MalformedLineError } from '../recorded-line.ts';
import { objectDigest } from './digest.ts';
import { endLine, headLine, objectLine, parseHead, parseLine, type RecordingHead } from './recording-format.ts';

export type CompleteReading = Extract<DirectoryReading, { status: 'complete' }>;

export interface Recording extends RecordingHead {
  readonly proof: ReadProof;
  readonly objects: readonly DirectoryObject[];
}

/** Where the recording of a customer is in a folder. */
function recordingPath(folder: string, customer: CustomerId): string {
  return join(folder, `${customer}.ndjson`);
}

/** Writes `<customer>.ndjson`, whole or not at all, and makes the folder if need be. Rejects with FileProblem. Returns the path. */
export async function recordReading(
  folder: string,
  customer: CustomerId,
  reading: CompleteReading,
  recordedAt: Instant,
): Promise<string> {
  const path = recordingPath(folder, customer);
  const { identity } = reading;
  try {
    await mkdir(folder, { recursive: true });
    await writeAtomically(path, lines({ customer, recordedAt, identity }, reading));
  } catch (error) {
    throw new FileProblem(
      {
        code: 'RECORDING_NOT_SAVED',
        message: `The recording could not be saved to ${path}: ${reasonOf(error)}.`,
        hint: 'Give -o a folder that you may write to and that has room.',
      },
      { cause: error },
    );
  }
  return path;
}

/** The text of a recording of objects that no directory was asked for. */
export function recordingText(
  customer: CustomerId,
  { identity, objects }: Pick<CompleteReading, 'identity' | 'objects'>,
  recordedAt: Instant,
): string {
  const { digest, take } = objectsOfRecording();
  for (const object of objects) take(object);
  const asked = {
    pages: 1,
    entries: objects.length,
    ranges: 0,
    referrals: [],
    throttled: 0,
    since: null,
    elapsedMs: 0,
  };
  const proof = { ...asked, digest: digest.value() };
  return [...lines({ customer, recordedAt, identity }, { status: 'complete', identity, objects, proof })].join('');
}

function* lines(head: RecordingHead, { objects, proof }: CompleteReading): Generator<string> {
  yield `${headLine(head)}\n`;
  for (const object of objects) yield `${objectLine(object)}\n`;
  yield `${endLine(proof)}\n`;
}

/** Directories as they were recorded in a folder. A recording that is missing, cut or changed is a `failed` reading. */
export function recordingSource(folder: string): DirectorySource {
  return {
    async read({ name, directory }, { signal, onProgress }) {
      if (directory === null || !directory.enabled) return { status: 'none' };
      const path = recordingPath(folder, name);
      try {
        const { customer, identity, proof, objects } = await readRecording(path, signal);
        if (customer !== name) throw damaged(path, 1, `it is a recording of the customer ${customer}, not of ${name}`);
        onProgress?.({ pages: proof.pages, entries: proof.entries });
        return { status: 'complete', identity, proof, objects };
      } catch (error) {
        return { status: 'failed', problem: problemOf(error, path, signal) };
      }
    },
  };
}

function problemOf(error: unknown, path: string, signal: AbortSignal) {
  if (signal.aborted) {
    return {
      code: 'INTERRUPTED',
      message: 'The read was interrupted.',
      hint: 'Run the command again. Nothing was changed.',
    };
  }
  if (error instanceof FileProblem) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'RECORDING_UNREADABLE',
    message: `The recording ${path} cannot be read: ${reasonOf(error)}.`,
    hint: 'Check that the file may be read, or record the directory anew with: rollcall snapshot -o DIR',
  };
}

/** Reads a recording that is whole and as it was written. Rejects with FileProblem: RECORDING_MISSING, or RECORDING_DAMAGED with the line. */
export async function readRecording(path: string, signal?: AbortSignal): Promise<Recording> {
  const { objects, digest, take } = objectsOfRecording();
  let head: RecordingHead | null = null;
  let proof: ReadProof | null = null;
  let line = 1;
  try {
    for await (const text of textLines(path, signal)) {
      if (proof !== null) throw new MalformedLineError('there is something after its end');
      if (head === null) {
        head = parseHead(text);
      } else {
        const parsed = parseLine(text);
        if ('proof' in parsed) proof = parsed.proof;
        else take(parsed);
      }
      line += 1;
    }
  } catch (error) {
    if (error instanceof MalformedLineError) throw damaged(path, line, error.message);
    throw isMissing(error) ? missing(path) : error;
  }
  if (head === null || proof === null) throw damaged(path, line, 'its end is missing: it was cut off');
  if (proof.entries !== objects.length || proof.digest !== digest.value()) {
    throw damaged(path, line - 1, `its ${objects.length} objects are not the ${proof.entries} that were recorded`);
  }
  return { ...head, proof, objects };
}

/** Takes objects one by one. Throws MalformedLineError for an id that was there before. */
function objectsOfRecording() {
  const objects: DirectoryObject[] = [];
  const ids = new Set<ObjectId>();
  const digest = objectDigest();
  const take = (object: DirectoryObject) => {
    if (ids.has(object.id)) throw new MalformedLineError(`there is an object with the id ${object.id} already`);
    ids.add(object.id);
    objects.push(object);
    digest.add(object);
  };
  return { objects, digest, take };
}

const NEWLINE = 0x0a;
/** So many octets are read at a time. */
const CHUNK = 1 << 20;

/** The lines of a file in UTF-8, each ended by a newline. Throws MalformedLineError for what is left after the last newline. */
async function* textLines(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const options = { highWaterMark: CHUNK, ...(signal === undefined ? {} : { signal }) };
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, options) as AsyncIterable<Buffer>) {
    const last = chunk.lastIndexOf(NEWLINE);
    rest.push(last < 0 ? chunk : chunk.subarray(0, last));
    if (last < 0) continue;
    const whole = Buffer.concat(rest);
    rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    if (isUtf8(whole)) yield* whole.toString().split('\n');
    else yield* soundLines(whole);
  }
  if (rest.length > 0) throw new MalformedLineError('its last line is cut off');
}

/** The lines before the first that is not UTF-8, and then the error. */
function* soundLines(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const line = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    if (!isUtf8(line)) throw new MalformedLineError('it is not UTF-8');
    yield line.toString();
    start += line.length + 1;
  }
}

function missing(path: string): FileProblem {
  return new FileProblem({
    code: 'RECORDING_MISSING',
    message: `There is no recording ${path}.`,
    hint: 'Record the directory with "rollcall snapshot -o DIR", or correct --snapshot.',
  });
}

function damaged(path: string, line: number, what: string): FileProblem {
  return new FileProblem({
    code: 'RECORDING_DAMAGED',
    message: `${path}:${line}: the recording cannot be used: ${what}.`,
    hint: 'Record the directory anew with: rollcall snapshot -o DIR',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
