/** What is personal of the entries of a roster, and of their attributes. */
import { PERSONAL_ATTRIBUTES, type Pseudonym } from '../../domain/pseudonym.ts';
import { type Attributes, type Entry, isUser } from '../../domain/roster.ts';

/** In the order in which they were. */
export function redactedAttributes(attributes: Attributes, pseudonym: Pseudonym): Attributes {
  const redacted: { -readonly [name in keyof Attributes]: Attributes[name] } = {};
  for (const [name, value] of Object.entries(attributes) as [keyof Attributes, string | undefined][]) {
    const kind = PERSONAL_ATTRIBUTES[name];
    if (value !== undefined) redacted[name] = kind === null ? value : pseudonym(kind, value);
  }
  return redacted;
}

export function redactedEntry(entry: Entry, pseudonym: Pseudonym): Entry {
  if (isUser(entry)) return { ...entry, attributes: redactedAttributes(entry.attributes, pseudonym) };
  const { displayName } = entry;
  return { ...entry, displayName: displayName === null ? null : pseudonym('name', displayName) };
}
