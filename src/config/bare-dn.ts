/**
 * Distinguished names without quotes inside of [ ] and { }. To YAML the commas in them end the value, so that
 * `[ou=Staff,dc=acme]` is a list of two; nobody means that where no space follows the comma. They are put together again, with a
 * warning. A wrong guess can only make a name that the server does not know, and that fails the reading (SAF-2).
 */
import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Location } from '../domain/diagnostic.ts';
import { type Finding, warning } from './finding.ts';

const IN_BLOCKS: readonly unknown[] = ['dn', 'publicFolderDN'];

interface Source {
  readonly text: string;
  readonly place: (node: Node) => Location;
}

interface Pair {
  readonly key: Node;
  readonly value: Node | null;
}

/** Mends the names in the directory section of a customer's nodes, in place. */
export function mendBareNames(root: Node, source: Source): readonly Finding[] {
  const directory = child(root, 'directory');
  const bases = child(directory, 'baseDN');
  return [
    ...(isSeq(bases) && bases.flow ? mendList(bases.items as Node[], source) : []),
    ...[directory, child(directory, 'bind')].flatMap((block) =>
      isMap(block) && block.flow ? mendBlock(block.items as Pair[], source) : [],
    ),
  ];
}

function child(node: unknown, name: string): unknown {
  return isMap(node) ? node.get(name, true) : undefined;
}

function mendList(items: Node[], source: Source): readonly Finding[] {
  return items.flatMap((item, index) => {
    const parts = followers(items.slice(index), source.text);
    if (parts.length < 2) return [];
    items.splice(index + 1, parts.length - 1);
    return join(item as Scalar, parts, source);
  });
}

function mendBlock(pairs: Pair[], source: Source): readonly Finding[] {
  return pairs.flatMap(({ key, value }, index) => {
    if (value === null || !isScalar(key) || !IN_BLOCKS.includes(key.value)) return [];
    const rest = pairs.slice(index + 1);
    const bare = rest.findIndex((pair) => !isEmpty(pair.value));
    const keys = rest.slice(0, bare < 0 ? rest.length : bare).map((pair) => pair.key);
    const parts = followers([value, ...keys], source.text);
    if (parts.length < 2) return [];
    pairs.splice(index + 1, parts.length - 1);
    return join(value as Scalar, parts, source);
  });
}

function isEmpty(value: Node | null): boolean {
  return value === null || (isScalar(value) && value.value === null && value.source === '');
}

/** The first node and those after it that are parts of one name: plain text with a "=", and only a comma in between. */
function followers(nodes: readonly Node[], text: string): readonly Scalar[] {
  const parts: Scalar[] = [];
  for (const node of nodes) {
    if (!isScalar(node) || node.type !== 'PLAIN' || !String(node.value).includes('=')) break;
    const previous = parts.at(-1)?.range?.[1];
    if (previous !== undefined && text.slice(previous, node.range?.[0]) !== ',') break;
    parts.push(node);
  }
  return parts;
}

function join(first: Scalar, parts: readonly Scalar[], { text, place }: Source): readonly Finding[] {
  const name = text.slice(first.range?.[0], parts.at(-1)?.range?.[1]);
  first.value = name;
  return [
    warning(
      'CONFIG_BARE_DN',
      place(first),
      `Put this DN in quotes: without them YAML ends it at the first comma. It was read as "${name}".`,
    ),
  ];
}
