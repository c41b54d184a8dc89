/** Warns before the credential that a directory is read with comes to its end (SAF-6). */
import type { CustomerConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import { addDays, dayOf, epochMs, type Instant } from '../domain/instant.ts';
import { count } from '../domain/words.ts';

const WARN_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** At most one warning: that the credential ends within 30 days, or has ended. */
export function credentialWarning({ directory }: CustomerConfig, now: Instant): readonly Diagnostic[] {
  if (directory?.enabled !== true || directory.connection.type !== 'entra') return [];
  const { expires } = directory.connection;
  if (expires === null || now < addDays(expires.at, -WARN_DAYS)) return [];
  const lastDay = dayOf(addDays(expires.at, -1));
  const left = Math.ceil((epochMs(expires.at) - epochMs(now)) / DAY_MS);
  const when = left > 0 ? `ends after ${lastDay}, in ${count(left, 'day')}` : `ended after ${lastDay}`;
  return [
    diagnostic(
      'warning',
      'SAF-6',
      `The credential of the directory ${when}. Add a new one to the app registration, change what directory.credential refers to, and then "expires".`,
      { location: expires.location },
    ),
  ];
}
