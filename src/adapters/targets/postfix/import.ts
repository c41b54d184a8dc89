/** Whom the tables of a gateway serve already, for an import. */
import type { ImportedUser } from '../../../domain/imported-user.ts';
import type { FoundEntry } from '../../../domain/target.ts';
import { entryKey } from './tables.ts';

const RECIPIENT = entryKey('recipients', '');

/** Every recipient; the table does not say whose an address is. */
export function recipientsIn(entries: readonly FoundEntry[]): readonly ImportedUser[] {
  return entries.flatMap(({ key }) =>
    key.startsWith(RECIPIENT) ? [{ address: key.slice(RECIPIENT.length), aliases: [], attributes: {} }] : [],
  );
}
