/** Text as it stands in YAML, in brackets or out of them. */

const PLAIN = /^(?:(?!.*: )[A-Za-z](?:[\w .@/:-]*\w)?|\d+d)$/;
/** What YAML would take for something else than text. */
const RESERVED = /^(?:null|true|false)$/i;

/** Plain where YAML can only take it for this very text, else in quotes. `text` is one line. */
export function scalar(text: string): string {
  return PLAIN.test(text) && !RESERVED.test(text) ? text : quoted(text);
}

/** In single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
