/** Lists that come page by page, to their end. */
import type { DirectoryError } from '../errors.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { isObject } from './exchange.ts';
import { type Asked, errorOf, malformed } from './graph-errors.ts';

export interface PageRequest {
  readonly client: GraphClient;
  readonly asked: Asked;
  /** Of the first page and of all that follow. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What to make of an answer that is no page. */
  readonly refuse: (answer: GraphAnswer) => DirectoryError;
}

export interface Page {
  readonly items: readonly unknown[];
  /** Of a delta: where the next reading goes on. Only the last page has it. */
  readonly deltaLink: string | null;
}

const MOST_EMPTY_PAGES = 1000;

/**
 * All pages from `first` on: an address, or an answer that is there already. Links are followed as they are given, from empty pages too.
 * Rejects with DirectoryError if a page is none, or leads back to one that was read.
 */
export async function* pages(request: PageRequest, first: string | GraphAnswer): AsyncGenerator<Page> {
  const { client, asked, headers, refuse } = request;
  const followed = new Set<string>();
  let empty = 0;
  for (let next: string | GraphAnswer | null = first; next !== null; ) {
    const answer: GraphAnswer = typeof next === 'string' ? await client.get(next, headers) : next;
    if (answer.status !== 200) throw refuse(answer);
    const { value, nextLink, deltaLink } = parsePage(answer, asked);
    empty = value.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY_PAGES) throw malformed(asked, `${MOST_EMPTY_PAGES} pages in a row were empty`);
    if (nextLink !== null && followed.has(nextLink))
      throw malformed(asked, 'a page leads back to one that was read before');
    if (nextLink !== null) followed.add(nextLink);
    yield { items: value, deltaLink: nextLink === null ? deltaLink : null };
    next = nextLink;
  }
}

interface ParsedPage {
  readonly value: readonly unknown[];
  readonly nextLink: string | null;
  readonly deltaLink: string | null;
}

function parsePage(answer: GraphAnswer, asked: Asked): ParsedPage {
  const { body } = answer;
  if (!isObject(body)) throw malformed(asked, 'it is no JSON object, or was cut off');
  const { code, message } = errorOf(answer);
  if (code !== '' || message !== '') throw malformed(asked, `it says 200 and holds an error (${code}: ${message})`);
  const { value } = body;
  if (!Array.isArray(value)) throw malformed(asked, 'it has no list of values');
  return {
    value,
    nextLink: linkIn(body, '@odata.nextLink', asked),
    deltaLink: linkIn(body, '@odata.deltaLink', asked),
  };
}

function linkIn(body: Readonly<Record<string, unknown>>, name: string, asked: Asked): string | null {
  const link = body[name];
  if (link === undefined || link === null) return null;
  if (typeof link === 'string' && link !== '') return link;
  throw malformed(asked, `its ${name} is no text`);
}
