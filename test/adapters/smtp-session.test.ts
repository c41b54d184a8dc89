/** Many recipients over few connections, with servers that make that hard. */
import { describe, expect, it } from 'vitest';
import { openSession, type SmtpSession } from '../../src/adapters/smtp/session.ts';
import type { SmtpAnswer } from '../../src/domain/smtp-probe.ts';
import { NOWHERE } from '../support/port.ts';
import { type SmtpStub, type SmtpStubOptions, startSmtpStub } from '../support/smtp-stub.ts';

const ALLOWED = /^(?:EHLO|HELO|STARTTLS|MAIL|RCPT|RSET|QUIT)\b/;
const never = new AbortController().signal;

function sessionWith(port: number, { timeoutMs = 5000, signal = never } = {}): SmtpSession {
  const server = { address: '127.0.0.1', port };
  return openSession(server, { helo: 'rollcall.example.test', sender: '', timeoutMs, signal });
}

/** Asks about each address in turn; holds that nothing is sent but what may be. */
async function verify(stub: SmtpStub, addresses: readonly string[], options = {}): Promise<readonly string[]> {
  const answers: SmtpAnswer[] = [];
  {
    await using session = sessionWith(stub.port, options);
    for (const address of addresses) answers.push(await session.verify(address));
  }
  for (const line of stub.lines) expect(line).toMatch(ALLOWED);
  return answers.map((answer) => {
    if (answer.status === 'answered') return answer.verdict;
    return answer.status === 'failed' ? answer.failure : answer.reason;
  });
}

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@acme.example`);
const all = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
const count = (stub: SmtpStub, verb: string) => stub.lines.filter((line) => line.startsWith(verb)).length;

async function verified(options: SmtpStubOptions, addresses: readonly string[]): Promise<readonly string[]> {
  await using stub = await startSmtpStub(options);
  return await verify(stub, addresses);
}

describe('a session', () => {
  it('asks about many recipients over one connection, a hundred in a transaction, and says goodbye', async () => {
    await using stub = await startSmtpStub();
    expect(await verify(stub, [...people(250), 'known@acme.example'])).toEqual([...all(250, 'refused'), 'accepted']);
    expect(stub.connections()).toBe(1);
    expect([count(stub, 'MAIL'), count(stub, 'RSET'), count(stub, 'RCPT')]).toEqual([3, 2, 251]);
    expect(stub.lines.at(-1)).toBe('QUIT');
  });

  it.each<[string, SmtpStubOptions['banner']]>([
    ['with 421', (reply) => (reply.count > 4 ? reply.say('421 4.7.0 Too many errors').hangUp() : reply.say('550 No'))],
    ['without a word', (reply) => (reply.count > 4 ? reply.hangUp() : reply.say('550 5.1.1 No'))],
    ['right after an answer', (reply) => (reply.count === 4 ? reply.say('550 No').hangUp() : reply.say('550 No'))],
    [
      'with a goodbye that nobody asked for',
      (reply) => (reply.count === 4 ? reply.raw('550 No\r\n421 Bye\r\n').hangUp() : reply.say('550 No')),
    ],
  ])('connects again when the server hangs up after four recipients %s', async (_, RCPT) => {
    await using stub = await startSmtpStub({ on: RCPT === undefined ? {} : { RCPT } });
    expect(await verify(stub, people(11))).toEqual(all(11, 'refused'));
    expect(stub.connections()).toBe(3);
  });

  it('does not go on connecting to a server that hangs up at once', async () => {
    await using stub = await startSmtpStub({ on: { RCPT: (reply) => reply.hangUp() } });
    expect(await verify(stub, people(3))).toEqual(all(3, 'closed'));
    expect(stub.connections()).toBe(3);
  });

  it('begins a new transaction where the server has had enough recipients', async () => {
    let taken = 0;
    await using stub = await startSmtpStub({
      on: {
        MAIL: (reply) => {
          taken = 0;
          reply.say('250 Ok');
        },
        RCPT: (reply) => {
          taken += 1;
          reply.say(taken > 5 ? '452 4.5.3 Too many recipients' : '250 2.1.5 Ok');
        },
      },
    });
    expect(await verify(stub, people(12))).toEqual(all(12, 'accepted'));
    expect([stub.connections(), count(stub, 'MAIL')]).toEqual([1, 3]);
  });

  it('takes a first recipient that is put off with 452 for put off', async () => {
    expect(await verified({ on: { RCPT: '452 4.2.2 Mailbox full' } }, people(1))).toEqual(['deferred']);
  });

  it('gives no verdict where it is turned away before it can ask', async () => {
    expect(await verified({ on: { MAIL: '550 Not you' } }, people(2))).toEqual(all(2, 'turnedAway'));
    expect(await verified({ banner: '554 No' }, people(1))).toEqual(['turnedAway']);
    expect(await verified({ on: { EHLO: '550 No', HELO: '550 No' } }, people(1))).toEqual(['turnedAway']);
  });

  it('does not take an answer that comes too late for that to the next question', async () => {
    await using stub = await startSmtpStub({
      on: {
        RCPT: (reply, line) => {
          if (line.includes('slow')) setTimeout(() => reply.say('250 2.1.5 Ok'), 1000);
          else reply.say('550 5.1.1 No');
        },
      },
    });
    const asked = ['slow@acme.example', ...people(3)];
    expect(await verify(stub, asked, { timeoutMs: 700 })).toEqual(['timedOut', ...all(3, 'refused')]);
    expect(stub.connections()).toBe(2);
  });

  it('asks under SMTPUTF8 only for those who need it', async () => {
    await using stub = await startSmtpStub({ on: { EHLO: '250-x\r\n250 SMTPUTF8' } });
    await verify(stub, ['a@acme.example', 'jürgen@acme.example', 'b@acme.example']);
    expect(stub.lines.filter((line) => line.startsWith('MAIL'))).toEqual([
      'MAIL FROM:<>',
      'MAIL FROM:<> SMTPUTF8',
      'MAIL FROM:<>',
    ]);
  });

  it('says what cannot be asked about, and goes on', async () => {
    const asked = ['jürgen@acme.example', 'no address', 'x@acme.example>\r\nDATA', 'known@acme.example'];
    expect(await verified({}, asked)).toEqual(['noSmtpUtf8', 'invalidAddress', 'invalidAddress', 'accepted']);
  });

  it('asks one question at a time, however they come', async () => {
    await using stub = await startSmtpStub();
    await using session = sessionWith(stub.port);
    const answers = await Promise.all([...people(20), 'known@acme.example'].map((name) => session.verify(name)));
    expect(answers.at(-1)).toMatchObject({ verdict: 'accepted' });
    expect(answers.slice(0, -1).every((answer) => 'verdict' in answer && answer.verdict === 'refused')).toBe(true);
    expect(stub.connections()).toBe(1);
  });

  it('says when there is no server', async () => {
    await using session = sessionWith(NOWHERE);
    expect(await session.verify('a@acme.example')).toMatchObject({ status: 'failed', failure: 'refused' });
  });

  it('ends when interrupted', async () => {
    await using stub = await startSmtpStub({ on: { RCPT: () => {} } });
    const controller = new AbortController();
    await using session = sessionWith(stub.port, { timeoutMs: 60_000, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    expect(await session.verify('a@acme.example')).toMatchObject({ failure: 'interrupted' });
    expect(await session.verify('b@acme.example')).toMatchObject({ failure: 'interrupted' });
  });
});
