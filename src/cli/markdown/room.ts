/** How much fits into a comment. */

/** GitHub takes 65,536 characters; the rest is for what a pipeline puts around. Counted in octets, which is the most that anybody counts. */
export const COMMENT_ROOM = 65_000;

/** In octets of UTF-8: never less than in characters, however these are counted. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The first lines for which there is room, and how many they are of all. Every line is counted with its line end. */
export function fitting(
  lines: Iterable<string>,
  room: number,
): { readonly lines: readonly string[]; readonly size: number } {
  const taken: string[] = [];
  let size = 0;
  for (const line of lines) {
    const more = sizeOf(line) + 1;
    if (size + more > room) break;
    taken.push(line);
    size += more;
  }
  return { lines: taken, size };
}

/** The beginning of a long text, and never half a character. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
