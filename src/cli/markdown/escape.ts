/**
 * Text from outside as Markdown, for GitHub and GitLab, in which nothing of it means anything: no link, image, HTML, heading or table, no
 * mention of somebody, no reference to an issue or a commit, no emoji of a name.
 *
 * Escaping with backslashes is not enough for that, for mentions and references are looked for in what the Markdown has become. They are not
 * looked for in code. So what is quoted stands in code, from where it can be copied as it is, and what is left are plain words.
 */
import { inert } from '../../domain/inert.ts';

/** Invisible, without being a blank; and halves of characters. The two joiners are part of how some languages, and emoji, are written. */
const UNSEEN = /(?![\u200c\u200d])\p{Cf}|\p{Cs}/gu;

/** One value, such as an address or a name, as code. A bar, which would end the cell of a table, stands outside of the code. */
export function code(text: string): string {
  const shown = visible(text);
  if (shown === '') return '(empty)';
  return shown
    .split('|')
    .map((part) => (part === '' ? '' : codeSpan(part)))
    .join('&#124;');
}

/** CommonMark 6.1: the fence is longer than any run of backticks inside, and of what begins and ends with a blank, one each is taken off. */
function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** How many backticks stand in a row, at most. */
export function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** One value as code inside of HTML, where Markdown means nothing: in a `<summary>`. */
export function htmlCode(text: string): string {
  return `<code>${visible(text).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')}</code>`;
}

/**
 * A sentence that may quote something. Words, numbers and punctuation stay; whatever else stands between blanks becomes code, so that addresses,
 * names of objects, files and options are told from the words around them. Several blanks count as one.
 */
export function prose(text: string): string {
  const parts: Part[] = [];
  for (const token of visible(text).split(' ')) {
    if (token === '') continue;
    const part = partOf(token, parts.length === 0);
    const last = parts.at(-1);
    // Several in a row are one piece, for names of objects have blanks in them.
    const goesOn = last?.quoted === true && part.quoted && last.after === '' && part.before === '';
    if (goesOn) parts[parts.length - 1] = { ...part, before: last.before, core: `${last.core} ${part.core}` };
    else parts.push(part);
  }
  return parts.map(({ before, core, after, quoted }) => `${before}${quoted ? code(core) : core}${after}`).join(' ');
}

/** What stands between two blanks, without the punctuation around it. */
interface Part {
  readonly before: string;
  readonly core: string;
  readonly after: string;
  readonly quoted: boolean;
}

const OPENING = new Set('"\'(“„');
const CLOSING = new Set('"\')”.,;:!?…');
const WORD = /^\p{L}[\p{L}\p{M}’'-]*$/u;
const NUMBER = /^(?:\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,6})?)%?$|^\d{4}-\d{2}-\d{2}$/;
/** Could be the beginning of a commit's name, or of an address in the web. */
const LINKED = /^[0-9a-f]{7,40}$|www$/i;

function partOf(token: string, isFirst: boolean): Part {
  let [start, end] = [0, token.length];
  while (start < end && OPENING.has(token.charAt(start))) start += 1;
  while (end > start && CLOSING.has(token.charAt(end - 1))) end -= 1;
  if (start === end) return { before: '', core: token, after: '', quoted: true };
  const [before, core, after] = [token.slice(0, start), token.slice(start, end), token.slice(end)];
  // "1." and "1)" would begin a list.
  const isNumber = NUMBER.test(core) && !(isFirst && before === '' && after !== '');
  return { before, core, after, quoted: !(isNumber || (WORD.test(core) && !LINKED.test(core))) };
}

/** Whatever is active or invisible in it is shown as `\u{…}`. */
export function visible(text: string): string {
  return inert(text).replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
