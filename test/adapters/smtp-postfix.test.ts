/** The probe against real Postfix servers: one that knows its recipients, one that takes everything, with TLS and without. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smtpProbe } from '../../src/adapters/smtp/probe.ts';
import { openSession } from '../../src/adapters/smtp/session.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { smtpFindings } from '../../src/domain/smtp-findings.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type Postfix, startPostfix } from '../support/postfix/postfix.ts';

const DOMAINS = ['acme.example'];
const NOBODY = 'x7k2q9-nobody@acme.example';
const QUESTION = {
  knownRecipient: 'Mia.Weber@acme.example',
  randomRecipient: NOBODY,
  helo: 'rollcall.example.test',
  sender: '',
};

let dir: string;
let certificates: Certificates;
let ca: string;
let plain: Postfix;
let secured: Postfix;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-smtp-'));
  certificates = await makeCertificates(dir, { names: 'DNS:localhost,DNS:mail.acme.example' });
  ca = await readFile(certificates.caFile, 'utf8');
  [plain, secured] = await Promise.all([
    startPostfix({ domains: DOMAINS, recipients: 'all' }),
    startPostfix({ domains: DOMAINS, recipients: ['mia.weber@acme.example'], tls: certificates }),
  ]);
});

afterAll(async () => {
  await Promise.all([plain?.stop(), secured?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

const probe = smtpProbe({ timeoutMs: 10_000, now: () => instantOf(Date.now()) });
const never = new AbortController().signal;
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

describe('a Postfix that knows its recipients and has a certificate', () => {
  it('is found to be in order, step by step', async () => {
    const trusting = smtpProbe({ timeoutMs: 10_000, now: () => instantOf(Date.now()), ca });
    const seen = await trusting({ address: 'localhost', port: secured.port }, QUESTION, never);
    expect(seen).toMatchObject({
      connect: { status: 'connected', ip: '127.0.0.1' },
      banner: {
        verdict: 'accepted',
        reply: { code: 220, enhanced: null, lines: ['gateway.example.test ESMTP Postfix'] },
      },
      hello: { verdict: 'accepted', reply: { code: 250 } },
      extensions: {
        keywords: expect.arrayContaining(['SIZE', '8BITMIME', 'PIPELINING', 'SMTPUTF8']),
        maxSize: 10_240_000,
      },
      startTls: {
        status: 'secured',
        version: 'TLSv1.3',
        discarded: 0,
        certificate: {
          subject: 'CN=server',
          issuer: 'CN=Test CA',
          names: ['localhost', 'mail.acme.example'],
          coversServer: true,
          doubt: null,
        },
      },
      mailFrom: { verdict: 'accepted', reply: { code: 250, enhanced: '2.1.0' } },
      knownRecipient: { verdict: 'accepted', reply: { code: 250, enhanced: '2.1.5' } },
      randomRecipient: { verdict: 'refused', reply: { code: 550, enhanced: '5.1.1' } },
      quit: { verdict: 'accepted', reply: { code: 221 } },
    });
    // Said again inside TLS, where there is no STARTTLS any more.
    expect(seen.extensions?.keywords).not.toContain('STARTTLS');
    expect(smtpFindings(seen)).toEqual([]);
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  it('is asked all the same where its certificate proves nothing', async () => {
    const seen = await probe({ address: '127.0.0.1', port: secured.port }, QUESTION, never);
    expect(seen.startTls).toMatchObject({
      status: 'secured',
      certificate: { coversServer: false, doubt: { kind: 'untrusted' } },
    });
    expect(seen.knownRecipient).toMatchObject({ verdict: 'accepted' });
    expect(codes(smtpFindings(seen))).toEqual(['SMTP_CERTIFICATE_OTHER_NAME', 'SMTP_CERTIFICATE_UNTRUSTED']);
  });

  it('refuses a domain that is not its own as a matter of policy', async () => {
    const question = { ...QUESTION, knownRecipient: 'known@other.example' };
    const seen = await probe({ address: '127.0.0.1', port: secured.port }, question, never);
    expect(seen.knownRecipient).toMatchObject({ verdict: 'refused', reply: { code: 554, enhanced: '5.7.1' } });
    const finding = smtpFindings(seen).find(({ code }) => code === 'SMTP_KNOWN_REFUSED');
    expect(finding?.message).toContain('The refusal is one of policy');
    expect(finding?.message).toContain('takes mail for this domain');
  });

  it('is asked about an address beyond ASCII under SMTPUTF8, and only then', async () => {
    const question = { ...QUESTION, knownRecipient: 'jürgen@acme.example' };
    const seen = await probe({ address: '127.0.0.1', port: secured.port }, question, never);
    expect(seen.mailFrom).toMatchObject({ verdict: 'accepted' });
    expect(seen.knownRecipient).toMatchObject({ verdict: 'refused', reply: { code: 550, enhanced: '5.1.1' } });
  });

  it('never gets a message', async () => {
    const log = await secured.log();
    expect(log).toContain(NOBODY);
    expect(log).toMatch(/disconnect from .* commands=\d+\/\d+/);
    expect(log).not.toMatch(/ data=| bdat=| auth=|queue active|\/cleanup\[/);
  });
});

describe('a Postfix that takes everything, without TLS', () => {
  it('is found out', async () => {
    const seen = await probe({ address: '127.0.0.1', port: plain.port }, QUESTION, never);
    expect(seen.startTls).toEqual({ status: 'notOffered' });
    expect(seen.randomRecipient).toMatchObject({ status: 'answered', verdict: 'accepted' });
    const findings = smtpFindings(seen);
    expect(codes(findings)).toEqual(['SMTP_NO_STARTTLS', 'SMTP_ACCEPTS_ANYTHING']);
    expect(findings[1]?.message).toContain(NOBODY);
    expect(findings[1]?.message).toContain('Directory-Based Edge Blocking');
  });
});

describe('a Postfix that greylists', () => {
  it('is told from one that refuses', async () => {
    await using postfix = await startPostfix({
      domains: DOMAINS,
      recipients: 'all',
      settings: { smtpd_recipient_restrictions: 'check_client_access static:{450 4.7.1 Greylisted, come back later}' },
    });
    const seen = await probe({ address: '127.0.0.1', port: postfix.port }, QUESTION, never);
    expect(seen.knownRecipient).toMatchObject({ verdict: 'deferred', reply: { code: 450, enhanced: '4.7.1' } });
    const findings = smtpFindings(seen);
    expect(codes(findings)).toEqual(['SMTP_NO_STARTTLS', 'SMTP_DEFERRED']);
    expect(findings[1]?.message).toContain('greylisting');
  });
});

describe('a session with a Postfix that hangs up after some unknown recipients', () => {
  it('gets a verdict for each of them, over as few connections as it can', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `user${index}@acme.example`);
    const exists = (index: number) => index % 4 === 0;
    await using postfix = await startPostfix({
      domains: DOMAINS,
      recipients: names.filter((_, index) => exists(index)),
      tls: certificates,
      settings: { smtpd_hard_error_limit: '10', smtpd_soft_error_limit: '10', smtpd_error_sleep_time: '0' },
    });
    const server = { address: '127.0.0.1', port: postfix.port };
    const verdicts: string[] = [];
    {
      await using session = openSession(server, { ...QUESTION, timeoutMs: 10_000, signal: never });
      for (const name of names) {
        const answer = await session.verify(name);
        verdicts.push(answer.status === 'answered' ? answer.verdict : answer.status);
      }
    }
    expect(verdicts).toEqual(names.map((_, index) => (exists(index) ? 'accepted' : 'refused')));
    const log = await postfix.log();
    const connections = log.match(/: connect from /g)?.length ?? 0;
    expect(log).toContain('too many errors');
    expect(connections).toBeGreaterThan(2);
    expect(connections).toBeLessThan(10);
    expect(log).not.toMatch(/ data=| bdat=/);
  });
});
