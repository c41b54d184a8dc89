/** Domains as real name servers and a real resolver show them: NSD twice, with zones that do not agree, and Unbound in front. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDomain } from '../../src/domain/address.ts';
import { type DnsNetwork, FIRST, SECOND, startDnsNetwork, zoneText } from '../support/dns/network.ts';
import { type Observing, observing, recordsIn, said } from '../support/dns/observing.ts';
import { response, startDnsStub, txt } from '../support/dns/stub.ts';

const LONG = 'x'.repeat(200);

let network: DnsNetwork;
let observe: Observing;

beforeAll(async () => {
  network = await startDnsNetwork(
    {
      'acme.example': zoneText('_rollcall TXT "rollcall=" "abc"', 'deep.below TXT "x"', '@ MX 10 mx', 'mx A 192.0.2.1'),
      'stale.example': zoneText('_rollcall TXT "rollcall=abc"'),
      'alias.example': zoneText('_rollcall CNAME token.acme-dns.example.', 'www CNAME acme.example.'),
      'acme-dns.example': zoneText('token 40 TXT "rollcall=abc"'),
      'xn--bcher-kva.example': zoneText('_rollcall TXT "rollcall=abc"'),
      'many.example': zoneText(...Array.from({ length: 40 }, (_, index) => `_rollcall TXT "${LONG}${index}"`)),
      'broken.example': zoneText('@ MX 10 mx', 'mx A 192.0.2.1'),
      'lame.example': zoneText('_rollcall TXT "rollcall=abc"'),
      'mixed.example': zoneText(
        '@ NS ns3',
        '@ NS ns4',
        '@ NS ns5',
        'ns3 A 127.0.0.4',
        'ns4 A 127.0.0.5',
        'ns5 A 127.0.0.6',
      ),
      'missing.example': zoneText('_rollcall TXT "rollcall=abc"', '@ NS ns3', '@ NS ns4.nowhere.example.'),
      'mail.example': zoneText(
        '@ 120 MX 20 b.mail.example.',
        '@ 120 MX 10 mx.gateway.example.',
        '@ 120 MX 20 a.mail.example.',
        '@ 120 MX 30 none.mail.example.',
        '@ 120 MX 40 gone.mail.example.',
        '@ 120 MX 50 six.mail.example.',
        'a 60 A 192.0.2.2',
        'a 90 AAAA 2001:DB8:0:0::2',
        'a 60 A 192.0.2.1',
        'b CNAME c',
        'c CNAME a',
        'none TXT "x"',
        'six AAAA 2001:db8::6',
      ),
      'gateway.example': zoneText('mx A 203.0.113.10'),
      'null.example': zoneText('@ MX 0 .'),
      'bare.example': zoneText('@ A 192.0.2.1'),
    },
    {
      'acme.example': zoneText('_rollcall TXT "rollcall=abc"'),
      'stale.example': zoneText(),
      'broken.example': null,
      'down.example': null,
    },
  );
  observe = observing([network.resolver], { authoritative: true, authoritativePort: network.port, timeoutMs: 2000 });
});
afterAll(() => network[Symbol.asyncDispose]());

/** Within 50 seconds: a resolver counts them down, also those of an SOA record that came with an earlier answer. */
const about = (seconds: number) => expect.closeTo(seconds, -2);

async function ownershipOf(domain: string) {
  const { ownership } = await observe(domain, { ownershipName: `_rollcall.${domain}` });
  if (ownership === null) throw new Error('It was asked for.');
  return ownership;
}

async function nameServersOf(domain: string) {
  const { nameServers } = await ownershipOf(domain);
  return nameServers.map(({ name, address, answer }) => [name, address, said(answer)]);
}

const at = (address: string) => `${address}:${network.port}`;

describe('the ownership record', () => {
  it('is seen by the resolver and by each of the zone’s own servers', async () => {
    const answer = { status: 'answered', records: ['rollcall=abc'], ttl: 300 };
    expect(await ownershipOf('acme.example')).toEqual({
      name: '_rollcall.acme.example',
      resolver: { name: null, address: network.resolver, answer: { ...answer, ttl: about(300) } },
      nameServers: [
        { name: 'ns1.acme.example', address: at(FIRST), answer },
        { name: 'ns2.acme.example', address: at(SECOND), answer },
      ],
      problem: null,
    });
  });

  it('can be at one of them only', async () => {
    const { nameServers } = await ownershipOf('stale.example');
    expect(nameServers.map(({ answer }) => answer)).toEqual([
      { status: 'answered', records: ['rollcall=abc'], ttl: 300 },
      { status: 'noName', ttl: 60 },
    ]);
  });

  it('is found where a CNAME in another zone leads to, and lives as long as the shorter of both', async () => {
    const { resolver, nameServers } = await ownershipOf('alias.example');
    expect(resolver.answer).toEqual({ status: 'answered', records: ['rollcall=abc'], ttl: about(40) });
    expect(nameServers[0]?.answer).toMatchObject({ status: 'answered', records: ['rollcall=abc'] });
  });

  it('is found at an international name', async () => {
    const domain = parseDomain('bücher.example') ?? '';
    expect((await ownershipOf(domain)).resolver).toMatchObject({ answer: { records: ['rollcall=abc'] } });
  });

  it('comes whole over TCP where it is one of many', async () => {
    const { resolver, nameServers } = await ownershipOf('many.example');
    expect([resolver, nameServers[0]].map((seen) => recordsIn(seen?.answer).length)).toEqual([40, 40]);
  });

  it('is not there where the zone has no such name', async () => {
    const { resolver } = await ownershipOf('bare.example');
    expect(resolver.answer).toEqual({ status: 'noName', ttl: about(60) });
  });

  it('is looked for at the servers of the zone above where the name is no zone of its own', async () => {
    const { ownership } = await observe('below.acme.example', { ownershipName: 'deep.below.acme.example' });
    expect(ownership?.nameServers.map(({ name }) => name)).toEqual(['ns1.acme.example', 'ns2.acme.example']);
  });

  it('is asked of nobody else when only the resolver is to be asked', async () => {
    const { ownership } = await observing([network.resolver])('acme.example', {
      ownershipName: '_rollcall.acme.example',
    });
    expect(ownership).toMatchObject({ resolver: { answer: { status: 'answered' } }, nameServers: [], problem: null });
  });

  it('shows live changes at the server that has them, while the resolver keeps the old answer', async () => {
    await network.second.replace('stale.example', zoneText('_rollcall TXT "rollcall=new"'));
    const { resolver, nameServers } = await ownershipOf('stale.example');
    expect(nameServers.map(({ answer }) => recordsIn(answer))).toEqual([['rollcall=abc'], ['rollcall=new']]);
    expect(recordsIn(resolver.answer)).toEqual(['rollcall=abc']);
  });
});

describe('a name server of the zone', () => {
  it('that does not serve it refuses, which is no "not there"', async () => {
    expect(await nameServersOf('lame.example')).toEqual([
      ['ns1.lame.example', at(FIRST), 'answered'],
      ['ns2.lame.example', at(SECOND), 'DNS_REFUSED'],
    ]);
  });

  it('that cannot load it fails, which is no "not there"', async () => {
    expect(await nameServersOf('broken.example')).toEqual([
      ['ns1.broken.example', at(FIRST), 'noName'],
      ['ns2.broken.example', at(SECOND), 'DNS_SERVFAIL'],
    ]);
  });

  it('that has no address is a server that could not be asked', async () => {
    const { nameServers } = await ownershipOf('missing.example');
    expect(nameServers.filter(({ address }) => address === null)).toMatchObject([
      { name: 'ns3.missing.example', answer: { problem: { code: 'DNS_NO_SERVERS' } } },
      { name: 'ns4.nowhere.example', answer: { problem: { code: 'DNS_NO_SERVERS' } } },
    ]);
  });

  it('that is silent, answers without authority, or is not there, is told apart', async () => {
    await using _silent = await silentOn('127.0.0.4', network.port);
    await using _careless = await startDnsStub(
      (question) => [response(question, { flags: 0, answers: [txt(question.name, 'rollcall=abc')] })],
      { host: '127.0.0.5', port: network.port },
    );
    const { nameServers } = await ownershipOf('mixed.example');
    expect(nameServers.map(({ answer }) => said(answer))).toEqual([
      'noName',
      'DNS_REFUSED',
      'DNS_TIMEOUT',
      'DNS_LAME',
      'DNS_UNREACHABLE',
    ]);
  });
});

describe('a zone', () => {
  it('that nobody has registered has no servers, and the names are not there', async () => {
    const { resolver, nameServers, problem } = await ownershipOf('unregistered.example');
    expect(resolver.answer).toEqual({ status: 'noName', ttl: about(30) });
    expect([nameServers, problem?.code]).toEqual([[], 'DNS_NO_SERVERS']);
  });

  it('whose servers all fail cannot be asked about anything', async () => {
    const spf = { addresses: ['203.0.113.1'], include: 'spf.gateway.example' };
    const seen = await observe('down.example', { ownershipName: '_rollcall.down.example', mx: true, spf });
    expect(said(seen.ownership?.resolver.answer)).toBe('DNS_SERVFAIL');
    expect(seen.ownership).toMatchObject({ nameServers: [], problem: { code: 'DNS_NO_SERVERS' } });
    expect(said(seen.mx?.answer)).toBe('DNS_SERVFAIL');
    expect(seen.spf).toMatchObject({
      records: { status: 'failed' },
      results: [{ result: 'temperror' }],
      stranger: { result: 'temperror' },
      proposal: null,
    });
  });
});

describe('mail exchanges', () => {
  it('come in the order of preference, with all that is known of their hosts', async () => {
    const { mx } = await observe('mail.example', { mx: true });
    const host = { status: 'answered', records: ['192.0.2.1', '192.0.2.2', '2001:db8::2'], ttl: about(60) };
    expect(mx?.answer).toEqual({
      status: 'answered',
      ttl: about(120),
      records: [
        {
          preference: 10,
          exchange: 'mx.gateway.example',
          alias: null,
          addresses: { ...host, records: ['203.0.113.10'], ttl: about(300) },
        },
        { preference: 20, exchange: 'a.mail.example', alias: null, addresses: host },
        { preference: 20, exchange: 'b.mail.example', alias: 'a.mail.example', addresses: host },
        { preference: 30, exchange: 'none.mail.example', alias: null, addresses: { status: 'noData', ttl: about(60) } },
        { preference: 40, exchange: 'gone.mail.example', alias: null, addresses: { status: 'noName', ttl: about(60) } },
        {
          preference: 50,
          exchange: 'six.mail.example',
          alias: null,
          addresses: { status: 'answered', records: ['2001:db8::6'], ttl: about(300) },
        },
      ],
    });
  });

  it('may be said to be none at all (RFC 7505)', async () => {
    const { mx } = await observe('null.example', { mx: true });
    expect(recordsIn(mx?.answer)).toEqual([
      { preference: 0, exchange: '', alias: null, addresses: { status: 'noData', ttl: null } },
    ]);
  });

  it.each([
    ['bare.example', 'noData'],
    ['nobody.bare.example', 'noName'],
  ])('are not there at %s: %s', async (domain, status) => {
    const { mx } = await observe(domain, { mx: true });
    expect(mx?.answer).toMatchObject({ status, ttl: about(60) });
  });
});

async function silentOn(address: string, port: number): Promise<AsyncDisposable> {
  const socket = createSocket('udp4').bind(port, address);
  await once(socket, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
