/** YAML text into nodes, with limits that hold while it is read: a file that nests or lists without end costs next to nothing. */
import { Composer, type CST, type Document, isScalar, Lexer, type LineCounter, type Node, Parser } from 'yaml';
import type { Location } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';
import { syntaxFindings } from './syntax.ts';

export type Composed =
  | { readonly ok: true; readonly root: Node }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Blocks within blocks; no file that means anything comes near it. */
const MAX_DEPTH = 64;
/** The parser's pieces of text. A list of users has about five in every twenty bytes; 10 MB of them stay below this. */
const MAX_PIECES = 4_000_000;
/** What the lexer puts in between that is not in the text: the beginnings of documents and scalars, and ends of flow. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

const OPTIONS = {
  schema: 'core',
  version: '1.2',
  stringKeys: true,
  // The parser compares every key with every other; keys are checked when the nodes become values.
  uniqueKeys: false,
  prettyErrors: false,
  resolveKnownTags: false,
} as const;

class LimitError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The one document of `text`, in which line ends are `\n`. Fills `lines`. */
export function compose(text: string, lines: LineCounter, locate: (offset: number) => Location): Composed {
  const documents: Document.Parsed[] = [];
  try {
    for (const document of new Composer(OPTIONS).compose(tokens(text, lines), true, text.length))
      documents.push(document);
  } catch (problem) {
    if (!(problem instanceof LimitError)) throw problem;
    return { ok: false, findings: [error('CONFIG_SYNTAX', locate(problem.offset), problem.message)] };
  }
  const [document, second] = documents;
  const findings = document === undefined ? [] : syntaxFindings(document, locate);
  if (findings.length > 0) return { ok: false, findings };
  const root = document?.contents ?? null;
  if (second !== undefined)
    return { ok: false, findings: [error('CONFIG_SYNTAX', locate(second.range[0]), SECOND_DOCUMENT)] };
  if (root === null || (isScalar(root) && root.value === null))
    return { ok: false, findings: [error('CONFIG_MISSING', locate(0), 'The file is empty.')] };
  return { ok: true, root };
}

const SECOND_DOCUMENT = 'A second document begins here. A file holds one: take out the line ---, or make two files.';

function* tokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let pieces = 0;
  let offset = 0;
  for (const piece of new Lexer().lex(text)) {
    yield* parser.next(piece);
    if (!MARKS.includes(piece)) offset += piece.length;
    pieces += 1;
    if (parser.stack.length > MAX_DEPTH)
      throw new LimitError(`This is nested more than ${MAX_DEPTH} levels deep.`, offset - piece.length);
    if (pieces > MAX_PIECES) throw new LimitError('The file has too many values up to here. Split it.', offset);
  }
  yield* parser.end();
}
