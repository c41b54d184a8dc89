/** Recordings of what the DNS showed of a customer's domains, to plan from later without it (recording-format.ts has their lines). */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DomainName } from '../../domain/address.ts';
import type { Instant } from '../../domain/instant.ts';
import type { DomainObservation } from '../../domain/observations.ts';
import type { CustomerId } from '../../domain/roster.ts';
import type { ObservationSource } from '../../ports/dns.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { MalformedLineError } from '../recorded-line.ts';
import { endLine, headLine, observationLine, parseEnd, parseHead, parseObservation } from './recording-format.ts';

const NEWLINE = 0x0a;

type Observations = ReadonlyMap<DomainName, DomainObservation>;

/** Beside the recording of the directory. */
function observationsPath(folder: string, customer: CustomerId): string {
  return join(folder, `${customer}.dns.ndjson`);
}

/**
 * Writes `<customer>.dns.ndjson`, whole or not at all, and makes the folder if need be. Where nothing was seen there is to be no recording: an
 * older one goes. Rejects with FileProblem.
 */
export async function recordObservations(
  folder: string,
  customer: CustomerId,
  observations: readonly DomainObservation[],
  recordedAt: Instant,
): Promise<void> {
  const path = observationsPath(folder, customer);
  const seen = observations.map(observationLine);
  const lines = [headLine({ customer, recordedAt }), ...seen, endLine(digestOf(seen))];
  try {
    if (observations.length === 0) return await rm(path, { force: true });
    await mkdir(folder, { recursive: true });
    await writeAtomically(
      path,
      lines.map((line) => `${line}\n`),
    );
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
}

/** What was recorded in a folder. Of what was not, nothing is known: no DNS is asked. Each file is read once. */
export function recordedObservations(folder: string): ObservationSource {
  const read = new Map<CustomerId, Promise<Observations>>();
  return {
    async observe(customer, { domain }) {
      const reading = read.get(customer) ?? readObservations(observationsPath(folder, customer), customer);
      read.set(customer, reading);
      return (await reading).get(domain) ?? null;
    },
  };
}

async function readObservations(path: string, customer: CustomerId): Promise<Observations> {
  try {
    const whole = await readFile(path);
    if (!isUtf8(whole)) throw damaged(path, firstLineNotUtf8(whole), 'it is not UTF-8');
    return parse(whole.toString(), path, customer);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new FileProblem(
      {
        code: 'RECORDING_UNREADABLE',
        message: `The recording ${path} cannot be read: ${reasonOf(error)}.`,
        hint: 'Check that the file may be read, or record anew with: rollcall snapshot -o DIR',
      },
      { cause: error },
    );
  }
}

function firstLineNotUtf8(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0 || !isUtf8(bytes.subarray(start, newline))) return line;
    start = newline + 1;
  }
}

function parse(whole: string, path: string, name: CustomerId): Observations {
  const [head = '', ...rest] = whole.split('\n');
  const end = rest.at(-2);
  let line = 1;
  try {
    const { customer } = parseHead(head);
    if (customer !== name) {
      throw new MalformedLineError(`it is a recording of the customer ${customer}, not of ${name}`);
    }
    line = rest.length;
    if (end === undefined || rest.at(-1) !== '') throw new MalformedLineError('its end is missing: it was cut off');
    const lines = rest.slice(0, -2);
    if (parseEnd(end) !== digestOf(lines)) {
      throw new MalformedLineError('its domains are not those that were recorded');
    }
    const seen = lines.map((text, index) => {
      line = index + 2;
      return parseObservation(text);
    });
    return new Map(seen.map((observation) => [observation.domain, observation]));
  } catch (error) {
    throw error instanceof MalformedLineError ? damaged(path, line, error.message) : error;
  }
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return `sha256:${hash.digest('hex')}`;
}

function damaged(path: string, line: number, what: string): FileProblem {
  return new FileProblem({
    code: 'RECORDING_DAMAGED',
    message: `${path}:${line}: the recording cannot be used: ${what}.`,
    hint: 'Record anew with: rollcall snapshot -o DIR',
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
