/** What the public DNS showed of a customer's domains, before any rule is asked. Plain data: a snapshot records it as it is. */
import type { DomainName } from './address.ts';
import type { Problem } from './diagnostic.ts';
import type { Instant } from './instant.ts';

/** What one question to the DNS brought. `failed` is "could not ask", never "not there". */
export type Answer<T> =
  | {
      readonly status: 'answered';
      readonly records: readonly T[];
      /** Seconds that the answer may be kept for. */
      readonly ttl: number;
    }
  | {
      /** The name exists and has no such record, or does not exist. */
      readonly status: 'noData' | 'noName';
      /** Seconds that this may be kept for (RFC 2308), or null where the server did not say. */
      readonly ttl: number | null;
    }
  | { readonly status: 'failed'; readonly problem: Problem };

/** What one of the zone's own servers, or the resolver, said of the ownership record. */
export interface NameServerAnswer {
  /** Its name, or null for the configured resolver. */
  readonly name: string | null;
  /** With the port where that is not 53. Null where it has a name and no address, or its address could not be asked for; the answer is `failed` then. */
  readonly address: string | null;
  /** Whole TXT values: the strings of a record joined. Sorted; where the name is an alias, those of the name that it leads to. */
  readonly answer: Answer<string>;
}

/** What the servers of a domain’s zone say of its ownership record (DOM-1). */
export interface OwnershipObservation {
  /** The name of the TXT record that was asked for. */
  readonly name: string;
  readonly resolver: NameServerAnswer;
  /** The zone's own servers by name and address, each asked by itself; empty where they are not to be asked. */
  readonly nameServers: readonly NameServerAnswer[];
  /** Why the zone's own servers could not be found, where they were to be asked. */
  readonly problem: Problem | null;
}

/** One mail exchange. */
export interface MailExchange {
  readonly preference: number;
  /** In lower case, without the last dot; empty for the root, as in a null MX (RFC 7505). */
  readonly exchange: string;
  /** What the name is an alias of, which an exchange must not be (RFC 2181 10.3), or null. */
  readonly alias: string | null;
  /** IPv4 and IPv6 addresses of it. */
  readonly addresses: Answer<string>;
}

/** What a domain’s MX records are (DOM-4). */
export interface MxObservation {
  /** Sorted by preference, then name. */
  readonly answer: Answer<MailExchange>;
}

/** A result of check_host() (RFC 7208 2.6). */
export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

/** What evaluating a record brought. */
export interface SpfEvaluation {
  readonly result: SpfResult;
  /** The evaluator's words about it, or null. They may quote the record. */
  readonly comment: string | null;
  /** Terms that caused lookups, out of ten; one more than ten is where an evaluator stops (RFC 7208 4.6.4). */
  readonly lookups: number;
  /** Lookups that found nothing, out of two (RFC 7208 4.6.4). */
  readonly voidLookups: number;
}

/** An SPF record as it would have to be, and what evaluating it would bring. */
export interface SpfProposal {
  readonly record: string;
  /** The most over the addresses. */
  readonly lookups: number;
  /** `pass` if every address passes, else the result of the first that does not. */
  readonly result: SpfResult;
}

/** What a domain’s SPF record is, and what it says of the service’s networks (DOM-5). */
export interface SpfObservation {
  /** TXT records of the domain that begin with the version, joined. More than one is an error (RFC 7208 4.5). */
  readonly records: Answer<string>;
  /** For each address that was asked about, evaluated for `postmaster@domain`. */
  readonly results: readonly {
    readonly address: string;
    readonly result: SpfResult;
    readonly comment: string | null;
  }[];
  /** The most over the addresses. What comes after the term that lets an address send is not evaluated for it, and not counted. */
  readonly lookups: number;
  readonly voidLookups: number;
  /**
   * The same for a sender that nobody means to let send, an address that is never in use (RFC 7600): the record evaluated to its end, with
   * all the lookups it can cost. `pass` here means that the record lets everybody send, `neutral` that it says nothing about strangers.
   */
  readonly stranger: SpfEvaluation;
  /** Null where nothing need be changed, or no certain correction is known: nothing could be asked, or there are several records. */
  readonly proposal: SpfProposal | null;
}

/** All that was seen of one domain at one time. What was not asked about is null. */
export interface DomainObservation {
  readonly domain: DomainName;
  readonly observedAt: Instant;
  readonly ownership: OwnershipObservation | null;
  readonly mx: MxObservation | null;
  readonly spf: SpfObservation | null;
}

/** What to look for in the DNS of one domain. */
export interface DomainQuestion {
  readonly domain: DomainName;
  /** The name of the ownership record, or null not to look for it. */
  readonly ownershipName: string | null;
  readonly mx: boolean;
  /** The addresses that must be let send, and what SPF includes for them; null not to evaluate SPF. */
  readonly spf: { readonly addresses: readonly string[]; readonly include: string } | null;
}
