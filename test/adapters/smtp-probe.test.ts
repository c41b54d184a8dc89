/** The probe against servers that do not do as they should. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProbeOptions, smtpProbe } from '../../src/adapters/smtp/probe.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { smtpFindings } from '../../src/domain/smtp-findings.ts';
import type { SmtpProbe, SmtpQuestion } from '../../src/domain/smtp-probe.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { NOWHERE } from '../support/port.ts';
import { type SmtpStub, type SmtpStubOptions, startSmtpStub, tlsFrom } from '../support/smtp-stub.ts';

const QUESTION: SmtpQuestion = {
  knownRecipient: 'known@acme.example',
  randomRecipient: 'x7k2q9@acme.example',
  helo: 'rollcall.example.test',
  sender: 'postmaster@rollcall.example.test',
};
const NOT_REACHED = { status: 'untried', reason: 'notReached' };
const ALLOWED = /^(?:EHLO|HELO|STARTTLS|MAIL|RCPT|RSET|QUIT)\b/;

let dir: string;
let certificates: Certificates;
let expired: Certificates;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-smtp-'));
  certificates = await makeCertificates(join(dir, 'good'), { names: 'IP:127.0.0.1' });
  expired = await makeCertificates(join(dir, 'expired'), { names: 'IP:127.0.0.1', days: -1 });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Asked {
  readonly question?: Partial<SmtpQuestion>;
  readonly options?: Partial<ProbeOptions>;
  readonly signal?: AbortSignal;
}

/** Probes a stub, and holds that it heard nothing but what may be sent. */
async function probeStub(stub: SmtpStub, { question, options, signal }: Asked = {}): Promise<SmtpProbe> {
  const probe = smtpProbe({ timeoutMs: 5000, now: () => instantOf(Date.now()), ...options });
  const server = { address: '127.0.0.1', port: stub.port };
  const seen = await probe(server, { ...QUESTION, ...question }, signal ?? new AbortController().signal);
  for (const line of stub.lines) expect(line).toMatch(ALLOWED);
  return seen;
}

async function probed(stubOptions: SmtpStubOptions, asked: Asked = {}): Promise<SmtpProbe> {
  await using stub = await startSmtpStub(stubOptions);
  return await probeStub(stub, asked);
}

const codes = (seen: SmtpProbe) => smtpFindings(seen).map(({ code }) => code);
const failed = (failure: string, message: RegExp) => ({
  status: 'failed',
  failure,
  problem: { message: expect.stringMatching(message), hint: expect.stringMatching(/\.$/) },
});

describe('the way to a server', () => {
  const never = new AbortController().signal;
  const probe = smtpProbe({ timeoutMs: 5000, now: () => instantOf(Date.now()) });

  it('that nothing listens at', async () => {
    const seen = await probe({ address: '127.0.0.1', port: NOWHERE }, QUESTION, never);
    expect(seen.connect).toMatchObject(failed('refused', /^127\.0\.0\.1:\d+: nothing listens there/));
    expect(seen).toMatchObject({
      banner: NOT_REACHED,
      hello: NOT_REACHED,
      knownRecipient: NOT_REACHED,
      quit: NOT_REACHED,
    });
    expect(codes(seen)).toEqual(['SMTP_UNREACHABLE']);
  });

  it('whose name does not exist', async () => {
    // No label may be as long as this one, so that no DNS is asked.
    const seen = await probe({ address: `${'a'.repeat(64)}.test`, port: 25 }, QUESTION, never);
    expect(seen.connect).toMatchObject(failed('noSuchHost', /does not exist/));
  });

  it('is let alone when interrupted', async () => {
    await using stub = await startSmtpStub({ banner: () => {} });
    const controller = new AbortController();
    const seen = probeStub(stub, { signal: controller.signal, options: { timeoutMs: 60_000 } });
    setTimeout(() => controller.abort(), 100);
    expect((await seen).banner).toMatchObject(failed('interrupted', /interrupted/));
    expect(codes(await seen)).toEqual(['INTERRUPTED']);
    expect((await probeStub(stub, { signal: controller.signal })).connect).toMatchObject({ failure: 'interrupted' });
    expect(stub.connections()).toBe(1);
  });
});

describe('a banner', () => {
  it('of several lines is read to its end', async () => {
    const seen = await probed({ banner: '220-mail.example\r\n220-No spam, please.\r\n220 Really' });
    expect(seen.banner).toMatchObject({ reply: { code: 220, lines: ['mail.example', 'No spam, please.', 'Really'] } });
    expect(seen.randomRecipient).toMatchObject({ verdict: 'refused' });
  });

  it.each([
    ['554 5.7.1 Your address is on a list', 'refused'],
    ['421 4.3.2 Too busy', 'deferred'],
  ])('%s turns us away', async (text, verdict) => {
    const seen = await probed({ banner: (reply) => reply.say(text).hangUp() });
    expect(seen.banner).toMatchObject({ status: 'answered', verdict });
    expect(seen.hello).toEqual(NOT_REACHED);
    expect(codes(seen)).toEqual(['SMTP_TURNS_AWAY']);
  });

  it.each([
    ['never comes', () => {}, 'timedOut', /no banner within 0\.8 s/],
    ['is missing, and the connection closed', (reply) => reply.hangUp(), 'closed', /closed, with no banner/],
    ['is of another protocol', 'SSH-2.0-OpenSSH_9.2', 'malformed', /"SSH-2\.0-OpenSSH_9\.2", which is no SMTP reply/],
    [
      'is octets at random',
      (reply) => reply.raw(Buffer.from([0x00, 0xff, 0x16, 0x03, 0x0a])),
      'malformed',
      /which is no SMTP reply/,
    ],
    [
      'is a line without end',
      (reply) => reply.raw(`220 ${'x'.repeat(100_000)}`),
      'malformed',
      /a line of more than 2048 octets/,
    ],
    [
      'has lines without end',
      (reply) => reply.raw('220-x\r\n'.repeat(100_000)),
      'malformed',
      /a reply of more than 16384 octets/,
    ],
    ['changes its mind', '220-one\r\n554 two', 'malformed', /begins with 220 and goes on with 554/],
    ['has a code that asks for more', '354 Go ahead', 'malformed', /a reply with code 354/],
  ] satisfies [string, SmtpStubOptions['banner'], string, RegExp][])('that %s', async (_, banner, failure, message) => {
    const seen = await probed({ banner }, { options: { timeoutMs: 800, totalMs: 5000 } });
    expect(seen.banner).toMatchObject(failed(failure, message));
    expect(seen.mailFrom).toEqual(NOT_REACHED);
    expect(codes(seen)).toEqual(['SMTP_NO_BANNER']);
  });

  it('keeps no control characters', async () => {
    const seen = await probed({ banner: '220 \u001b[2Jmail\u0007' });
    expect(seen.banner).toMatchObject({ reply: { lines: ['\ufffd[2Jmail\ufffd'] } });
  });
});

describe('EHLO', () => {
  it('gives way to HELO where it is unknown', async () => {
    const seen = await probed({ on: { EHLO: '502 5.5.1 Command not implemented' } });
    expect(seen.hello).toMatchObject({ verdict: 'accepted', reply: { code: 250, lines: ['stub.example.test'] } });
    expect(seen).toMatchObject({
      extensions: null,
      startTls: { status: 'notOffered' },
      knownRecipient: { verdict: 'accepted' },
    });
    expect(codes(seen)).toEqual(['SMTP_NO_ESMTP']);
  });

  it('tells what there is, in whatever case', async () => {
    const seen = await probed({ on: { EHLO: '250-x\r\n250-size 0\r\n250-8bitmime\r\n250-AUTH=LOGIN\r\n250 size 5' } });
    expect(seen.extensions).toEqual({ keywords: ['SIZE', '8BITMIME', 'AUTH'], maxSize: null });
  });

  it('and HELO refused are told', async () => {
    const seen = await probed({ on: { EHLO: '550 Bad name', HELO: '550 5.7.1 Bad name' } });
    expect(seen.hello).toMatchObject({ verdict: 'refused', reply: { enhanced: '5.7.1' } });
    expect(codes(seen)).toEqual(['SMTP_HELLO_REFUSED']);
  });
});

describe('STARTTLS', () => {
  it('that is declined leaves the conversation in the clear', async () => {
    const seen = await probed({ tls: tlsFrom(certificates), on: { STARTTLS: '454 4.7.0 TLS not available' } });
    expect(seen.startTls).toMatchObject({ status: 'declined', reply: { code: 454 } });
    expect(seen.knownRecipient).toMatchObject({ verdict: 'accepted' });
    expect(codes(seen)).toEqual(['SMTP_STARTTLS_DECLINED']);
  });

  it('with a handshake that fails is told, and recipients are asked about in the clear', async () => {
    // A server that has no certificate to show.
    await using stub = await startSmtpStub({ tls: {} });
    const seen = await probeStub(stub);
    expect(seen.startTls).toMatchObject(failed('tls', /STARTTLS was agreed, and TLS then failed/));
    expect(seen).toMatchObject({ knownRecipient: { verdict: 'accepted' }, randomRecipient: { verdict: 'refused' } });
    expect(stub.connections()).toBe(2);
    expect(codes(seen)).toEqual(['SMTP_STARTTLS_FAILED']);
  });

  it('that the server falls silent at is told, and recipients are asked about in the clear', async () => {
    const seen = await probed(
      { tls: tlsFrom(certificates), on: { STARTTLS: () => {} } },
      { options: { timeoutMs: 800 } },
    );
    expect(seen.startTls).toMatchObject(failed('timedOut', /no answer to STARTTLS within 0\.8 s/));
    expect(seen.knownRecipient).toMatchObject({ verdict: 'accepted' });
  });

  it('with something in the clear behind the go-ahead throws that away, and says so', async () => {
    const seen = await probed({
      tls: tlsFrom(certificates),
      on: { STARTTLS: (reply) => reply.raw('220 Ready\r\n250-evil\r\n250 AUTH PLAIN\r\n').secure() },
    });
    expect(seen.startTls).toMatchObject({ status: 'secured', discarded: 26 });
    expect(seen.extensions?.keywords).toEqual(['8BITMIME']);
    expect(seen.hello).toMatchObject({ reply: { lines: ['stub.example.test', '8BITMIME'] } });
    expect(codes(seen)).toContain('SMTP_STARTTLS_INJECTION');
  });

  it('with a certificate that has expired goes on', async () => {
    const seen = await probed({ tls: tlsFrom(expired) });
    expect(seen.startTls).toMatchObject({
      status: 'secured',
      certificate: { coversServer: true, doubt: expect.anything() },
    });
    expect(seen.randomRecipient).toMatchObject({ verdict: 'refused' });
    expect(codes(seen)).toContain('SMTP_CERTIFICATE_EXPIRED');
  });

  it('at a server that knows only TLS 1.1 is told', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const seen = await probed({ tls: { ...tlsFrom(certificates), ...old } });
    expect(seen.startTls).toMatchObject({ status: 'secured', version: 'TLSv1.1' });
    expect(codes(seen)).toContain('SMTP_TLS_OLD');
  });
});

describe('a recipient', () => {
  it('that is put off is told from one that is refused', async () => {
    const seen = await probed({ on: { RCPT: '450 4.2.0 Greylisted' } });
    expect(seen.knownRecipient).toEqual({
      status: 'answered',
      verdict: 'deferred',
      reply: { code: 450, enhanced: '4.2.0', lines: ['Greylisted'] },
    });
    expect(codes(seen)).toEqual(['SMTP_NO_STARTTLS', 'SMTP_DEFERRED']);
  });

  it('unknown is not asked about', async () => {
    await using stub = await startSmtpStub();
    const seen = await probeStub(stub, { question: { knownRecipient: null } });
    expect(seen.knownRecipient).toEqual({ status: 'untried', reason: 'notAsked' });
    expect(seen.randomRecipient).toMatchObject({ verdict: 'refused' });
    expect(stub.lines).toEqual([
      'EHLO rollcall.example.test',
      'MAIL FROM:<postmaster@rollcall.example.test>',
      'RCPT TO:<x7k2q9@acme.example>',
      'RSET',
      'QUIT',
    ]);
  });

  it('beyond ASCII is asked about under SMTPUTF8, where there is such', async () => {
    await using stub = await startSmtpStub({ on: { EHLO: '250-x\r\n250 SMTPUTF8' } });
    await probeStub(stub, { question: { knownRecipient: 'jürgen@müller.example' } });
    expect(stub.lines).toContain('MAIL FROM:<postmaster@rollcall.example.test> SMTPUTF8');
    expect(stub.lines).toContain('RCPT TO:<jürgen@xn--mller-kva.example>');
  });

  it('beyond ASCII is not asked about where there is no SMTPUTF8', async () => {
    await using stub = await startSmtpStub();
    const seen = await probeStub(stub, { question: { knownRecipient: 'jürgen@acme.example', sender: '' } });
    expect(seen.knownRecipient).toEqual({ status: 'untried', reason: 'noSmtpUtf8' });
    expect(stub.lines).toContain('MAIL FROM:<>');
    expect(codes(seen)).toEqual(['SMTP_NO_STARTTLS', 'SMTP_NO_SMTPUTF8']);
  });

  it('with a line end in it never becomes a second command', async () => {
    await using stub = await startSmtpStub();
    const seen = await probeStub(stub, { question: { knownRecipient: 'a@acme.example>\r\nDATA' } });
    expect(seen.knownRecipient).toEqual({ status: 'untried', reason: 'invalidAddress' });
  });

  it.each([
    ['hangs up', 'closed', (reply) => reply.hangUp()],
    ['falls silent', 'timedOut', () => {}],
    ['answers twice', 'malformed', (reply) => reply.raw('250 Ok\r\n250 Ok\r\n')],
    ['sends garbage without end', 'malformed', (reply) => reply.raw('%'.repeat(1_000_000))],
  ] satisfies [
    string,
    string,
    (reply: Parameters<Exclude<SmtpStubOptions['banner'], string | undefined>>[0]) => void,
  ][])('at which the server %s ends the conversation', async (_, failure, RCPT) => {
    const seen = await probed({ on: { RCPT } }, { options: { timeoutMs: 800, totalMs: 5000 } });
    const lost = [seen.knownRecipient, seen.randomRecipient].find(({ status }) => status === 'failed');
    expect(lost).toMatchObject({ failure });
    expect(seen.quit).toEqual(NOT_REACHED);
    expect(codes(seen)).toContain('SMTP_CUT_SHORT');
  });

  it('is not reached where the sender is refused', async () => {
    const seen = await probed({ on: { MAIL: '550 5.7.1 Not from you' } });
    expect(seen).toMatchObject({
      mailFrom: { verdict: 'refused' },
      knownRecipient: NOT_REACHED,
      quit: { verdict: 'accepted' },
    });
    expect(codes(seen)).toEqual(['SMTP_NO_STARTTLS', 'SMTP_SENDER_REFUSED']);
  });
});

it('ends when the time for all steps is over, however little each one takes', async () => {
  const drip: SmtpStubOptions['banner'] = (reply) => {
    const timer = setInterval(() => reply.raw('220-x\r\n'), 20);
    setTimeout(() => clearInterval(timer), 3000).unref();
  };
  const seen = await probed({ banner: drip }, { options: { timeoutMs: 60_000, totalMs: 1000 } });
  expect(seen.banner).toMatchObject(failed('timedOut', /in the time that was left for it/));
});

it.each([{ helo: 'two words' }, { helo: 'x\r\nDATA' }, { sender: 'nobody' }, { sender: 'a@b.example>\r\nDATA' }])(
  'does not begin with %j',
  async (question) => {
    await using stub = await startSmtpStub();
    await expect(probeStub(stub, { question })).rejects.toThrow(RangeError);
    expect(stub.lines).toEqual([]);
  },
);
