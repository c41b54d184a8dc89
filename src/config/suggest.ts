/** "Did you mean": the known word that a misspelt one is closest to. */
import leven from 'leven';

/** The closest of `known`, or null where none is close. Case counts for nothing. */
export function closest(word: string, known: readonly string[]): string | null {
  // Longer words than any key are not misspellings, and would be slow to compare.
  if (word.length > 40) return null;
  const folded = fold(word);
  const limit = Math.max(1, Math.floor(folded.length / 3));
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of known) {
    const distance = leven(folded, fold(candidate), { maxDistance: least });
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The end of a message: ` Did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const match = closest(word, known);
  return match === null ? '' : ` Did you mean "${match}"?`;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}
