/** What is wrong, or odd, in the files of a workspace. The codes are for scripts and never change their meaning. */
import type { Location } from '../domain/diagnostic.ts';

/** Every code that `rollcall validate` may print, with what it stands for. */
export const FINDING_CODES = {
  CONFIG_ADDITION_TWICE: 'An address is listed twice under `additions`.',
  CONFIG_ADDRESS_TWICE: 'An address belongs to two users of the configuration.',
  CONFIG_ALIAS_DOMAIN: 'An alias of a user of the configuration is in a domain that the customer does not manage.',
  CONFIG_ALIASES: 'YAML aliases that nest without end, or that multiply to too much data.',
  CONFIG_APPROVALS: 'Approvals that nobody, or too few people, could give.',
  CONFIG_BARE_DN: 'A distinguished name without quotes inside of [ ] or { }, where YAML splits it at its commas.',
  CONFIG_BASES: 'Base DNs that overlap, or that look like the parts of one.',
  CONFIG_CLEAR_SECRET: 'A secret stands in clear where a reference belongs.',
  CONFIG_DECISION: 'A decision under `conflicts` that cannot have an effect.',
  CONFIG_DECISION_TWICE: 'Two decisions for one address.',
  CONFIG_DOMAIN_TWICE: 'A domain is claimed twice, by one customer or by two.',
  CONFIG_DUPLICATE_CUSTOMER: 'Two files define a customer of the same name.',
  CONFIG_DUPLICATE_KEY: 'A key stands twice in one block; YAML would keep only one.',
  CONFIG_EXCEPTED_ADDITION: 'An address is an exception and an addition; the exception wins (SEL-5).',
  CONFIG_EXCEPTION_TWICE: 'An exception is listed twice.',
  CONFIG_FILE: 'A file is missing, too large, not text or cannot be read.',
  CONFIG_FILTER:
    'A filter that keeps out whom a switch would bring in, or one in the language of another kind of directory.',
  CONFIG_IMPORT_TWICE: 'A customer imports one file twice.',
  CONFIG_INCLUDE_CYCLE: 'Files import each other in a circle, or too deeply.',
  CONFIG_MISSING: 'A key that must be there is missing.',
  CONFIG_MORE: 'More is wrong with a file than is shown.',
  CONFIG_NO_CUSTOMERS: 'A pattern under `customers` matches no file.',
  CONFIG_REGION: "A region that the service's profile does not have.",
  CONFIG_RELAY: 'A relay that is defined twice.',
  CONFIG_SERVICE: 'A service profile that does not exist, or that lacks what a gate needs to know of a region.',
  CONFIG_SITE: 'A site that is not defined, is defined twice, or of which there are several defaults.',
  CONFIG_SYNTAX: 'A file is not valid YAML.',
  CONFIG_TAKEOVER: 'A domain that cannot be taken over as it stands.',
  CONFIG_TARGET: 'A target that cannot work as it stands, or that serves nobody.',
  CONFIG_TYPE: 'A value is of the wrong kind: a list where text belongs, and the like.',
  CONFIG_UNKNOWN_KEY: 'A key that does not exist.',
  CONFIG_UNMANAGED_DOMAIN: 'A user or an addition is in a domain that the customer does not manage.',
  CONFIG_VALUE: 'A value is not one of those that are allowed.',
  CSV_HEADER: 'The first line of a CSV file does not name the columns as it must.',
  CSV_ROW: 'A row of a CSV file is not valid; nothing of that file is taken.',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

/** One mistake. Errors stop every command; warnings are shown and stop none. The message never holds a secret. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  readonly message: string;
  readonly location: Location;
}

/** A value, and what was wrong with what it was made from. */
export interface Normalized<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

export function error(code: FindingCode, location: Location, message: string): Finding {
  return { severity: 'error', code, message, location };
}

export function warning(code: FindingCode, location: Location, message: string): Finding {
  return { severity: 'warning', code, message, location };
}

/** By file, then line, then column, so that the order never depends on which check ran first. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      compare(a.location.file, b.location.file) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
}

/** Of each file the first so many, and then that there are more. Expects them sorted. */
export function capFindings(findings: readonly Finding[], perFile = 1000): readonly Finding[] {
  const seen = new Map<string, number>();
  return findings.flatMap((finding) => {
    const { file } = finding.location;
    const number = (seen.get(file) ?? 0) + 1;
    seen.set(file, number);
    if (number <= perFile) return [finding];
    const more = 'More is wrong with this file. Mend what stands above, then validate again.';
    return number === perFile + 1 ? [error('CONFIG_MORE', finding.location, more)] : [];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
