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
 * prefixes are no mail. Where no value of `proxyAddresses` is mail, further `mail` values are aliases. What is no valid address is passed
 * over with a diagnostic that names the object (ADR-1), as if it were not there.
 */
export function addressesOf(object: DirectoryObject): ObjectAddresses {
  const diagnostics: Diagnostic[] = [];
  const { primaries, others } = proxies(object.proxyAddresses);
  const stated = valid(object, primaries, 'primary address', diagnostics);
  // Beside one stated primary, mail says nothing; beside several it decides.
  const mail = stated.length === 1 ? NONE : valid(object, object.mail, 'mail address', diagnostics);
  const primary = (stated.length > 1 ? choose(object, stated, mail[0], diagnostics) : (stated[0] ?? mail[0])) ?? null;
  const hasProxies = primaries.length + others.length > 0;
  const candidates = hasProxies ? [...stated, ...valid(object, others, 'alias', diagnostics)] : [...mail];
  if (object.aliases.length > 0) candidates.push(...valid(object, object.aliases, 'alias', diagnostics));
  return {
    primary,
    aliases: aliasesAmong(candidates, primary),
    diagnostics: diagnostics.length === 0 ? NONE : diagnostics,
  };
}

/** Splits `type:address` values: upper-case `SMTP` is a primary, any other spelling of it an alias, every other type no mail. */
function proxies(values: readonly string[]): { primaries: string[]; others: string[] } {
  const primaries: string[] = [];
  const others: string[] = [];
  for (const value of values) {
    const colon = value.indexOf(':');
    const type = value.slice(0, colon);
    if (colon < 0) others.push(value);
    else if (type === 'SMTP') primaries.push(value.slice(colon + 1));
    else if (type.toLowerCase() === 'smtp') others.push(value.slice(colon + 1));
  }
  return { primaries, others };
}

function aliasesAmong(candidates: readonly Address[], primary: Address | null): readonly Address[] {
  const aliases: Address[] = [];
  for (const alias of candidates) {
    if (alias.key !== primary?.key && !aliases.some(({ key }) => key === alias.key)) aliases.push(alias);
  }
  return aliases;
}

function choose(
  object: DirectoryObject,
  stated: readonly Address[],
  mail: Address | undefined,
  diagnostics: Diagnostic[],
): Address | undefined {
  const sorted = stated.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const named = sorted.find(({ key }) => key === mail?.key);
  const chosen = named ?? sorted[0];
  if (chosen === undefined) return undefined;
  const why = named === undefined ? 'it is the first in sorted order' : 'it is its mail attribute';
  const all = sorted.map(({ display }) => display).join(', ');
  diagnostics.push(
    diagnostic(
      'warning',
      'ADR-2',
      `${object.name} has ${stated.length} primary addresses (${all}). ${chosen.display} is taken, because ${why}. Leave one "SMTP:" value in its proxyAddresses.`,
      { address: chosen.display },
    ),
  );
  return chosen;
}

/** The addresses that these values are. Space around a value is no part of it. */
function valid(
  object: DirectoryObject,
  values: readonly string[],
  what: 'primary address' | 'mail address' | 'alias',
  diagnostics: Diagnostic[],
): readonly Address[] {
  if (values.length === 0) return NONE;
  const addresses: Address[] = [];
  for (const value of values) {
    const result = parseAddress(value.trim());
    if (result.ok) addresses.push(result.address);
    else diagnostics.push(invalid(object, value, what, result.problem));
  }
  return addresses;
}

function invalid(object: DirectoryObject, value: string, what: string, problem: string): Diagnostic {
  return diagnostic(
    'warning',
    'ADR-1',
    `The ${what} ${JSON.stringify(value)} of ${object.name} is not valid: ${problem}. It is left out; correct it in the directory.`,
  );
}
