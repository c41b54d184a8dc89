/** Reads the directories of customers, several at once. */
import pLimit from 'p-limit';
import type { CustomerConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DirectoryCopy } from '../domain/directory-copy.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { DirectorySource, ReadProgress } from '../ports/directory.ts';
import { throwIfInterrupted } from './interrupted.ts';

/** How far the readings of a command are. */
export interface Progress {
  readonly started: (customer: CustomerId) => void;
  readonly read: (customer: CustomerId, progress: ReadProgress) => void;
  readonly done: (customer: CustomerId) => void;
}

export interface GatherRequest {
  readonly source: DirectorySource;
  /** Gives what the last complete reading left. Null to read directories whole. */
  readonly copyOf: ((customer: CustomerId) => Promise<DirectoryCopy | null>) | null;
  /** Asks for what recordings need to answer other questions too. */
  readonly withEvidence?: boolean;
  /** Customers read at once. */
  readonly parallelism: number;
  readonly signal: AbortSignal;
  readonly progress: Progress | null;
}

/**
 * Reads each customer's directory and hands the reading on as soon as it is there, so that it need not be kept; the results come in the
 * customers' order. A directory that fails is a `failed` reading and stops no other. Rejects with Interrupted once the signal is aborted.
 */
export async function forEachReading<T>(
  customers: readonly CustomerConfig[],
  request: GatherRequest,
  use: (customer: CustomerConfig, reading: DirectoryReading) => T | Promise<T>,
): Promise<readonly T[]> {
  const limit = pLimit(request.parallelism);
  return Promise.all(
    customers.map((customer) =>
      limit(async () => {
        throwIfInterrupted(request.signal);
        request.progress?.started(customer.name);
        const reading = await readDirectory(customer, request);
        throwIfInterrupted(request.signal);
        request.progress?.done(customer.name);
        return use(customer, reading);
      }),
    ),
  );
}

async function readDirectory(customer: CustomerConfig, request: GatherRequest): Promise<DirectoryReading> {
  if (customer.directory?.enabled !== true) return { status: 'none' };
  const { source, signal, copyOf, withEvidence } = request;
  return source.read(customer, {
    signal,
    ...(withEvidence === undefined ? {} : { withEvidence }),
    ...(copyOf === null ? {} : { copy: () => copyOf(customer.name) }),
    onProgress: (progress) => request.progress?.read(customer.name, progress),
  });
}
