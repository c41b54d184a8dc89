/** SPF records as text (RFC 7208 4.5, 12). What a record means is for an evaluation to say. */

// 4.5: the version, then a space or the end.
const VERSION = /^v=spf1(?: |$)/i;
const ALL = /^[+?~-]?all$/i;
const REDIRECT = /^redirect=/i;

/** Whether a TXT record of a domain is an SPF record. */
export function isSpfRecord(text: string): boolean {
  return VERSION.test(text);
}

/**
 * The record with `include:name` before `all`, or before `redirect=` where it has no `all`, or with a `~all` where it has neither.
 * Without a record, a new one. Null where nothing would change.
 */
export function withInclude(record: string | null, include: string): string | null {
  const term = `include:${include}`;
  const terms = (record ?? '').split(' ').filter((text) => text !== '');
  const others = terms.slice(1).filter((text) => !isIncludeOf(text, include));
  const last = [ALL, REDIRECT].map((pattern) => others.findIndex((text) => pattern.test(text)));
  const place = last.find((index) => index >= 0);
  const corrected = place === undefined ? [...others, term, '~all'] : others.toSpliced(place, 0, term);
  const before = terms.slice(1);
  const isSame = before.length === corrected.length && before.every((text, index) => text === corrected[index]);
  return isSame ? null : ['v=spf1', ...corrected].join(' ');
}

/** An include of that name, whatever it lets the included senders do. */
function isIncludeOf(term: string, include: string): boolean {
  const name = /^[+?~-]?include:(?<name>.+)$/i.exec(term)?.groups?.['name'];
  return name?.toLowerCase().replace(/\.$/, '') === include.toLowerCase();
}
