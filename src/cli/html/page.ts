/** The frame of every page: one file that asks nobody for anything. */

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

/** The pieces of a page around its body. */
export function* page(title: string, body: Iterable<string>): Generator<string> {
  yield `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>\n`;
  yield* body;
  yield '</html>\n';
}
