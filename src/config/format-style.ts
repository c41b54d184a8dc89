/** How the files of a workspace are written, whoever wrote them. */
import { type Document, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import { blockOf, type SchemaNode, schemaOf } from './schema.ts';

/** Nothing is folded, and brackets have no space inside. */
export const STYLE = { lineWidth: 0, flowCollectionPadding: false, indent: 2, indentSeq: true } as const;

/** What must stay at the head of a file, whatever key comes first. */
const HEAD_COMMENT = /^\s*yaml-language-server:/;

/** What stands in brackets over several lines becomes a block: in brackets it would be one line. Changes the nodes. */
export function openBrackets(document: Document, text: string): void {
  visit(document, {
    Collection(_, node) {
      const [start = 0, end = 0] = node.range ?? [];
      if (node.flow === true && node.items.length > 0 && text.slice(start, end).includes('\n')) node.flow = false;
    },
  });
}

/**
 * Puts the keys of each block into the order of the schema, what it does not know behind them; `value` is what the document says. Lists
 * keep their order. Where a value is named by an anchor nothing moves, for it must stand before its alias. Changes the nodes.
 */
export function orderKeys(document: Document, schema: SchemaNode, value: unknown): void {
  let hasAlias = false;
  visit(document, {
    Alias: () => {
      hasAlias = true;
    },
  });
  if (!hasAlias) orderIn(document.contents, schema, value, true);
}

function orderIn(node: unknown, schema: SchemaNode, value: unknown, isTop = false): void {
  const under = (step: string | number) => schemaOf(schema, [step], value);
  if (isSeq(node)) for (const [index, item] of node.items.entries()) orderIn(item, under(index), inside(value, index));
  if (!isMap(node)) return;
  for (const { key, value: inner } of node.items) orderIn(inner, under(keyText(key)), inside(value, keyText(key)));
  const known = Object.keys(blockOf(schema, value).properties ?? {});
  const rank = ({ key }: Pair) => {
    const index = known.indexOf(keyText(key));
    return index < 0 ? known.length : index;
  };
  const sorted = node.items.toSorted((a, b) => rank(a) - rank(b));
  if (sorted.some((pair, index) => pair !== node.items[index])) reorder(node, sorted, isTop);
}

function inside(value: unknown, step: string | number): unknown {
  return (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[step];
}

/** A comment goes with the key that it stands above; the empty line above a key does so too, and none begins a block. */
function reorder(map: YAMLMap, sorted: YAMLMap['items'], isTop: boolean): void {
  const before = map.items[0]?.key;
  const after = sorted[0]?.key;
  map.items = sorted;
  if (before === after || !isScalar(before) || !isScalar(after)) return;
  // The parser takes a comment above the first key for one on the block.
  const { head, own } = split([...linesOf(map.commentBefore), ...linesOf(before.commentBefore)], isTop);
  map.commentBefore = null;
  before.commentBefore = textOf(own);
  const ofAfter = linesOf(after.commentBefore);
  after.commentBefore = textOf([...head, ...(isParted(head, ofAfter) ? [''] : []), ...ofAfter]);
  const hadSpace = after.spaceBefore === true;
  after.spaceBefore = false;
  before.spaceBefore = hadSpace;
}

/** The lines that are the file's own: those for editors, and what an empty line parts from the first key. */
function split(lines: readonly string[], isTop: boolean) {
  if (!isTop) return { head: [], own: lines };
  const apart = lines.lastIndexOf('') + 1;
  const isHead = (line: string, index: number) => index < apart || HEAD_COMMENT.test(line);
  return { head: lines.filter(isHead), own: lines.filter((line, index) => !isHead(line, index)) };
}

/** What was above another key does not become a part of the head. */
function isParted(head: readonly string[], own: readonly string[]): boolean {
  return own.length > 0 && head.length > 0 && head.at(-1) !== '';
}

function linesOf(comment: string | null | undefined): readonly string[] {
  return comment == null ? [] : comment.split('\n');
}

function textOf(lines: readonly string[]): string | null {
  return lines.length === 0 ? null : lines.join('\n');
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
