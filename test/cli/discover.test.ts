/** `rollcall discover`, against real Postfix servers, and servers that make it hard. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { freePort } from '../support/port.ts';
import { type Postfix, startPostfix } from '../support/postfix/postfix.ts';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { type SmtpStubOptions, startSmtpStub } from '../support/smtp-stub.ts';
import { customerFile, READ, type TestWorkspace, temporaryFolder, workspace } from '../support/workspace.ts';

const FILE = 'users/acme-discovered.yaml';
const FAST = ['--rate', '1000'] as const;
const ALLOWED = /^(?:EHLO|HELO|STARTTLS|MAIL|RCPT|RSET|QUIT)\b/;

/** Knows some people, and a mailbox whose name means something in YAML. */
let knowing: Postfix;
/** Takes whatever comes. */
let taking: Postfix;

beforeAll(async () => {
  const domains = ['acme.example', 'globex.example'];
  const recipients = [
    'mia@acme.example',
    'noah@acme.example',
    'ann@acme.example',
    '&a*#{b}@acme.example',
    '=yes@acme.example',
  ];
  [knowing, taking] = await Promise.all([
    startPostfix({ domains, recipients }),
    startPostfix({ domains, recipients: 'all' }),
  ]);
});
afterAll(() => Promise.all([knowing?.stop(), taking?.stop()]));

const server = (port: number, further = '') => `{address: 127.0.0.1, port: ${port}${further}}`;
const sites = (...servers: readonly string[]) => `sites: [{name: main, servers: [${servers.join(', ')}]}]\n`;

/** A workspace of acme, whose sites and further lines these are. */
function acme(further: string, directory = ''): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme', { further, directory }) } });
}

/** Against a server of ours, which must never hear anything that would send a message. */
async function withStub(
  options: SmtpStubOptions,
  work: (made: TestWorkspace, lines: readonly string[]) => Promise<void>,
) {
  await using stub = await startSmtpStub(options);
  using made = await acme(sites(server(stub.port)));
  await work(made, stub.lines);
  expect(stub.lines.length).toBeGreaterThan(0);
  for (const line of stub.lines) expect(line).toMatch(ALLOWED);
}

const list = (...names: readonly string[]) => names.map((name) => `${name}@acme.example\n`).join('');
const nobody = (text: string) => text.replaceAll(/nobody[\da-f]{32}@/g, 'nobody@');

const LOG = `\
Nov 20 08:00:01 mx postfix/smtp[101]: 4ABC: to=<mia@acme.example>, relay=mail.acme.example[192.0.2.1]:25, delay=0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Nov 20 08:00:02 mx postfix/smtp[101]: 4ABD: to=<someone@elsewhere.test>, orig_to=<Noah@ACME.example>, relay=none, delay=1, status=deferred
Nov 20 08:00:03 mx postfix/smtpd[99]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 550 5.1.1 <zed@acme.example>: Recipient address rejected: User unknown in relay recipient table; from=<spam@elsewhere.test> to=<zed@acme.example> proto=ESMTP helo=<x>
Nov 20 08:00:04 mx postfix/smtp[101]: 4ABE: to=<ann@acme.example>, relay=mail.acme.example[192.0.2.1]:25, status=sent (250 2.0.0 Ok)
Nov 20 08:00:05 mx postfix/smtpd[99]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 550 5.1.1 <&a*#{b}@acme.example>: no; from=<> to=<&a*#{b}@acme.example> proto=ESMTP helo=<x>
Nov 20 08:00:06 mx postfix/smtp[101]: 4ABF: to=<"a: b"@acme.example>, relay=none, status=bounced
Nov 20 08:00:07 mx postfix/smtp[101]: 4AC0: to=<not an address>, relay=none, status=bounced
Nov 20 08:00:08 mx postfix/qmgr[5]: 4ABC: removed
`;

describe.concurrent('discover', () => {
  test('finds who exists, writes them for review, and a plan creates them once they are imported', async () => {
    const directories = { acme: [person('1', 'ann@acme.example')] };
    using made = await workspace({
      customers: { acme: customerFile('acme', { further: sites(server(knowing.port)) }) },
      directories,
    });
    expect((await made.run('apply', '--auto-approve', ...READ)).code).toBe(0);
    made.write('mail.log', LOG);

    const first = await made.run('discover', 'acme', '--from-log', 'mail.log', ...FAST);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toBe('acme: 5 addresses to ask about, 1,000 a second: less than a minute.\n');
    expect(first.stdout).toBe(`\
Known already, and left out: 1 address of the roster.
Mentions left out: 1 of domains that are not the customer's and 1 of what is no address (first in line 7).

acme, site main: 3 found, 2 refused
  + &a*#{b}@acme.example
  + mia@acme.example
  + noah@acme.example

3 users of source smtp added to ${FILE}. Review them: each counts as a user (CNT-1), and an alias is found like a mailbox.
It has no effect until customers/acme.yaml imports it:

imports:
  - {users: ../${FILE}}

Then look at what it would do: rollcall plan --customer acme
`);
    expect(made.read(FILE)).toMatch(
      /^# Found by .*\n# of .*\napiVersion: rollcall\/v1\nkind: Users\nusers:\n {2}- address: "&a\*#\{b\}@acme\.example"\n {4}source: smtp\n {2}- address: mia@acme\.example\n {4}source: smtp\n {2}- address: noah@acme\.example\n {4}source: smtp\n$/,
    );

    const text = made.read(FILE);
    const second = await made.run('discover', 'acme', '--from-log', 'mail.log', ...FAST);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toBe('acme: 2 addresses to ask about, 1,000 a second: less than a minute.\n');
    expect(second.stdout).toContain(`1 address of the roster and 3 addresses of ${FILE}.`);
    expect(second.stdout).toContain('acme, site main: 0 found, 2 refused\n');
    expect(made.read(FILE)).toBe(text);

    made.write('customers/acme.yaml', `${made.read('customers/acme.yaml')}imports:\n  - {users: ../${FILE}}\n`);
    expect(await made.run('validate')).toMatchObject({ code: 0, stdout: '' });
    const plan = await made.run('plan', '--format', 'json', ...READ);
    const [{ changes, summary }] = JSON.parse(plan.stdout).customers;
    expect(
      changes.map(({ action, after }: { action: string; after: { address: string; source: string } }) => [
        action,
        after.address,
        after.source,
      ]),
    ).toEqual([
      ['create', '&a*#{b}@acme.example', 'smtp'],
      ['create', 'mia@acme.example', 'smtp'],
      ['create', 'noah@acme.example', 'smtp'],
    ]);
    expect(summary.billable).toEqual({ before: 1, after: 4 });

    const third = await made.run('discover', 'acme', '--from-log', 'mail.log', ...FAST);
    expect(third.code, third.stderr).toBe(0);
    expect(third.stdout).toContain('1 address of the roster and 3 addresses of the configuration.');
    expect(made.read(FILE)).toBe(text);
  });

  test('adds to a file that is imported already, in its place, and keeps what people wrote there', async () => {
    using made = await acme(`${sites(server(knowing.port))}imports: [{users: ../staff/all.yaml}]\n`);
    made.write(
      'staff/all.yaml',
      'apiVersion: rollcall/v1\nkind: Users\nusers:\n  # The boss.\n  - {address: boss@acme.example, displayName: Boss} # since ever\n  # Never touch.\n  - address: olga@acme.example\n    aliases: [noah@acme.example]\n',
    );
    made.write('people.txt', `\ufeff# Who asked for an account\n${list('mia', 'noah', '=yes', 'boss')}\n`);
    const { code, stdout, stderr } = await made.run(
      'discover',
      'acme',
      '--addresses',
      'people.txt',
      '-o',
      'staff/all.yaml',
      ...FAST,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('2 addresses of the configuration');
    expect(stdout).toContain('2 users of source smtp added to staff/all.yaml.');
    expect(stdout).toContain(
      '\ncustomers/acme.yaml imports it. Then look at what it would do: rollcall plan --customer acme\n',
    );
    expect(made.read('staff/all.yaml')).toBe(`\
apiVersion: rollcall/v1
kind: Users
users:
  - address: "=yes@acme.example"
    source: smtp
  # The boss.
  - {address: boss@acme.example, displayName: Boss} # since ever
  - address: mia@acme.example
    source: smtp
  # Never touch.
  - address: olga@acme.example
    aliases: [noah@acme.example]
`);
    expect((await made.run('validate')).code).toBe(0);
  });

  test('-o - prints the file and writes nothing; addresses may come from stdin', async () => {
    using made = await acme(sites(server(knowing.port)));
    const options = { input: list('noah', 'mia', 'zed') };
    const { code, stdout, stderr } = await made.runWith(
      options,
      'discover',
      'acme',
      '--addresses',
      '-',
      '-o',
      '-',
      ...FAST,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^#.*\n#.*\napiVersion: rollcall\/v1\nkind: Users\nusers:\n {2}- address: mia@[\s\S]*- address: noah@acme\.example\n {4}source: smtp\n$/,
    );
    expect(stderr).toContain('acme, site main: 2 found, 1 refused\n');
    expect(existsSync(made.path('users'))).toBe(false);
  });

  test('a site whose server takes mail for whomever is not asked any further, and how to mend Exchange is said', async () => {
    using made = await acme(sites(server(taking.port)));
    made.write('people.txt', list('mia', 'noah'));
    const { code, stdout } = await made.run('discover', 'acme', '--addresses', 'people.txt', ...FAST);
    expect(code).toBe(1);
    expect(nobody(stdout)).toContain(
      `acme, site main: 0 found, 0 refused, 2 not asked about\n  ✗ error[SMTP_ACCEPTS_ANYTHING]: 127.0.0.1:${taking.port} takes mail for nobody@acme.example, which nobody has: "250 2.1.5 Ok".`,
    );
    expect(stdout).toContain('Set-RecipientFilterConfig -RecipientValidationEnabled $true');
    expect(stdout).toContain('Set-AcceptedDomain -DomainType Authoritative');
    expect(stdout).toContain('Directory-Based Edge Blocking');
    expect(existsSync(made.path(FILE))).toBe(false);
    await expect.poll(() => taking.log(), { timeout: 10_000 }).toMatch(/ mail=1 rcpt=1 quit=1 commands=4\n/);
    expect(await taking.log()).not.toMatch(/ data=| bdat=|queue active|\/cleanup\[/);
  });

  test('only the site that takes everything is stopped, and each domain is asked at its own', async () => {
    using made = await acme(`sites:
  - {name: main, servers: [${server(knowing.port)}]}
  - {name: old, servers: [${server(taking.port)}]}
`);
    made.write(
      'customers/acme.yaml',
      made
        .read('customers/acme.yaml')
        .replace(
          '- {name: acme.example, verification: none}',
          '- {name: acme.example, verification: none, site: main}\n  - {name: globex.example, verification: none, site: old}\n  - {name: none.example, verification: none}\n  - {name: new.example}',
        ),
    );
    made.write('people.txt', 'mia@acme.example\nx@globex.example\ny@none.example\nz@new.example\n');
    const { code, stdout, stderr } = await made.run(
      'discover',
      'acme',
      '--addresses',
      'people.txt',
      '--format',
      'json',
      ...FAST,
    );
    expect(code, stderr).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      customer: 'acme',
      candidates: 3,
      leftOut: { roster: 0, configuration: 0, exceptions: 0, file: 0, pendingDomains: 1, otherDomains: 0, invalid: 0 },
      invalidLines: [],
      found: ['mia@acme.example'],
      sites: [
        { site: 'main', found: ['mia@acme.example'], refused: 0, undecided: [], stopped: null, notAsked: 0 },
        {
          site: 'old',
          found: [],
          refused: 0,
          undecided: [],
          stopped: {
            server: `127.0.0.1:${taking.port}`,
            domain: 'globex.example',
            address: expect.stringMatching(/^nobody[\da-f]{32}@globex\.example$/),
            reply: '250 2.1.5 Ok',
          },
          notAsked: 1,
        },
      ],
      withoutSite: { 'none.example': 1 },
      file: FILE,
      added: ['mia@acme.example'],
      imported: false,
    });
  });

  test('what is put off is undecided, said with the reply, and not written; the exit code is 1', async () => {
    const RCPT: NonNullable<SmtpStubOptions['on']>[string] = (reply, line) =>
      line.includes('slow@')
        ? reply.say('450 4.2.0 Greylisted\u001b[2J')
        : reply.say(line.includes('known@') ? '250 Ok' : '550 5.1.1 No');
    await withStub({ on: { RCPT } }, async (made) => {
      made.write('people.txt', list('slow', 'known', 'zed'));
      const { code, stdout } = await made.run('discover', 'acme', '--addresses', 'people.txt', ...FAST);
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /^acme, site main: 1 found, 1 refused, 1 undecided\n {2}\+ known@acme\.example\n {2}\? slow@acme\.example {2}127\.0\.0\.1:\d+: 450 4\.2\.0 Greylisted.*\n/m,
      );
      expect(stdout).not.toContain('\u001b');
      expect(stdout).toContain('\n1 address is undecided, and not written. Run this again later');
      expect(made.read(FILE)).toContain('known@acme.example');
      expect(made.read(FILE)).not.toContain('slow');
    });
  });

  test('a server that cannot be reached has its place taken by the next one', async () => {
    const [nowhere, silent] = await Promise.all([freePort(), freePort()]);
    using made = await acme(sites(server(knowing.port, ', priority: 20'), server(nowhere, ', priority: 5')));
    made.write('people.txt', list('mia', 'zed'));
    const next = await made.run('discover', 'acme', '--addresses', 'people.txt', ...FAST);
    expect(next.code, next.stderr).toBe(0);
    expect(next.stdout).toContain('acme, site main: 1 found, 1 refused\n');

    using alone = await acme(sites(server(silent), server(nowhere)));
    alone.write('people.txt', list('mia', 'zed'));
    const { code, stdout } = await alone.run('discover', 'acme', '--addresses', 'people.txt', ...FAST);
    expect(code).toBe(1);
    expect(stdout).toContain('acme, site main: 0 found, 0 refused, 2 undecided\n');
    expect(stdout).toContain(`  ? mia@acme.example  127.0.0.1:${nowhere}: nothing listens there (ECONNREFUSED).\n`);
    expect(stdout).toContain('\n  → Check address and port of the server');
    expect(existsSync(alone.path(FILE))).toBe(false);
  });

  test('Ctrl-C ends it with 130, and what was found so far is written', async () => {
    const RCPT: NonNullable<SmtpStubOptions['on']>[string] = (reply, line) => {
      if (line.includes('known@')) reply.say('250 Ok');
      else if (!line.includes('mute@')) reply.say('550 5.1.1 No');
    };
    await withStub({ on: { RCPT } }, async (made, lines) => {
      made.write('people.txt', list('known', 'mute', 'zed'));
      const running = await made.start({}, 'discover', 'acme', '--addresses', 'people.txt', '--timeout', '1m', ...FAST);
      await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toContain('mute@');
      running.child.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toContain('Interrupted. What was found so far is kept');
      expect(stdout).toContain('acme, site main: 1 found, 0 refused, 2 not asked about\n');
      expect(made.read(FILE)).toContain('- address: known@acme.example\n');
    });
  });

  test('on a terminal it shows how far it is', async () => {
    using made = await acme(sites(server(knowing.port)));
    made.write('people.txt', list('mia', 'noah', 'zed', 'zoe'));
    const { code, said } = await inTerminal(['discover', 'acme', '--addresses', 'people.txt'], { cwd: made.root });
    expect(code, said).toBe(0);
    expect(said).toMatch(/Asking 127\.0\.0\.1:\d+: \d of 4 addresses, \d found/);
  });
});

describe.concurrent('discover, used wrongly', () => {
  test.each([
    [[], "give one of the options '--from-log' and '--addresses'"],
    [['--from-log', 'a', '--addresses', 'b'], "give one of the options '--from-log' and '--addresses'"],
    [['--addresses', 'a', '--rate', '0'], 'Give a whole number, 1 or more.'],
    [['--addresses', 'a', '--rate', '1001'], 'Give a whole number from 1 to 1000.'],
    [['--addresses', 'a', '-o', '-', '--format', 'json'], "cannot be used with '--format json'"],
  ])('%j is wrong usage', async (options, words) => {
    using made = await acme('');
    const { code, stderr } = await made.run('discover', 'acme', ...options);
    expect(code).toBe(64);
    expect(stderr).toContain(words);
  });

  test.each([
    ['globex', ['--addresses', 'people.txt'], 'NO_SUCH_CUSTOMER'],
    ['acme', ['--addresses', 'missing.txt'], 'FILE_UNREADABLE'],
    ['acme', ['--from-log', 'customers'], 'FILE_UNREADABLE'],
    ['acme', ['--addresses', 'people.txt', '-o', 'customers/acme.yaml'], 'USERS_UNREADABLE'],
    ['acme', ['--addresses', 'people.txt', '-o', 'people.txt'], 'USERS_UNREADABLE'],
  ])('%s %j fails with %s before anybody is asked', async (name, options, code) => {
    using made = await acme(sites(server(1)));
    made.write('people.txt', list('mia'));
    const ended = await made.run('discover', name, ...options);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^error\\[${code}\\]: `));
    expect(made.read('people.txt')).toBe(list('mia'));
  });

  test('a file that cannot be written is an error, and nothing is left beside it', async () => {
    using made = await acme(sites(server(knowing.port)));
    using other = temporaryFolder();
    made.write('people.txt', list('mia'));
    const ended = await made.runWith(
      { largestFile: 0 },
      'discover',
      'acme',
      '--addresses',
      'people.txt',
      '-o',
      join(other.path, 'x.yaml'),
      ...FAST,
    );
    expect(ended.code).not.toBe(0);
    expect(existsSync(join(other.path, 'x.yaml'))).toBe(false);
  });
});
