/** What a reading or a check that failed tells people. */
import type { EntraConnection } from '../../../domain/config.ts';
import type { Problem } from '../../../domain/diagnostic.ts';
import { DirectoryError, failure, reasonOf } from '../errors.ts';
import type { Concealer } from './conceal.ts';

const LONGEST = 1000;

/** Without any secret. Defects of ours are not the tenant's doing, but even then nothing is known of who is in it. */
export function problemOf(error: unknown, { tenant }: EntraConnection, { concealed }: Concealer): Problem {
  const { code, message, hint } =
    error instanceof DirectoryError
      ? error.problem
      : failure(
          'ENTRA_INTERNAL',
          `Reading the tenant ${tenant} failed: ${reasonOf(error)}.`,
          'This is a defect of Rollcall; please report it.',
        ).problem;
  return { code, message: shortened(concealed(message)), hint: concealed(hint) };
}

/** What a server says may be long. To cut it before the secrets are out would leave a piece of one. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}….`;
}
