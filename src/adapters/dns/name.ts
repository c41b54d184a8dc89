/** Domain names as the DNS has them: lower case, without the last dot, the root empty. */

// RFC 1035 2.3.4, as text without the last dot.
const NAME_MAX = 253;
const LABEL = /^[\u0020-\u007e]{1,63}$/;
const NOT_ASCII = /[^\u0020-\u007e]/gu;

/** The one form in which names are compared and shown; bytes that are not printable ASCII as `\DDD` (RFC 1035 5.1). */
export function canonicalName(text: string): string {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  return bare.replaceAll(NOT_ASCII, decimalEscapes).toLowerCase();
}

/** Whether a question can be asked about it: labels of 1 to 63 octets, no more than 253 in all. */
export function isAskable(name: string): boolean {
  return name.length <= NAME_MAX && name.split('.').every((label) => LABEL.test(label));
}

/** The name one label up; empty for the last one. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

function decimalEscapes(character: string): string {
  return [...new TextEncoder().encode(character)].map((octet) => `\\${String(octet).padStart(3, '0')}`).join('');
}
