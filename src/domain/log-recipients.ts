/** Whom a mail log says that mail was for. */

const MARK = 'to=<';
// RFC 5321 4.5.3.1.3: a path has 256 octets at most; escapes in a quoted local part can double it.
const ADDRESS_MAX = 512;
// What may stand before the mark: `orig_`, or nothing but the end of the word before.
const BEFORE = /(?:^|[\s,;])(?:orig_)?$/;
// A ">" inside of quotes does not end the address.
const ADDRESS = /^((?:"(?:[^"\\]|\\.)*"|[^"<>])+)>/;

/**
 * What stands in `to=<…>` and `orig_to=<…>` of a line of a Postfix log: of deliveries, and of recipients that were refused (`NOQUEUE: reject:
 * RCPT`). Texts as they stand there: strangers chose them, and nothing says that they are addresses.
 */
export function logRecipients(line: string): readonly string[] {
  const found: string[] = [];
  for (let at = line.indexOf(MARK); at >= 0; at = line.indexOf(MARK, at + MARK.length)) {
    const start = at + MARK.length;
    if (!BEFORE.test(line.slice(Math.max(0, at - 'xorig_'.length), at))) continue;
    const [, address] = ADDRESS.exec(line.slice(start, start + ADDRESS_MAX)) ?? [];
    if (address !== undefined) found.push(address);
  }
  return found;
}
