/** Finds what stands twice where it may stand once. */

/** Each thing whose key an earlier one has, with that one. */
export function repeated<T>(things: readonly T[], keyOf: (thing: T) => string): readonly (readonly [T, T])[] {
  const firsts = new Map<string, T>();
  return things.flatMap((thing) => {
    const key = keyOf(thing);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, thing);
    return first === undefined ? [] : [[thing, first] as const];
  });
}
