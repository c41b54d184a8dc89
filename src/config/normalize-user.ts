/** One user that the configuration states, whichever kind of file it stands in. */
import { parseAddress, parseDomain } from '../domain/address.ts';
import type { ConfiguredUser } from '../domain/config.ts';
import type { Location } from '../domain/diagnostic.ts';
import { ATTRIBUTE_NAMES, type Attributes } from '../domain/roster.ts';
import type { Finding, FindingCode } from './finding.ts';
import { error } from './finding.ts';
import type { Path } from './schema.ts';
import type { RawUser } from './schema-types.ts';

/** Where a raw user stands and what to call its mistakes. */
export interface UserPlace {
  readonly source: ConfiguredUser['source'];
  readonly code: Extract<FindingCode, 'CONFIG_VALUE' | 'CSV_ROW'>;
  /** The place of the user itself, or of a part of it. */
  at(...path: Path): Location;
}

/** The user, or null if its address is none; what is wrong goes to `report`. */
export function normalizeUser(
  raw: RawUser,
  place: UserPlace,
  report: (finding: Finding) => void,
): ConfiguredUser | null {
  const refuse = (location: Location, message: string) => report(error(place.code, location, message));
  const aliases = (raw.aliases ?? []).filter((alias, index) => {
    const result = parseAddress(alias);
    if (!result.ok) refuse(place.at('aliases', index), `The alias "${alias}" is not an address: ${result.problem}.`);
    return result.ok;
  });
  for (const list of ['allow', 'deny'] as const) {
    for (const [index, sender] of (raw.rules?.[list] ?? []).entries()) {
      if (!isSender(sender)) refuse(place.at('rules', list, index), `"${sender}" is neither an address nor a domain.`);
    }
  }
  const result = parseAddress(raw.address);
  if (!result.ok) {
    refuse(place.at('address'), `"${raw.address}" is not an address: ${result.problem}.`);
    return null;
  }
  return {
    key: result.address.key,
    address: raw.address,
    source: place.source,
    aliases,
    attributes: attributesOf(raw),
    rules: { allow: raw.rules?.allow ?? [], deny: raw.rules?.deny ?? [] },
    location: place.at(),
  };
}

function attributesOf(raw: RawUser): Attributes {
  return Object.fromEntries(
    ATTRIBUTE_NAMES.flatMap((name) => {
      const value = raw[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
}

function isSender(text: string): boolean {
  return text.includes('@') ? parseAddress(text).ok : parseDomain(text) !== null;
}
