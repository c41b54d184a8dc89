/** `rollcall check smtp`, against real Postfix servers, a port where nobody listens, and a server that means harm. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { freePort } from '../support/port.ts';
import { type Postfix, startPostfix } from '../support/postfix/postfix.ts';
import { startSmtpStub } from '../support/smtp-stub.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const DOMAINS = ['acme.example', 'globex.example'];

let dir: string;
let certificates: Certificates;
/** Knows Ann, has TLS, and is strict about how it is greeted. */
let knowing: Postfix;
/** Takes whatever comes, in the clear. */
let taking: Postfix;
/** Where nobody listens. */
let nowhere: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-check-smtp-'));
  certificates = await makeCertificates(dir, { names: 'DNS:localhost' });
  [knowing, taking, nowhere] = await Promise.all([
    startPostfix({
      domains: DOMAINS,
      recipients: ['ann@acme.example'],
      tls: certificates,
      settings: { smtpd_helo_restrictions: 'reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname' },
    }),
    startPostfix({ domains: DOMAINS, recipients: 'all' }),
    freePort(),
  ]);
});
afterAll(async () => {
  await Promise.all([knowing?.stop(), taking?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

/** Where certificates are to be trusted, by the authority of the tests. */
const trusting = () => ({ env: { NODE_EXTRA_CA_CERTS: certificates.caFile } });

const server = (port: number, further = '') => `{address: localhost, port: ${port}${further}}`;
const sites = (...servers: readonly string[]) => `sites: [{name: main, servers: [${servers.join(', ')}]}]\n`;
const customer = (name: string, further: string) => customerFile(name, { further });

/** A workspace whose rosters hold these people; those who are not named here have none. */
async function applied(
  customers: Readonly<Record<string, string>>,
  people: Readonly<Record<string, readonly string[]>>,
): Promise<TestWorkspace> {
  const directories = Object.entries(people).map(([name, addresses]) => [
    name,
    addresses.map((address) => person(address, address)),
  ]);
  const made = await workspace({ customers, directories: Object.fromEntries(directories) });
  const names = Object.keys(people).flatMap((name) => ['--customer', name]);
  if (names.length === 0) return made;
  const { code, stderr } = await made.run('apply', '--auto-approve', ...READ, ...names);
  expect(code, stderr).toBe(0);
  return made;
}

/** How long it took, and who was made up, differs. */
const same = (text: string) =>
  text.replaceAll(/, \d\.\d s$/gm, ', <time>').replaceAll(/nobody[\da-f]{32}@/g, 'nobody@');

describe.concurrent('check smtp', () => {
  test('shows what a good server says, step by step, and exits 0', async () => {
    using made = await applied({ acme: customer('acme', sites(server(knowing.port))) }, { acme: ['ann@acme.example'] });
    const { code, stdout, stderr } = await made.runWith(trusting(), 'check', 'smtp');
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    expect(same(stdout).replace(/\d{4}-\d\d-\d\d/, '<day>')).toBe(
      `acme, site main: passed; localhost:${knowing.port}, <time>
  ✓ connect      connected  127.0.0.1
  ✓ banner       accepted   220 gateway.example.test ESMTP Postfix
  ✓ greeting     accepted   250 gateway.example.test; messages up to 10,240,000 octets
  ✓ TLS          secured    TLSv1.3
  ✓ certificate  trusted    for localhost, until <day>, issued by CN=Test CA
  ✓ sender       accepted   the null sender <>: 250 2.1.0 Ok
  ✓ known        accepted   ann@acme.example: 250 2.1.5 Ok
  ✓ unknown      refused    nobody@acme.example: 550 5.1.1 <nobody@acme.example>: Recipient address rejected: User unknown in relay recipient table

1 mail server checked: it passed.
`,
    );
  });

  test('one that takes everything is warned about, with what to do; a warning is no failure', async () => {
    using made = await applied({ acme: customer('acme', sites(server(taking.port))) }, { acme: ['ann@acme.example'] });
    const { code, stdout, stderr } = await made.run('check', 'smtp');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('acme, site main: passed with 2 warnings; ');
    expect(stdout).toContain('\n  ! TLS          none       STARTTLS is not offered\n');
    expect(same(stdout)).toContain('\n  ! unknown      accepted   nobody@acme.example: 250 2.1.5 Ok\n');
    expect(stdout).toMatch(/^ {2}! warning\[SMTP_NO_STARTTLS\]: .*Give the server a certificate/m);
    expect(stdout).toMatch(/^ {2}! warning\[SMTP_ACCEPTS_ANYTHING\]: .*Have unknown recipients refused at RCPT/m);
  });

  test('a server that fails stops no other; the exit code is 1', async () => {
    using made = await applied(
      {
        acme: customer('acme', sites(server(nowhere), server(knowing.port, ', priority: 5'))),
        birch: customer('birch', ''),
        globex: customer('globex', sites(server(knowing.port))),
      },
      { acme: ['ann@acme.example'], globex: ['bob@globex.example'] },
    );
    const { code, stdout, stderr } = await made.runWith(trusting(), 'check', 'smtp', '--parallelism', '1');
    expect(code, stderr).toBe(1);
    expect(stdout.match(/^\w+(?:, site \w+: [\w ]+;| has no sites)/gm)).toEqual([
      'acme, site main: passed;',
      'acme, site main: failed;',
      'birch has no sites',
      'globex, site main: failed;',
    ]);
    expect(same(stdout)).toContain(
      `; localhost:${nowhere}, <time>\n  ✗ connect      failed\n  · banner       not tried\n  · greeting     not tried\n  · TLS          not tried\n`,
    );
    expect(stdout).toMatch(/^ {2}✗ error\[SMTP_UNREACHABLE\]: .*nothing listens there .*that its firewall lets this/m);
    expect(stdout).toContain('birch has no sites: there is nothing to check.\n');
    expect(stdout).toContain('\n  ✗ known        refused    bob@globex.example: 550 5.1.1 ');
    expect(stdout).toMatch(/^ {2}✗ error\[SMTP_KNOWN_REFUSED\]: .*Check that the address exists there/m);
    expect(stdout).toMatch(/\n3 mail servers checked: 2 failed\.\n$/);
  });

  test('prints JSON, an object for each server, and names who has none on stderr', async () => {
    using made = await applied(
      { acme: customer('acme', sites(server(knowing.port), server(nowhere))), birch: customer('birch', '') },
      { acme: ['ann@acme.example'] },
    );
    const { code, stdout, stderr } = await made.runWith(trusting(), 'check', 'smtp', '--format', 'json');
    expect(code, stderr).toBe(1);
    expect(stderr).toBe('birch has no sites: there is nothing to check.\n');
    const [good, bad, ...others] = JSON.parse(stdout);
    expect(others).toEqual([]);
    expect(good).toEqual({
      customer: 'acme',
      site: 'main',
      server: `localhost:${knowing.port}`,
      ok: true,
      probe: expect.objectContaining({
        server: { address: 'localhost', port: knowing.port },
        question: {
          knownRecipient: 'ann@acme.example',
          randomRecipient: expect.stringMatching(/^nobody[\da-f]{32}@acme\.example$/),
          helo: expect.stringMatching(/^(?:[\w-]+\.[\w.-]+|\[[\w.:]+\])$/),
          sender: '',
        },
        connect: { status: 'connected', ip: '127.0.0.1' },
        knownRecipient: expect.objectContaining({ verdict: 'accepted' }),
        randomRecipient: expect.objectContaining({ verdict: 'refused' }),
      }),
      findings: [],
    });
    expect(bad).toMatchObject({
      server: `localhost:${nowhere}`,
      ok: false,
      probe: { connect: { status: 'failed', failure: 'refused' }, banner: { status: 'untried', reason: 'notReached' } },
      findings: [{ code: 'SMTP_UNREACHABLE', severity: 'error', message: expect.any(String) }],
    });
    expect((await made.runWith(trusting(), '-q', 'check', 'smtp', '--format', 'json')).stderr).toBe('');
  });

  test('without anybody in the roster the known recipient is not tried, and that is said', async () => {
    using made = await applied({ acme: customer('acme', sites(server(knowing.port))) }, {});
    const { code, stdout, stderr } = await made.runWith(trusting(), 'check', 'smtp');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('\n  · known        not tried  nobody in the roster\n');
    expect(stdout).toMatch(
      /^ {2}· info\[SMTP_NOBODY_KNOWN\]: The roster of acme has no active user in acme\.example, .*rollcall apply/m,
    );
    expect(same(stdout)).toContain('\n  ✓ unknown      refused    nobody@acme.example: 550 5.1.1 ');
  });

  test('--customer and --site choose; a name that no site has is an error, with those that there are', async () => {
    const two = `sites:
  - {name: london, default: true, servers: [${server(knowing.port)}]}
  - {name: paris, servers: [${server(nowhere)}]}
`;
    using made = await applied(
      { acme: customer('acme', two), globex: customer('globex', sites(server(nowhere))) },
      { acme: ['ann@acme.example'] },
    );
    const london = await made.runWith(trusting(), 'check', 'smtp', '--site', 'london');
    expect(london.code, london.stdout).toBe(0);
    expect(london.stdout).toMatch(/^acme, site london: passed; (?:.*\n)+\n1 mail server checked: it passed\.\n$/);
    const acme = await made.runWith(trusting(), 'check', 'smtp', '--customer', 'ac*');
    expect(acme.code, acme.stdout).toBe(0);
    expect(acme.stdout).toContain(
      '\nacme, site paris: no domain belongs to it, and there is nobody to ask its servers about.\n',
    );
    const none = await made.run('check', 'smtp', '--site', 'lindon');
    expect(none.code).toBe(1);
    expect(none.stdout).toBe('');
    expect(none.stderr).toContain('No site is named "lindon".');
    expect(none.stderr).toContain('There are london, main and paris.');
  });

  test('no server ever gets a message', async () => {
    using made = await applied({ acme: customer('acme', sites(server(taking.port))) }, { acme: ['ann@acme.example'] });
    await made.run('check', 'smtp');
    await expect
      .poll(() => taking.log(), { timeout: 10_000 })
      .toMatch(/ ehlo=1 mail=1 rcpt=2 rset=1 quit=1 commands=6\n/);
    expect(await taking.log()).not.toMatch(/ data=| bdat=| auth=|queue active|\/cleanup\[/);
  });

  test('what a server says is inert in text, and cut short', async () => {
    await using stub = await startSmtpStub({
      banner: '220 \u001b[2Jmail\u202egnp \u009b31m',
      on: { RCPT: `550 5.1.1 \u001b]0;owned\u0007\u2066${'x'.repeat(900)}` },
    });
    using made = await applied({ acme: customer('acme', sites(server(stub.port))) }, { acme: ['ann@acme.example'] });
    const { code, stdout } = await made.run('check', 'smtp');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}✓ banner {7}accepted {3}220 .*mail\\u\{202e\}gnp/m);
    for (const line of stdout.split('\n')) expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(stdout).not.toContain('x'.repeat(301));
  });

  test('a server that says nothing is given up after --timeout, and Ctrl-C ends it sooner', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    using made = await applied({ acme: customer('acme', sites(server(port))) }, {});
    const hung = await made.run('check', 'smtp', '--timeout', '1s', '--format', 'json');
    expect(hung.code).toBe(1);
    expect(JSON.parse(hung.stdout)[0].findings).toEqual([
      { code: 'SMTP_NO_BANNER', severity: 'error', message: expect.stringContaining('within 1 s') },
    ]);
    const connected = once(silent, 'connection');
    const running = await made.start({}, 'check', 'smtp', '--timeout', '1m');
    await connected;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toBe('Interrupted.\n');
    silent.close();
  });

  test.each(['0s', '10', 'soon', '-1s'])('a --timeout of %s is wrong usage', async (text) => {
    using made = await applied({ acme: customer('acme', '') }, {});
    const { code, stderr } = await made.run('check', 'smtp', `--timeout=${text}`);
    expect(code).toBe(64);
    expect(stderr).toContain('Give a duration such as 10s or 1m, more than 0s.');
  });

  test('where no customer has a site, that is said', async () => {
    using made = await applied({ birch: customer('birch', '') }, {});
    const { code, stdout } = await made.run('check', 'smtp');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'birch has no sites: there is nothing to check.\n\n0 mail servers checked: there was none to try.\n',
    );
  });
});
