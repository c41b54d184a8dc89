/** What is made of a probe. */
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/domain/instant.ts';
import { smtpFindings } from '../../src/domain/smtp-findings.ts';
import {
  replyText,
  type SmtpAnswer,
  type SmtpCertificate,
  type SmtpFailed,
  type SmtpProbe,
  serverText,
} from '../../src/domain/smtp-probe.ts';

const at = (text: string) => `${text}T00:00:00.000Z` as Instant;

const CERTIFICATE: SmtpCertificate = {
  subject: 'CN=mail.acme.example',
  issuer: 'CN=Example CA',
  names: ['mail.acme.example'],
  validFrom: at('2026-10-01'),
  validUntil: at('2027-01-01'),
  coversServer: true,
  doubt: null,
};

function said(code: number, text: string, enhanced: string | null = null): SmtpAnswer {
  const verdict = code < 300 ? 'accepted' : code < 500 ? 'deferred' : 'refused';
  return { status: 'answered', verdict, reply: { code, enhanced, lines: [text] } };
}

const GOOD: SmtpProbe = {
  server: { address: 'mail.acme.example', port: 25 },
  question: {
    knownRecipient: 'mia@acme.example',
    randomRecipient: 'x7k2q9@acme.example',
    helo: 'rollcall.example.test',
    sender: '',
  },
  observedAt: at('2026-11-21'),
  elapsedMs: 12,
  connect: { status: 'connected', ip: '192.0.2.1' },
  banner: said(220, 'mail.acme.example'),
  hello: said(250, 'mail.acme.example'),
  extensions: { keywords: ['SIZE'], maxSize: null },
  startTls: { status: 'secured', version: 'TLSv1.3', certificate: CERTIFICATE, discarded: 0 },
  mailFrom: said(250, 'Ok'),
  knownRecipient: said(250, 'Ok'),
  randomRecipient: said(550, 'User unknown', '5.1.1'),
  quit: said(221, 'Bye'),
};

const secured = (certificate: SmtpCertificate | null): Partial<SmtpProbe> => ({
  startTls: { status: 'secured', version: 'TLSv1.3', certificate, discarded: 0 },
});

const LOST: SmtpFailed = {
  status: 'failed',
  failure: 'closed',
  problem: { code: 'SMTP_CLOSED', message: 'It hung up.', hint: 'Look into its log.' },
};

function found(changes: Partial<SmtpProbe>) {
  return smtpFindings({ ...GOOD, ...changes });
}

describe('findings', () => {
  it('are none where all is well', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, string, Partial<SmtpProbe>]>([
    ['SMTP_UNREACHABLE', 'error', { connect: LOST }],
    ['SMTP_NO_BANNER', 'error', { banner: LOST }],
    ['SMTP_TURNS_AWAY', 'error', { banner: said(554, 'No') }],
    ['SMTP_NO_HELLO', 'error', { hello: LOST }],
    ['SMTP_HELLO_REFUSED', 'error', { hello: said(550, 'No') }],
    ['SMTP_NO_ESMTP', 'warning', { extensions: null, startTls: { status: 'notOffered' } }],
    ['SMTP_NO_STARTTLS', 'warning', { startTls: { status: 'notOffered' } }],
    [
      'SMTP_STARTTLS_DECLINED',
      'warning',
      { startTls: { status: 'declined', reply: { code: 454, enhanced: null, lines: ['No'] } } },
    ],
    ['SMTP_STARTTLS_FAILED', 'warning', { startTls: { ...LOST, discarded: 0 } }],
    [
      'SMTP_STARTTLS_INJECTION',
      'error',
      { startTls: { status: 'secured', version: 'TLSv1.3', certificate: CERTIFICATE, discarded: 7 } },
    ],
    [
      'SMTP_TLS_OLD',
      'warning',
      { startTls: { status: 'secured', version: 'TLSv1', certificate: CERTIFICATE, discarded: 0 } },
    ],
    ['SMTP_NO_CERTIFICATE', 'warning', secured(null)],
    ['SMTP_CERTIFICATE_EXPIRED', 'warning', secured({ ...CERTIFICATE, validUntil: at('2026-11-20') })],
    ['SMTP_CERTIFICATE_NOT_YET_VALID', 'warning', secured({ ...CERTIFICATE, validFrom: at('2026-11-22') })],
    ['SMTP_CERTIFICATE_ENDS_SOON', 'warning', secured({ ...CERTIFICATE, validUntil: at('2026-12-04') })],
    ['SMTP_CERTIFICATE_OTHER_NAME', 'warning', secured({ ...CERTIFICATE, coversServer: false })],
    [
      'SMTP_CERTIFICATE_UNTRUSTED',
      'warning',
      secured({ ...CERTIFICATE, doubt: { kind: 'untrusted', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }),
    ],
    ['SMTP_SENDER_REFUSED', 'error', { mailFrom: said(550, 'No') }],
    ['SMTP_DEFERRED', 'warning', { mailFrom: said(451, 'Later') }],
    ['SMTP_KNOWN_REFUSED', 'error', { knownRecipient: said(550, 'No', '5.1.1') }],
    ['SMTP_DEFERRED', 'warning', { knownRecipient: said(450, 'Later'), randomRecipient: said(450, 'Later') }],
    ['SMTP_UNKNOWN_DEFERRED', 'warning', { randomRecipient: said(450, 'Later') }],
    ['SMTP_ACCEPTS_ANYTHING', 'warning', { randomRecipient: said(250, 'Ok') }],
    [
      'SMTP_REFUSAL_UNCLEAR',
      'info',
      {
        knownRecipient: { status: 'untried', reason: 'notAsked' },
        randomRecipient: said(554, 'Relay access denied', '5.7.1'),
      },
    ],
    ['SMTP_NO_SMTPUTF8', 'warning', { knownRecipient: { status: 'untried', reason: 'noSmtpUtf8' } }],
    ['SMTP_INVALID_ADDRESS', 'error', { randomRecipient: { status: 'untried', reason: 'invalidAddress' } }],
    ['SMTP_CUT_SHORT', 'error', { randomRecipient: LOST, quit: { status: 'untried', reason: 'notReached' } }],
    ['INTERRUPTED', 'error', { mailFrom: { ...LOST, failure: 'interrupted' } }],
  ])('say %s (%s) in sentences', (code, severity, changes) => {
    const findings = found(changes);
    expect(findings).toMatchObject([{ code, severity }]);
    expect(findings[0]?.message).toMatch(/^\S.*\.$/s);
  });

  it('quote what the server said, and name whom it was about', () => {
    const [finding] = found({ knownRecipient: said(550, 'User unknown', '5.1.1') });
    expect(finding?.message).toContain('mail.acme.example:25 refuses mail for mia@acme.example');
    expect(finding?.message).toContain('"550 5.1.1 User unknown"');
  });

  it('do not count refusals of a domain that the server knows for unclear', () => {
    expect(found({ randomRecipient: said(550, 'Access denied', '5.7.1') })).toEqual([]);
  });

  it('cut a long reply short, and bracket an IPv6 address', () => {
    expect(replyText({ code: 550, enhanced: null, lines: ['x'.repeat(1000)] })).toMatch(/^550 x{296}…$/);
    expect(serverText({ address: '2001:db8::1', port: 25 })).toBe('[2001:db8::1]:25');
  });
});
