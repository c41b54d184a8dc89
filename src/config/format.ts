/** The layout of the workspace's files: `rollcall fmt`. What a file says stays the same, its comments too. */
import { Lexer, parseDocument, type ScalarTag, type Tags } from 'yaml';
import { ProblemError } from '../domain/diagnostic.ts';
import { mendBareNames } from './bare-dn.ts';
import { error, type Finding } from './finding.ts';
import { openBrackets, orderKeys, STYLE } from './format-style.ts';
import type { SchemaNode } from './schema.ts';
import { customerSchema, profileSchema, usersSchema, workspaceSchema } from './schema-validators.ts';
import { type Mend, readYaml } from './yaml.ts';

export type Formatted =
  | { readonly ok: true; readonly text: string }
  /** It is no file of a workspace, or not valid YAML. */
  | { readonly ok: false; readonly findings: readonly Finding[] };

interface Kind {
  readonly schema: SchemaNode;
  /** What its nodes are taken for before they are values. */
  readonly mend: Mend;
}

const AS_IT_IS: Mend = () => [];

const KINDS: Readonly<Record<string, Kind>> = {
  Workspace: { schema: workspaceSchema, mend: AS_IT_IS },
  Customer: { schema: customerSchema, mend: mendBareNames },
  Users: { schema: usersSchema, mend: AS_IT_IS },
  ServiceProfile: { schema: profileSchema, mend: AS_IT_IS },
};

/** A layout settles at once, but for comments in odd places. */
const MAX_PASSES = 5;
const FOLDED_WIDTH = 100;

/**
 * Lays a file out: the keys in the order of its schema, two spaces a level, line ends of Unix, no byte-order mark. Lists, quotes, numbers,
 * comments, and what stands in brackets on one line stay as they are. Formatting what was formatted changes nothing. Throws ProblemError
 * (FORMAT_DEFECT) where the result would not say the same.
 */
export function formatYaml(source: string, file: string): Formatted {
  const before = readYaml(source, file);
  const errors = before.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { ok: false, findings: errors };
  const kind = kindOf(before.value);
  if (kind === null) {
    const kinds = Object.keys(KINDS).join(', ');
    return { ok: false, findings: [error('CONFIG_VALUE', before.at('kind'), `"kind" must be one of ${kinds}.`)] };
  }
  let text = plainText(source);
  const meant = meaningOf(text, kind, file);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const next = laidOut(text, kind, meant.value);
    if (next === text) return { ok: true, text };
    if (meaningOf(next, kind, file).canonical !== meant.canonical) break;
    text = next;
  }
  throw new ProblemError({
    code: 'FORMAT_DEFECT',
    message: `${file} cannot be laid out without a change of what it says. That is a defect of Rollcall; the file was left as it is.`,
    hint: 'Please report it, with the file, less what is private in it.',
  });
}

function kindOf(value: unknown): Kind | null {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? null) : null;
}

function plainText(source: string): string {
  return source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
}

function laidOut(text: string, { schema, mend }: Kind, value: unknown): string {
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    customTags: asWritten,
    logLevel: 'silent',
  });
  const nowhere = () => ({ file: '', line: 1, column: 1 });
  // A name that was put together again is written in quotes.
  if (document.contents !== null) mend(document.contents, { text, place: nowhere });
  openBrackets(document, text);
  orderKeys(document, schema, value);
  return document.toString(STYLE);
}

/** Numbers, truth values and nothing are written as they were: 0x10 is no 16, and ~ no null. Text in a folded block is folded anew. */
function asWritten(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag !== 'object' || tag.default !== true || tag.collection !== undefined) return tag;
    const stringify: ScalarTag['stringify'] = (node, context, ...rest) => {
      if (tag.test !== undefined) return node.source ?? String(node.value);
      const stringifyText = tag.stringify ?? (() => String(node.value));
      if (node.type !== 'BLOCK_FOLDED') return stringifyText(node, context, ...rest);
      return stringifyText(node, { ...context, options: { ...context.options, lineWidth: FOLDED_WIDTH } }, ...rest);
    };
    return { ...tag, stringify };
  });
}

interface Meaning {
  readonly value: unknown;
  /** Null where it has none: the text is not valid. The same for texts that say the same and have the same comments. */
  readonly canonical: string | null;
}

function meaningOf(text: string, { mend }: Kind, file: string): Meaning {
  const { value, findings } = readYaml(text, file, mend);
  const isValid = findings.every(({ severity }) => severity !== 'error');
  return { value, canonical: isValid ? `${canonical(value)}\n${canonical(commentsIn(text).toSorted())}` : null };
}

/** As JSON with sorted keys, which has no word for numbers that are not finite. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'number') return Number.isFinite(inner) ? inner : [String(inner)];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1));
  });
}

const SCALAR_MARK = '\u001f';

/** Without the white space around them. In the text of a block a `#` begins none. */
export function commentsIn(text: string): readonly string[] {
  const comments: string[] = [];
  let previous = '';
  for (const piece of new Lexer().lex(text)) {
    if (piece.startsWith('#') && previous !== SCALAR_MARK) comments.push(piece.trim());
    previous = piece;
  }
  return comments;
}
