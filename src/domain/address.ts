/** Mail addresses and their one canonical form (ADR-1). */
import { toASCII } from 'tr46';

/** An address in canonical form: local part folded to lower case, domain as lower-case A-labels. Compare these, show the other. */
export type AddressKey = string & { readonly __addressKey: never };

/** A domain name as lower-case A-labels without a closing dot. */
export type DomainName = string & { readonly __domainName: never };

/** An address that has been understood. */
export interface Address {
  readonly key: AddressKey;
  readonly domain: DomainName;
  /** As it was written, for people. */
  readonly display: string;
}

/** An address, or why the text is none. */
export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly problem: string };

// RFC 5321 4.5.3.1, in octets.
const LOCAL_MAX = 64;
const DOMAIN_MAX = 255;
const PATH_MAX = 254;

// Nearly every address: an ASCII dot-string at a letter-digit-hyphen domain. Whatever does not match takes the long way.
const PLAIN =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/i;
// RFC 5321 4.1.2 Dot-string and Quoted-string; RFC 6531 3.3 adds every character beyond ASCII to both.
const DOT_STRING = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const QUOTED_STRING = /^"(?:[\u0020\u0021\u0023-\u005b\u005d-\u007e\u0080-\u{10ffff}]|\\[\u0020-\u007e])*"$/u;
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;

/** Parses one address by the grammar of RFC 5321 and RFC 6531 (ADR-1). Domain literals are refused: a roster holds names. */
export function parseAddress(text: string): AddressResult {
  const lower = text.toLowerCase();
  if (text.length <= LOCAL_MAX && PLAIN.test(text) && !lower.includes('xn--')) {
    const key = lower as AddressKey;
    return { ok: true, address: { key, domain: key.slice(key.lastIndexOf('@') + 1) as DomainName, display: text } };
  }
  const at = text.lastIndexOf('@');
  if (at < 0) return refuse('it has no "@"');
  if (UNSAFE.test(text)) return refuse('it has a control character or broken text in it');
  const local = text.slice(0, at);
  if (!DOT_STRING.test(local) && !QUOTED_STRING.test(local))
    return refuse('the part before the "@" is not valid (RFC 5321)');
  if (octets(local) > LOCAL_MAX) return refuse(`the part before the "@" is longer than ${LOCAL_MAX} octets`);
  // RFC 5321 4.1.2: a domain in an address has no closing dot.
  const domain = text.endsWith('.') ? null : parseDomain(text.slice(at + 1));
  if (domain === null) return refuse('the domain is not valid');
  const key = `${folded(local)}@${domain}` as AddressKey;
  if (octets(key) > PATH_MAX) return refuse(`it is longer than ${PATH_MAX} octets`);
  return { ok: true, address: { key, domain, display: text } };
}

/** The canonical form of an address known to be valid, or null. */
export function addressKey(text: string): AddressKey | null {
  const result = parseAddress(text);
  return result.ok ? result.address.key : null;
}

/** The canonical form of an address that came out of our own state, where only valid ones go in. */
export function keyOf(display: string): AddressKey {
  return addressKey(display) ?? (display.toLowerCase() as AddressKey);
}

/** An address that was checked before it came here: from the configuration, or from our own state. */
export function known(display: string): Address {
  const result = parseAddress(display);
  if (result.ok) return result.address;
  const key = display.toLowerCase() as AddressKey;
  return { key, domain: domainOf(key), display };
}

export function domainOf(key: AddressKey): DomainName {
  return key.slice(key.lastIndexOf('@') + 1) as DomainName;
}

/** Reads a domain name: U-labels become A-labels (UTS #46, non-transitional), one closing dot is dropped. Null if it is none. */
export function parseDomain(text: string): DomainName | null {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  const ascii = toASCII(bare, {
    checkHyphens: false,
    checkBidi: true,
    checkJoiners: true,
    useSTD3ASCIIRules: true,
    verifyDNSLength: true,
  });
  if (ascii === null || ascii.length > DOMAIN_MAX) return null;
  const labels = ascii.split('.');
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return null;
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : (ascii as DomainName);
}

/** Small letters may compose where their capitals do not, so composing comes last again. */
function folded(local: string): string {
  return local.normalize('NFC').toLowerCase().normalize('NFC');
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}

function refuse(problem: string): AddressResult {
  return { ok: false, problem };
}
