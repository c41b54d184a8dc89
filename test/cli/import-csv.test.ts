/** `rollcall import csv`: the review, the taking in, and what a plan makes of it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const FILE = 'imports/acme.csv';
const TAKE = ['import', 'csv', 'people.csv', '--customer', 'acme', '--auto-approve'] as const;

function acme(further = '', people: readonly ReturnType<typeof person>[] = []): Promise<TestWorkspace> {
  return workspace({
    customers: { acme: customerFile('acme', { further }) },
    directories: { acme: people.length > 0 ? people : [person('mia', 'mia@acme.example')] },
  });
}

interface Review {
  readonly rows: number;
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly message: string }[];
  readonly refused: readonly { readonly line: number; readonly code: string }[];
  readonly new: readonly string[];
  readonly known: readonly string[];
  readonly differing: readonly { readonly address: string; readonly differences: readonly object[] }[];
  readonly gone: readonly string[];
  readonly contested: readonly object[];
  readonly waiting: readonly string[];
  readonly billable: object;
  readonly taken: object | null;
}

/** What the review of this text says; off a terminal nothing is taken in. */
async function review(made: TestWorkspace, text: string): Promise<Review> {
  made.write('people.csv', text);
  const { code, stdout } = await made.run('import', 'csv', 'people.csv', '--customer', 'acme', '--format', 'json');
  const document: Review = JSON.parse(stdout);
  expect(document.taken).toBeNull();
  expect(code).toBe(1);
  return document;
}

async function apply(made: TestWorkspace): Promise<void> {
  const { code, stderr } = await made.run('apply', ...READ, '--auto-approve');
  expect(code, stderr).toBe(0);
}

describe.concurrent('a file that is taken in', () => {
  test('from the template to the plan', async () => {
    using made = await acme();
    const { stdout: template, code } = await made.run('import', 'csv', '--template');
    expect(code).toBe(0);
    made.write('people.csv', template);
    const before = made.read('customers/acme.yaml');
    const taken = await made.run(...TAKE);
    expect(taken.code, taken.stderr).toBe(0);
    expect(taken.stdout).toContain('people.csv for acme: 2 rows, all of them good.');
    expect(taken.stdout).toMatch(/\+ new {8}ann\.lee@acme\.example {2}"Ann Lee"/);
    expect(taken.stdout).toContain('Next: rollcall validate, then rollcall plan --customer acme');
    expect(made.read(FILE)).toBe(template);
    expect(made.read('customers/acme.yaml')).toBe(`${before}imports:\n  - {csv: ../imports/acme.csv}\n`);
    expect((await made.run('validate')).code).toBe(0);
    const plan = JSON.parse((await made.run('plan', ...READ, '--format', 'json')).stdout);
    const created = plan.customers[0].changes.filter((change: { action: string }) => change.action === 'create');
    expect(
      created.map(({ after }: { after: { address: string; source: string } }) => [after.address, after.source]),
    ).toEqual(
      expect.arrayContaining([
        ['ann.lee@acme.example', 'csv'],
        ['reception@acme.example', 'csv'],
      ]),
    );
  });

  test('twice is in step the second time, and asks for nothing', async () => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    await made.run(...TAKE);
    const yaml = made.read('customers/acme.yaml');
    const again = await made.run('import', 'csv', 'people.csv', '--customer', 'acme');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('imports/acme.csv is the same already, and customers/acme.yaml imports it.');
    expect(made.read('customers/acme.yaml')).toBe(yaml);
  });

  test('byte by byte: with a byte-order mark, semicolons and Windows line ends', async () => {
    using made = await acme();
    const text = '\ufeffemail;displayName;aliases\r\nann@acme.example;"Lee; Ann";a@acme.example;\r\n';
    made.write('people.csv', text);
    const { code, stderr } = await made.run(...TAKE);
    expect(code, stderr).toBe(0);
    expect(made.read(FILE)).toBe(text);
    expect((await made.run('validate')).code).toBe(0);
  });

  test('with what means something to a spreadsheet, a terminal or YAML in it, is text', async () => {
    using made = await acme();
    const name = '=HYPERLINK("x") \u202e {{y}} # z';
    made.write('people.csv', `address,displayName\n'+ann@acme.example,"'${name.replaceAll('"', '""')}"\n`);
    const { code, stdout, stderr } = await made.run(...TAKE);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('+ann@acme.example');
    expect(stdout).not.toContain("'+ann@");
    expect(stdout).toContain('\\u{202e}');
    expect(stdout).not.toContain('\u202e');
    await apply(made);
    const users = JSON.parse((await made.run('users', '--format', 'json')).stdout);
    expect(users).toContainEqual(
      expect.objectContaining({ address: '+ann@acme.example', attributes: { displayName: name } }),
    );
  });

  test('into another place', async () => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    const { code, stderr } = await made.run(...TAKE, '--to', 'lists/staff.csv', '--format', 'json');
    expect(code, stderr).toBe(0);
    expect(made.read('customers/acme.yaml')).toContain('- {csv: ../lists/staff.csv}');
    expect(existsSync(made.path(FILE))).toBe(false);
    expect((await made.run('validate')).code).toBe(0);
  });

  test('in the place of the one before, says who goes', async () => {
    using made = await acme();
    made.write('people.csv', 'address,notes\nann@acme.example,one\nben@acme.example,\n');
    await made.run(...TAKE);
    await apply(made);
    const found = await review(made, 'address,notes\nann@acme.example,two\ncy@acme.example,\n');
    expect(found).toMatchObject({
      new: ['cy@acme.example'],
      differing: [{ address: 'ann@acme.example', differences: [{ what: 'notes', from: 'one', to: 'two' }] }],
      gone: ['ben@acme.example'],
      billable: { before: 3, after: 3, seats: null },
    });
    const { code, stdout } = await made.run(...TAKE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/- gone {7}ben@acme\.example .*\[MRG-5\]/);
    const plan = (await made.run('plan', ...READ)).stdout;
    expect(plan).toMatch(/- delete +ben@acme\.example/);
  });
});

describe.concurrent('the review', () => {
  test('names every bad row, and takes nothing of the file', async () => {
    using made = await acme();
    const yaml = made.read('customers/acme.yaml');
    const text =
      'address,aliases\nann@acme.example,\nnobody,\n,\nben@acme.example,x@;y@\ncy@acme.example,,,more\n"open';
    const found = await review(made, text);
    expect(found.rejected.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 CSV_ROW',
      '5 CSV_ROW',
      '5 CSV_ROW',
      '6 CSV_ROW',
      '7 CSV_ROW',
    ]);
    expect(found).toMatchObject({ rows: 5, new: ['ann@acme.example', 'ben@acme.example'] });
    const { code, stdout, stderr } = await made.run(...TAKE);
    expect(code).toBe(1);
    expect(stdout).toContain('people.csv:3:1: error[CSV_ROW]: "nobody" is not an address');
    expect(stderr).toContain('error[IMPORT_REFUSED]');
    expect(made.read('customers/acme.yaml')).toBe(yaml);
    expect(existsSync(made.path('imports'))).toBe(false);
  });

  test.each([
    ['columns that there are not', 'address,name\na@acme.example,A\n', 'CSV_HEADER'],
    ['no header', '', 'CSV_HEADER'],
    ['a user twice', 'address\na@acme.example\nA@acme.example\n', 'CONFIG_ADDRESS_TWICE'],
    ['a user that the YAML has', 'address\nscanner@acme.example\n', 'CONFIG_ADDRESS_TWICE'],
    ['a user in a domain of somebody else', 'address\na@other.example\n', 'CONFIG_UNMANAGED_DOMAIN'],
    [
      'an alias in a domain of somebody else',
      'address,aliases\na@acme.example,a@other.example\n',
      'CONFIG_ALIAS_DOMAIN',
    ],
  ])('refuses %s', async (_, text, code) => {
    using made = await acme('users: [{address: scanner@acme.example}]\n');
    const { rejected, refused } = await review(made, text);
    expect([...rejected, ...refused].map((finding) => finding.code)).toEqual([code]);
    expect((await made.run(...TAKE)).code).toBe(1);
    expect(existsSync(made.path('imports'))).toBe(false);
  });

  test('compares with the state: who is known, who differs, and whom a directory has', async () => {
    using made = await acme('', [
      person('mia', 'mia@acme.example', { attributes: { displayName: 'Mia', department: 'Sales' } }),
      person('ned', 'ned@acme.example', { proxyAddresses: ['SMTP:ned@acme.example', 'smtp:n@acme.example'] }),
    ]);
    made.write('people.csv', 'address,displayName\nann@acme.example,Ann\n');
    await made.run(...TAKE);
    await apply(made);
    const text =
      'address,displayName,aliases\nann@acme.example,Ann,\nMIA@acme.example,Maria,m@acme.example\nzoe@acme.example,,n@acme.example\n';
    const found = await review(made, text);
    expect(found).toMatchObject({
      known: ['ann@acme.example'],
      new: ['zoe@acme.example'],
      differing: [
        {
          address: 'MIA@acme.example',
          differences: [
            { what: 'source', from: 'ldap', to: 'csv' },
            { what: 'displayName', from: 'Mia', to: 'Maria' },
            { what: 'alias', from: null, to: 'm@acme.example' },
          ],
        },
      ],
      contested: [
        {
          address: 'n@acme.example',
          user: 'zoe@acme.example',
          holder: 'ned@acme.example',
          customer: 'acme',
          keeps: 'holder',
        },
      ],
    });
    // What the next plan makes of it.
    await made.run(...TAKE);
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout).toMatch(/mia@acme\.example.*displayName: "Mia" -> "Maria"/);
    expect(stdout).toMatch(/ADR-3: n@acme\.example belongs to both .* keeps it/);
  });

  test('says whose alias becomes a user, and which addresses another customer holds', async () => {
    using made = await workspace({
      customers: {
        acme: customerFile('acme').replace('domains:\n', 'domains:\n  - {name: old.example, verification: none}\n'),
        globex: customerFile('globex'),
      },
      directories: {
        acme: [person('ned', 'ned@acme.example', { proxyAddresses: ['SMTP:ned@acme.example', 'smtp:n@acme.example'] })],
        globex: [person('gus', 'gus@globex.example', { proxyAddresses: ['SMTP:gus@globex.example'] })],
      },
    });
    await apply(made);
    // The domain moves from one customer to the other, whose old users still hold addresses in it.
    made.write('customers/globex.yaml', customerFile('globex').replace('globex.example,', 'gone.example,'));
    made.write(
      'customers/acme.yaml',
      customerFile('acme').replace('domains:\n', 'domains:\n  - {name: globex.example, verification: none}\n'),
    );
    const found = await review(made, 'address\nn@acme.example\ngus@globex.example\n');
    expect(found.contested).toEqual([
      {
        address: 'n@acme.example',
        user: 'n@acme.example',
        holder: 'ned@acme.example',
        customer: 'acme',
        keeps: 'user',
      },
      {
        address: 'gus@globex.example',
        user: 'gus@globex.example',
        holder: 'gus@globex.example',
        customer: 'globex',
        keeps: 'holder',
      },
    ]);
  });

  test('says whether the seats suffice, and whose domains are not verified', async () => {
    using made = await acme('seats: 2\n');
    made.write(
      'customers/acme.yaml',
      made.read('customers/acme.yaml').replace('domains:\n', 'domains:\n  - {name: new.example}\n'),
    );
    await made.run('apply', '--snapshot', 'recordings', '--at', '2026-11-23T09:00:00Z', '--auto-approve');
    const found = await review(made, 'address\na@acme.example\nb@new.example\n');
    expect(found).toMatchObject({ waiting: ['b@new.example'], billable: { before: 1, after: 3, seats: 2 } });
    const { stdout } = await made.run('import', 'csv', 'people.csv', '--customer', 'acme');
    expect(stdout).toContain('billable users 1 -> 3 of 2 seats: 1 too many, so the plan will be blocked [CNT-1]');
    expect(stdout).toMatch(/! waits {6}b@new\.example/);
  });
});

describe.concurrent('what is asked first', () => {
  test('is nothing off a terminal: then nothing is taken in without --auto-approve', async () => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    const { code, stdout, stderr } = await made.run('import', 'csv', 'people.csv', '--customer', 'acme');
    expect(code).toBe(1);
    expect(stdout).toContain('+ new');
    expect(stderr).toContain('error[NOT_APPROVED]');
    expect(existsSync(made.path('imports'))).toBe(false);
  });

  test.each([
    ['yes', 0, true],
    ['y', 1, false],
  ])('on a terminal, answered with %j', async (answer, code, isTaken) => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    const outcome = await inTerminal(['import', 'csv', 'people.csv', '--customer', 'acme'], {
      cwd: made.root,
      typing: [['Only "yes" does it: ', `${answer}\n`]],
    });
    expect(outcome.said).toContain('Take 1 user in, as imports/acme.csv and in customers/acme.yaml?');
    expect(outcome.code).toBe(code);
    expect(existsSync(made.path(FILE))).toBe(isTaken);
  });
});

describe.concurrent('what is in the way', () => {
  test('a file that the customer does not import is not written over', async () => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    made.write(FILE, 'address\nzoe@acme.example\n');
    const { code, stderr } = await made.run(...TAKE);
    expect(code).toBe(1);
    expect(stderr).toContain('error[IMPORT_IN_THE_WAY]');
    expect(made.read(FILE)).toBe('address\nzoe@acme.example\n');
  });

  test('nothing, where a process was stopped between the two files', async () => {
    using made = await acme();
    made.write('people.csv', 'address\nann@acme.example\n');
    made.write(FILE, 'address\nann@acme.example\n');
    expect((await made.run('validate')).code).toBe(0);
    const { code, stderr } = await made.run(...TAKE);
    expect(code, stderr).toBe(0);
    expect(made.read('customers/acme.yaml')).toContain('imports:');
  });

  test('a file where the folder should be', async () => {
    using made = await acme();
    const yaml = made.read('customers/acme.yaml');
    made.write('people.csv', 'address\nann@acme.example\n');
    writeFileSync(made.path('imports'), '');
    const { code, stderr } = await made.run(...TAKE);
    expect(code).toBe(1);
    expect(stderr).toContain('error[IMPORT_NOT_WRITTEN]');
    expect(made.read('customers/acme.yaml')).toBe(yaml);
  });

  test('a disk that is full leaves the YAML as it was', async () => {
    using made = await acme();
    const yaml = made.read('customers/acme.yaml');
    made.write('people.csv', `address\n${Array.from({ length: 9000 }, (_, n) => `u${n}@acme.example\n`).join('')}`);
    const { code, stderr } = await made.runWith({ largestFile: 64 }, ...TAKE);
    expect(code).toBe(1);
    expect(stderr).toContain('error[IMPORT_NOT_WRITTEN]');
    expect(made.read('customers/acme.yaml')).toBe(yaml);
    expect(existsSync(made.path(FILE))).toBe(false);
  });

  test('what cannot be read', async () => {
    using made = await acme();
    mkdirSync(made.path('folder'));
    writeFileSync(made.path('latin.csv'), Buffer.from('address,displayName\na@acme.example,J\xf6rg\n', 'latin1'));
    for (const [file, text] of [
      ['nothing.csv', 'There is no such file'],
      ['folder', 'This is a folder'],
      ['latin.csv', 'latin.csv:2: The file is not UTF-8'],
    ] as const) {
      const { code, stderr } = await made.run('import', 'csv', file, '--customer', 'acme', '--auto-approve');
      expect(code).toBe(1);
      expect(stderr).toContain(`error[IMPORT_UNREADABLE]: ${file}`);
      expect(stderr).toContain(text);
    }
  });

  test('a command line that says too little', async () => {
    using made = await acme();
    expect((await made.run('import')).code).toBe(64);
    expect((await made.run('import', 'csv')).code).toBe(64);
    expect((await made.run('import', 'csv', 'people.csv')).code).toBe(64);
    const unknown = await made.run('import', 'csv', 'people.csv', '--customer', 'nobody');
    expect(unknown.code).toBe(1);
  });
});
