/** Searches, always in pages (RFC 2696). Whatever ends one early is a DirectoryError: what was read so far is never all there is. */
import type { LdapConnection } from '../../../domain/config.ts';
import { failure } from '../errors.ts';
import type { Answer } from './answers.ts';
import { searchCommand } from './command.ts';
import type { Connection, PageRequest, SearchQuery } from './connection.ts';
import type { Frame } from './frames.ts';
import { resultFailure } from './result-errors.ts';

/** What the searches of one reading share. */
export interface SearchContext {
  readonly connection: Connection;
  readonly settings: LdapConnection;
  /** Whether the server says that it can page; null if it does not say what it can. */
  readonly canPage: boolean | null;
  readonly tally: Tally;
  readonly log: (line: string) => void;
  readonly onPage: () => void;
}

/** What a reading has met so far. */
export interface Tally {
  pages: number;
  entries: number;
  ranges: number;
  readonly referrals: Set<string>;
}

/** Pages in a row without an entry: legal (RFC 2696 3), but not for ever. */
const EMPTY_PAGES = 1000;

/** The pages of one search. While the caller works on a page, the server is already at the next. */
export async function* searchPages(context: SearchContext, query: SearchQuery): AsyncGenerator<readonly Frame[]> {
  const { connection, settings, tally } = context;
  context.log(searchCommand(settings, query, settings.pageSize));
  const ask = (cookie: Buffer | null) => {
    // A server that says it cannot page must not refuse for that: it answers in one piece, or fails at its own limit.
    const page: PageRequest = { size: settings.pageSize, cookie, critical: context.canPage !== false };
    const answer = connection.search(query, page);
    // The caller may never come to await it.
    answer.catch(() => undefined);
    return answer;
  };
  const referrals: string[] = [];
  let entries = 0;
  let emptyPages = 0;
  for (let pending: Promise<Answer> | null = ask(null); pending !== null; ) {
    const answer: Answer = await pending;
    const cookie = nextPage(answer, query, context, entries + answer.entries.length);
    pending = cookie === null ? null : ask(cookie);
    emptyPages = answer.entries.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages > EMPTY_PAGES) throw endless(query, settings);
    referrals.push(...answer.references);
    entries += answer.entries.length;
    tally.pages += 1;
    tally.entries += answer.entries.length;
    yield answer.entries;
    context.onPage();
  }
  for (const referral of referrals) tally.referrals.add(referral);
  if (referrals.length > 0 && settings.referrals === 'error') throw notFollowed(referrals, query, settings);
}

/** Where the next page begins, or null after the last. Throws DirectoryError if the search did not end, or did not end well. */
function nextPage(
  { result }: Answer,
  { baseDN, filter }: SearchQuery,
  { settings, canPage }: SearchContext,
  entries: number,
): Buffer | null {
  const { url } = settings;
  if (result.code !== 0) {
    throw resultFailure(result, { url, doing: 'search', baseDN, filter: filter.toString(), entries });
  }
  if (result.cookie !== null) return result.cookie.length === 0 ? null : result.cookie;
  if (canPage === false) return null;
  throw failure(
    'LDAP_INCOMPLETE',
    `${url}: the server does not say whether there are more pages under ${baseDN} after ${entries} entries.`,
    'The last page may be missing. Look for a proxy or load balancer that takes controls away (1.2.840.113556.1.4.319).',
  );
}

function endless({ baseDN }: SearchQuery, { url }: LdapConnection) {
  return failure(
    'LDAP_PROTOCOL',
    `${url}: the server sends empty pages without end for the search under ${baseDN}.`,
    'Run the logged ldapsearch command (-v), and look at the log of the server.',
  );
}

function notFollowed(referrals: readonly string[], { baseDN }: SearchQuery, { url }: LdapConnection) {
  const shown = referrals.slice(0, 3).join(', ') + (referrals.length > 3 ? `, and ${referrals.length - 3} more` : '');
  return failure(
    'LDAP_REFERRAL',
    `${url}: parts of ${baseDN} are on other servers: ${shown}. "referrals: error" makes the read incomplete.`,
    'Narrow directory.baseDN to what this server holds, use a global catalogue, or set directory.referrals to ignore.',
  );
}
