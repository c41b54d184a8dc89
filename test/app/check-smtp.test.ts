/** Whom the servers of sites are asked about, and what becomes of the answers. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { checkSites, chooseSite, heloOf } from '../../src/app/check-smtp.ts';
import { Interrupted } from '../../src/app/interrupted.ts';
import type { CustomerConfig, SiteConfig } from '../../src/domain/config.ts';
import type { CustomerId, Entry } from '../../src/domain/roster.ts';
import type { SmtpAnswer, SmtpProbe, SmtpQuestion, SmtpServer } from '../../src/domain/smtp-probe.ts';
import { customer, domain, line, NOW, storedGroup, user } from '../support/builders.ts';

const signal = new AbortController().signal;

function said(code: number, enhanced: string): SmtpAnswer {
  const verdict = code < 300 ? 'accepted' : 'refused';
  return { status: 'answered', verdict, reply: { code, enhanced, lines: ['so it is'] } };
}

/** A conversation in which all went well, unless the server is called `bad…`. */
function probeOf(server: SmtpServer, question: SmtpQuestion): SmtpProbe {
  const known: SmtpAnswer = server.address.startsWith('bad') ? said(550, '5.1.1') : said(250, '2.1.5');
  return {
    server,
    question,
    observedAt: NOW,
    elapsedMs: 1,
    connect: { status: 'connected', ip: '192.0.2.1' },
    banner: said(220, '2.0.0'),
    hello: said(250, '2.0.0'),
    extensions: { keywords: [], maxSize: null },
    startTls: { status: 'notOffered' },
    mailFrom: said(250, '2.1.0'),
    knownRecipient: question.knownRecipient === null ? { status: 'untried', reason: 'notAsked' } : known,
    randomRecipient: said(550, '5.1.1'),
    quit: said(221, '2.0.0'),
  };
}

function site(name: string, ...addresses: readonly string[]): SiteConfig {
  const servers = addresses.map((address) => ({ address, port: 25, priority: 10 }));
  return { name, isDefault: true, servers, location: line(7) };
}

function named(name: string, parts: Partial<CustomerConfig> = {}): CustomerConfig {
  const domains = [{ ...domain(`${name}.example`), site: 'main' }];
  return customer({ name: name as CustomerId, domains, sites: [site('main', `mx.${name}.example`)], ...parts });
}

async function check(
  customers: readonly CustomerConfig[],
  entries: readonly Entry[] = [],
  probe: (server: SmtpServer, question: SmtpQuestion) => Promise<SmtpProbe> = async (server, question) =>
    probeOf(server, question),
  parallelism = 4,
) {
  const entriesOf = () => entries;
  return checkSites(customers, { tester: { probe }, entriesOf, helo: 'gateway.example', parallelism, signal });
}

/** What the one server of acme is asked. */
async function questionFor(entries: readonly Entry[], parts: Partial<CustomerConfig> = {}): Promise<SmtpQuestion> {
  const [result] = await check([named('acme', parts)], entries);
  if (result?.status !== 'checked') throw new Error('nothing was checked');
  return result.probe.question;
}

describe('whom a server is asked about', () => {
  test('the first active user of its domains by address, whatever the order of the roster', async () => {
    const entries = [
      user('aaron@other.example'),
      user('abel@acme.example', { status: 'flagged' }),
      user('abe@acme.example', { status: 'deactivated' }),
      user('ada@acme.example', { addition: true }),
      user('archive@acme.example', { type: 'publicFolder' }),
      storedGroup('all@acme.example', []),
      user('Bob@Acme.example'),
      user('carla@acme.example'),
    ];
    const { knownRecipient } = await questionFor(entries);
    expect(knownRecipient).toBe('Bob@Acme.example');
    expect((await questionFor(entries.toReversed())).knownRecipient).toBe(knownRecipient);
  });

  test('an address beyond ASCII only where there is no other', async () => {
    const björn = user('björn@acme.example');
    expect((await questionFor([björn, user('zoe@acme.example')])).knownRecipient).toBe('zoe@acme.example');
    expect((await questionFor([björn])).knownRecipient).toBe('björn@acme.example');
  });

  test('somebody whom nobody has, at the same domain, another one each time', async () => {
    const domains = ['acme.example', 'acme.test'].map((name) => ({ ...domain(name), site: 'main' }));
    const first = await questionFor([user('ann@acme.test')], { domains });
    expect(first.randomRecipient).toMatch(/^nobody[\da-f]{32}@acme\.test$/);
    const second = await questionFor([user('ann@acme.test')], { domains });
    expect(second.randomRecipient).not.toBe(first.randomRecipient);
  });

  test('by the null sender, under the name of this machine', async () => {
    expect(await questionFor([])).toMatchObject({ sender: '', helo: 'gateway.example' });
  });

  test('each site about its own domains', async () => {
    const domains = [
      { ...domain('acme.example'), site: 'london' },
      { ...domain('acme.test'), site: 'paris' },
    ];
    const sites = [site('london', 'mx.acme.example'), site('paris', 'mx.acme.test')];
    const entries = [user('ann@acme.example'), user('bob@acme.test')];
    const results = await check([named('acme', { domains, sites })], entries);
    expect(results).toMatchObject([
      { site: 'london', probe: { question: { knownRecipient: 'ann@acme.example' } } },
      { site: 'paris', probe: { question: { knownRecipient: 'bob@acme.test' } } },
    ]);
  });
});

describe('what becomes of it', () => {
  test('a server fails by a finding of severity error, and stops no other; without anybody known that is said', async () => {
    const sites = [site('main', 'bad.acme.example', 'mx.acme.example')];
    const results = await check([named('acme', { sites })], [user('ann@acme.example')]);
    expect(results).toMatchObject([
      { ok: false, findings: [{ code: 'SMTP_NO_STARTTLS' }, { code: 'SMTP_KNOWN_REFUSED', severity: 'error' }] },
      { ok: true, findings: [{ code: 'SMTP_NO_STARTTLS', severity: 'warning' }] },
    ]);
    const [unknown] = await check([named('globex')]);
    expect(unknown).toMatchObject({
      ok: true,
      findings: [
        { code: 'SMTP_NO_STARTTLS' },
        {
          code: 'SMTP_NOBODY_KNOWN',
          severity: 'info',
          message: expect.stringContaining('The roster of globex has no active user in globex.example'),
        },
      ],
    });
  });

  test('results stand in the order of customers and sites, and of the priority of servers', async () => {
    const servers = [
      { address: 'third.example', port: 25, priority: 20 },
      { address: 'first.example', port: 2525, priority: 5 },
      { address: 'second.example', port: 25, priority: 20 },
    ];
    const inOrder = [servers[1], servers[0], servers[2]];
    const customers = [
      named('acme', { sites: [{ ...site('main'), servers }] }),
      named('birch', { sites: [] }),
      named('globex', { sites: [site('main', 'mx.globex.example'), site('spare', 'mx.globex.test')] }),
    ];
    const delays = [20, 1, 10, 5];
    const results = await check(customers, [], async (server, question) => {
      await wait(delays.shift());
      return probeOf(server, question);
    });
    expect(results).toMatchObject([
      ...inOrder.map((one) => ({ customer: 'acme', probe: { server: { address: one?.address, port: one?.port } } })),
      { customer: 'birch', status: 'none' },
      { customer: 'globex', site: 'main', status: 'checked' },
      { customer: 'globex', site: 'spare', status: 'unused' },
    ]);
  });

  test.each([1, 3])('no more than --parallelism %i are tried at once', async (parallelism) => {
    let now = 0;
    let most = 0;
    const slow = async (server: SmtpServer, question: SmtpQuestion) => {
      now += 1;
      most = Math.max(most, now);
      await wait(5);
      now -= 1;
      return probeOf(server, question);
    };
    const sites = [site('main', 'a.example', 'b.example', 'c.example')];
    await check([named('acme', { sites }), named('globex', { sites })], [], slow, parallelism);
    expect(most).toBe(parallelism);
  });

  test('once it is interrupted, no further server is tried, and there is no result', async () => {
    const controller = new AbortController();
    let tried = 0;
    const probe = async (server: SmtpServer, question: SmtpQuestion) => {
      tried += 1;
      controller.abort();
      return probeOf(server, question);
    };
    const request = { tester: { probe }, entriesOf: () => [], helo: 'h', parallelism: 1, signal: controller.signal };
    await expect(checkSites([named('acme'), named('globex')], request)).rejects.toThrow(Interrupted);
    expect(tried).toBe(1);
  });
});

describe('the choice of a site', () => {
  const customers = [
    named('acme'),
    named('globex', { sites: [site('main', 'a.example'), site('spare', 'b.example')] }),
  ];

  test('leaves the customers that have it, with it alone', () => {
    expect(chooseSite(customers, 'spare')).toMatchObject([{ name: 'globex', sites: [{ name: 'spare' }] }]);
    expect(chooseSite(customers, null)).toEqual(customers);
  });

  test('fails for a name that none has', () => {
    expect(() => chooseSite(customers, 'spore')).toThrow('No site is named "spore".');
    expect(() => chooseSite([named('birch', { sites: [] })], 'main')).toThrow(
      expect.objectContaining({ code: 'NO_SUCH_SITE', hint: expect.stringContaining('The customers have no sites') }),
    );
  });
});

const V4 = '192.0.2.1';
const V6 = '2001:db8::1';

test.each([
  ['gateway.example.test', [V4], 'gateway.example.test'],
  ['Gateway.Example.Test', [V4], 'gateway.example.test'],
  ['büro.example', [V4], 'xn--bro-hoa.example'],
  ['web1', [V6, V4], '[192.0.2.1]'],
  ['web1', [V6], '[IPv6:2001:db8::1]'],
  ['my\r\nhost', [V4], '[192.0.2.1]'],
  ['web1', [], 'localhost'],
])('a machine called %j with the addresses %j greets as %s', (hostName, addresses, helo) => {
  expect(heloOf(hostName, addresses)).toBe(helo);
});
