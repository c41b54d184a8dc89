/** The addresses of one directory object: which is the primary, which are aliases, which are neither (ADR-1, ADR-2). */
import { type Address, type AddressKey, addressKey, parseAddress } from '../domain/address.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import { TELL } from './telling.ts';

export interface ObjectAddresses {
  /** Null if there is none, or none that is valid. */
  readonly primary: Address | null;
  /** Without the primary, without doubles. */
  readonly aliases: readonly Address[];
  /** Why there is no primary; of no meaning where there is one. */
  readonly absence: { readonly rule: 'ADR-1' | 'SEL-1'; readonly message: string };
  readonly diagnostics: readonly Diagnostic[];
}

const NONE: readonly never[] = [];
const INVALID = { rule: 'ADR-1', message: 'it has no valid primary address' } as const;
const ONLY_ALIASES = { rule: 'SEL-1', message: 'it has aliases, but no primary address' } as const;
const NOTHING = { rule: 'SEL-1', message: 'it has no mail address' } as const;

/**
 * Reads an object's addresses by ADR-2: the one `SMTP:` value is the primary, else the first `mail`; `smtp:` values are aliases, other
 * prefixes are no mail. Where no value of `proxyAddresses` is mail, further `mail` values are aliases. What is no valid address is left
 * out with a diagnostic that names the object (ADR-1), and the rest is read as if it were not there.
 */
export function addressesOf(object: DirectoryObject): ObjectAddresses {
  const diagnostics: Diagnostic[] = [];
  const valid = (texts: readonly string[], what: What) => validOf(object, texts, what, diagnostics);
  const { primaries, others } = proxies(object.proxyAddresses);
  const claimed = valid(primaries, 'primary address');
  const mails = claimed.length > 0 ? NONE : valid(object.mail, 'mail address');
  const isProxied = primaries.length + others.length > 0;
  const primary = claimed.length > 1 ? choose(object, claimed, diagnostics) : (claimed[0] ?? mails[0] ?? null);
  const rest = [...claimed, ...valid(others, 'alias'), ...(isProxied ? NONE : mails)];
  if (object.aliases.length > 0) rest.push(...valid(object.aliases, 'alias'));
  return {
    primary,
    aliases: distinct(rest, primary),
    absence:
      primaries.length + object.mail.length > 0
        ? INVALID
        : others.length + object.aliases.length > 0
          ? ONLY_ALIASES
          : NOTHING,
    diagnostics: diagnostics.length === 0 ? NONE : diagnostics,
  };
}

/** Splits `type:address` values: upper-case `SMTP` is a primary, any other spelling of it an alias, every other type no mail. */
function proxies(values: readonly string[]): { primaries: readonly string[]; others: readonly string[] } {
  const primaries: string[] = [];
  const others: string[] = [];
  for (const value of values) {
    const colon = value.indexOf(':');
    if (colon < 0) others.push(value);
    else if (value.startsWith('SMTP:')) primaries.push(value.slice(5));
    else if (colon === 4 && value.slice(0, 4).toLowerCase() === 'smtp') others.push(value.slice(5));
  }
  return { primaries, others };
}

/** Of several primaries the one that is the `mail` attribute too, else the first in sorted order (ADR-2). */
function choose(object: DirectoryObject, claimed: readonly Address[], diagnostics: Diagnostic[]): Address | null {
  const sorted = distinct(claimed, null).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const [first = null] = sorted;
  if (sorted.length < 2) return first;
  const mail = addressKey(object.mail[0]?.trim() ?? '');
  const chosen = sorted.find(({ key }) => key === mail) ?? first;
  const why = chosen?.key === mail ? 'it is its mail attribute' : 'it is the first in sorted order';
  const all = sorted.map(({ display }) => display).join(', ');
  diagnostics.push(
    diagnostic(
      'warning',
      'ADR-2',
      TELL.manyPrimaries.say({
        name: object.name,
        count: String(sorted.length),
        all,
        chosen: `${chosen?.display}`,
        why,
      }),
      chosen === null ? {} : { address: chosen.display },
    ),
  );
  return chosen;
}

/** Each address once, without the primary. Directories give values in any order, so which of two spellings stays must not depend on it. */
function distinct(addresses: readonly Address[], primary: Address | null): readonly Address[] {
  const others = addresses.filter(({ key }) => key !== primary?.key);
  if (others.length < 2) return others;
  const byKey = new Map<AddressKey, Address>();
  for (const address of others) {
    const other = byKey.get(address.key);
    // Small letters come after capitals.
    if (other === undefined || address.display > other.display) byKey.set(address.key, address);
  }
  return [...byKey.values()];
}

type What = 'primary address' | 'mail address' | 'alias';

function validOf(
  object: DirectoryObject,
  texts: readonly string[],
  what: What,
  diagnostics: Diagnostic[],
): readonly Address[] {
  if (texts.length === 0) return NONE;
  const addresses: Address[] = [];
  for (const text of texts) {
    const result = parseAddress(text.trim());
    if (result.ok) addresses.push(result.address);
    else diagnostics.push(notAnAddress(object, text, what, result.problem));
  }
  return addresses;
}

function notAnAddress({ name }: DirectoryObject, text: string, what: What, problem: string): Diagnostic {
  return diagnostic('warning', 'ADR-1', TELL.notAnAddress.say({ what, text: JSON.stringify(text), name, problem }));
}
