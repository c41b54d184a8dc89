/** Whatever a server or we ourselves came to grief over, as the problem that people are told. */
import type { LdapConnection } from '../../../domain/config.ts';
import type { Problem } from '../../../domain/diagnostic.ts';
import { DirectoryError, failure, reasonOf } from '../errors.ts';
import { MalformedBerError } from './ber.ts';
import { protocolFailure } from './conversation.ts';

/** Defects of ours are not the directory's doing, but even then nothing is known of who is in it. */
export function problemOf(error: unknown, { url }: LdapConnection): Problem {
  if (error instanceof DirectoryError) return error.problem;
  if (error instanceof MalformedBerError) return protocolFailure(error, url).problem;
  return failure(
    'LDAP_INTERNAL',
    `Reading ${url} failed: ${reasonOf(error)}.`,
    'This is a defect of Rollcall; please report it.',
  ).problem;
}
