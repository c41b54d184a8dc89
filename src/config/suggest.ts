/** "Did you mean": the known word that a misspelt one is closest to. */
import leven from 'leven';

/** The closest of `known`, or null where none is close. Case counts for nothing, two letters that changed places for one mistake. */
export function closest(word: string, known: readonly string[]): string | null {
  const folded = fold(word);
  // Below that anything is close; longer words than any key are no misspellings, and slow to compare.
  if (folded.length < 3 || folded.length > 40) return null;
  let best: string | null = null;
  let least = Math.floor(folded.length / 3) + 1;
  for (const candidate of known) {
    const distance = distanceOf(folded, fold(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function distanceOf(a: string, b: string): number {
  const distance = leven(a, b);
  return distance === 2 && [...a].toSorted().join('') === [...b].toSorted().join('') ? 1 : distance;
}

/** The end of a message: ` Did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const match = closest(word, known);
  return match === null ? '' : ` Did you mean "${match}"?`;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}
