/** `rollcall check directory`, against a real OpenLDAP server. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { group, person, personDN } from '../support/people.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';
import { customerFile, workspace } from '../support/workspace.ts';

const ENV = { LDAP_PASSWORD: 'reader-secret', WRONG_PASSWORD: 'not-the-password' };

let slapd: Slapd;

beforeAll(async () => {
  slapd = await startSlapd({
    certificateDays: 90,
    ldif: [person('ann'), person('bob'), group('team', [personDN('ann')])].join(''),
  });
});
afterAll(async () => slapd?.stop());

interface CustomerOptions {
  readonly password?: string;
  readonly url?: string;
  readonly directory?: string;
}

function customer(name: string, { password = 'LDAP', url = slapd.ldapsUrl, directory = '' }: CustomerOptions = {}) {
  return `apiVersion: rollcall/v1
kind: Customer
name: ${name}
domains: [{name: ${name}.test, verification: none}]
directory:
  type: ldap
  url: ${url}
  tls: {ca: ${slapd.caFile}, serverName: localhost}
  baseDN: ['${slapd.suffix}']
  bind: {dn: '${slapd.readerDN}', password: {env: ${password}_PASSWORD}}
${directory}`;
}

const withoutDirectory = (name: string) => customerFile(name).replace(/^directory:[\s\S]*/m, '');

/** How long it took differs. */
const timeless = (text: string) => text.replaceAll(/, \d\.\d s$/gm, ', <time>');

describe.concurrent('check directory', () => {
  test('shows each step in words, without colour off a terminal, and exits 0', async () => {
    using made = await workspace({ customers: { acme: customer('acme') } });
    const { code, stdout, stderr } = await made.runWith({ env: ENV }, 'check', 'directory');
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    const [head, reach, signIn, read, ...rest] = timeless(stdout).split('\n');
    expect(head).toBe(`acme: passed; ${slapd.ldapsUrl} (openldap, ${slapd.suffix}), <time>`);
    expect(reach).toMatch(
      /^ {2}✓ reach {4}passed {5}127\.0\.0\.1, port \d+, answers over TLSv1\.3\. Its certificate is for /,
    );
    expect(signIn).toBe(`  ✓ sign in  passed     Signed in as ${slapd.readerDN}.`);
    expect(read).toMatch(/^ {2}✓ read {5}passed {5}Dialect openldap, naming context .*; 2 users read\.$/);
    expect(rest).toEqual([
      '  ✓ rights   passed     Base DNs, ids and addresses can be read.',
      '  ✓ count    passed     2 users and 1 group match, before any rule.',
      '',
      '1 directory checked: it passed.',
      '',
    ]);
  });

  test('a customer that fails stops no other; the exit code is 1', async () => {
    using made = await workspace({
      customers: {
        acme: customer('acme', { password: 'WRONG' }),
        birch: withoutDirectory('birch'),
        globex: customer('globex'),
        hooli: customer('hooli', { directory: '  enabled: false\n' }),
        umbra: customer('umbra', { directory: '  filter: (cn=nobody)\n' }),
      },
    });
    const { code, stdout, stderr } = await made.runWith({ env: ENV }, 'check', 'directory');
    expect(code, stderr).toBe(1);
    expect(timeless(stdout)).toContain(`acme: failed; ${slapd.ldapsUrl}, <time>\n`);
    expect(stdout).toContain(
      `  ✗ sign in  failed     ${slapd.ldapsUrl} refused the bind as ${slapd.readerDN}: the name or the password is wrong. [LDAP_BIND]\n                        Check directory.bind.dn,`,
    );
    expect(stdout).toContain(
      '\n  · read     not tried\n  · rights   not tried\n  · count    not tried\n\nbirch has no directory',
    );
    expect(stdout).toContain('globex: passed; ');
    expect(stdout).toContain('hooli: the directory is not enabled (directory.enabled), and was not checked.');
    expect(stdout).toContain('umbra: passed with a warning; ');
    expect(stdout).toMatch(/^ {2}! rights {3}warning {4}.*brings no user under dc=example,dc=test\. \[LDAP_NOBODY\]$/m);
    expect(stdout).toMatch(/\n3 directories checked: 1 failed\.\n$/);
    expect(stdout + stderr).not.toContain('not-the-password');
  });

  test('prints JSON, an object for each directory', async () => {
    using made = await workspace({
      customers: {
        acme: customer('acme'),
        birch: withoutDirectory('birch'),
        globex: customer('globex', { url: 'ldaps://127.0.0.1:9' }),
      },
    });
    const { code, stdout, stderr } = await made.runWith({ env: ENV }, 'check', 'directory', '--format', 'json');
    expect(code, stderr).toBe(1);
    expect(stderr).toBe('birch has no directory: there is nothing to check.\n');
    const passed = (step: string) => ({ step, status: 'passed', message: expect.any(String) });
    const untried = (step: string) => ({ step, status: 'untried' });
    expect(JSON.parse(stdout)).toEqual([
      {
        customer: 'acme',
        ok: true,
        server: slapd.ldapsUrl,
        directory: `openldap, ${slapd.suffix}`,
        objects: { users: 2, groups: 1 },
        steps: ['reach', 'signIn', 'read', 'rights', 'count'].map(passed),
        elapsedMs: expect.any(Number),
      },
      {
        customer: 'globex',
        ok: false,
        server: 'ldaps://127.0.0.1:9',
        directory: null,
        objects: { users: null, groups: null },
        steps: [
          {
            step: 'reach',
            status: 'failed',
            problem: {
              code: 'LDAP_CONNECT',
              message: expect.stringContaining('nothing listens there'),
              hint: expect.stringContaining('Check host and port'),
            },
          },
          ...['signIn', 'read', 'rights', 'count'].map(untried),
        ],
        elapsedMs: expect.any(Number),
      },
    ]);
  });

  test('a warning is no failure', async () => {
    using made = await workspace({ customers: { acme: customer('acme', { directory: '  filter: (cn=nobody)\n' }) } });
    const { code, stdout } = await made.runWith({ env: ENV }, 'check', 'directory', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ ok: true, steps: { 3: { status: 'warning' } } }]);
  });

  test('--customer chooses, --parallelism says how many at once', async () => {
    using made = await workspace({
      customers: { acme: customer('acme'), globex: customer('globex', { password: 'WRONG' }) },
    });
    const { code, stdout } = await made.runWith(
      { env: ENV },
      ...['check', 'directory', '--customer', 'ac*', '--parallelism', '1'],
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('globex');
  });

  test('where no customer has a directory, that is said', async () => {
    using made = await workspace({ customers: { birch: withoutDirectory('birch') } });
    const { code, stdout } = await made.run('check', 'directory');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'birch has no directory: there is nothing to check.\n\n0 directories checked: no customer has one that is enabled.\n',
    );
  });

  test('-v prints each search as ldapsearch would be called, without the password', async () => {
    using made = await workspace({ customers: { acme: customer('acme') } });
    const { stderr } = await made.runWith({ env: ENV }, 'check', 'directory', '-v');
    expect(stderr).toContain(`-D ${slapd.readerDN} -W -E '!pr=10/noprompt' -s sub -b ${slapd.suffix}`);
    expect(stderr).not.toContain('reader-secret');
  });

  test('it looks at the real directory and at now, and at nothing else', async () => {
    using made = await workspace({ customers: { acme: customer('acme') } });
    for (const option of ['--at', '--snapshot']) {
      const { code, stderr } = await made.run('check', 'directory', option, '2026-12-24');
      expect(code).toBe(64);
      expect(stderr).toContain(`unknown option '${option}'`);
    }
  });

  test('without a word it shows what can be checked', async () => {
    using made = await workspace({ customers: { acme: customer('acme') } });
    const { code, stdout, stderr } = await made.run('check');
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain('directory');
  });
});

test.concurrent('a server that says nothing is cut off, and Ctrl-C ends it sooner', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `ldaps://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  using made = await workspace({ customers: { acme: customer('acme', { url }) } });
  const connected = once(silent, 'connection');
  const running = await made.start({ env: ENV }, 'check', 'directory');
  await connected;
  const hung = made.runWith({ env: ENV }, 'check', 'directory', '--format', 'json');
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toBe('Interrupted.\n');
  const { code: failed, stdout } = await hung;
  expect(failed).toBe(1);
  expect(JSON.parse(stdout)[0].steps[0]).toMatchObject({
    status: 'failed',
    problem: { code: 'LDAP_TIMEOUT', message: expect.stringContaining('cut off after 9 seconds') },
  });
  silent.close();
}, 30_000);
