/** Sentences with places to fill in: said by one template, and understood again by the same. */

type Place<T extends string> = T extends `${string}<${infer P}>${infer Rest}` ? P | Place<Rest> : never;

/** What stands at the places of a sentence, by their names. */
export type Parts = Readonly<Record<string, string>>;

export interface Sentence<T extends string> {
  say(parts: Readonly<Record<Place<T>, string>>): string;
  /** What stands at its places in a message; null for a message that it did not make. */
  understand(message: string): Parts | null;
}

/**
 * A sentence from a template such as `bound to <name>, which has this address`. A place that is named twice holds the same twice. What may stand
 * at a place is given by `patterns`, in the syntax of regular expressions where `.` is any character; without one it is anything, as long as can be.
 */
export function sentence<const T extends string>(
  template: T,
  patterns: Partial<Readonly<Record<Place<T>, string>>> = {},
): Sentence<T> {
  const pieces = template.split(/<(\w+)>/);
  const expression = new RegExp(expressionOf(pieces, patterns as Partial<Parts>), 's');
  return {
    say: (parts) => pieces.map((piece, i) => (i % 2 === 0 ? piece : (parts as Parts)[piece])).join(''),
    understand: (message) => {
      const begins = message.startsWith(pieces[0] ?? '') && message.endsWith(pieces.at(-1) ?? '');
      return begins ? ((expression.exec(message)?.groups as Parts | undefined) ?? null) : null;
    },
  };
}

function expressionOf(pieces: readonly string[], patterns: Partial<Parts>): string {
  const seen = new Set<string>();
  const parts = pieces.map((piece, i) => {
    if (i % 2 === 0) return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    if (seen.has(piece)) return `\\k<${piece}>`;
    seen.add(piece);
    return `(?<${piece}>${patterns[piece] ?? '.*'})`;
  });
  return `^${parts.join('')}$`;
}
