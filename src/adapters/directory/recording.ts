/** Recordings: readings kept as files, to plan from later without the directory (recording-format.ts has their lines). */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../domain/diagnostic.ts';
import type { CompleteReading, DirectoryObject, ReadProof } from '../../domain/directory.ts';
import type { DirectoryEvidence, DirectoryQuestion, KeptValues } from '../../domain/directory-evidence.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CustomerId, ObjectId } from '../../domain/roster.ts';
import type { DirectorySource } from '../../ports/directory.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { MalformedLineError } from '../recorded-line.ts';
import { answerAgain } from './answer-again.ts';
import { objectDigest } from './digest.ts';
import { evidenceDigest } from './recording-evidence.ts';
import {
  endLine,
  headLine,
  objectLine,
  parseHead,
  parseLine,
  type RecordingEnd,
  type RecordingHead,
} from './recording-format.ts';

export interface Recording extends Omit<RecordingHead, 'question'> {
  readonly proof: ReadProof;
  readonly objects: readonly DirectoryObject[];
  /** Null in a recording that does not say what was asked. */
  readonly evidence: DirectoryEvidence | null;
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
  const question = reading.evidence?.question ?? null;
  try {
    await mkdir(folder, { recursive: true });
    const { redacted } = reading.proof;
    const whole = redacted === true ? sealed(reading) : reading;
    await writeAtomically(path, lines({ customer, recordedAt, identity, question, redacted }, whole));
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

/** With the digest of its objects as they are now. */
function sealed(reading: CompleteReading): CompleteReading {
  return { ...reading, proof: { ...reading.proof, digest: digestOf(reading.objects) } };
}

function digestOf(objects: readonly DirectoryObject[]): string {
  const { digest, take } = objectsOfRecording();
  for (const object of objects) take(object);
  return digest.value();
}

/** The text of a recording of objects that no directory was asked for. */
export function recordingText(
  customer: CustomerId,
  { identity, objects }: Pick<CompleteReading, 'identity' | 'objects'>,
  recordedAt: Instant,
): string {
  const asked = {
    pages: 1,
    entries: objects.length,
    ranges: 0,
    referrals: [],
    throttled: 0,
    since: null,
    elapsedMs: 0,
  };
  const proof = { ...asked, digest: digestOf(objects) };
  return [
    ...lines({ customer, recordedAt, identity, question: null }, { status: 'complete', identity, objects, proof }),
  ].join('');
}

function* lines(head: RecordingHead, { objects, proof, evidence }: CompleteReading): Generator<string> {
  const digest = evidence === undefined ? null : evidenceDigest(evidence.question);
  yield `${headLine(head)}\n`;
  for (const object of objects) {
    const values = evidence?.values.get(object.id);
    if (values !== undefined) digest?.add(object.id, values);
    yield `${objectLine(object, values)}\n`;
  }
  yield `${endLine({ proof, evidence: digest?.value() ?? null })}\n`;
}

/** Directories as they were recorded in a folder. A recording that is missing, cut or changed is a `failed` reading. */
export function recordingSource(folder: string): DirectorySource {
  return {
    async read({ name, directory }, { signal, onProgress, mustFit = false }) {
      if (directory === null || !directory.enabled) return { status: 'none' };
      const path = recordingPath(folder, name);
      try {
        const { customer, identity, proof, objects, evidence } = await readRecording(path, signal);
        if (customer !== name) throw damaged(path, 1, `it is a recording of the customer ${customer}, not of ${name}`);
        onProgress?.({ pages: proof.pages, entries: proof.entries });
        if (evidence === null && !mustFit) return { status: 'complete', identity, proof, objects };
        const recorded = {
          status: 'complete',
          identity,
          proof,
          objects,
          ...(evidence === null ? {} : { evidence }),
        } as const;
        const answered = answerAgain(recorded, directory);
        if (!answered.ok) return { status: 'failed', problem: unfit(path, answered.reason) };
        return answered.objects === objects ? recorded : answeredReading(recorded, answered.objects);
      } catch (error) {
        return { status: 'failed', problem: problemOf(error, path, signal) };
      }
    },
  };
}

/** A reading with fewer objects than were recorded. It is evidence of nothing else any more. */
function answeredReading({ identity, proof }: CompleteReading, objects: readonly DirectoryObject[]): CompleteReading {
  const digest = objectDigest();
  for (const object of objects) digest.add(object);
  return {
    status: 'complete',
    identity,
    proof: { ...proof, entries: objects.length, digest: digest.value() },
    objects,
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

/** Takes objects one by one. Throws MalformedLineError for an id that was there before. */
function objectsOfRecording() {
  const objects: DirectoryObject[] = [];
  const ids = new Set<ObjectId>();
  const values = new Map<ObjectId, KeptValues>();
  const digest = objectDigest();
  const take = (object: DirectoryObject, kept: KeptValues | null = null) => {
    if (ids.has(object.id)) throw new MalformedLineError(`there is an object with the id ${object.id} already`);
    ids.add(object.id);
    objects.push(object);
    digest.add(object);
    if (kept !== null) values.set(object.id, kept);
  };
  return { objects, values, digest, take };
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

/** The configuration asks for something else than the recording was made with, and the recording does not hold the answer. */
function unfit(path: string, reason: string): Problem {
  return {
    code: 'RECORDING_UNFIT',
    message: `The recording ${path} cannot tell what the directory would give for this configuration: ${reason}.`,
    hint: 'Record the directory with this configuration, or leave --snapshot away to read the directory itself.',
  };
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
