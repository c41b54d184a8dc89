/** Plain text in a fence, so that nothing in it means anything to Markdown. */
import { longestRun, visible } from './escape.ts';

/** A block of code with a line end. Its fence is longer than any run of backticks inside, so that nothing in the block can end it. */
export function fenced(text: string, language = ''): string {
  const lines = text.replace(/\n+$/, '').split('\n').map(visible);
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return `${fence}${language}\n${lines.join('\n')}\n${fence}\n`;
}
