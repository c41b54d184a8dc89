/** What is wrong with what the DNS shows of a domain. The codes are for scripts and never change their meaning. */
import type { Severity } from '../../domain/diagnostic.ts';
import { grouped } from '../../domain/words.ts';

/** `unknown` is "could not ask", or not knowing what to ask for; it is never "not there". */
export type DnsStatus = 'ok' | 'missing' | 'wrong' | 'unknown';

export type DnsFindingCode =
  | 'MX_CNAME'
  | 'MX_EXPECTED_NOT_BEST'
  | 'MX_FOREIGN'
  | 'MX_INCOMPLETE'
  | 'MX_MISSING'
  | 'MX_NO_ADDRESS'
  | 'MX_NULL'
  | 'MX_UNKNOWN'
  | 'SPF_MISSING'
  | 'SPF_NOT_INCLUDED'
  | 'SPF_NO_ALL'
  | 'SPF_PERMERROR'
  | 'SPF_PLUS_ALL'
  | 'SPF_SEVERAL'
  | 'SPF_TOO_MANY_LOOKUPS'
  | 'SPF_UNKNOWN'
  | 'SPF_VOID';

export interface DnsFinding {
  readonly code: DnsFindingCode;
  readonly severity: Severity;
  /** Whole sentences, without the domain's name. */
  readonly message: string;
}

export function finding(severity: Severity, code: DnsFindingCode, message: string): DnsFinding {
  return { code, severity, message };
}

/** How long caches may still hold an answer: `3,600 s`. */
export function seconds(ttl: number): string {
  return `${grouped(ttl)} s`;
}
