/** Markdown as GitHub reads it: through a GitHub-flavoured parser, with HTML let through, into a tree of elements. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Parent = DefaultTreeAdapterTypes.ParentNode;
export type Element = DefaultTreeAdapterTypes.Element;

export interface Read {
  readonly html: string;
  readonly elements: readonly Element[];
  /** All of the text, with code in it. */
  readonly text: string;
  /** Where GitHub and GitLab look for mentions, references and emoji: a piece for each stretch of text that is not code. */
  readonly outsideCode: readonly string[];
}

/** Throws for HTML that is not closed as it was opened. */
export function readMarkdown(markdown: string): Read {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  const tree = parseFragment(html, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => {
      throw new Error(`${code} in line ${startLine} of the HTML`);
    },
  });
  const elements = elementsIn(tree);
  for (const { tagName, sourceCodeLocation } of elements) {
    const isVoid = ['br', 'hr', 'img', 'input'].includes(tagName);
    if (!isVoid && sourceCodeLocation?.endTag === undefined) throw new Error(`<${tagName}> is not closed`);
  }
  return { html, elements, text: textOf(tree), outsideCode: outsideCodeIn(tree) };
}

function elementsIn(parent: Parent): readonly Element[] {
  return parent.childNodes.flatMap((node) => ('tagName' in node ? [node, ...elementsIn(node)] : []));
}

export function textOf(node: Node | Parent): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

function outsideCodeIn(parent: Parent): readonly string[] {
  return parent.childNodes.flatMap((node): readonly string[] => {
    if ('value' in node) return [node.value];
    return 'tagName' in node && node.tagName !== 'code' && node.tagName !== 'pre' ? outsideCodeIn(node) : [];
  });
}

export function named({ elements }: Read, tagName: string): readonly Element[] {
  return elements.filter((element) => element.tagName === tagName);
}

/** The texts of the cells of a table, row by row. */
export function rowsOf(table: Element): readonly (readonly string[])[] {
  const inside = elementsIn(table);
  return inside
    .filter(({ tagName }) => tagName === 'tr')
    .map((row) =>
      elementsIn(row)
        .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
        .map(textOf),
    );
}

/** Everything in the text that GitHub or GitLab would make a link, a picture or a notification of. */
const LINKED = [
  /@[\w-]/,
  /(?:#|\$|%|~|\^|&)\w/,
  /!\d/,
  /\bGH-\d/i,
  /\b[\w.-]+\/[\w.-]+[@#!]/,
  /\b[0-9a-f]{7,40}\b/i,
  /:[\w+-]+:/,
  /\bwww\.|:\/\/|\bmailto:/i,
  /^\/\w/m,
  /\$/,
];

export function linkedIn({ outsideCode }: Read): readonly string[] {
  return outsideCode.filter((text) => LINKED.some((pattern) => pattern.test(text)));
}

export const HOSTILE = {
  script: '<script>alert(1)</script>',
  comment: '<!-- hidden',
  details: '</details></summary>',
  image: '<img src=x onerror=alert(1)>',
  table: 'a | b || c \\| d |',
  backticks: '` `` ``` ````` `a`',
  onlyBacktick: '`',
  tildes: '~~~\n~~gone~~',
  mention: '@everyone @org/team mail@acme.example',
  issue: '#123 GH-1 org/repo#1 !5 $6 %7 ~bug &8',
  commit: 'a5c3785ed8d6a35868bc169f07e40e889087fd2e deadbeef 1234567',
  link: '[x](http://evil.test) <http://evil.test> http://evil.test www.evil.test mailto:x@evil.test',
  image2: '![x](https://evil.test/x.png) [x]: http://evil.test',
  heading: '# heading\n## heading\nheading\n===',
  list: '- item\n1. item\n> quote\n- [ ] task',
  number: '1. one',
  entities: '&lt;b&gt; &amp; &#64;you &copy;',
  emoji: ':tada: :+1:',
  emphasis: '*a* **b** _c_ __d__ ***',
  control: 'a\u0000b\u0007c\u001b[31md\u009be',
  bidi: '\u202egnp.exe\u2066\u200f',
  unseen: 'a\u200bb\ufeffc\u00add\u{e0041}e',
  unpaired: 'a\ud800b',
  lines: 'one\r\ntwo\u2028three\n\n\n# four',
  backslash: 'ends with \\',
  blanks: ' a  b ',
  math: '$`x`$ $$x$$',
  command: '/close',
  footnote: '[^1] [^1]: x',
  words: 'plain words, and "more" (of them).',
  arabic: 'محمد علی‌رضا',
  empty: '',
} as const;

/** The same as text in a page: what is active or invisible shows as `\u{…}`. */
export function shownAs(text: string): string {
  return text.replaceAll(
    /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
