/**
 * The text of one table: lines of ours in sections, one a customer, and whatever else stands in the file, which is kept byte for byte. Texts are
 * bytes here, a character each ("latin1"), because what is not ours may be in any encoding.
 */
import type { CustomerId } from '../../../domain/roster.ts';
import { foldCase } from './lookup-key.ts';
import { FOUND, isMembership, relayKey, type Table } from './tables.ts';

/** What is not ours: a line with what continues it, or a comment. */
export interface ForeignText {
  readonly raw: string;
  /** As Postfix would look it up; null where the text is no line of a table. */
  readonly key: string | null;
  readonly value: string;
}

export interface OwnLine {
  readonly customer: CustomerId;
  readonly value: string;
}

export interface TableText {
  /** What stands before our sections, and what stands between and after them. */
  readonly before: readonly ForeignText[];
  readonly after: readonly ForeignText[];
  readonly ours: ReadonlyMap<string, OwnLine>;
  /** What is amiss with the file, for people; the next writing mends it. */
  readonly wrong: readonly string[];
}

const MARK = '# rollcall';
const BEGIN = `${MARK} begin `;
const END = `${MARK} end `;
/** Lines that say what the file is begin so. */
const NOTE = `${MARK}: `;
const NOTES = [
  'written by Rollcall. What stands between "begin" and "end" is put back if you change it;',
  'lines of your own belong outside, and stay as they are.',
];
const CUSTOMER = /^[a-z0-9-]+$/;
const BEYOND_ASCII = /[^\0-\x7f]/;

/** A file that is not there. */
export const NO_TEXT: TableText = { before: [], after: [], ours: new Map(), wrong: [] };

interface Line {
  raw: string;
  key: string;
  value: string;
}

interface Section {
  readonly customer: CustomerId;
  readonly lineNumber: number;
  /** Lines, and comments that have no place here. */
  readonly parts: (ForeignText | Line)[];
}

interface Parsing {
  readonly table: Table;
  /** Whether all of it is ASCII, so that nothing has to be decoded. */
  readonly ascii: boolean;
  readonly foreign: (ForeignText | Line)[];
  readonly sections: Section[];
  readonly wrong: string[];
  /** How much that is not ours stood before our notes or the first whole section; null before that. */
  blockAt: number | null;
  open: Section | null;
  /** What a line that begins with white space continues (postmap(1)), be it ours or not. */
  last: Line | null;
}

/**
 * Reads the text of a table. A section without its end, or with another's, is not believed: its lines count as nobody's, so they are neither
 * lost nor taken for ours.
 */
export function parseTable(text: string, table: Table): TableText {
  const ascii = !BEYOND_ASCII.test(text);
  const state: Parsing = { table, ascii, foreign: [], sections: [], wrong: [], blockAt: null, open: null, last: null };
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    lineNumber += 1;
    takeLine(state, text.slice(start, end), lineNumber);
    start = end;
  }
  giveUpSection(state);
  return assembled(state);
}

function takeLine(state: Parsing, raw: string, lineNumber: number): void {
  const text = trimmed(raw);
  if (text === '' || text.startsWith('#')) takeComment(state, { raw, text, lineNumber });
  else if (isSpace(raw.charCodeAt(0)) && state.last !== null) {
    state.last.raw += raw;
    state.last.value = `${state.last.value} ${text}`.trim();
  } else {
    const line = { raw, ...splitLine(text) };
    state.last = line;
    (state.open?.parts ?? state.foreign).push(line);
  }
}

function takeComment(
  state: Parsing,
  { raw, text, lineNumber }: { readonly raw: string; readonly text: string; readonly lineNumber: number },
): void {
  if (raw.startsWith(BEGIN)) beginSection(state, text.slice(BEGIN.length), lineNumber);
  else if (raw.startsWith(END)) endSection(state, text.slice(END.length), lineNumber);
  else if (raw.startsWith(NOTE)) state.blockAt ??= state.open === null ? state.foreign.length : null;
  else if (text === '' && state.open !== null) return;
  else (state.open?.parts ?? state.foreign).push({ raw, key: null, value: '' });
}

function beginSection(state: Parsing, name: string, lineNumber: number): void {
  giveUpSection(state);
  if (!CUSTOMER.test(name)) {
    state.wrong.push(`line ${lineNumber} begins a section of no customer`);
    return;
  }
  state.open = { customer: name as CustomerId, lineNumber, parts: [] };
}

function endSection(state: Parsing, name: string, lineNumber: number): void {
  const { open } = state;
  if (open?.customer !== name) {
    state.wrong.push(`line ${lineNumber} ends a section that does not begin`);
    giveUpSection(state);
    return;
  }
  state.blockAt ??= state.foreign.length;
  state.sections.push(open);
  const comments = open.parts.filter(({ key }) => key === null);
  if (comments.length > 0) state.wrong.push(`there are comments inside of the section of ${open.customer}`);
  state.foreign.push(...comments);
  state.open = null;
}

/** The lines of a section that has no end are left where they are, as nobody's. */
function giveUpSection(state: Parsing): void {
  const { open } = state;
  if (open === null) return;
  state.wrong.push(`the section of ${open.customer} in line ${open.lineNumber} has no end`);
  for (const part of open.parts) state.foreign.push(part);
  state.open = null;
}

function assembled({ table, ascii, foreign, sections, wrong, blockAt }: Parsing): TableText {
  const decoded = ascii ? (text: string) => text : fromBytes;
  const ours = new Map<string, OwnLine>();
  for (const { customer, parts } of sections) {
    for (const line of parts) {
      if (line.key === null) continue;
      const key = keyIn(table, decoded(line.key), customer);
      if (ours.has(key)) wrong.push(`${key} stands in it twice`);
      else ours.set(key, { customer, value: valueIn(table, decoded(line.value)) });
    }
  }
  const others = foreign.map(({ raw, key, value }): ForeignText => {
    if (key === null) return { raw, key, value };
    const known = keyIn(table, decoded(key), null);
    if (ours.has(known)) wrong.push(`${known} stands in it twice`);
    return { raw, key: known, value: valueIn(table, decoded(value)) };
  });
  const at = blockAt ?? others.length;
  return { before: others.slice(0, at), after: others.slice(at), ours, wrong };
}

function keyIn(table: Table, written: string, customer: CustomerId | null): string {
  const key = foldCase(written);
  return table === 'relays' && customer !== null ? relayKey(key, customer) : key;
}

/** Whatever stands beside a key that is only looked for, it counts as the same. Nothing at all makes Postfix ignore the line. */
function valueIn(table: Table, value: string): string {
  return isMembership(table) && value !== '' ? FOUND : value;
}

/** The key ends at the first white space outside of quotes (postmap(1)). A line with an odd quote is none to Postfix: it has no value then. */
function splitLine(text: string): { key: string; value: string } {
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (code === 0x22) quoted = !quoted;
    else if (!quoted && isSpace(code)) return { key: text.slice(0, index), value: trimmed(text.slice(index)) };
  }
  return { key: text, value: '' };
}

/** As isspace(3) has it. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Without white space of ASCII around it; a byte of another encoding may look like some of Unicode's. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function fromBytes(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

function toBytes(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text of a table, and which of its lines, counted from 1, are ours. A line of nobody's whose key we hold goes: ours is in its place. */
export function renderTable(
  { before, after, ours }: TableText,
  table: Table,
): { readonly text: string; readonly firstOwn: number; readonly lastOwn: number } {
  const kept = (texts: readonly ForeignText[]) =>
    texts.filter(({ key }) => key === null || !ours.has(key)).map(({ raw }) => raw);
  const top = closed(kept(before).join(''));
  const own = ownLines(ours, table);
  const firstOwn = top.split('\n').length;
  const block = `${own.join('\n')}\n`;
  return { text: `${top}${block}${kept(after).join('')}`, firstOwn, lastOwn: firstOwn + own.length - 1 };
}

function closed(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function ownLines(ours: ReadonlyMap<string, OwnLine>, table: Table): readonly string[] {
  const sections = new Map<CustomerId, string[]>();
  for (const key of [...ours.keys()].sort()) {
    const line = ours.get(key);
    if (line === undefined) continue;
    const shown = table === 'relays' ? key.slice(0, key.indexOf(' ')) : key;
    const text = toBytes(`${shown} ${line.value}`);
    const section = sections.get(line.customer);
    if (section === undefined) sections.set(line.customer, [text]);
    else section.push(text);
  }
  return [
    ...NOTES.map((note) => `${NOTE}${note}`),
    ...[...sections.keys()].sort().flatMap((customer) => {
      return [`${BEGIN}${customer}`, ...(sections.get(customer) ?? []), `${END}${customer}`];
    }),
  ];
}
