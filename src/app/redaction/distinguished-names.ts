/** Distinguished names (RFC 4514), of which the leaf says who somebody is. */

type Rename = (value: string) => string;

const TYPE = String.raw`(?:[A-Za-z][A-Za-z\d-]*|\d+(?:\.\d+)+)`;
const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"|(?:[^"\\,+]|\\.)*)`;
const PAIR = String.raw`\s*${TYPE}\s*=${VALUE}`;
const RDN = String.raw`${PAIR}(?:\+${PAIR})*`;
const WHOLE = new RegExp(`^${RDN}(?:,${RDN})*$`, 's');
const LEAF = new RegExp(`^${RDN}`, 's');

// A name in a text: begins where no other name goes on, and has a second part, for its end could not be told otherwise.
const WITHIN = new RegExp(String.raw`(?<![\w.\\=,+-])${RDN}(?=,\s*${TYPE}\s*=)`, 'gs');
/** What a leaf of these is called after is no person and no group. */
const PLACES = /^\s*(?:dc|o|ou|c|l|st|street)\s*=/i;

/** The name with another value in its leaf, in each part of it; null for what is no distinguished name. */
export function withLeaf(name: string, rename: Rename): string | null {
  if (!WHOLE.test(name)) return null;
  return name.replace(LEAF, (leaf) => renamed(leaf, rename));
}

/** The text with another value in the leaf of each distinguished name in it that has more than one part. */
export function withLeaves(text: string, rename: Rename): string {
  return text.replace(WITHIN, (leaf) => (PLACES.test(leaf) ? leaf : renamed(leaf, rename)));
}

function renamed(leaf: string, rename: Rename): string {
  return leaf.replace(
    new RegExp(`(\\s*${TYPE}\\s*=)(${VALUE})`, 'gs'),
    (_, start: string, value: string) => start + rename(unescaped(value.trim())),
  );
}

/** The value that a text stands for. `\xx` are octets of UTF-8; those that are none stay as they are. */
function unescaped(text: string): string {
  const quoted = /^"(.*)"$/s.exec(text)?.[1] ?? text;
  return quoted.replace(/(?:\\[\da-f]{2})+|\\(.)/gis, (escaped: string, character?: string) => {
    if (character !== undefined) return character;
    const decoded = Buffer.from(escaped.replaceAll('\\', ''), 'hex').toString('utf8');
    return decoded.includes('\ufffd') ? escaped : decoded;
  });
}
