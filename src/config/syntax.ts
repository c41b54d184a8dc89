/** The YAML parser's errors in words for people. They never repeat the text of the file, which may hold a secret. */
import type { Document, ErrorCode } from 'yaml';
import type { Location } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';

const WORDS: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'An alias cannot have an anchor or a tag of its own.',
  BAD_ALIAS:
    'A value that begins with * is an alias, and this one has no anchor. If it is meant as text, put it in quotes.',
  BAD_COLLECTION_TYPE: 'The tag here does not fit the value.',
  BAD_DIRECTIVE: 'A line that begins with % is a directive, and this one is not valid.',
  BAD_DQ_ESCAPE:
    'In double quotes a backslash begins an escape, and this one does not exist. Double the backslash, or use single quotes.',
  BAD_INDENT: 'The indentation is wrong: lines of one block begin in the same column.',
  BAD_PROP_ORDER: 'Anchors and tags stand before the value, on its line.',
  BAD_SCALAR_START: 'A value cannot begin with this character. Put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'There is a second ": " on this line. Put the value in quotes, or begin a new line.',
  BLOCK_IN_FLOW: 'Inside of [ ] or { } a block cannot begin.',
  KEY_OVER_1024_CHARS: 'A key is longer than 1024 characters.',
  MISSING_CHAR: 'A character is missing here: the end of a quote or bracket, or a space or comma between two values.',
  MULTILINE_IMPLICIT_KEY: 'A key must fit on one line and be followed by ": ". Is a colon missing?',
  MULTIPLE_ANCHORS: 'A value can have one anchor only.',
  MULTIPLE_DOCS: 'A file holds one document: take out the line ---, or make two files.',
  MULTIPLE_TAGS: 'A value can have one tag only.',
  NON_STRING_KEY: 'A key must be plain text.',
  TAB_AS_INDENT: 'Tabs cannot indent in YAML. Use spaces.',
  TAG_RESOLVE_FAILED: 'Tags are not supported here. If the value is meant as text, put it in quotes.',
  UNEXPECTED_TOKEN: 'This cannot stand here. Is a quote, a bracket or the indentation wrong?',
};

/** All that is wrong with the syntax: of each line the first thing, since the others mostly follow from it. */
export function syntaxFindings(document: Document.Parsed, locate: (offset: number) => Location): readonly Finding[] {
  const findings = new Map<number, Finding>();
  for (const { code, pos } of [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const location = locate(pos[0]);
    if (!findings.has(location.line))
      findings.set(location.line, error('CONFIG_SYNTAX', location, WORDS[code] ?? 'This is not valid YAML.'));
  }
  return [...findings.values()];
}
