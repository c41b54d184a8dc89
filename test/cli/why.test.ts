/** `why`: for whatever address, the rules that put it where it is or keep it out, on one screen, with the place in the configuration. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { type TestWorkspace, workspace } from '../support/workspace.ts';

const CONFIG = `apiVersion: rollcall/v1
kind: Customer
name: acme
domains:
  - {name: acme.example, verification: none}
  - {name: brand.example}
directory:
  type: ldap
  url: ldaps://dc1.acme.example
  baseDN: ['dc=acme,dc=example']
  deleteAfter: 14d
  include: {sharedMailboxes: false}
  exceptions:
    - {user: intern@acme.example}
    - {alias: old@acme.example}
  additions: [newhire@acme.example]
conflicts:
  - {user: maria@acme.example, action: ignore, until: 2027-02-12, reason: parental leave}
  - {user: otto@acme.example, action: deactivate}
users:
  - {address: scanner@acme.example, aliases: [copier@acme.example]}
`;

const FIRST = [
  person('id-ann', 'ann@acme.example', {
    proxyAddresses: [
      'SMTP:ann@acme.example',
      'smtp:a.lee@acme.example',
      'smtp:old@acme.example',
      'smtp:ann@other.example',
    ],
  }),
  person('id-bob', 'bob@acme.example'),
  person('id-gone', 'gone@acme.example'),
  person('id-maria', 'maria@acme.example'),
  person('id-otto', 'otto@acme.example'),
  person('id-rosa', 'rosa@acme.example'),
  person('id-moved', 'moved@acme.example'),
  group('id-all', 'all@acme.example', ['id-ann']),
];

/** A month later. */
const SECOND = [
  FIRST[0] ?? person('', ''),
  person('id-bob', 'bob@acme.example', { disabled: true }),
  person('id-rosa', 'rosa.neu@acme.example'),
  person('id-moved', 'moved@other.example'),
  person('id-intern', 'intern@acme.example'),
  person('id-info', 'info@acme.example', { disabled: true, mailbox: 'shared' }),
  person('id-brand', 'eve@brand.example'),
  person('id-twin-1', 'twin@acme.example'),
  person('id-twin-2', 'twin@acme.example'),
  person('id-contact', 'supplier@acme.example', { kind: 'contact' }),
  group('id-all', 'all@acme.example', ['id-ann']),
];

const NOW = '2026-11-20T12:00:00Z';

let made: TestWorkspace;

beforeAll(async () => {
  const globex = `apiVersion: rollcall/v1\nkind: Customer\nname: globex\ndomains: [{name: globex.example, verification: none}]\n`;
  made = await workspace({ customers: { acme: CONFIG, globex }, directories: { acme: FIRST } });
  const apply = async (moment: string) => {
    const { code, stderr } = await made.run(
      'apply',
      '--auto-approve',
      '--snapshot',
      'recordings',
      '--at',
      moment,
      '--allow-removals',
      '50',
    );
    expect(code, stderr).toBe(0);
  };
  await apply('2026-10-01T12:00:00Z');
  // Gone leaves first, and is deleted when due; then the others.
  await made.record(
    'acme',
    FIRST.filter(({ id }) => id !== 'id-gone'),
  );
  await apply('2026-10-02T12:00:00Z');
  await apply('2026-10-16T12:00:00Z');
  await made.record('acme', [
    ...FIRST.filter(({ id }) => !['id-gone', 'id-bob', 'id-maria', 'id-otto'].includes(id)),
    SECOND[1] ?? person('', ''),
  ]);
  await apply('2026-11-16T12:00:00Z');
  await made.record('acme', SECOND);
});
afterAll(() => made[Symbol.dispose]());

async function why(address: string, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await made.run('why', address, '--snapshot', 'recordings', '--at', NOW, ...options);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe.concurrent('why', () => {
  test.each<[what: string, address: string, said: readonly (string | RegExp)[]]>([
    [
      'present',
      'ann@acme.example',
      ['is an active user of acme: mail is accepted', 'SEL-1   in the directory as CN=id-ann', 'customers/acme.yaml:5'],
    ],
    ['spelled otherwise', 'ANN@Acme.Example', ['is an active user of acme', 'SEL-1']],
    [
      'an alias',
      'a.lee@acme.example',
      ['is an alias of ann@acme.example, an active user of acme', 'ADR-2   in the directory as an alias of CN=id-ann'],
    ],
    [
      'an alias that is excepted',
      'old@acme.example',
      ['not in the roster', 'SEL-5', 'excepted in customers/acme.yaml:15'],
    ],
    [
      'flagged, as it is disabled',
      'bob@acme.example',
      [
        'is a flagged user of acme',
        'DEL-1   flagged on 2026-11-16',
        'DEL-3   due on 2026-11-30 (customers/acme.yaml:11)',
        'SEL-2',
        'include.disabled is off (customers/acme.yaml:12)',
      ],
    ],
    [
      'ignored',
      'maria@acme.example',
      [
        'is an ignored user of acme: mail is accepted',
        'DEL-7   decided: ignore until 2027-02-12, parental leave (customers/acme.yaml:18)',
        'SEL-1   nothing in the directory has the address',
      ],
    ],
    [
      'deactivated',
      'otto@acme.example',
      ['is a deactivated user of acme: mail is not accepted', 'DEL-7   decided: deactivate (customers/acme.yaml:19)'],
    ],
    ['excepted', 'intern@acme.example', ['not in the roster', 'SEL-5', 'CN=id-intern', 'customers/acme.yaml:14']],
    [
      'a shared mailbox',
      'info@acme.example',
      ['SEL-2', 'a shared mailbox, and include.sharedMailboxes is off (customers/acme.yaml:12)'],
    ],
    [
      'an addition',
      'newhire@acme.example',
      ['is an active user of acme', 'MRG-4   named under "additions" (customers/acme.yaml:16)'],
    ],
    [
      'stated in the YAML',
      'scanner@acme.example',
      ['is an active user of acme', 'MRG-3', '(source manual) (customers/acme.yaml:21)'],
    ],
    [
      'an alias stated in the YAML',
      'copier@acme.example',
      ['is an alias of scanner@acme.example', 'MRG-3', 'customers/acme.yaml:21'],
    ],
    ['a group', 'all@acme.example', ['is a group of acme with 1 member.', 'SEL-9   in the directory as CN=id-all']],
    ['a contact', 'supplier@acme.example', ['not in the roster', 'SEL-1', 'a contact is not a user']],
    [
      'deleted',
      'gone@acme.example',
      ['not in the roster', 'DEL-5   deleted on 2026-10-16, as gone@acme.example; the archive is kept'],
    ],
    [
      'in a domain that waits',
      'eve@brand.example',
      [
        'not in the roster',
        'SEL-6   the domain brand.example is not verified yet: nobody in it is added or removed (customers/acme.yaml:6)',
      ],
    ],
    ['held by two', 'twin@acme.example', ['ADR-3', 'CN=id-twin-1', 'CN=id-twin-2']],
    [
      'renamed away',
      'rosa@acme.example',
      [
        'The next apply will rename it to rosa.neu@acme.example',
        'MRG-1   CN=id-rosa, whom rosa@acme.example is, has the primary rosa.neu@acme.example now',
      ],
    ],
    [
      'renamed to',
      'rosa.neu@acme.example',
      ['not in the roster', 'The next apply will rename rosa@acme.example to it'],
    ],
    [
      'moved to a domain of somebody else',
      'moved@acme.example',
      [
        'The next apply will flag it',
        'SEL-6',
        'moved@acme.example is, is not in the sync: the domain other.example is not managed',
      ],
    ],
    [
      'unknown',
      'nobody@acme.example',
      ['not in the roster of acme: mail to it is not accepted.', 'SEL-1   nothing in the directory has the address'],
    ],
    [
      'of a domain that nobody has',
      'x@nowhere.example',
      ['is in no roster', 'SEL-6   no customer has the domain nowhere.example'],
    ],
  ])('%s (%s)', async (_, address, said) => {
    const text = await why(address);
    for (const words of said) expect(text).toContain(words);
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(240);
  });

  test('an alias of a domain of somebody else, where --customer says whom to ask', async () => {
    const text = await why('ann@other.example', '--customer', 'acme');
    expect(text).toContain(
      'SEL-7   in the directory as an alias of CN=id-ann, and left out: the domain other.example is not managed',
    );
    expect(text).toContain('SEL-6   the domain other.example is not managed for acme');
  });

  test('says every rule that it names by its title', async () => {
    const text = await why('bob@acme.example');
    const [, ...titles] = text.trimEnd().split('\n\n').slice(1);
    const named = new Set([...text.matchAll(/\b(?:ADR|SEL|MRG|DEL|SAF|CNT)-\d+/g)].map(([rule]) => rule));
    for (const rule of named) expect(titles.at(-1)).toContain(rule);
  });

  test('as JSON: an array with the standing, the steps with their places, and the next change as in a plan', async () => {
    const [bob] = JSON.parse(await why('bob@acme.example', '--format', 'json'));
    expect(bob).toMatchObject({ address: 'bob@acme.example', customer: 'acme', standing: 'flagged', next: null });
    expect(bob.steps).toContainEqual({
      rule: 'DEL-3',
      message: 'due on 2026-11-30',
      location: { file: 'customers/acme.yaml', line: 11, column: expect.any(Number) },
    });
    const [moved] = JSON.parse(await why('moved@acme.example', '--format', 'json'));
    expect(moved.next).toMatchObject({
      action: 'flag',
      resource: 'user',
      address: 'moved@acme.example',
      before: {},
      after: {},
    });
    expect(JSON.parse(await why('x@nowhere.example', '--format', 'json'))).toEqual([]);
  });

  test('where the directory cannot be read, what the roster says, and exit 1 (SAF-2)', async () => {
    const { code, stdout } = await made.run('why', 'ann@acme.example', '--snapshot', 'elsewhere');
    expect(code).toBe(1);
    expect(stdout).toContain('is an active user of acme');
    expect(stdout).toContain('SAF-2   the directory could not be read: There is no recording elsewhere/acme.ndjson.');
  });

  test('where there is no directory (DEL-10)', async () => {
    expect(await why('info@globex.example')).toContain('DEL-10  there is no directory to compare with');
  });
});

test('why names the rule that blocks the customer', async () => {
  using blocked = await workspace({
    customers: { acme: `${CONFIG}safety: {maxRemovals: 0}\n` },
    directories: { acme: FIRST },
  });
  const at = ['--snapshot', 'recordings', '--at', NOW];
  expect((await blocked.run('apply', '--auto-approve', ...at)).code).toBe(0);
  await blocked.record('acme', FIRST.slice(2));
  const { code, stdout } = await blocked.run('why', 'bob@acme.example', ...at);
  expect(code).toBe(0);
  expect(stdout).toContain('The next apply would flag it, were the customer not blocked.');
  expect(stdout).toContain('SAF-1   Too many removals: 2 of');
});

test('why finds an address in a domain that was taken out, in the roster that still holds it', async () => {
  using two = await workspace({
    customers: {
      acme: CONFIG.replace('  - {name: brand.example}\n', '  - {name: brand.example, verification: none}\n'),
      globex:
        'apiVersion: rollcall/v1\nkind: Customer\nname: globex\ndomains: [{name: globex.example, verification: none}]\n',
    },
    directories: { acme: [person('id-eve', 'eve@brand.example')] },
  });
  const at = ['--snapshot', 'recordings', '--at', NOW];
  await two.run('apply', '--auto-approve', ...at);
  two.write('customers/acme.yaml', CONFIG.replace('  - {name: brand.example}\n', ''));
  const { stdout } = await two.run('why', 'eve@brand.example', ...at);
  expect(stdout).toContain('is an active user of acme');
  expect(stdout).toContain('The next apply will delete it.');
  expect(stdout).toContain('DEL-9');
});
