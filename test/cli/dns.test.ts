/** What real name servers show of domains, in plan, apply, sync, why and snapshot. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checked, gatewayCustomer, gatewayZone, MX, recordOf, SPF } from '../support/dns/gateway.ts';
import { type DnsNetwork, placesOnPort53, startDnsNetwork, zoneTextAt } from '../support/dns/network.ts';
import { changesIn, planOfText } from '../support/rollcall-plan.ts';
import { customerFile, type TestWorkspace, workspace } from '../support/workspace.ts';

const places = placesOnPort53();
const zone = (...records: readonly string[]) => zoneTextAt(places, ...records);
const NAMES = ['gone', 'half', 'new', 'replay', 'route', 'stale', 'why', 'brand', 'quiet'] as const;

let network: DnsNetwork;

beforeAll(async () => {
  const zones = Object.fromEntries(NAMES.map((name) => [`${name}.example`, zone(...MX, SPF)]));
  network = await startDnsNetwork(
    { ...zones, 'gateway.example': gatewayZone(places), 'old.example': zone('mx A 198.51.100.7') },
    zones,
    places,
  );
});
afterAll(() => network?.[Symbol.asyncDispose]());

interface Options {
  readonly customers: Readonly<Record<string, string>>;
  readonly resolver?: string;
  readonly further?: string;
}

/** With the profile self-hosted, and this network. */
async function served({ customers, resolver = network.resolver, further = '' }: Options): Promise<TestWorkspace> {
  const dns = `dns: {resolvers: ["${resolver}"], timeout: 2s}\n`;
  return workspace({ customers, workspace: `${dns}service: self-hosted\n${further}` });
}

async function applied(made: TestWorkspace, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await made.run('apply', '--auto-approve', ...args);
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

async function planned(made: TestWorkspace, ...args: readonly string[]) {
  const { stdout } = await made.run('plan', '--format', 'json', ...args);
  const plan = planOfText(stdout);
  const said = plan.customers.flatMap(({ diagnostics }) =>
    diagnostics.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`),
  );
  return { plan, changes: changesIn(plan), said };
}

/** Publishes records at both name servers. */
async function publish(domain: string, ...records: readonly string[]): Promise<void> {
  await network.first.replace(domain, zone(...records));
  await network.second.replace(domain, zone(...records));
}

describe.concurrent('a domain that is pending', () => {
  test('puts its users off until its record is there, and is verified by the next plan, with them', async () => {
    using made = await served({ customers: { new: gatewayCustomer('new') } });
    const first = await planned(made);
    expect(first.changes).toEqual(['new create domain new.example DOM-1']);
    expect(first.said).toEqual([
      'warning SEL-6: 1 object in new.example waits until the domain is verified: nobody there is added or removed.',
      expect.stringMatching(
        /^info DOM-1: new\.example is pending: publish the TXT record [^ ]+ with the value [^ ]+\.$/,
      ),
    ]);
    await applied(made);
    const waiting = await planned(made);
    expect(waiting.changes).toEqual([]);
    expect(waiting.said).toEqual([
      expect.stringMatching(/^warning DOM-1: new\.example is pending: publish .*\. 0 of 2 name servers have it/),
      expect.stringContaining('SEL-6'),
    ]);
    await publish('new.example', ...MX, SPF, await recordOf(made, 'new'));
    const seen = await planned(made);
    expect(seen).toMatchObject({
      changes: ['new update domain new.example DOM-1', 'new create user ann@new.example MRG-3'],
      said: [],
    });
    await applied(made);
    expect((await made.run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  test('stays so while only one of its servers has the record', async () => {
    using made = await served({ customers: { half: gatewayCustomer('half') } });
    await applied(made);
    await network.first.replace('half.example', zone(...MX, SPF, await recordOf(made, 'half')));
    const { changes, said } = await planned(made);
    expect(changes).toEqual([]);
    expect(said[0]).toContain('1 of 2 name servers have it; the old answer lives up to 60 s more.');
  });

  test('is let in by sync too, and why says what the next apply will do', async () => {
    using made = await served({ customers: { why: gatewayCustomer('why') } });
    await applied(made);
    expect((await made.run('why', 'ann@why.example')).stdout).toContain(
      'SEL-6   the domain why.example is not verified yet',
    );
    await publish('why.example', await recordOf(made, 'why'));
    const why = await made.run('why', 'ann@why.example');
    expect(why.stdout).toContain('The next apply will create it.');
    const { code, stdout } = await made.run('sync', '--now');
    expect(code).toBe(0);
    expect(stdout).toContain('2 changes applied');
    expect((await made.run('users')).stdout).toContain('ann@why.example');
  });
});

test.concurrent('a domain that was verified stays so when its record is gone, with a warning (DOM-2)', async () => {
  using made = await served({ customers: { gone: gatewayCustomer('gone') } });
  await applied(made);
  await publish('gone.example', ...MX, SPF, await recordOf(made, 'gone'));
  await applied(made);
  await publish('gone.example', ...MX, SPF);
  const { changes, said } = await planned(made);
  expect(changes).toEqual([]);
  expect(said).toEqual([
    expect.stringMatching(
      /^warning DOM-2: gone\.example is verified since \d{4}-\d\d-\d\d and stays so, but its record/,
    ),
  ]);
  expect(await checked(made)).toMatchObject([{ gates: 'pass', ownership: { status: 'verified' } }]);
});

describe.concurrent('a DNS that is down', () => {
  const DOWN = '127.0.0.1:9';

  test('could not be asked: nobody is added or removed for it, and no customer fails', async () => {
    using made = await served({ customers: { stale: gatewayCustomer('stale') } });
    await applied(made);
    await publish('stale.example', ...MX, SPF, await recordOf(made, 'stale'));
    const pending = made.read('rollcall.yaml');
    made.write('rollcall.yaml', pending.replace(network.resolver, DOWN));
    const before = await made.run('plan');
    expect(before.code).toBe(0);
    expect(before.stdout).toContain('Whether it is there could not be asked.');
    expect(before.stdout).toContain('nothing listens there (ECONNREFUSED)');
    expect(await checked(made)).toMatchObject([
      { gates: 'block', ownership: { status: 'unknown' }, mx: { status: 'unknown' }, spf: { status: 'unknown' } },
    ]);

    made.write('rollcall.yaml', pending);
    await applied(made);
    made.write('rollcall.yaml', pending.replace(network.resolver, DOWN));
    const { changes, said } = await planned(made);
    expect(changes).toEqual([]);
    expect(said.map((text) => text.split(':', 2).join(':'))).toEqual([
      'warning DOM-4: stale.example',
      'warning DOM-5: stale.example',
    ]);
    expect(await checked(made)).toMatchObject([{ gates: 'pass', ownership: { status: 'verified' } }]);
  });

  test('closes the gates that block: whoever lets them block wants to know first', async () => {
    const customers = { acme: gatewayCustomer('acme', { domains: '{name: acme.example, verification: none}' }) };
    using made = await served({ customers, resolver: DOWN, further: 'gates: {mx: block}\n' });
    const { code, stdout } = await made.run('plan');
    expect(code).toBe(3);
    expect(stdout).toContain('The gate "mx" is closed. acme.example: The MX records could not be asked for');
  });

  test('does not matter where nothing is to be known of it', async () => {
    const dns = `dns: {resolvers: ["${DOWN}"]}\n`;
    using made = await workspace({
      customers: {
        quiet: gatewayCustomer('quiet', {
          domains: '{name: quiet.example, verification: none}',
        }),
      },
      workspace: dns,
    });
    const { code, stdout, stderr } = await made.run('plan', '-v');
    expect(code).toBe(0);
    expect(stdout).toContain('ann@quiet.example');
    expect(stdout + stderr).not.toMatch(/\bdig\b|could not be asked/);
  });
});

test.concurrent('what is wrong with MX and SPF is said, or blocks: 3 from plan, 1 from check dns', async () => {
  const domains = '{name: route.example, verification: none}';
  using made = await served({ customers: { route: gatewayCustomer('route', { domains }) } });
  await publish('route.example', ...MX, '@ 0 MX 50 mx.old.example.', '@ 0 TXT "v=spf1 ip4:198.51.100.0/24 -all"');
  const { said } = await planned(made);
  expect(said).toEqual([
    expect.stringMatching(/^warning DOM-4: route\.example: mx\.old\.example \(preference 50\) is not of the service/),
    expect.stringMatching(/^warning DOM-5: route\.example: The SPF record does not let the service send/),
  ]);
  expect((await made.run('check', 'dns')).code).toBe(0);

  const warning = made.read('rollcall.yaml');
  made.write('rollcall.yaml', `${warning}gates: {spf: block}\n`);
  const blocked = await made.run('plan');
  expect(blocked.code).toBe(3);
  expect(blocked.stdout).toContain('The gate "spf" is closed. route.example: The SPF record does not let');
  expect((await made.run('check', 'dns')).code).toBe(1);
  expect((await made.run('apply', '--auto-approve')).code).toBe(3);
  expect((await made.run('users')).stdout).not.toContain('ann@route.example');

  await publish('route.example', ...MX, SPF);
  expect((await made.run('check', 'dns')).code).toBe(0);
  await applied(made);
  expect((await made.run('users')).stdout).toContain('ann@route.example');
});

describe.concurrent('a domain that is taken over (DOM-3)', () => {
  test('goes once the claiming side shows its token: both plans say so, each by itself too', async () => {
    const brand = (takeover: boolean) => `{name: brand.example${takeover ? ', takeover: true' : ''}}`;
    const user = 'users: [{address: bob@brand.example}]\n';
    const customer = (name: string, takeover: boolean) =>
      gatewayCustomer(name, { domains: brand(takeover) }).replace(/^users:.*\n/m, user);
    using made = await served({ customers: { buyer: customer('buyer', true), seller: customer('seller', false) } });
    await applied(made, '--customer', 'seller');
    const sellers = await recordOf(made, 'seller');
    await publish('brand.example', ...MX, SPF, sellers);
    await applied(made, '--customer', 'seller');
    await applied(made, '--customer', 'buyer');
    expect((await planned(made)).changes).toEqual([]);
    expect(await checked(made, '--customer', 'buyer')).toMatchObject([
      { gates: 'block', ownership: { status: 'wrong' } },
    ]);

    await publish('brand.example', ...MX, SPF, sellers, await recordOf(made, 'buyer'));
    const taken = ['buyer update domain brand.example DOM-3'];
    const lost = ['seller delete domain brand.example DOM-3', 'seller delete user bob@brand.example DEL-9'];
    expect((await planned(made)).changes.toSorted()).toEqual([...taken, ...lost]);
    expect((await planned(made, '--customer', 'buyer')).changes).toEqual(taken);
    expect((await planned(made, '--customer', 'seller')).changes.toSorted()).toEqual(lost);

    // An address is one customer's: until the seller's plan is applied it is the seller's (ADR-4).
    await applied(made, '--customer', 'seller');
    expect((await planned(made, '--customer', 'buyer')).changes).toEqual([
      'buyer update domain brand.example DOM-1',
      'buyer create user bob@brand.example MRG-3',
    ]);
  });
});

describe.concurrent('a recording', () => {
  const AT = ['--at', '2027-01-04T09:00:00Z'] as const;

  async function verifiable(name: string): Promise<TestWorkspace> {
    const made = await served({ customers: { [name]: gatewayCustomer(name) } });
    await applied(made);
    await publish(`${name}.example`, ...MX, '@ 0 TXT "v=spf1 -all"', await recordOf(made, name));
    return made;
  }

  test('gives the plan that the DNS gives, and no DNS is asked', async () => {
    using made = await verifiable('replay');
    const recorded = await made.run('snapshot', '-o', 'recordings', ...AT);
    expect(recorded.code, recorded.stderr).toBe(0);
    expect(recorded.stdout).toBe('0 directories and 1 domain recorded in recordings\n');
    const live = await planned(made, ...AT);
    expect(live.changes).toHaveLength(2);
    expect(live.said).toEqual([expect.stringContaining('DOM-5')]);
    made.write('rollcall.yaml', made.read('rollcall.yaml').replace(network.resolver, '127.0.0.1:9'));
    const replayed = await made.run('plan', '--snapshot', 'recordings', '--format', 'json', '-v', ...AT);
    expect(replayed.stderr).toBe('');
    expect(planOfText(replayed.stdout)).toEqual(live.plan);
    const applied = await made.run('apply', '--auto-approve', '--snapshot', 'recordings', ...AT);
    expect(applied.code, applied.stderr).toBe(0);
  });

  test('without the DNS leaves what is stored of domains as it is, as an older one does', async () => {
    using made = await verifiable('quiet');
    await made.run('snapshot', '-o', 'recordings', ...AT);
    expect(readdirSync(made.path('recordings'))).toEqual(['quiet.dns.ndjson']);
    made.write(
      'customers/quiet.yaml',
      gatewayCustomer('quiet', { domains: '{name: quiet.example}, {name: further.example}' }),
    );
    const known = await planned(made, '--snapshot', 'recordings', ...AT);
    expect(known.changes).toContain('quiet update domain quiet.example DOM-1');
    const unknown = await planned(made, '--snapshot', 'elsewhere', ...AT);
    expect(unknown.changes).toEqual(['quiet create domain further.example DOM-1']);
    expect(unknown.said).toContainEqual(expect.stringMatching(/^info DOM-1: quiet\.example is pending: publish /));
  });

  test('that is damaged fails its customer and no other', async () => {
    const none = (name: string) => gatewayCustomer(name, { domains: `{name: ${name}.example, verification: none}` });
    using made = await served({ customers: { acme: none('acme'), globex: none('globex') } });
    await made.run('snapshot', '-o', 'recordings', ...AT);
    const text = made.read('recordings/acme.dns.ndjson');
    made.write('recordings/acme.dns.ndjson', text.replace('"noName"', '"noData"'));
    const { code, stdout } = await made.run('plan', '--snapshot', 'recordings', ...AT);
    expect(code).toBe(1);
    expect(stdout).toContain('recordings/acme.dns.ndjson:3: the recording cannot be used: its domains are not those');
    expect(stdout).toContain('ann@globex.example');
    expect(stdout).not.toContain('ann@acme.example');
  });

  test('of a directory alone is made where nothing of the DNS matters, and an older one of the DNS goes', async () => {
    using made = await workspace({ customers: { acme: customerFile('acme') }, directories: { acme: [] } });
    made.write('out/acme.dns.ndjson', 'older\n');
    const { code, stdout } = await made.run('snapshot', '-o', 'out', '--snapshot', 'recordings', ...AT);
    expect(code).toBe(0);
    expect(stdout).toBe('1 directory recorded in out\n');
    expect(readdirSync(made.path('out'))).toEqual(['acme.ndjson']);
  });
});
