/** The addresses of one directory object: which is the primary, which are aliases, which are neither (ADR-1, ADR-2). */
import { type Address, parseAddress } from '../domain/address.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';

export interface ObjectAddresses {
  /** Null if there is none, or none that is valid. */
  readonly primary: Address | null;
  /** Without the primary, without doubles, in the order read. */
  readonly aliases: readonly Address[];
  readonly diagnostics: readonly Diagnostic[];
}

const NONE: readonly never[] = [];

/**
 * Reads an object's addresses by ADR-2: the one `SMTP:` value is the primary, else the first `mail`; `smtp:` values are aliases, other
 * prefixes are no mail. Where no value of `proxyAddresses` is mail, further `mail` values are aliases. What is no valid address is left
 * out with a diagnostic that names the object (ADR-1).
 */
export function addressesOf(object: DirectoryObject): ObjectAddresses {
  const diagnostics: Diagnostic[] = [];
  const { primaries, others } = proxies(object.proxyAddresses);
  const mail = object.mail[0];
  const chosen = primaries.length > 1 ? choose(object, primaries, mail, diagnostics) : (primaries[0] ?? mail);
  const hasProxies = primaries.length + others.length > 0;
  const candidates = hasProxies ? [...primaries, ...others] : object.mail.slice(1);
  if (object.aliases.length > 0) candidates.push(...object.aliases);

  const primary = chosen === undefined ? null : valid(object, chosen, 'primary address', diagnostics);
  const aliases: Address[] = [];
  for (const text of candidates) {
    if (text === chosen) continue;
    const alias = valid(object, text, 'alias', diagnostics);
    if (alias !== null && alias.key !== primary?.key && !aliases.some(({ key }) => key === alias.key)) {
      aliases.push(alias);
    }
  }
  return { primary, aliases, diagnostics: diagnostics.length === 0 ? NONE : diagnostics };
}

/** Splits `type:address` values: upper-case `SMTP` is a primary, any other spelling of it an alias, every other type no mail. */
function proxies(values: readonly string[]): { primaries: string[]; others: string[] } {
  const primaries: string[] = [];
  const others: string[] = [];
  for (const value of values) {
    const colon = value.indexOf(':');
    const type = value.slice(0, colon);
    if (colon < 0) others.push(value.trim());
    else if (type === 'SMTP') primaries.push(value.slice(colon + 1).trim());
    else if (type.toLowerCase() === 'smtp') others.push(value.slice(colon + 1).trim());
  }
  return { primaries, others };
}

function choose(
  object: DirectoryObject,
  primaries: readonly string[],
  mail: string | undefined,
  diagnostics: Diagnostic[],
): string | undefined {
  const folded = mail?.toLowerCase();
  const sorted = primaries.toSorted();
  const chosen = sorted.find((address) => address.toLowerCase() === folded) ?? sorted[0];
  const why = chosen?.toLowerCase() === folded ? 'it is its mail attribute' : 'it is the first in sorted order';
  diagnostics.push(
    diagnostic(
      'warning',
      'ADR-2',
      `${object.name} has ${primaries.length} primary addresses (${sorted.join(', ')}). ${chosen} is taken, because ${why}. Leave one "SMTP:" value in its proxyAddresses.`,
      chosen === undefined ? {} : { address: chosen },
    ),
  );
  return chosen;
}

function valid(
  object: DirectoryObject,
  text: string,
  what: 'primary address' | 'alias',
  diagnostics: Diagnostic[],
): Address | null {
  const result = parseAddress(text);
  if (result.ok) return result.address;
  diagnostics.push(
    diagnostic(
      'warning',
      'ADR-1',
      `The ${what} ${JSON.stringify(text)} of ${object.name} is not a mail address: ${result.problem}. It is left out; correct it in the directory.`,
    ),
  );
  return null;
}
