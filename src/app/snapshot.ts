/** Records the directories of customers, each in one reading. */
import type { CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { CustomerId } from '../domain/roster.ts';
import { forEachReading, type GatherRequest } from './gather.ts';

export interface SnapshotRequest extends GatherRequest {
  /** Those that have a directory. */
  readonly customers: readonly CustomerConfig[];
  /** Writes one recording; returns its path. */
  readonly record: (
    customer: CustomerId,
    reading: Extract<DirectoryReading, { status: 'complete' }>,
  ) => Promise<string>;
}

export type SnapshotResult = { readonly customer: CustomerId } & (
  | { readonly ok: true; readonly path: string; readonly objects: number }
  | { readonly ok: false; readonly problem: Problem }
);

/** One result a customer, of a whole reading each; a directory that cannot be read stops no other. Rejects with Interrupted. */
export function snapshot(request: SnapshotRequest): Promise<readonly SnapshotResult[]> {
  const withDirectory = request.customers.filter(({ directory }) => directory?.enabled === true);
  // A recording is to prove more than that something changed.
  const whole = { ...request, copyOf: null };
  return forEachReading(withDirectory, whole, async ({ name }, reading): Promise<SnapshotResult> => {
    if (reading.status === 'complete') {
      const path = await request.record(name, reading);
      return { customer: name, ok: true, path, objects: reading.objects.length };
    }
    const problem = reading.status === 'failed' ? reading.problem : null;
    return { customer: name, ok: false, problem: problem ?? NO_DIRECTORY };
  });
}

const NO_DIRECTORY: Problem = {
  code: 'NO_DIRECTORY',
  message: 'The customer has no directory.',
  hint: 'Add "directory" to the customer, or leave it out with --customer.',
};
