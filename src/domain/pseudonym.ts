/** Pseudonyms: what stands for personal data in redacted output, the same for the same value. */
import type { Attributes } from './roster.ts';

/** What a value is: of a person or a thing, to be called by, or said of it. */
export type PersonalKind = 'name' | 'phone' | 'notes';

/** Gives the pseudonym of a value, as PSEUDONYM has them: the same for the same kind and value, another for any other. */
export type Pseudonym = (kind: PersonalKind, value: string) => string;

/** So many of the 32 digits of base32 (RFC 4648 section 6, in small letters) stand behind the kind: 60 bits. */
export const PSEUDONYM_DIGITS = 12;

const PSEUDONYM = new RegExp(`^(?:name|phone|notes)-[a-z2-7]{${PSEUDONYM_DIGITS}}$`);

/** Makes pseudonyms with `pseudonym`; leaves alone what is one already, so that redacting twice is redacting once, and the empty text. */
export function onlyOnce(pseudonym: Pseudonym): Pseudonym {
  return (kind, value) => (value === '' || PSEUDONYM.test(value) ? value : pseudonym(kind, value));
}

/** Company and department are of many, and say whether a filter is right. */
export const PERSONAL_ATTRIBUTES: Readonly<Record<keyof Attributes, PersonalKind | null>> = {
  givenName: 'name',
  surname: 'name',
  displayName: 'name',
  homePhone: 'phone',
  mobile: 'phone',
  company: null,
  department: null,
  notes: 'notes',
};
