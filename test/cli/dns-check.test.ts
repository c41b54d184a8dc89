/** `rollcall check dns`, against real name servers and a real resolver. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checked, gatewayCustomer, gatewayZone, MX, recordOf, SPF } from '../support/dns/gateway.ts';
import { type DnsNetwork, placesOnPort53, startDnsNetwork, zoneTextAt } from '../support/dns/network.ts';
import { type TestWorkspace, workspace } from '../support/workspace.ts';

const places = placesOnPort53();
const zone = (...records: readonly string[]) => zoneTextAt(places, ...records);

const HOSTILE = '\\027[31m<b>&\\226\\128\\174';
const MANY = Array.from({ length: 60 }, (_, index) => `d${index}.example`);
const ZONES = {
  ...Object.fromEntries(MANY.map((domain, index) => [domain, zone(...(index % 7 === 3 ? [] : MX), SPF)])),
  'good.example': zone(...MX, SPF),
  'proved.example': zone(...MX, SPF),
  'split.example': zone(...MX, SPF),
  'bypass.example': zone(...MX, '@ 0 MX 50 mx.old.example.', '@ 0 TXT "v=spf1 ip4:198.51.100.0/24 -all"'),
  'hostile.example': zone(`@ 0 MX 10 ${HOSTILE}.old.example.`, `@ 0 TXT "v=spf1 exp=${HOSTILE} -all"`),
  'bare.example': zone(),
};

let network: DnsNetwork;

beforeAll(async () => {
  const further = { 'gateway.example': gatewayZone(places), 'old.example': zone('mx A 198.51.100.7') };
  network = await startDnsNetwork({ ...ZONES, ...further }, ZONES, places);
});
afterAll(() => network?.[Symbol.asyncDispose]());

const byWord = (name: string) => gatewayCustomer(name, { domains: `{name: ${name}.example, verification: none}` });

function served(
  customers: Readonly<Record<string, string>>,
  further = 'service: self-hosted\n',
): Promise<TestWorkspace> {
  return workspace({ customers, workspace: `dns: {resolvers: ["${network.resolver}"], timeout: 2s}\n${further}` });
}

describe.concurrent('the JSON of check dns', () => {
  test('has an object for each domain, with all that was seen', async () => {
    using made = await served({ proved: gatewayCustomer('proved') });
    await made.run('apply', '--auto-approve');
    const record = await recordOf(made, 'proved');
    await network.first.replace('proved.example', zone(...MX, SPF, record));
    await network.second.replace('proved.example', zone(...MX, SPF, record));
    const { code, stdout, stderr } = await made.run('check', 'dns', '--format', 'json');
    expect(code, stderr).toBe(0);
    const exchange = (exchange: string, address: string) => {
      return { preference: 5, exchange, alias: null, addresses: [address], ttl: 0 };
    };
    expect(JSON.parse(stdout)).toEqual([
      {
        customer: 'proved',
        domain: 'proved.example',
        gates: 'pass',
        closed: [],
        ownership: {
          status: 'verified',
          record: {
            name: '_rollcall.proved.example',
            type: 'TXT',
            value: expect.stringMatching(/^rollcall-verification=[0-9a-f]{32}$/),
          },
          nameServers: [
            { name: 'ns1.proved.example', address: places.first, found: true, ttl: 0 },
            { name: 'ns2.proved.example', address: places.second, found: true, ttl: 0 },
          ],
          // It still has what was not there a moment ago.
          resolver: { name: null, address: network.resolver, found: false, ttl: expect.any(Number) },
          propagation: null,
          problem: null,
          findings: [],
        },
        mx: {
          status: 'ok',
          expected: ['mx1.gateway.example', 'mx2.gateway.example'],
          found: [exchange('mx1.gateway.example', '192.0.2.1'), exchange('mx2.gateway.example', '192.0.2.2')],
          ttl: 0,
          findings: [],
        },
        spf: {
          status: 'ok',
          record: expect.stringContaining('spf.gateway.example'),
          results: [
            '192.0.2.0',
            '192.0.2.255',
            '192.0.2.128',
            '2001:db8:25::',
            '2001:db8:25:ffff:ffff:ffff:ffff:ffff',
            '2001:db8:25:8000::',
          ].map((address) => ({ address, result: 'pass' })),
          lookups: 1,
          voidLookups: 0,
          proposal: null,
          findings: [],
        },
      },
    ]);
  });

  test('tells codes, and proposes a record that lets the service send', async () => {
    using made = await served({ bypass: byWord('bypass') });
    const [first] = JSON.parse((await made.run('check', 'dns', '--format', 'json')).stdout);
    expect(first).toMatchObject({
      gates: 'pass',
      ownership: { status: 'verified', record: null, nameServers: [] },
      mx: { status: 'ok', findings: [{ code: 'MX_FOREIGN', severity: 'warning', message: expect.any(String) }] },
      spf: {
        status: 'wrong',
        findings: [{ code: 'SPF_NOT_INCLUDED', severity: 'error', message: expect.any(String) }],
      },
    });
    // Whoever publishes what is proposed passes.
    await network.first.replace('bypass.example', zone(...MX, `@ 0 TXT "${first.spf.proposal}"`));
    await network.second.replace('bypass.example', zone(...MX, `@ 0 TXT "${first.spf.proposal}"`));
    expect(await checked(made)).toMatchObject([{ mx: { status: 'ok' }, spf: { status: 'ok', proposal: null } }]);
  });

  test('says of a domain that no plan was applied for that there is no record yet', async () => {
    using made = await served({ good: gatewayCustomer('good') });
    expect(await checked(made)).toMatchObject([
      {
        gates: 'block',
        closed: ['ownership'],
        ownership: { status: 'missing', record: null, findings: [{ code: 'DOM-1', severity: 'warning' }] },
      },
    ]);
  });

  test('shows what there is where no service is named, and cannot judge it', async () => {
    using made = await served({ good: byWord('good') }, '');
    expect(await checked(made)).toMatchObject([
      {
        gates: 'pass',
        mx: { status: 'unknown', expected: [], found: [{ preference: 5 }, { preference: 5 }] },
        spf: { status: 'unknown', record: expect.stringContaining('v=spf1'), results: [], lookups: 0 },
      },
    ]);
  });

  test('has each of many domains as it is, in their order', async () => {
    const domains = MANY.map((name) => `{name: ${name}, verification: none}`).join(', ');
    using made = await served({ d0: gatewayCustomer('d0', { domains }) }, 'service: self-hosted\ngates: {mx: block}\n');
    const seen = await checked(made);
    expect(seen.map(({ domain, gates, mx, spf }) => [domain, gates, mx.status, spf.status])).toEqual(
      MANY.map((domain, index) =>
        index % 7 === 3 ? [domain, 'block', 'missing', 'ok'] : [domain, 'pass', 'ok', 'ok'],
      ),
    );
  });
});

describe.concurrent('the text of check dns', () => {
  test('has a block a customer and domain, with what to do next', async () => {
    using made = await served({ bare: byWord('bare'), split: gatewayCustomer('split') });
    await made.run('apply', '--auto-approve');
    await network.first.replace('split.example', zone(...MX, SPF, await recordOf(made, 'split')));
    const { code, stdout } = await made.run('check', 'dns');
    expect(code).toBe(1);
    const still = stdout.replace(/[0-9a-f]{32}/g, '<token>').replaceAll(/(?<=for |TTL )\d\d? s/g, '<ttl>');
    expect(still).toBe(`bare
  bare.example: gates pass
    ✓ ownership  verified, by the word of the configuration
    ✗ mx         missing, TTL <ttl>
                 error: There is no MX record: senders go to the address of the domain itself, if it has one (RFC 5321 5.1). Publish MX records for mx1.gateway.example and mx2.gateway.example. [MX_MISSING]
    ✗ spf        missing
                 error: There is no SPF record. Publish: v=spf1 include:spf.gateway.example ~all [SPF_MISSING]

split
  split.example: gate closed: ownership
    ✗ ownership  missing
                 warning: split.example is pending: publish the TXT record _rollcall.split.example with the value rollcall-verification=<token>. 1 of 2 name servers have it; the old answer lives up to 60 s more. [DOM-1]
                 ✓ ns1.split.example (${places.first}): has it
                 ✗ ns2.split.example (${places.second}): does not have it; that may be kept for <ttl>
                 ✗ the resolver (${network.resolver}): does not have it; that may be kept for <ttl>
    ✓ mx         ok, 5 mx1.gateway.example (192.0.2.1), 5 mx2.gateway.example (192.0.2.2), TTL <ttl>
    ✓ spf        ok, 6 of 6 addresses pass, 1 of 10 lookups

2 domains checked: 1 does not pass the gates.
`);
  });

  test('shows the SPF record that is proposed as a difference', async () => {
    using made = await served({ hostile: byWord('hostile') });
    const { code, stdout } = await made.run('check', 'dns');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {17}- v=spf1 exp=.* -all\n {17}\+ v=spf1 .*include:spf\.gateway\.example .*$/m);
  });

  test.each(['text', 'json', 'junit'])('what hostile records say is harmless as %s', async (format) => {
    using made = await served({ hostile: byWord('hostile') });
    const { stdout } = await made.run('check', 'dns', '--format', format);
    expect(stdout).toContain('hostile.example');
    expect(stdout).not.toContain('\u001b');
    if (format !== 'json') expect(stdout).not.toContain('\u202e');
    if (format === 'junit') expect(stdout).not.toContain('<b>');
  });
});

describe.concurrent('check dns', () => {
  test('as JUnit fails the cases whose gates are closed, and none besides', async () => {
    using made = await served({ bare: byWord('bare'), split: gatewayCustomer('split') });
    const { code, stdout } = await made.run('check', 'dns', '--format', 'junit');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="rollcall check dns" tests="6" failures="1"/,
    );
    expect(stdout).toContain('<testsuite name="bare" tests="3" failures="0" errors="0" skipped="0">');
    expect(stdout).toMatch(
      /<testcase classname="rollcall\.dns\.split" name="split\.example ownership"><failure message="/,
    );
    expect(stdout).toContain('<testcase classname="rollcall.dns.split" name="split.example mx"/>');
  });

  test('with --customer looks at these alone', async () => {
    using made = await served({ bare: byWord('bare'), good: byWord('good') });
    expect((await checked(made, '--customer', 'go*')).map(({ domain }) => domain)).toEqual(['good.example']);
  });

  test('with -v shows each question as dig would ask it', async () => {
    using made = await served({ good: byWord('good') });
    const { stderr } = await made.run('check', 'dns', '-v', '--parallelism', '1');
    expect(stderr).toMatch(/^dig @127\.0\.0\.1 -p \d+ MX good\.example$/m);
  });

  test('does not write the state', async () => {
    using made = await served({ good: gatewayCustomer('good') });
    await made.run('check', 'dns');
    const { stdout } = await made.run('state', 'list', '--format', 'json');
    expect(JSON.parse(stdout)).toEqual([]);
  });

  test('is interrupted by Ctrl-C while a resolver says nothing', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    using made = await workspace({
      customers: { good: byWord('good') },
      workspace: `dns: {resolvers: ["127.0.0.1:${silent.address().port}"], timeout: 20s}\n`,
    });
    const asked = once(silent, 'message');
    const running = await made.start({}, 'check', 'dns');
    await asked;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout, stderr]).toEqual([130, '', 'Interrupted.\n']);
    silent.close();
  });
});
