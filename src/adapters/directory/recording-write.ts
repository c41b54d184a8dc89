/** Writes readings down, to plan from later without the directory (recording-format.ts has the lines). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompleteReading, DirectoryObject } from '../../domain/directory.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CustomerId } from '../../domain/roster.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { reasonOf } from './errors.ts';
import { evidenceDigest } from './recording-evidence.ts';
import { endLine, headLine, objectLine, type RecordingHead } from './recording-format.ts';
import { objectsOfRecording } from './recording-objects.ts';

/** Where the recording of a customer is in a folder. */
export function recordingPath(folder: string, customer: CustomerId): string {
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
