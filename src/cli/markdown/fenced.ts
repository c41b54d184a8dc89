/** Plain text in a fence, so that nothing in it means anything to Markdown. */

/** Longer than any run of backticks inside, so that nothing in the block can end it. */
export function fenced(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}
