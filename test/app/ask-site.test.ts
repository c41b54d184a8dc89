/** What is made of the answers of mail servers, and in which order they are asked. */
import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/adapters/smtp/session.ts';
import { type AskProgress, askSite, type SiteFindings } from '../../src/app/ask-site.ts';
import { type AddressKey, keyOf } from '../../src/domain/address.ts';
import type { SiteServer } from '../../src/domain/config.ts';
import type { RecipientVerifier } from '../../src/ports/mail-servers.ts';
import { line } from '../support/builders.ts';
import { freePort, NOWHERE } from '../support/port.ts';
import { type Reply, type SmtpStub, type SmtpStubOptions, startSmtpStub } from '../support/smtp-stub.ts';

const ALLOWED = /^(?:EHLO|HELO|STARTTLS|MAIL|RCPT|RSET|QUIT)\b/;
const HOLDS = '451 4.3.0 Try again';

const verifier = (timeoutMs: number): RecipientVerifier => ({
  open: async (server, options) => openSession(server, { ...options, timeoutMs }),
});

interface Asking {
  readonly timeoutMs?: number;
  readonly stop?: AbortController;
  readonly onProgress?: (progress: AskProgress) => void;
  readonly pace?: () => Promise<void>;
}

const at = (port: number, priority = 10): SiteServer => ({ address: '127.0.0.1', port, priority });
const keys = (...names: readonly string[]): readonly AddressKey[] =>
  names.map((name) => keyOf(name.includes('@') ? name : `${name}@acme.example`));

function ask(servers: readonly SiteServer[], names: readonly string[], asking: Asking = {}): Promise<SiteFindings> {
  const { timeoutMs = 5000, stop = new AbortController(), onProgress, pace = async () => {} } = asking;
  return askSite({ name: 'main', isDefault: true, servers, location: line(7) }, keys(...names), {
    verifier: verifier(timeoutMs),
    helo: 'rollcall.example.test',
    pace,
    signal: stop.signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** Answers by what stands before the "@"; whoever is not named here is unknown. */
function knows(answers: Readonly<Record<string, string | ((reply: Reply) => void)>>): SmtpStubOptions {
  return {
    on: {
      RCPT: (reply, text) => {
        const [, name = ''] = /<([^@]*)@/.exec(text) ?? [];
        const answer =
          answers[name] ?? (name.startsWith('nobody') ? answers['nobody'] : undefined) ?? '550 5.1.1 No such user';
        if (typeof answer === 'string') reply.say(answer);
        else answer(reply);
      },
    },
  };
}

/** Whom a server was asked about, those made up without their random part. */
function askedOf({ lines }: SmtpStub): readonly string[] {
  for (const text of lines) expect(text).toMatch(ALLOWED);
  return lines
    .filter((text) => text.startsWith('RCPT'))
    .map((text) => text.slice('RCPT TO:<'.length, -1).replace(/^nobody[\da-f]{32}@/, 'nobody@'));
}

const NOTHING = { site: 'main', found: [], refused: 0, undecided: [], stopped: null, notAsked: 0 };

describe('a site', () => {
  test('is asked about somebody made up in every domain first, then about each address', async () => {
    await using stub = await startSmtpStub(knows({ ann: '250 2.1.5 Ok', bob: '251 Will forward' }));
    const progress: AskProgress[] = [];
    let waits = 0;
    const pace = async () => {
      waits += 1;
    };
    const names = ['ann', 'zed', 'bob@globex.example'];
    const findings = await ask([at(stub.port)], names, { onProgress: (step) => progress.push(step), pace });
    expect(findings).toEqual({ ...NOTHING, found: keys('ann', 'bob@globex.example'), refused: 1 });
    expect(askedOf(stub)).toEqual([
      'nobody@acme.example',
      'nobody@globex.example',
      'ann@acme.example',
      'zed@acme.example',
      'bob@globex.example',
    ]);
    expect(stub.connections()).toBe(1);
    expect(stub.lines.at(-1)).toBe('QUIT');
    expect(waits).toBe(5);
    expect(progress.map(({ found }) => found)).toEqual([true, false, true]);
  });

  test.each(['250 2.1.5 Ok', '252 2.1.5 Cannot say, but will try'])(
    'that answers %s for somebody made up is asked nothing more',
    async (nobody) => {
      await using stub = await startSmtpStub(knows({ nobody, ann: '250 Ok' }));
      await using second = await startSmtpStub(knows({ ann: '250 Ok' }));
      const findings = await ask([at(stub.port), at(second.port, 20)], ['ann', 'zed']);
      expect(findings).toMatchObject({
        found: [],
        notAsked: 2,
        stopped: { server: `127.0.0.1:${stub.port}`, domain: 'acme.example', reply: nobody },
      });
      expect(askedOf(stub)).toEqual(['nobody@acme.example']);
      expect(second.connections()).toBe(0);
    },
  );

  test('is stopped by one of its domains for all of them', async () => {
    await using stub = await startSmtpStub({
      on: { RCPT: (reply, text) => reply.say(text.includes('@globex') ? '250 Ok' : '550 5.1.1 No') },
    });
    const { stopped, notAsked } = await ask([at(stub.port)], ['ann', 'bob@globex.example']);
    expect([stopped?.domain, notAsked]).toEqual(['globex.example', 2]);
    expect(askedOf(stub)).toEqual(['nobody@acme.example', 'nobody@globex.example']);
  });

  test('keeps what is undecided apart, with the reply', async () => {
    await using stub = await startSmtpStub(
      knows({ ann: '250 Ok', bob: '450 4.7.1 Greylisted', cat: '252 2.0.0 Perhaps' }),
    );
    const { found, refused, undecided } = await ask([at(stub.port)], ['ann', 'bob', 'cat', 'zed']);
    expect([found, refused]).toEqual([keys('ann'), 1]);
    expect(undecided.map(({ address, reason }) => [address, reason])).toEqual([
      ['bob@acme.example', '450 4.7.1 Greylisted'],
      ['cat@acme.example', '252 2.0.0 Perhaps'],
    ]);
  });

  test('says nothing of a domain in which somebody made up is put off', async () => {
    await using stub = await startSmtpStub({
      on: {
        RCPT: (reply, text) =>
          reply.say(text.includes('@globex') ? HOLDS : text.includes('known@') ? '250 Ok' : '550 5.1.1 No'),
      },
    });
    const findings = await ask([at(stub.port)], ['known', 'known@globex.example']);
    expect(findings).toMatchObject({
      found: keys('known'),
      undecided: [{ address: 'known@globex.example', reason: `an address that nobody has was not refused: ${HOLDS}` }],
    });
    expect(askedOf(stub)).not.toContain('known@globex.example');
  });

  test('that refuses by policy is believed only where it takes mail for somebody', async () => {
    const denied = '554 5.7.1 Relay access denied';
    await using closed = await startSmtpStub(knows({ nobody: denied, zed: denied, ann: denied }));
    const nothing = await ask([at(closed.port)], ['ann', 'zed']);
    expect(nothing).toMatchObject({ found: [], refused: 0, undecided: [{ reason: denied }, { reason: denied }] });
    expect(nothing.undecided[0]?.hint).toContain('let this machine in');
    await using open = await startSmtpStub(knows({ nobody: denied, zed: denied, ann: '250 Ok' }));
    expect(await ask([at(open.port)], ['ann', 'zed'])).toEqual({ ...NOTHING, found: keys('ann'), refused: 1 });
  });

  test('without SMTPUTF8 has nobody whose address is beyond ASCII', async () => {
    await using stub = await startSmtpStub(knows({ ann: '250 Ok' }));
    expect(await ask([at(stub.port)], ['ann', 'jürgen'])).toEqual({ ...NOTHING, found: keys('ann'), refused: 1 });
  });

  test('whose server offers to take the message is never sent one', async () => {
    await using stub = await startSmtpStub({
      on: { ...knows({ ann: '250 Ok' }).on, DATA: '354 Go on', BDAT: '250 Ok' },
    });
    await ask([at(stub.port)], ['ann', 'zed']);
    expect(askedOf(stub).length).toBe(3);
    expect(stub.lines.at(-1)).toBe('QUIT');
  });
});

describe('the servers of a site', () => {
  test('are tried by priority, and the next one where one cannot be reached or turns us away', async () => {
    await using busy = await startSmtpStub({ banner: '421 4.3.2 Too busy' });
    await using good = await startSmtpStub(knows({ ann: '250 Ok' }));
    await using last = await startSmtpStub();
    const servers = [at(last.port, 40), at(good.port, 30), at(busy.port, 20), at(NOWHERE, 10)];
    expect(await ask(servers, ['ann', 'zed'])).toEqual({ ...NOTHING, found: keys('ann'), refused: 1 });
    expect([busy.connections(), last.connections()]).toEqual([1, 0]);
  });

  test('take over what one that falls silent left open, after the same test', async () => {
    const silent = () => {};
    await using first = await startSmtpStub(knows({ ann: '250 Ok', bob: silent, cat: silent, dan: '250 Ok' }));
    await using second = await startSmtpStub(knows({ bob: '250 Ok', dan: '250 Ok' }));
    const findings = await ask([at(first.port, 1), at(second.port, 2)], ['ann', 'bob', 'cat', 'dan'], {
      timeoutMs: 300,
    });
    expect(findings).toEqual({ ...NOTHING, found: keys('ann', 'bob', 'dan'), refused: 1 });
    expect(askedOf(first)).not.toContain('dan@acme.example');
    expect(askedOf(second)).toEqual([
      'nobody@acme.example',
      'bob@acme.example',
      'cat@acme.example',
      'dan@acme.example',
    ]);
  });

  test('that take over may be worse: finds of the first stay', async () => {
    await using first = await startSmtpStub(knows({ ann: '250 Ok', bob: (reply) => reply.hangUp() }));
    await using second = await startSmtpStub(knows({ nobody: '250 Ok' }));
    const findings = await ask([at(first.port, 1), at(second.port, 2)], ['ann', 'bob']);
    expect(findings).toMatchObject({
      found: keys('ann'),
      undecided: [],
      notAsked: 1,
      stopped: { server: `127.0.0.1:${second.port}` },
    });
  });

  test('that hang up at one address are asked about the others all the same', async () => {
    await using stub = await startSmtpStub(knows({ ann: '250 Ok', bob: (reply) => reply.hangUp(), dan: '250 Ok' }));
    const findings = await ask([at(stub.port)], ['ann', 'bob', 'cat', 'dan']);
    expect(findings).toMatchObject({
      found: keys('ann', 'dan'),
      refused: 1,
      undecided: [{ address: 'bob@acme.example' }],
    });
    expect(findings.undecided[0]?.reason).toContain('the connection was closed');
  });

  test('that all fail leave everybody undecided, with why and what to do', async () => {
    const [one, two] = await Promise.all([freePort(), freePort()]);
    const { undecided, ...others } = await ask([at(one, 1), at(two, 2)], ['ann', 'bob']);
    expect(others).toEqual({ site: 'main', found: [], refused: 0, stopped: null, notAsked: 0 });
    expect(undecided).toHaveLength(2);
    expect(undecided[0]).toMatchObject({
      server: `127.0.0.1:${two}`,
      reason: expect.stringContaining('ECONNREFUSED'),
      hint: expect.any(String),
    });
  });
});

describe('an interruption', () => {
  test('ends it with what was found so far', async () => {
    const stop = new AbortController();
    await using stub = await startSmtpStub(knows({ ann: '250 Ok', bob: () => stop.abort(), cat: '250 Ok' }));
    await using second = await startSmtpStub();
    const findings = await ask([at(stub.port, 1), at(second.port, 2)], ['ann', 'bob', 'cat'], {
      stop,
      timeoutMs: 60_000,
    });
    expect(findings).toEqual({ ...NOTHING, found: keys('ann'), notAsked: 2 });
    expect(second.connections()).toBe(0);
  });

  test('before the first question leaves all of it open', async () => {
    const stop = new AbortController();
    await using stub = await startSmtpStub({ banner: () => stop.abort() });
    expect(await ask([at(stub.port)], ['ann', 'bob'], { stop, timeoutMs: 60_000 })).toEqual({
      ...NOTHING,
      notAsked: 2,
    });
  });
});
