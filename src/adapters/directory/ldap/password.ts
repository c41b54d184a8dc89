/** The password of the account that binds. */
import type { LdapConnection } from '../../../domain/config.ts';
import type { SecretReference } from '../../../domain/secret-reference.ts';
import { orAborted } from '../aborted.ts';
import { DirectoryError, failure, reasonOf } from '../errors.ts';

/** Brings the secret itself. What it rejects with is shown: it must not hold any of it. */
export type SecretResolver = (reference: SecretReference) => Promise<string>;

/**
 * Null for an anonymous bind. A bind with an empty password would be anonymous too, and succeed (RFC 4513 5.1.2). Rejects with
 * DirectoryError (SECRET_UNRESOLVED).
 */
export async function passwordFor(
  { bind }: LdapConnection,
  resolveSecret: SecretResolver,
  signal: AbortSignal,
): Promise<string | null> {
  if (bind === null) return null;
  const unresolved = (why: string) =>
    failure(
      'SECRET_UNRESOLVED',
      `The password for ${bind.dn} is not to be had: ${why}`,
      'Correct directory.bind.password, or put the secret where it points to.',
    );
  const password = await orAborted(resolveSecret(bind.password), signal).catch((error: unknown) => {
    throw error instanceof DirectoryError ? error : unresolved(reasonOf(error));
  });
  if (password === '') throw unresolved('it is empty.');
  return password;
}
