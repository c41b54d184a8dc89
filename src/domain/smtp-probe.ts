/** What a mail server showed when it was asked, before anything is made of it. Plain data: a snapshot may record it as it is. */
import type { Problem } from './diagnostic.ts';
import type { Instant } from './instant.ts';

/** One reply, whatever number of lines it had (RFC 5321 4.2). */
export interface SmtpReply {
  /** 200 to 599. */
  readonly code: number;
  /** The enhanced status code, as `5.1.1` (RFC 2034, RFC 3463), or null where there is none. */
  readonly enhanced: string | null;
  /** The text of each line, at least one, without both codes; control characters are U+FFFD. */
  readonly lines: readonly [string, ...string[]];
}

/** What a reply means: 2xx, 5xx, and 4xx, which asks to come again later, as greylisting does (RFC 5321 4.2.1, RFC 6647). */
export type SmtpVerdict = 'accepted' | 'refused' | 'deferred';

/** Why there is no answer that one could use. */
export type SmtpFailure =
  | 'noSuchHost'
  | 'lookupFailed'
  | 'refused'
  | 'unreachable'
  | 'timedOut'
  /** It hung up, or said with 421 that it is about to (RFC 5321 3.8). */
  | 'closed'
  /** It sent what is not SMTP, or what nobody asked for. */
  | 'malformed'
  | 'tls'
  /** It turned the whole conversation down, so nothing could be asked about the recipient. */
  | 'turnedAway'
  | 'interrupted';

/** A step that brought no answer. */
export interface SmtpFailed {
  readonly status: 'failed';
  readonly failure: SmtpFailure;
  readonly problem: Problem;
}

/** A step that was not taken. */
export interface SmtpUntried {
  readonly status: 'untried';
  /**
   * `notReached`: a step before it did not pass. `notAsked`: there was nothing to ask about. `invalidAddress`: it cannot be written in SMTP.
   * `noSmtpUtf8`: the address is beyond ASCII, and the server does not take such (RFC 6531).
   */
  readonly reason: 'notReached' | 'notAsked' | 'invalidAddress' | 'noSmtpUtf8';
}

/** What a server said to one command. */
export type SmtpAnswer =
  | { readonly status: 'answered'; readonly verdict: SmtpVerdict; readonly reply: SmtpReply }
  | SmtpFailed
  | SmtpUntried;

export type SmtpConnect = { readonly status: 'connected'; readonly ip: string } | SmtpFailed;

/** What a server offers beyond plain SMTP (RFC 5321 4.1.1.1), as it says last: in TLS if there is TLS. */
export interface SmtpExtensions {
  /** The keywords, in upper case, each once: `STARTTLS`, `SMTPUTF8`, `8BITMIME`, `PIPELINING` … */
  readonly keywords: readonly string[];
  /** Octets that a message may have (RFC 1870), or null where no limit is named. */
  readonly maxSize: number | null;
}

/** Why a certificate was not taken for proof of who the server is. */
export type CertificateDoubt = 'untrusted' | 'expired' | 'notYetValid' | 'otherName' | 'invalid';

export interface SmtpCertificate {
  /** Distinguished names, the most general part first, as `O=Example, CN=mail.example`. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and IP addresses that it is for. */
  readonly names: readonly string[];
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  /** Whether it is for the name, or the IP address, that was connected to (RFC 9525). */
  readonly coversServer: boolean;
  /** Null if it was verified, with a trusted authority behind it. The code is OpenSSL's or Node's. */
  readonly doubt: { readonly kind: CertificateDoubt; readonly code: string } | null;
}

/**
 * How STARTTLS went (RFC 3207). Mail goes on without proof of who the server is, and in the clear where there is no TLS (RFC 7435), and so
 * does the probe. `discarded` counts octets that came in the clear behind the go-ahead and before the handshake: somebody's
 * attempt to have them taken for part of the secured conversation (CVE-2011-0411). They were thrown away.
 */
export type SmtpStartTls =
  | { readonly status: 'notReached' }
  | { readonly status: 'notOffered' }
  /** It was offered, and then not given. */
  | { readonly status: 'declined'; readonly reply: SmtpReply }
  | (SmtpFailed & { readonly discarded: number })
  | {
      readonly status: 'secured';
      /** `TLSv1.3`. */
      readonly version: string;
      /** Null where the server showed none. */
      readonly certificate: SmtpCertificate | null;
      readonly discarded: number;
    };

/** Where a mail server is. */
export interface SmtpServer {
  /** A host name or an IP address. */
  readonly address: string;
  readonly port: number;
}

/** What to ask a mail server. */
export interface SmtpQuestion {
  /** Somebody whose mail the server must take, or null if nobody is known. */
  readonly knownRecipient: string | null;
  /** An address at the same domain that nobody can have. */
  readonly randomRecipient: string;
  /** The name that is given to the server: a host name, or an address literal as `[192.0.2.1]` (RFC 5321 4.1.3). */
  readonly helo: string;
  /** The envelope sender; empty for the null sender `<>`. */
  readonly sender: string;
}

/** One conversation with a mail server, from the connection to the goodbye. No message is ever sent. */
export interface SmtpProbe {
  readonly server: SmtpServer;
  readonly question: SmtpQuestion;
  readonly observedAt: Instant;
  readonly elapsedMs: number;
  readonly connect: SmtpConnect;
  readonly banner: SmtpAnswer;
  /** The answer to EHLO, or to HELO where EHLO is unknown. */
  readonly hello: SmtpAnswer;
  /** Null where the server knows no EHLO, or did not get that far. */
  readonly extensions: SmtpExtensions | null;
  readonly startTls: SmtpStartTls;
  readonly mailFrom: SmtpAnswer;
  readonly knownRecipient: SmtpAnswer;
  readonly randomRecipient: SmtpAnswer;
  readonly quit: SmtpAnswer;
}

/** Where a server is, as people write it: `mail.example:25`, `[2001:db8::1]:25`. */
export function serverText({ address, port }: SmtpServer): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A reply as one line: `550 5.1.1 User unknown`, cut short after 300 characters. */
export function replyText({ code, enhanced, lines }: SmtpReply): string {
  const text = [code, enhanced ?? '', ...lines].filter((part) => part !== '').join(' ');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
