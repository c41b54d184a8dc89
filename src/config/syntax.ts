/** The YAML parser's errors in words for people. They never repeat the text of the file, which may hold a secret. */
import { type Document, type ErrorCode, isScalar, visit, type YAMLError } from 'yaml';
import type { Location } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';

const WORDS: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'An alias cannot have an anchor or a tag of its own.',
  BAD_COLLECTION_TYPE: 'The tag here does not fit the value.',
  BAD_DIRECTIVE: 'A line that begins with % is a directive, and this one is not valid.',
  BAD_DQ_ESCAPE:
    'In double quotes a backslash begins an escape, and this one does not exist. Double the backslash, or use single quotes.',
  BAD_INDENT: 'The indentation is wrong: the lines of a block begin in the same column.',
  BAD_PROP_ORDER: 'Anchors and tags stand before the value, on its line.',
  BAD_SCALAR_START: 'A value cannot begin with this character. Put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A second key cannot begin inside of this value. Put the value in quotes, or mend the indentation.',
  BLOCK_IN_FLOW: 'Inside of [ ] or { } a block cannot begin.',
  KEY_OVER_1024_CHARS: 'A key is longer than 1024 characters.',
  MISSING_CHAR: 'Something is missing here: a colon after a key, or a comma or a space between two values.',
  MULTILINE_IMPLICIT_KEY:
    'A key must fit on one line and be followed by ": ". Is a colon missing, or the indentation wrong?',
  MULTIPLE_ANCHORS: 'A value can have one anchor only.',
  MULTIPLE_TAGS: 'A value can have one tag only.',
  NON_STRING_KEY: 'A key must be plain text.',
  TAB_AS_INDENT: 'Tabs cannot indent in YAML. Use spaces.',
  TAG_RESOLVE_FAILED:
    'A value that begins with ! is a tag, and tags do not exist here. If it is meant as text, put it in quotes.',
  UNEXPECTED_TOKEN: 'This cannot stand here. Is a quote or a bracket missing or too many, or the indentation wrong?',
};

/** What the parser also says of places that it only lost its way to. */
const ECHOES: readonly ErrorCode[] = ['BAD_INDENT', 'MISSING_CHAR', 'MULTILINE_IMPLICIT_KEY', 'UNEXPECTED_TOKEN'];

/** All that is wrong with the syntax: of each line the first thing, and nothing that only follows from what came before. */
export function syntaxFindings(document: Document.Parsed, locate: (offset: number) => Location): readonly Finding[] {
  const problems = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const findings = new Map<number, Finding>();
  for (const problem of problems) {
    if (findings.size > 0 && ECHOES.includes(problem.code)) continue;
    const location = locate(unclosedQuote(document, problem) ?? problem.pos[0]);
    if (!findings.has(location.line)) findings.set(location.line, error('CONFIG_SYNTAX', location, wordsFor(problem)));
  }
  return [...findings.values()];
}

function wordsFor(problem: YAMLError): string {
  if (problem.code === 'BAD_INDENT' && problem.message.startsWith('Flow'))
    return 'A [ or { that began above is not closed, or what is inside of it is not indented.';
  if (isUnclosedQuote(problem)) return 'The quote that begins here never ends.';
  return WORDS[problem.code] ?? 'This is not valid YAML.';
}

/** The parser notices a missing quote where the file ends; people look for it where the quote began. */
function unclosedQuote(document: Document.Parsed, problem: YAMLError): number | null {
  if (!isUnclosedQuote(problem)) return null;
  let start: number | null = null;
  visit(document, {
    Node(_, node) {
      if (isScalar(node) && node.type?.startsWith('QUOTE') === true && node.range !== undefined && node.range !== null)
        start = node.range[0] < problem.pos[0] ? node.range[0] : start;
    },
  });
  return start;
}

function isUnclosedQuote({ code, message }: YAMLError): boolean {
  return code === 'MISSING_CHAR' && message.startsWith('Missing closing');
}
