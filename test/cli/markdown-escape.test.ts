/** Text from outside in Markdown: it survives as text, and means nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, htmlCode, prose } from '../../src/cli/markdown/escape.ts';
import { fenced } from '../../src/cli/markdown/fenced.ts';
import { HOSTILE, linkedIn, named, readMarkdown, rowsOf, shownAs } from '../support/github-markdown.ts';
import { check } from '../support/property.ts';

const TEXTS = Object.entries(HOSTILE);

/** The characters that Markdown and HTML are made of, and a few others. */
const arbitraryHostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'`~*_[]()<>!#|\\&;:@$%^+-=/"\'.,0123a \n\t\r{}'),
      fc.constantFrom(
        '<!--',
        '</details>',
        'http://',
        'www.',
        '&lt;',
        '```',
        '@me',
        '#1',
        ':tada:',
        '1. ',
        '\u202e',
        '\ud800',
        'é',
        '漢',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

function squeezed(text: string): string {
  return shownAs(text).replaceAll(/ +/g, ' ').trim();
}

describe('a value as code', () => {
  test.each(TEXTS)('%s', (_, text) => expectValue(text));

  test('whatever it is made of', () => check(arbitraryHostile, expectValue));

  function expectValue(text: string): void {
    const read = readMarkdown(`- before ${code(text)} after`);
    expect(new Set(read.elements.map(({ tagName }) => tagName))).toEqual(new Set(kindsOf(text)));
    expect(read.text.trim()).toBe(`before ${text === '' ? '(empty)' : shownAs(text)} after`);
    expect(linkedIn(read)).toEqual([]);
  }

  function kindsOf(text: string): readonly string[] {
    return /^\|*$/.test(text) ? ['ul', 'li'] : ['ul', 'li', 'code'];
  }

  test.each(TEXTS)('%s, in a table', (_, text) => expectCell(text));

  test('whatever it is made of, in a table', () => check(arbitraryHostile, expectCell));

  function expectCell(text: string): void {
    const row = `| ${code(text)} | ${code(text)} |`;
    const read = readMarkdown(`| a | b |\n|---|---|\n${row}\n${row}\n`);
    const [table] = named(read, 'table');
    if (table === undefined) throw new Error('there is no table');
    const shown = text === '' ? '(empty)' : shownAs(text);
    expect(rowsOf(table)).toEqual([
      ['a', 'b'],
      [shown, shown],
      [shown, shown],
    ]);
    expect(linkedIn(read)).toEqual([]);
  }

  test.each(TEXTS)('%s, in a summary', (_, text) => {
    const read = readMarkdown(`<details><summary>${htmlCode(text)}</summary>\n\n- item\n\n</details>\n`);
    expect(read.elements.map(({ tagName }) => tagName)).toEqual(['details', 'summary', 'code', 'ul', 'li']);
    expect(read.text).toContain(`${shownAs(text)}\n`);
  });
});

describe('a sentence', () => {
  test.each(TEXTS)('%s', (_, text) => {
    expectSentence(text);
    expectSentence(`cannot be read: ${text}, and what comes after.`);
  });

  test('whatever it is made of', () => check(arbitraryHostile, expectSentence));

  function expectSentence(text: string): void {
    for (const markdown of [prose(text), `- ${prose(text)}`, `# ${prose(text)}`]) {
      const read = readMarkdown(markdown);
      const allowed = markdown.startsWith('- ') ? ['ul', 'li'] : markdown.startsWith('# ') ? ['h1'] : ['p'];
      expect(
        read.elements.map(({ tagName }) => tagName).filter((name) => name !== 'code' && !allowed.includes(name)),
      ).toEqual([]);
      expect(squeezed(read.text.replaceAll('\n', ' '))).toBe(squeezed(text));
      expect(linkedIn(read)).toEqual([]);
    }
  }

  test('keeps words as words, and quotes the rest', () => {
    const text =
      'Too many removals: 1,212 of 4,000 users (30.3%), due on 2026-12-05. "bob@acme.example" is CN=Bob Lee,OU=Staff: run again with --allow-removals 7.';
    expect(prose(text)).toBe(
      'Too many removals: 1,212 of 4,000 users (30.3%), due on 2026-12-05. "`bob@acme.example`" is `CN=Bob Lee,OU=Staff`: run again with `--allow-removals` 7.',
    );
  });
});

test('a block of code ends where it should, whatever its lines are', () => {
  for (const [, text] of TEXTS) {
    const read = readMarkdown(`${fenced(`first\n${text}\nlast`, 'diff')}\nafter\n`);
    expect(read.elements.map(({ tagName }) => tagName)).toEqual(['pre', 'code', 'p']);
    expect(read.text).toContain(text.split('\n').map(shownAs).join('\n'));
    expect(read.outsideCode.join('')).toBe('\nafter\n');
  }
});
