/** One YAML text as a plain value that knows where each of its parts stands. */
import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Scalar } from 'yaml';
import type { Location } from '../domain/diagnostic.ts';
import { compose } from './compose.ts';
import { error, type Finding, type FindingCode } from './finding.ts';
import type { Path } from './schema.ts';

/** A value of JSON's kinds. Its objects have no prototype, so that no key of a file can mean more than itself. */
export interface YamlText {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Where the value at `path` begins, else the closest thing around it that exists. */
  at(...path: Path): Location;
  /** Where the key at the end of `path` stands. */
  keyAt(...path: Path): Location;
  /** The same text without what stands at these paths; the places of the rest stay as they are. */
  without(paths: readonly Path[]): YamlText;
}

/** Values that aliases may stand for in one file, all told. */
const MAX_ALIASED = 100_000;
const NO_ANCHOR =
  'A value that begins with * is an alias, and there is no anchor of that name before it. If it is meant as text, put it in quotes.';
// A terminal obeys some of them. Tabs and line ends are harmless.
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** Changes the nodes of a document before they become values. */
export type Mend = (root: Node, source: { readonly text: string; readonly place: Place }) => readonly Finding[];

type Place = (node: Node | null | undefined) => Location;

/**
 * Reads YAML 1.2 in the core schema: `off`, `no` and dates are text. Never throws; `value` is null if the text cannot be used, and
 * then an error says why.
 */
export function readYaml(source: string, file: string, mend: Mend = () => []): YamlText {
  const text = source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  const lines = new LineCounter();
  const locate = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const composed = compose(text, lines, locate);
  if (!composed.ok) return unusable(locate(0), composed.findings);
  const place: Place = (node) => locate(node?.range?.[0] ?? 0);
  return plain(composed.root, place, mend(composed.root, { text, place }));
}

function unusable(start: Location, findings: readonly Finding[]): YamlText {
  const text: YamlText = { value: null, findings, at: () => start, keyAt: () => start, without: () => text };
  return text;
}

function plain(root: Node, place: Place, before: readonly Finding[]): YamlText {
  const { value, findings, targets } = convert(root, place);
  const walk = (path: Path) => follow(root, path, targets).at(-1);
  return {
    value,
    findings: [...before, ...findings],
    at: (...path) => place(walk(path)?.value),
    keyAt: (...path) => place(walk(path)?.key ?? walk(path)?.value),
    without(paths) {
      // From the end, so that removing one item of a list does not move the next one to be removed.
      for (const path of paths.toSorted(comparePaths).toReversed()) remove(root, path, targets);
      return plain(root, place, before);
    },
  };
}

interface Conversion {
  /** Null where aliases make it useless. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly targets: ReadonlyMap<Alias, Node>;
}

interface Anchor {
  readonly node: Node;
  value: unknown;
  /** How many values it stands for, aliases inside of it counted in full; null until all of it is known. */
  weight: number | null;
}

/** Anchored nodes are converted once and shared, so that aliases cost nothing however often they are used. */
function convert(root: Node, place: Place): Conversion {
  const findings: Finding[] = [];
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Anchor>();
  let weight = 0;
  let aliased = 0;
  let useless = false;

  function refuse(code: FindingCode, node: Node, message: string): null {
    findings.push(error(code, place(node), message));
    return null;
  }

  function value(node: Node | null): unknown {
    weight += 1;
    if (node === null) return null;
    if (isAlias(node)) return target(node);
    const name = (node as Scalar).anchor;
    if (name === undefined) return content(node);
    const anchor: Anchor = { node, value: null, weight: null };
    anchors.set(name, anchor);
    const before = weight;
    anchor.value = content(node);
    anchor.weight = weight - before + 1;
    return anchor.value;
  }

  function target(alias: Alias): unknown {
    const anchor = anchors.get(alias.source);
    if (anchor?.weight == null) {
      useless = true;
      const inside = 'This alias stands inside of what it stands for.';
      return refuse('CONFIG_ALIASES', alias, anchor === undefined ? NO_ANCHOR : inside);
    }
    targets.set(alias, anchor.node);
    weight += anchor.weight;
    aliased += anchor.weight;
    if (aliased <= MAX_ALIASED) return anchor.value;
    if (!useless)
      refuse('CONFIG_ALIASES', alias, `The aliases of this file stand for more than ${MAX_ALIASED} values.`);
    useless = true;
    return null;
  }

  function content(node: Node): unknown {
    if (isScalar(node)) return scalar(node);
    if (isSeq(node)) return node.items.map((item) => value(item as Node | null));
    return isMap(node) ? block(node.items as readonly YamlPair[]) : null;
  }

  function scalar(node: Scalar): unknown {
    if (typeof node.value !== 'string') return node.value;
    const text = node.value.replaceAll(CONTROL, '?');
    if (text !== node.value) refuse('CONFIG_VALUE', node, 'There is a control character in this text. Take it out.');
    // In the node too, so that paths find keys that are mended so.
    node.value = text;
    return text;
  }

  function block(pairs: readonly YamlPair[]): unknown {
    const object: Record<string, unknown> = Object.create(null);
    for (const pair of pairs) {
      const key = String(scalar(pair.key));
      if (key in object)
        refuse('CONFIG_DUPLICATE_KEY', pair.key, `"${key}" stands twice in this block. Keep one of them.`);
      object[key] = value(pair.value);
    }
    return object;
  }

  const whole = value(root);
  return { value: useless ? null : whole, findings, targets };
}

interface YamlPair {
  readonly key: Scalar;
  readonly value: Node | null;
}

interface Step {
  readonly key: Node | null;
  readonly value: Node | null;
}

/** The nodes along a path, the root first, as far as they exist. */
function follow(root: Node, path: Path, targets: ReadonlyMap<Alias, Node>): readonly Step[] {
  const steps: Step[] = [{ key: null, value: root }];
  for (const part of path) {
    const parent = dereference(steps.at(-1)?.value ?? null, targets);
    const step = child(parent, part);
    if (step === null) break;
    steps.push(step);
  }
  return steps;
}

function child(parent: Node | null, part: string | number): Step | null {
  if (isSeq(parent)) {
    const item = parent.items[Number(part)] as Node | undefined;
    return item === undefined ? null : { key: null, value: item };
  }
  if (!isMap(parent)) return null;
  const pair = (parent.items as readonly YamlPair[]).find(({ key }) => isScalar(key) && String(key.value) === part);
  return pair === undefined ? null : { key: pair.key, value: pair.value ?? pair.key };
}

function remove(root: Node, path: Path, targets: ReadonlyMap<Alias, Node>): void {
  const steps = follow(root, path.slice(0, -1), targets);
  const parent = dereference(steps.at(-1)?.value ?? null, targets);
  const last = path.at(-1);
  if (steps.length !== path.length || last === undefined) return;
  if (isSeq(parent)) parent.items.splice(Number(last), 1);
  else if (isMap(parent)) parent.delete(last);
}

function dereference(node: Node | null, targets: ReadonlyMap<Alias, Node>): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
}

function comparePaths(a: Path, b: Path): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [x = '', y = ''] = [a[index], b[index]];
    if (x !== y) return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}
