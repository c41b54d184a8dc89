/** Records the directories of customers, each in one reading, and what the DNS shows of their domains. */
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DomainObservation } from '../domain/observations.ts';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { ObservationSource } from '../ports/dns.ts';
import type { StateReader } from '../ports/state.ts';
import { forEachReading, type GatherRequest } from './gather.ts';
import { observeDomains } from './observe.ts';
import { readState } from './plan.ts';
import { redactReading } from './redaction/reading.ts';

export interface SnapshotRequest extends GatherRequest {
  readonly config: Pick<Config, 'customers'>;
  readonly customers: readonly CustomerConfig[];
  /** Has the tokens that the DNS is to show. */
  readonly reader: StateReader;
  readonly observations: ObservationSource;
  /** What makes pseudonyms, to record these in the place of names, phones and notes; null to record what was read. */
  readonly redact: Pseudonym | null;
  /** Writes one recording; returns its path. */
  readonly record: (
    customer: CustomerId,
    reading: Extract<DirectoryReading, { status: 'complete' }>,
  ) => Promise<string>;
  /** Writes what was seen of a customer's domains beside it, or sees to it that nothing older is there. */
  readonly recordObservations: (customer: CustomerId, observations: readonly DomainObservation[]) => Promise<void>;
}

export interface SnapshotResult {
  readonly customer: CustomerId;
  /** Null for one without a directory that is enabled. */
  readonly directory:
    | { readonly ok: true; readonly path: string; readonly objects: number }
    | { readonly ok: false; readonly problem: Problem }
    | null;
  /** So many domains were looked at. */
  readonly domains: number;
}

/**
 * One result a customer: of a whole reading each, and of what a plan would look for in the DNS. A directory that cannot be read stops no other.
 * Rejects with Interrupted.
 */
export async function snapshot(request: SnapshotRequest): Promise<readonly SnapshotResult[]> {
  const { customers, reader } = request;
  const observed = observeDomains({ ...request, state: await readState(reader, customers) });
  // A recording is to prove more than that something changed.
  const whole = { ...request, copyOf: null, withEvidence: true };
  const { redact } = request;
  return forEachReading(customers, whole, async (customer, reading): Promise<SnapshotResult> => {
    const { name } = customer;
    const read = redact === null ? reading : redactReading(reading, redact);
    const directory = await recordedDirectory(name, read, request);
    const seen = [...(await observed.of(customer)).values()];
    await request.recordObservations(name, seen);
    return { customer: name, directory, domains: seen.length };
  });
}

async function recordedDirectory(
  customer: CustomerId,
  reading: DirectoryReading,
  { record }: SnapshotRequest,
): Promise<SnapshotResult['directory']> {
  switch (reading.status) {
    case 'none':
      return null;
    case 'failed':
      return { ok: false, problem: reading.problem };
    case 'complete':
      return { ok: true, path: await record(customer, reading), objects: reading.objects.length };
  }
}
