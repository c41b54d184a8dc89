/** Reads recordings, and believes them only if they are whole and as they were written. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { DirectoryObject, ReadProof } from '../../domain/directory.ts';
import type { DirectoryEvidence, DirectoryQuestion, KeptValues } from '../../domain/directory-evidence.ts';
import type { ObjectId } from '../../domain/roster.ts';
import { FileProblem } from '../../ports/documents.ts';
import { MalformedLineError } from '../recorded-line.ts';
import { evidenceDigest } from './recording-evidence.ts';
import { parseHead, parseLine, type RecordingEnd, type RecordingHead } from './recording-format.ts';
import { objectsOfRecording } from './recording-objects.ts';

export interface Recording extends Omit<RecordingHead, 'question'> {
  readonly proof: ReadProof;
  readonly objects: readonly DirectoryObject[];
  /** Null in a recording that does not say what was asked. */
  readonly evidence: DirectoryEvidence | null;
}

/** Reads a recording that is whole and as it was written. Rejects with FileProblem: RECORDING_MISSING, or RECORDING_DAMAGED with the line. */
export async function readRecording(path: string, signal?: AbortSignal): Promise<Recording> {
  const { objects, values, digest, take } = objectsOfRecording();
  let head: RecordingHead | null = null;
  let end: RecordingEnd | null = null;
  let line = 1;
  try {
    for await (const text of textLines(path, signal)) {
      if (end !== null) throw new MalformedLineError('there is something after its end');
      if (head === null) {
        head = parseHead(text);
      } else {
        const parsed = parseLine(text);
        if ('proof' in parsed) end = parsed;
        else take(parsed.object, parsed.values);
      }
      line += 1;
    }
  } catch (error) {
    if (error instanceof MalformedLineError) throw damaged(path, line, error.message);
    throw isMissing(error) ? missing(path) : error;
  }
  if (head === null || end === null) throw damaged(path, line, 'its end is missing: it was cut off');
  const fault = faultOf(end, head, objects, values, digest.value());
  if (fault !== null) throw damaged(path, line - 1, fault);
  const { question, ...about } = head;
  const proof: ReadProof = head.redacted === true ? { ...end.proof, redacted: true } : end.proof;
  return { ...about, proof, objects, evidence: question === null ? null : { question, values } };
}

/** What is not as it was recorded; null if all is. */
function faultOf(
  { proof, evidence }: RecordingEnd,
  { question }: RecordingHead,
  objects: readonly DirectoryObject[],
  values: ReadonlyMap<ObjectId, KeptValues>,
  digest: string,
): string | null {
  if (proof.entries !== objects.length || proof.digest !== digest) {
    return `its ${objects.length} objects are not the ${proof.entries} that were recorded`;
  }
  return evidenceDigestOf(question, objects, values) === evidence
    ? null
    : 'what it says was asked, or the values that it keeps, are not what was recorded';
}

function evidenceDigestOf(
  question: DirectoryQuestion | null,
  objects: readonly DirectoryObject[],
  values: ReadonlyMap<ObjectId, KeptValues>,
): string | null {
  if (question === null) return null;
  const digest = evidenceDigest(question);
  for (const { id } of objects) {
    const kept = values.get(id);
    if (kept !== undefined) digest.add(id, kept);
  }
  return digest.value();
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

/** Something in the file is not what it should be. */
export function damaged(path: string, line: number, what: string): FileProblem {
  return new FileProblem({
    code: 'RECORDING_DAMAGED',
    message: `${path}:${line}: the recording cannot be used: ${what}.`,
    hint: 'Record the directory anew with: rollcall snapshot -o DIR',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
