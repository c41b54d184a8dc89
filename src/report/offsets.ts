/** Where each row of a long list is: all have one height, but for the few that are unfolded. */

export interface Offsets {
  /** Pixels from the top of the list. */
  topOf(position: number): number;
  /** The row at so many pixels from the top, the first or the last one past the ends. */
  at(pixels: number): number;
  readonly height: number;
}

/** `extra`: by position, what an unfolded row has beyond the height of the others. */
export function offsetsOf(count: number, rowHeight: number, extra: ReadonlyMap<number, number>): Offsets {
  const unfolded = [...extra].toSorted(([a], [b]) => a - b);
  const topOf = (position: number) =>
    unfolded.reduce((top, [place, more]) => (place < position ? top + more : top), position * rowHeight);
  const at = (pixels: number) => {
    let [low, high] = [0, Math.max(0, count - 1)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (topOf(middle) <= pixels) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return { topOf, at, height: topOf(count) };
}
