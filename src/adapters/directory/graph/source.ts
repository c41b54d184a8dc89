/** The Entra ID source: one whole reading of a tenant through Microsoft Graph, or the reason why there is none. */
import { type DirectoryConfig, type EntraConnection, isEntra } from '../../../domain/config.ts';
import type { DirectoryReading } from '../../../domain/directory.ts';
import type { DirectorySource, ReadOptions } from '../../../ports/directory.ts';
import { describeAll } from './describe.ts';
import { evidenceOf } from './evidence.ts';
import type { ReadingContext } from './full.ts';
import { type GraphOptions, type Outside, openTenant, outsideOf } from './open.ts';

import { problemOf } from './problem.ts';
import { readRecords } from './read-records.ts';

export type { GraphOptions };

type EntraDirectory = DirectoryConfig<EntraConnection>;

/** Reads tenants of Entra ID. A reading is `complete` only if every page and every part of every batch was read to its end (SAF-2). */
export function graphSource(options: GraphOptions): DirectorySource {
  return {
    async read(customer, readOptions) {
      const { directory } = customer;
      if (directory === null || !directory.enabled) return { status: 'none' };
      if (!isEntra(directory)) throw new TypeError(`${customer.name} has no tenant of Entra ID`);
      const outside = outsideOf(options);
      try {
        return await untilDone(readOptions.signal, (signal) =>
          readTenant(directory, outside, { ...readOptions, signal }),
        );
      } catch (error) {
        return { status: 'failed', problem: problemOf(error, directory.connection, outside) };
      }
    },
  };
}

/** Ends with the work whatever it began: a request that waits would keep the program from ending. */
async function untilDone<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(controller.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function readTenant(
  directory: EntraDirectory,
  outside: Outside,
  options: ReadOptions,
): Promise<DirectoryReading> {
  const { connection, include } = directory;
  const { monotonic, log } = outside;
  const startedAt = monotonic();
  const tally = { pages: 0, entries: 0 };
  const { id, client } = await openTenant(connection, outside, options.signal);
  const context: ReadingContext = {
    client,
    connection,
    include,
    log,
    onPage: (entries) => {
      tally.pages += 1;
      tally.entries += entries;
      options.onProgress?.({ ...tally });
    },
  };
  const identity = { type: 'entra', id } as const;
  const { records, since, copyUpdate } = await readRecords(context, identity, outside, options);
  const { objects, digest } = describeAll(records);
  const proof = {
    pages: tally.pages,
    entries: objects.length,
    ranges: 0,
    referrals: [],
    throttled: client.patience.throttled,
    since,
    elapsedMs: Math.round(monotonic() - startedAt),
    digest,
  };
  return {
    status: 'complete',
    identity,
    proof,
    objects,
    ...(copyUpdate === undefined ? {} : { copyUpdate }),
    ...(options.withEvidence === true ? { evidence: evidenceOf(records, connection, include) } : {}),
  };
}
