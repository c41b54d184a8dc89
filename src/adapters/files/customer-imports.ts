/** Adds an import to the text of a customer's file, and leaves the rest as somebody wrote it. */
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** Paths that mean nothing to YAML, also in `{ }`. */
const PLAIN = /^[\w./][\w./-]*$/;

/**
 * The text with this CSV file among its imports, which is not there yet. First by a line put in, so that every other byte stays; where that does
 * not come out right, by writing the document anew with its comments. Null where neither does, as for a list that is an alias.
 */
export function withCsvImport(text: string, csv: string): string | null {
  const before = objectOf(open(text));
  if (before === null) return null;
  const imports: unknown = before['imports'] ?? [];
  if (!Array.isArray(imports)) return null;
  const wanted = { ...before, imports: [...imports, { csv }] };
  const isRight = (candidate: string | null) =>
    candidate !== null && isDeepStrictEqual(objectOf(open(candidate)), wanted);
  return [withLine, rewritten].map((edit) => edit(text, csv)).find(isRight) ?? null;
}

function open(text: string): Document.Parsed {
  return parseDocument(text, { schema: 'core', version: '1.2' });
}

function objectOf(document: Document.Parsed): Readonly<Record<string, unknown>> | null {
  return document.errors.length > 0 || !isMap(document.contents) ? null : document.toJS();
}

function withLine(text: string, csv: string): string | null {
  const root = open(text).contents;
  if (!isMap(root) || root.flow === true) return null;
  const item = `{csv: ${PLAIN.test(csv) ? csv : JSON.stringify(csv)}}`;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'imports');
  if (pair === undefined) return atTheEnd(text, root, item);
  return isSeq(pair.value) ? intoList(text, pair.value, item) : belowKey(text, pair.key, item);
}

function atTheEnd(text: string, root: YAMLMap, item: string): string {
  const indent = indentAt(text, startOf(root.items[0]?.key) ?? 0);
  const lineEnd = lineEndOf(text);
  const end = text.endsWith('\n') ? '' : lineEnd;
  return `${text}${end}${indent}imports:${lineEnd}${indent}  - ${item}${lineEnd}`;
}

function intoList(text: string, list: YAMLSeq, item: string): string | null {
  const [start, last, end] = [startOf(list), endOf(list.items.at(-1)), endOf(list)];
  if (start === null || end === null) return null;
  if (list.flow === true) return last === null ? put(text, end - 1, item) : put(text, last, `, ${item}`);
  return last === null ? null : putLine(text, last, `${indentAt(text, start)}- ${item}`);
}

/** Of a key that has nothing behind it. */
function belowKey(text: string, key: unknown, item: string): string | null {
  const [start, end] = [startOf(key), endOf(key)];
  return start === null || end === null ? null : putLine(text, end, `${indentAt(text, start)}  - ${item}`);
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null;
}

function startOf(node: unknown): number | null {
  return (node as Ranged | null | undefined)?.range?.[0] ?? null;
}

function endOf(node: unknown): number | null {
  return (node as Ranged | null | undefined)?.range?.[1] ?? null;
}

function put(text: string, at: number, piece: string): string {
  return text.slice(0, at) + piece + text.slice(at);
}

/** Below the line that `at` is in, with whatever comment that has. */
function putLine(text: string, at: number, line: string): string {
  const lineEnd = lineEndOf(text);
  const end = text[at - 1] === '\n' ? at - 1 : text.indexOf('\n', at);
  return end < 0 ? `${text}${lineEnd}${line}${lineEnd}` : put(text, end + 1, `${line}${lineEnd}`);
}

function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** As many spaces as there are columns before a place. */
function indentAt(text: string, at: number): string {
  return ' '.repeat(at - (text.lastIndexOf('\n', at - 1) + 1));
}

function rewritten(text: string, csv: string): string | null {
  const document = open(text);
  const node = document.createNode({ csv }, { flow: true });
  const list = document.get('imports');
  if (isSeq(list)) list.add(node);
  else document.set('imports', document.createNode([node]));
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(text) });
}
