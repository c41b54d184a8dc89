/** Distinguished names (RFC 4514) in one form, to be compared. */

// Nothing escaped or quoted, no several-valued name, no space beside a separator, no two spaces in a row.
const SIMPLE = /^[\w-]+=[^\s\\"+;<>#=,]+(?: [^\s\\"+;<>#=,]+)*(?:,[\w-]+=[^\s\\"+;<>#=,]+(?: [^\s\\"+;<>#=,]+)*)*$/;

/** The form in which two spellings of one DN are equal: case folded, spaces and escapes as few as may be (RFC 4518 in the main). */
export function comparableDn(dn: string): string {
  if (SIMPLE.test(dn)) return dn.toLowerCase();
  return splitAt(dn, ',;')
    .map((rdn) => splitAt(rdn, '+').map(comparableAttribute).sort().join('+'))
    .join(',');
}

/** Whether `dn` is `ancestor` or lies below it; both in comparable form. */
export function isWithin(dn: string, ancestor: string): boolean {
  return dn === ancestor || ancestor === '' || dn.endsWith(`,${ancestor}`);
}

function comparableAttribute(text: string): string {
  const equals = text.indexOf('=');
  if (equals < 0) return text.trim().toLowerCase();
  const type = text
    .slice(0, equals)
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '');
  const value = unescaped(text.slice(equals + 1))
    .toLowerCase()
    .trim()
    .replace(/\s+/g, ' ');
  return `${type}=${value.replace(/[\\,+;"<>#=]/g, '\\$&')}`;
}

/** The value that a text stands for. `\xx` are octets of UTF-8; those that are none stay as they are. */
function unescaped(text: string): string {
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*$/s.exec(text);
  return (quoted?.[1] ?? text).replace(/(?:\\[\da-f]{2})+|\\(.)/gis, (escaped: string, character?: string) => {
    if (character !== undefined) return character;
    const octets = Buffer.from(escaped.replaceAll('\\', ''), 'hex');
    const decoded = octets.toString('utf8');
    return decoded.includes('\ufffd') ? escaped : decoded;
  });
}

/** Cuts at separators that are neither escaped nor quoted. */
function splitAt(text: string, separators: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && separators.includes(character)) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
