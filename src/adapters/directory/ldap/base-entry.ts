/** Reads one entry by its DN. */
import { searchCommand } from './command.ts';
import { type Entry, type EntryShape, entryReader } from './entry.ts';
import { anything } from './filter.ts';
import { resultFailure } from './result-errors.ts';
import type { SearchContext } from './search.ts';

export type ReaderContext = Pick<SearchContext, 'connection' | 'settings' | 'log'>;

/** noSuchObject and insufficientAccessRights: there is nothing, or nothing for us. */
const UNSEEN: readonly number[] = [32, 50];

/**
 * The entry, or null if there is none to be seen. Any other result than success rejects with DirectoryError. `names` are asked for in
 * place of the shape's own, for slices of an attribute.
 */
export async function readBaseEntry(
  { connection, settings, log }: ReaderContext,
  dn: string,
  shape: EntryShape,
  names: readonly string[] = shape.names,
): Promise<Entry | null> {
  const query = { baseDN: dn, scope: 'base', filter: anything(), attributes: names } as const;
  log(searchCommand(settings, query, null));
  const { entries, result } = await connection.search(query, null);
  if (UNSEEN.includes(result.code)) return null;
  if (result.code !== 0) {
    const asked = { url: settings.url, doing: 'search', baseDN: dn === '' ? 'the rootDSE' : dn } as const;
    throw resultFailure(result, { ...asked, filter: query.filter.toString(), entries: 0 });
  }
  const [frame] = entries;
  return frame === undefined ? null : entryReader(shape)(frame);
}
