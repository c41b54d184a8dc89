/** What to make of a mail server that was tried out. */
import type { Severity } from './diagnostic.ts';
import { addDays, dayOf } from './instant.ts';
import {
  replyText,
  type SmtpAnswer,
  type SmtpCertificate,
  type SmtpFailed,
  type SmtpProbe,
  type SmtpReply,
  type SmtpVerdict,
  serverText,
} from './smtp-probe.ts';

/** Something about a mail server that somebody should see to: in whole sentences, with what to do. The code is for scripts. */
export interface SmtpFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

const ENDS_SOON_DAYS = 14;

/** What is wrong with the server, in the order of the conversation. Empty if mail may be delivered to it, and recipients asked of it. */
export function smtpFindings(probe: SmtpProbe): readonly SmtpFinding[] {
  return [...greeting(probe), ...encryption(probe), ...transaction(probe)];
}

function greeting({ server, connect, banner, hello, extensions }: SmtpProbe): readonly SmtpFinding[] {
  const where = serverText(server);
  if (connect.status === 'failed') return [failed('SMTP_UNREACHABLE', connect)];
  if (banner.status === 'failed') return [failed('SMTP_NO_BANNER', banner)];
  if (banner.status === 'answered' && banner.verdict !== 'accepted') {
    const message = `${where} turns connections away: ${quoted(banner.reply)}. Allow the addresses of the gateway, and of this machine, on the server and its firewall.`;
    return [finding('SMTP_TURNS_AWAY', 'error', message)];
  }
  if (hello.status === 'failed') return [failed('SMTP_NO_HELLO', hello)];
  if (hello.status === 'answered' && hello.verdict !== 'accepted') {
    const message = `${where} refuses our greeting: ${quoted(hello.reply)}. Greet it with a host name that the DNS knows, or allow this machine on the server.`;
    return [finding('SMTP_HELLO_REFUSED', 'error', message)];
  }
  return hello.status === 'answered' && extensions === null
    ? [
        finding(
          'SMTP_NO_ESMTP',
          'warning',
          `${where} knows no EHLO, so there is neither TLS nor a named limit of size. A firewall that inspects SMTP may take it away (on Cisco devices "fixup" or "inspect esmtp"): turn that off, or update the server.`,
        ),
      ]
    : [];
}

function encryption(probe: SmtpProbe): readonly SmtpFinding[] {
  const { startTls, server } = probe;
  const where = serverText(server);
  const found: SmtpFinding[] = [];
  if ('discarded' in startTls && startTls.discarded > 0) {
    const message = `${where} sent ${startTls.discarded} octets in the clear between its go-ahead for TLS and the handshake (they were thrown away). Somebody in between is putting words into the conversation, or the server has the flaw CVE-2011-0411: check the network, and update the server.`;
    found.push(finding('SMTP_STARTTLS_INJECTION', 'error', message));
  }
  switch (startTls.status) {
    case 'notOffered':
      // A server without EHLO has been spoken of.
      if (probe.extensions === null) return found;
      return [
        ...found,
        finding(
          'SMTP_NO_STARTTLS',
          'warning',
          `${where} offers no STARTTLS: mail to it can be read on the way. ${SET_UP_TLS}`,
        ),
      ];
    case 'declined':
      return [
        ...found,
        finding(
          'SMTP_STARTTLS_DECLINED',
          'warning',
          `${where} offers STARTTLS and then declines it: ${quoted(startTls.reply)}. Mail to it goes in the clear. Check the certificate and its key on the server.`,
        ),
      ];
    case 'failed':
      return [...found, failed('SMTP_STARTTLS_FAILED', startTls, 'warning')];
    case 'secured':
      return [...found, ...oldVersion(where, startTls.version), ...certificate(probe, startTls.certificate)];
    default:
      return found;
  }
}

const SET_UP_TLS = 'Give the server a certificate, and allow TLS 1.2 and 1.3.';

function oldVersion(where: string, version: string): readonly SmtpFinding[] {
  if (version !== 'TLSv1' && version !== 'TLSv1.1') return [];
  const message = `${where} speaks nothing newer than ${version}, which is out of use (RFC 8996): senders that insist on TLS 1.2 send in the clear, or not at all. Allow TLS 1.2 and 1.3 on the server.`;
  return [finding('SMTP_TLS_OLD', 'warning', message)];
}

function certificate({ server, observedAt }: SmtpProbe, shown: SmtpCertificate | null): readonly SmtpFinding[] {
  const where = serverText(server);
  if (shown === null) {
    return [finding('SMTP_NO_CERTIFICATE', 'warning', `${where} speaks TLS without a certificate. ${SET_UP_TLS}`)];
  }
  const found: SmtpFinding[] = [];
  const warn = (code: string, message: string) => found.push(finding(code, 'warning', message));
  const { doubt, validFrom, validUntil, names, coversServer, issuer } = shown;
  const until = dayOf(validUntil);
  if (doubt?.kind === 'expired' || validUntil < observedAt) {
    warn(
      'SMTP_CERTIFICATE_EXPIRED',
      `The certificate of ${where} ended on ${until}. Renew it: senders that check it do not deliver.`,
    );
  } else if (doubt?.kind === 'notYetValid' || validFrom > observedAt) {
    warn(
      'SMTP_CERTIFICATE_NOT_YET_VALID',
      `The certificate of ${where} is valid from ${dayOf(validFrom)} only. Check the clock of this machine, and the certificate.`,
    );
  } else if (validUntil < addDays(observedAt, ENDS_SOON_DAYS)) {
    warn('SMTP_CERTIFICATE_ENDS_SOON', `The certificate of ${where} ends on ${until}. Renew it before that.`);
  }
  if (!coversServer) {
    const others = names.length === 0 ? 'no name at all' : names.slice(0, 5).join(', ');
    warn(
      'SMTP_CERTIFICATE_OTHER_NAME',
      `The certificate of ${where} is for ${others}, not for ${server.address}. Name the server in the site by a name that the certificate has, or get one for this name.`,
    );
  }
  if (doubt !== null && (doubt.kind === 'untrusted' || doubt.kind === 'invalid')) {
    warn(
      'SMTP_CERTIFICATE_UNTRUSTED',
      `The certificate of ${where} is not to be trusted (${doubt.code}; issued by ${issuer}). Mail is delivered all the same, as long as nobody insists on proof. To let them, get one from a public authority, and send the intermediate certificates along.`,
    );
  }
  return found;
}

function transaction(probe: SmtpProbe): readonly SmtpFinding[] {
  const { server, question, mailFrom, knownRecipient, randomRecipient } = probe;
  const where = serverText(server);
  const lost = [mailFrom, knownRecipient, randomRecipient].find((answer) => answer.status === 'failed');
  const cut = lost === undefined ? [] : [failed('SMTP_CUT_SHORT', lost)];
  const sender = question.sender === '' ? 'the null sender <>' : question.sender;
  const [refused, deferred] = [replyIf(mailFrom, 'refused'), replyIf(mailFrom, 'deferred')];
  if (refused !== null) {
    const message = `${where} refuses mail from ${sender}: ${quoted(refused)}. Allow this machine and this sender on the server, or check with another sender.`;
    return [finding('SMTP_SENDER_REFUSED', 'error', message)];
  }
  if (deferred !== null) return [deferral(where, `mail from ${sender}`, deferred)];
  return [...known(probe, where), ...random(probe, where), ...cut];
}

function known({ question, knownRecipient: answer }: SmtpProbe, where: string): readonly SmtpFinding[] {
  const address = question.knownRecipient ?? '';
  if (answer.status === 'untried') return unaskable(where, address, answer.reason);
  const [refused, deferred] = [replyIf(answer, 'refused'), replyIf(answer, 'deferred')];
  if (deferred !== null) return [deferral(where, `mail for ${address}`, deferred)];
  if (refused === null) return [];
  const what = isPolicy(refused)
    ? 'The refusal is one of policy (5.7): let the gateway and this machine in, and check that the server takes mail for this domain.'
    : 'Check that the address exists there, that the server takes mail for this domain, and that the site is the right one.';
  const message = `${where} refuses mail for ${address}, whom it should know: ${quoted(refused)}. ${what}`;
  return [finding('SMTP_KNOWN_REFUSED', 'error', message)];
}

function random({ question, randomRecipient, knownRecipient }: SmtpProbe, where: string): readonly SmtpFinding[] {
  const address = question.randomRecipient;
  if (randomRecipient.status === 'untried') return unaskable(where, address, randomRecipient.reason);
  const reply = (verdict: SmtpVerdict) => replyIf(randomRecipient, verdict);
  const [accepted, deferred, refused] = [reply('accepted'), reply('deferred'), reply('refused')];
  if (accepted !== null) {
    const message = `${where} takes mail for ${address}, which nobody has: ${quoted(accepted)}. It will send mail that it cannot deliver back to senders who never wrote it (backscatter), and who exists there cannot be found out by asking. ${REFUSE_UNKNOWN}`;
    return [finding('SMTP_ACCEPTS_ANYTHING', 'warning', message)];
  }
  if (deferred !== null && replyIf(knownRecipient, 'deferred') === null) {
    const message = `${where} puts off mail for ${address}, which nobody has, in place of refusing it: ${quoted(deferred)}. If that is greylisting, let the gateway by; if it is what unknown recipients get, have them refused with 550 5.1.1, or senders try for days.`;
    return [finding('SMTP_UNKNOWN_DEFERRED', 'warning', message)];
  }
  if (refused !== null && isPolicy(refused) && replyIf(knownRecipient, 'accepted') === null) {
    const message = `${where} refuses mail for ${address} as a matter of policy: ${quoted(refused)}. That does not show whether it knows its recipients. Let this machine in, and check with a recipient that it knows.`;
    return [finding('SMTP_REFUSAL_UNCLEAR', 'info', message)];
  }
  return [];
}

/** What to do with a server that takes mail for whomever. */
export const REFUSE_UNKNOWN = [
  'Have unknown recipients refused at RCPT.',
  'Exchange Online: make the domain authoritative (Set-AcceptedDomain -DomainType Authoritative), which turns on Directory-Based Edge Blocking.',
  'Exchange Server: install the antispam agents, then Set-RecipientFilterConfig -RecipientValidationEnabled $true and Set-AcceptedDomain -AddressBookEnabled $true; from Exchange 2013 on, port 25 of a Mailbox server refuses only after the message, so use an Edge Transport server or the transport service at port 2525.',
  'Postfix: list the recipients in relay_recipient_maps, or use reject_unverified_recipient.',
].join(' ');

function unaskable(where: string, address: string, reason: string): readonly SmtpFinding[] {
  if (reason === 'noSmtpUtf8') {
    const message = `${where} does not take addresses beyond ASCII (no SMTPUTF8), so ${address} was not asked about. Mail to such addresses cannot be delivered there: turn SMTPUTF8 on (RFC 6531), or give these people an address in ASCII.`;
    return [finding('SMTP_NO_SMTPUTF8', 'warning', message)];
  }
  return reason === 'invalidAddress'
    ? [
        finding(
          'SMTP_INVALID_ADDRESS',
          'error',
          `"${address}" is no mail address, so ${where} was not asked about it. Correct it.`,
        ),
      ]
    : [];
}

function deferral(where: string, what: string, reply: SmtpReply): SmtpFinding {
  const message = `${where} puts off ${what}: ${quoted(reply)}. That looks like greylisting, or like a server short of something. Let the gateway's addresses by the greylisting, and run it again in a few minutes.`;
  return finding('SMTP_DEFERRED', 'warning', message);
}

/** RFC 3463 3.8: security or policy, and no word about the mailbox. Exchange Online says "access denied" for unknown ones with 5.4.1. */
export function isPolicy({ enhanced }: SmtpReply): boolean {
  return enhanced?.startsWith('5.7.') === true;
}

/** The reply, if this is what it means. */
function replyIf(answer: SmtpAnswer, verdict: SmtpVerdict): SmtpReply | null {
  return answer.status === 'answered' && answer.verdict === verdict ? answer.reply : null;
}

function failed(code: string, { failure, problem }: SmtpFailed, severity: Severity = 'error'): SmtpFinding {
  const interrupted = failure === 'interrupted';
  return finding(interrupted ? 'INTERRUPTED' : code, severity, `${problem.message} ${problem.hint}`);
}

function finding(code: string, severity: Severity, message: string): SmtpFinding {
  return { code, severity, message };
}

function quoted(reply: SmtpReply): string {
  return `"${replyText(reply)}"`;
}
