/** Ties a plan to the configuration that it was made from (SAF-4). */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import { digestible } from '../config/digestible.ts';
import type { Config } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';

/** `sha256:…` over everything in the configuration that decides the plan of these customers. Comments and layout do not count. */
export function configDigest(config: Config, customers: readonly CustomerId[]): string {
  const hash = createHash('sha256').update(canonicalize(digestible(config, customers)));
  return `sha256:${hash.digest('hex')}`;
}
