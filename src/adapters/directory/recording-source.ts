/** Directories as they were recorded, to plan from without them. */
import type { Problem } from '../../domain/diagnostic.ts';
import type { CompleteReading, DirectoryObject } from '../../domain/directory.ts';
import type { DirectorySource } from '../../ports/directory.ts';
import { FileProblem } from '../../ports/documents.ts';
import { answerAgain } from './answer-again.ts';
import { objectDigest } from './digest.ts';
import { reasonOf } from './errors.ts';
import { damaged, readRecording } from './recording-read.ts';
import { recordingPath } from './recording-write.ts';

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

/** The configuration asks for something else than the recording was made with, and the recording does not hold the answer. */
function unfit(path: string, reason: string): Problem {
  return {
    code: 'RECORDING_UNFIT',
    message: `The recording ${path} cannot tell what the directory would give for this configuration: ${reason}.`,
    hint: 'Record the directory with this configuration, or leave --snapshot away to read the directory itself.',
  };
}
