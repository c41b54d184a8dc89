/** Text from a directory, a file or a server, made harmless for a terminal: it must not move the cursor or turn the line around. */

// Control characters, and the marks that change the direction of writing (Unicode's Bidi_Control).
const ACTIVE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu;

/** Shows each such character as `\u{…}`. */
export function inert(text: string): string {
  return ACTIVE.test(text)
    ? text.replace(ACTIVE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    : text;
}
