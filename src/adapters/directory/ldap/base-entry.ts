/** Reads one entry by its DN. */
import { searchCommand } from './command.ts';
import { type Entry, type EntryShape, entryReader } from './entry.ts';
import { anything } from './filter.ts';
import { resultFailure } from './result-errors.ts';
import type { SearchContext } from './search.ts';

export type ReaderContext = Pick<SearchContext, 'connection' | 'settings' | 'log'>;

/**
 * The entry, or null if there is none to be seen. Throws DirectoryError if the server is not able to answer at all.
 * `names` are asked for in place of the shape's own, for slices of an attribute.
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
  if (result.code === 51 || result.code === 52) {
    throw resultFailure(result, {
      url: settings.url,
      doing: 'search',
      baseDN: dn,
      filter: '(objectClass=*)',
      entries: 0,
    });
  }
  const [frame] = entries;
  return result.code !== 0 || frame === undefined ? null : entryReader(shape)(frame);
}
