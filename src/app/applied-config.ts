/** What is remembered of the configuration that customers are applied with, so that drift can tell whether it has changed since. */
import type { Config } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { AppliedConfig } from '../ports/run.ts';
import { configDigest } from './config-digest.ts';

/** The digest of the bytes of each file of the workspace, by its path relative to the workspace. */
export type FileDigests = ReadonlyMap<string, string>;

/** The configuration of one customer as it stands: the digest of what plans follow from, and the files that it stands in. */
export function appliedConfigOf(config: Config, customer: CustomerId, digests: FileDigests): AppliedConfig {
  const files = filesOf(config, customer).flatMap((file) => {
    const digest = digests.get(file);
    return digest === undefined ? [] : [[file, digest] as const];
  });
  return { digest: configDigest(config, [customer]), files: Object.fromEntries(files) };
}

/** Sorted, each once. */
function filesOf({ workspace, customers }: Config, customer: CustomerId): readonly string[] {
  const own = customers.filter(({ name }) => name === customer);
  const places = own.flatMap(({ location, users }) => [location, ...users.map((user) => user.location)]);
  return [...new Set([workspace.location, ...places].map(({ file }) => file))].toSorted();
}
