/** The frame of every page: one file that asks nobody for anything, and runs no script but its own. */
import { inert } from '../../domain/inert.ts';
import { PAGE_DATA_ID } from './page-data.ts';
import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './report.generated.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text, also inside of an attribute's quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Text from outside as text: harmless, and written in its own direction whatever stands around it. */
export function outside(text: string): string {
  return `<bdi>${escaped(inert(text))}</bdi>`;
}

/** JSON that cannot end the element that it stands in. */
export function embedded(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

export interface PageParts {
  readonly title: string;
  /** Facts that stand under the title, each a name and a piece of HTML. */
  readonly facts?: readonly (readonly [name: string, html: string])[];
  /** Pieces of HTML. */
  readonly body: Iterable<string>;
  /** Pieces of the JSON for the script (`PageData`), made with `embedded`; none for a page without a list of changes. */
  readonly data?: Iterable<string>;
}

/** The pieces of a page around its body. */
export function* page({ title, facts = [], body, data }: PageParts): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${SCRIPT_HASH}'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escaped(inert(title))} · Rollcall</title>
<style>${STYLE}</style>
<body>
${header(title, facts)}
<main>
`;
  yield* body;
  yield '</main>\n<footer>Made by Rollcall. This page loads nothing, and sends nothing.</footer>\n';
  if (data !== undefined) {
    yield `<script type="application/json" id="${PAGE_DATA_ID}">`;
    yield* data;
    yield '</script>\n';
  }
  yield `<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

function header(title: string, facts: NonNullable<PageParts['facts']>): string {
  const themes = ['auto', 'light', 'dark'].map(
    (theme) =>
      `<button type="button" data-theme-choice="${theme}" aria-pressed="${theme === 'auto'}">${theme}</button>`,
  );
  const list = facts.map(([name, html]) => `<div><dt>${escaped(name)}</dt><dd>${html}</dd></div>`).join('');
  return `<header class="top">
<div class="brand"><span>Rollcall</span><div class="themes interactive" role="group" aria-label="Colours">${themes.join('')}</div></div>
<h1>${outside(title)}</h1>
${facts.length === 0 ? '' : `<dl class="facts">${list}</dl>`}
</header>`;
}
