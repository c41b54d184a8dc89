/** Addresses and domains in the form in which Postfix looks them up. */
import { toUnicode } from 'tr46';
import { domainOf, keyOf } from '../../../domain/address.ts';

// RFC 5321 4.1.2 Dot-string, with what RFC 6531 3.3 adds: what needs no quotes.
const DOT_STRING = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const BEYOND_ASCII = /[^\0-\x7f]/;
// Nearly every address: its canonical form is its key.
const PLAIN = /^[\0-!#-\x7f]+$/;
const DOTLESS_I = 'ı';
// Cherokee folds to its capitals.
const CHEROKEE = /^[\u13a0-\u13ff\uab70-\uabbf]$/;

/**
 * The keys that Postfix asks for when mail comes for this address: one, and another with the domain in Unicode where that differs, because
 * Postfix does not turn the one form into the other (SMTPUTF8_README).
 */
export function addressKeys(address: string): readonly string[] {
  const key = keyOf(address);
  if (PLAIN.test(key) && !key.includes('xn--')) return [key];
  const domain = domainOf(key);
  const local = foldCase(withoutNeedlessQuotes(key.slice(0, -domain.length - 1)));
  return domainKeys(domain).map((form) => `${local}@${form}`);
}

/** A domain as A-labels, and in Unicode where that differs. */
export function domainKeys(domain: string): readonly string[] {
  if (!domain.includes('xn--')) return [domain];
  const { domain: unicode, error } = toUnicode(domain);
  const folded = foldCase(unicode);
  return error || folded === domain ? [domain] : [domain, folded];
}

/** The full case folding of Unicode, which Postfix does before every lookup; databases do not do it for their keys. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return BEYOND_ASCII.test(lower) ? Array.from(lower, foldedCharacter).join('') : lower;
}

/** Going by the capital unites what folding unites: ß and ss, ς and σ. Two are exceptions. */
function foldedCharacter(character: string): string {
  if (character === DOTLESS_I) return character;
  const upper = character.toUpperCase();
  return CHEROKEE.test(character) ? upper : upper.toLowerCase();
}

/** `"ann"@` is `ann@`: Postfix drops the quotes where they are not needed, and escapes what must be. */
function withoutNeedlessQuotes(local: string): string {
  if (!local.startsWith('"')) return local;
  const plain = local.slice(1, -1).replaceAll(/\\(.)/gu, '$1');
  return DOT_STRING.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
