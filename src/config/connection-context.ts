/** What the normalizing of one directory's connection is given. */
import type { SecretReference } from '../domain/secret-reference.ts';
import type { Finding } from './finding.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCustomer, RawSecretReference } from './schema-types.ts';

/** The absolute path of one that is relative to the file being read. */
export type ResolvePath = (path: string) => string;

export interface ConnectionContext<T> {
  readonly file: ParsedFile<RawCustomer>;
  readonly raw: T;
  readonly resolve: ResolvePath;
  readonly report: (finding: Finding) => void;
}

/** The reference that the file holds, its paths absolute. */
export function secretReference(raw: RawSecretReference, resolve: ResolvePath): SecretReference {
  if (raw.env !== undefined) return { env: raw.env };
  if (raw.file !== undefined) return { file: resolve(raw.file) };
  const [program, ...args] = raw.command ?? [''];
  return { command: [program, ...args] };
}
