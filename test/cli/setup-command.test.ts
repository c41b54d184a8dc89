/** `rollcall setup`, against a real name server and a real Postfix. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../../src/cli/text/setup-instruction.ts';
import { zoneText } from '../support/dns/network.ts';
import { type Nsd, startNsd } from '../support/dns/nsd.ts';
import { named, readMarkdown, textOf } from '../support/github-markdown.ts';
import { freePort } from '../support/port.ts';
import { type Postfix, startPostfix } from '../support/postfix/postfix.ts';
import { type TestWorkspace, workspace } from '../support/workspace.ts';

/** A loopback address that no other test listens on. */
const ADDRESS = '127.0.0.29';
const GATEWAY = zoneText(
  'mx1 IN A 192.0.2.1',
  'mx2 IN A 192.0.2.2',
  'spf IN TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:25::/48 -all"',
);
const ELSEWHERE = ['@ IN MX 10 old', 'old IN A 203.0.113.7', '@ IN TXT "v=spf1 mx -all"'];
const MOVED = [
  '@ IN MX 5 mx1.gateway.example.',
  '@ IN MX 5 mx2.gateway.example.',
  '@ IN TXT "v=spf1 mx include:spf.gateway.example -all"',
];

let nsd: Nsd;
let open: Postfix;
let closed: Postfix;
let dns = '';

beforeAll(async () => {
  const port = await freePort(ADDRESS);
  const zones = {
    'gateway.example': GATEWAY,
    'acme.example': zoneText(...ELSEWHERE),
    'live.example': zoneText(...ELSEWHERE),
  };
  const mail = { domains: ['acme.example', 'live.example'], recipients: ['ann@acme.example', 'ann@live.example'] };
  [nsd, open, closed] = await Promise.all([
    startNsd({ address: ADDRESS, port, zones }),
    startPostfix(mail),
    startPostfix({ ...mail, settings: { smtpd_client_restrictions: 'reject' } }),
  ]);
  dns = `service: self-hosted\ndns: {resolvers: ['${ADDRESS}:${port}'], authoritative: false, timeout: 1s}\n`;
});
afterAll(async () => {
  await Promise.all([nsd?.[Symbol.asyncDispose](), open?.stop(), closed?.stop()]);
});

function customer(name: string, port = open.port, displayName = 'Acme Ltd'): string {
  return `apiVersion: rollcall/v1
kind: Customer
name: ${name}
displayName: ${JSON.stringify(displayName)}
domains: [{name: ${name}.example}]
sites: [{name: main, servers: [{address: 127.0.0.1, port: ${port}}]}]
users: [{address: ann@${name}.example}]
`;
}

interface Document {
  readonly done: boolean;
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly todo: readonly { readonly kind: string; readonly records?: readonly { readonly value: string }[] }[];
  }[];
}

const parsed = (text: string) => JSON.parse(text) as Document;
const statusesOf = ({ steps }: Document) => Object.fromEntries(steps.map(({ id, status }) => [id, status]));
/** The record that the set-up asks for, as a line of a zone. */
const recordOf = ({ steps }: Document) => `_rollcall IN TXT "${steps[0]?.todo[0]?.records?.[0]?.value}"`;

async function documentOf(made: TestWorkspace, ...args: readonly string[]): Promise<Document> {
  const { stdout, stderr } = await made.run('setup', ...args, '--format', 'json');
  expect(stderr).toBe('');
  return parsed(stdout);
}

describe('setup', () => {
  test('says of a customer that was never applied what comes first, and leaves no state behind', async () => {
    using made = await workspace({ customers: { acme: customer('acme') }, workspace: dns });
    const { code, stdout, stderr } = await made.run('setup', 'acme');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('acme (Acme Ltd), Gateways of our own, Main data centre: 1 of 8 steps done');
    expect(lines.slice(2, 7)).toEqual([
      '● 1. Verify the domains: pending',
      '     ● acme.example: It has no token yet.',
      '     → Apply once, to make the token that the record of a domain has to show:',
      '         rollcall plan --customer acme',
      '         rollcall apply --customer acme',
    ]);
    expect(stdout).toContain('         acme.example.  MX  9  mx1.gateway.example.\n');
    expect(existsSync(made.path('.rollcall'))).toBe(false);
    expect(await made.run('setup', 'acme', '--detailed-exitcode')).toMatchObject({ code: 2 });
  });

  test('shows the record of the token that an apply has made, and what the servers do', async () => {
    using made = await workspace({ customers: { acme: customer('acme') }, workspace: dns });
    expect(await made.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    const before = await documentOf(made, 'acme', '--smtp');
    expect(recordOf(before)).toMatch(/^_rollcall IN TXT "rollcall-verification=[0-9a-f]{32}"$/);
    expect(statusesOf(before)).toEqual({
      domains: 'pending',
      users: 'pending',
      sites: 'done',
      firewall: 'done',
      mx: 'pending',
      otherSources: 'pending',
      outbound: 'notNeeded',
      spf: 'pending',
    });
    const again = await documentOf(made, 'acme');
    expect(recordOf(again)).toBe(recordOf(before));
  });

  test('writes Markdown in which a name stays a name', async () => {
    const name = '[x](http://evil.test) <img src=x> ```\n# @everyone';
    using made = await workspace({ customers: { acme: customer('acme', open.port, name) }, workspace: dns });
    const { code, stdout } = await made.run('setup', 'acme', '--format', 'markdown');
    expect(code).toBe(0);
    const read = readMarkdown(stdout);
    const shown = name.replace('\n', '\\u{a}');
    expect(named(read, 'h1').map(textOf)).toEqual([
      `acme (${shown}), Gateways of our own, Main data centre: 1 of 8 steps done`,
    ]);
    expect(named(read, 'h2')).toHaveLength(8);
    for (const kind of ['a', 'img']) expect(named(read, kind)).toEqual([]);
    const blocks = stdout.split(/^```/m);
    expect(blocks.length % 2).toBe(1);
    expect(blocks).toContain('shell\nrollcall plan --customer acme\nrollcall apply --customer acme\n');
  });

  test('cannot ask is not "not there"; a fact that nobody gave is a failure', async () => {
    const nobody = dns.replace(/resolvers: \[.*?\]/, "resolvers: ['127.0.0.1:1']");
    using deaf = await workspace({ customers: { acme: customer('acme') }, workspace: nobody });
    expect(await deaf.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    expect(statusesOf(await documentOf(deaf, 'acme'))).toMatchObject({
      domains: 'unknown',
      mx: 'unknown',
      spf: 'unknown',
    });

    const vipre = dns.replace('self-hosted', 'vipre');
    using bare = await workspace({ customers: { acme: `${customer('acme')}region: uk\n` }, workspace: vipre });
    const { code, stdout } = await bare.run('setup', 'acme');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '✗ 5. Send inbound mail to the service (MX): failed\n     ✗ The profile vipre does not say the MX hosts',
    );
    expect(stdout).toContain('Give them under service.regions.uk.mx.');
  });

  test('watches what changes, and ends once all is done', async () => {
    using made = await workspace({ customers: { live: customer('live') }, workspace: dns });
    await made.run('apply', '--auto-approve');
    const record = recordOf(await documentOf(made, 'live'));
    const watching = await made.start(
      {},
      'setup',
      'live',
      '--smtp',
      '--confirm',
      'firewall',
      '--watch',
      '--interval',
      '1s',
    );
    await watching.said('Watching until all is done');
    await nsd.replace('live.example', zoneText(...ELSEWHERE, record));
    await watching.said('Its record is there; the next apply verifies it.');
    expect(await made.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    await watching.said('2. Fill the roster: done (was pending)');
    await nsd.replace('live.example', zoneText(...MOVED, record));
    await watching.said('8. Let the service send for the domains (SPF): done (was pending)');
    made.write('customers/live.yaml', 'half: written');
    await watching.said('customers/live.yaml');
    made.write('customers/live.yaml', customer('live', closed.port));
    expect(await made.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    const { code, stdout } = await watching.ended;
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'live (Acme Ltd), Gateways of our own, Main data centre: all steps done',
    );
    expect(code).toBe(0);
    const { done } = await documentOf(made, 'live', '--smtp', '--confirm', 'firewall');
    expect(done).toBe(true);
  });

  test('a watch in JSON is a line a look; Ctrl-C ends it with 130', async () => {
    using made = await workspace({ customers: { acme: customer('acme') }, workspace: dns });
    const watching = await made.start({}, 'setup', 'acme', '--watch', '--interval', '1s', '--format', 'json');
    await watching.said('Watching until all is done');
    expect(await made.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    await watching.said('rollcall-verification=');
    watching.child.kill('SIGINT');
    const { code, stdout } = await watching.ended;
    expect(code).toBe(130);
    const [first, second, ...others] = stdout.trimEnd().split('\n').map(parsed);
    expect(first && statusesOf(first)['sites']).toBe('pending');
    expect(second && statusesOf(second)['sites']).toBe('done');
    expect(others).toEqual([]);
  });

  test.each([
    [['acme', '--watch', '--format', 'markdown'], 64, '--watch'],
    [['acme', '--confirm', 'mx'], 64, 'sites, firewall, otherSources, outbound'],
    [['acme', '--step', 'mail'], 64, 'domains, users'],
    [['acme', '--step', 'outbound', '--detailed-exitcode'], 0, ''],
    [['acme', '--watch', '--interval', '0s'], 64, '10s, 5m or 1h'],
    [['acne'], 1, 'NO_SUCH_CUSTOMER'],
    [['*'], 1, 'SEVERAL_CUSTOMERS'],
  ])('%j ends with %i', async (args, code, words) => {
    const customers = { acme: customer('acme'), live: customer('live') };
    using made = await workspace({ customers, workspace: dns });
    const outcome = await made.run('setup', ...args);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(words);
  });
});

test('a TXT record is shown as a zone file takes it: in strings of 255 octets at most', () => {
  const value = `v=spf1 ${'é'.repeat(200)} "\\" -all`;
  const record = { type: 'TXT', name: 'acme.example', value } as const;
  const { lines } = blockOf({ kind: 'records', action: 'add', text: 'Add it.', records: [record] });
  const [line = '', ...others] = lines;
  expect(others).toEqual([]);
  const [, strings = ''] = /^acme\.example\. {2}TXT {2}"(.*)"$/.exec(line) ?? [];
  const texts = strings.split('" "').map((text) => text.replaceAll(/\\(["\\])/g, '$1'));
  expect(texts.join('')).toBe(value);
  expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(255);
});
