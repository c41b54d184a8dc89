/** `plan` and `show`: the text that people review, the JSON that scripts read, and the exit codes. */
import { describe, expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { changesIn, planOfText } from '../support/rollcall-plan.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

function staff(count: number, parts: Parameters<typeof person>[2] = {}) {
  return Array.from({ length: count }, (_, n) =>
    person(`id-${n}`, `user${String(n).padStart(2, '0')}@acme.example`, parts),
  );
}

function acme(objects = staff(3), further = 'safety: {maxRemovals: 100}\n'): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme', { further }) }, directories: { acme: objects } });
}

/** A workspace to which those objects were applied. */
async function applied(objects = staff(3), further?: string): Promise<TestWorkspace> {
  const made = await acme(objects, further);
  const { code, stderr } = await made.run('apply', '--auto-approve', ...READ);
  expect(code, stderr).toBe(0);
  return made;
}

describe.concurrent('exit codes', () => {
  test('0 with changes, 2 with --detailed-exitcode; 0 with both where nothing is to change', async () => {
    using made = await acme();
    expect((await made.run('plan', ...READ)).code).toBe(0);
    expect((await made.run('plan', ...READ, '--detailed-exitcode')).code).toBe(2);
    await made.run('apply', '--auto-approve', ...READ);
    expect((await made.run('plan', ...READ)).code).toBe(0);
    expect((await made.run('plan', ...READ, '--detailed-exitcode')).code).toBe(0);
  });

  test('3 where a safety rule blocks, 1 where a recording is missing', async () => {
    using made = await applied(staff(3), 'safety: {maxRemovals: 0}\n');
    await made.record('acme', staff(2));
    const blocked = await made.run('plan', ...READ, '--detailed-exitcode');
    expect(blocked.code).toBe(3);
    expect(blocked.stdout).toContain('BLOCKED');
    const missing = await made.run('plan', '--snapshot', 'elsewhere');
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('There is no recording elsewhere/acme.ndjson.');
  });

  test('1 for an error that a rule finds (DEL-8), and the plan is shown all the same', async () => {
    using made = await applied(staff(3));
    made.write(
      'customers/acme.yaml',
      customerFile('acme', { further: 'conflicts: [{user: user00@acme.example, action: delete}]\n' }),
    );
    const { code, stdout } = await made.run('plan', ...READ);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /error DEL-8: user00@acme\.example cannot be deleted by a decision.*\(customers\/acme\.yaml:10\)/,
    );
  });
});

describe.concurrent('the JSON', () => {
  test('of every kind of plan fits the schema and its digest, and is what -o saves', async () => {
    using made = await applied([...staff(12), group('id-all', 'all@acme.example', ['id-0', 'id-1'])]);
    await made.record('acme', [
      ...staff(10, { attributes: { department: 'Sales' } }),
      person('id-11', 'renamed@acme.example'),
    ]);
    const { stdout } = await made.run('plan', ...READ, '--format', 'json', '-o', 'plan.json');
    expect(stdout).toBe(made.read('plan.json'));
    const plan = planOfText(stdout);
    expect(plan).toMatchObject({
      format: 'rollcall.plan/1',
      at: '2026-11-23T09:00:00.000Z',
      errors: [],
      customers: [
        {
          customer: 'acme',
          stateSerial: 1,
          directory: { type: 'ldap', complete: true, objects: 11, pages: 1, digest: expect.stringMatching(/^sha256:/) },
          blocked: [],
          summary: { create: 0, update: 10, rename: 1, flag: 1, delete: 1, billable: { before: 12, after: 12 } },
        },
      ],
    });
    // Deletes first, then by resource and address.
    expect(changesIn(plan).slice(0, 2)).toEqual([
      'acme delete group all@acme.example SEL-9',
      'acme rename user renamed@acme.example MRG-1',
    ]);
    const changes = plan.customers[0]?.changes ?? [];
    expect(changes[0]).toMatchObject({
      after: null,
      before: { type: 'group', members: ['user00@acme.example', 'user01@acme.example'] },
    });
    expect((await made.run('show', 'plan.json', '--format', 'json')).stdout).toBe(stdout);
  });

  test('is the same for the same inputs', async () => {
    using made = await acme();
    const one = await made.run('plan', ...READ, '--format', 'json');
    const two = await made.run('plan', ...READ, '--format', 'json', '--parallelism', '1');
    expect(two.stdout).toBe(one.stdout);
  });
});

describe.concurrent('the text', () => {
  test('puts removals first, and totals behind the customer and at the end', async () => {
    using made = await applied(staff(4));
    await made.record('acme', [
      ...staff(2),
      person('id-3', 'other@acme.example'),
      person('id-new', 'a.new@acme.example'),
    ]);
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout).toBe(`acme: 1 to flag, 1 to create, 1 to rename; billable users 4 -> 5
  ! flag       user02@acme.example  gone from the sync; due on 2026-11-30; not in the directory any more [DEL-1 SEL-1]
  + create     a.new@acme.example  in the directory as CN=id-new [SEL-1]
  > rename     other@acme.example  was user03@acme.example [MRG-1]

Plan for 1 customer: 1 to flag, 1 to create, 1 to rename; billable users 4 -> 5.
`);
  });

  test('says with -v what was not read whole, and how often the directory asked to wait', async () => {
    using made = await applied(staff(2));
    const recording = made.read('recordings/acme.ndjson');
    const proven = (since: string, throttled: number) =>
      made.write(
        'recordings/acme.ndjson',
        recording.replace('"throttled":0,"since":null', `"throttled":${throttled},"since":${since}`),
      );
    const nothing = 'Plan for 1 customer: no changes; 2 billable users.\n';
    expect((await made.run('plan', ...READ, '-v')).stdout).toBe(`acme: no changes.\n${nothing}`);
    proven('"2026-11-21T03:00:00.000Z"', 3);
    const head = 'acme: no changes; 2 billable users\n';
    const since = '  read: only what changed since the full reading of 2026-11-21 (--full reads all)\n';
    expect((await made.run('plan', ...READ, '-v')).stdout).toBe(
      `${head}${since}  read: the directory made us wait 3 times\n\n${nothing}`,
    );
    expect((await made.run('plan', ...READ)).stdout).toBe(`acme: no changes.\n${nothing}`);
    proven('null', 1);
    await made.run('plan', ...READ, '-o', 'plan.json');
    expect((await made.run('show', 'plan.json', '-v')).stdout).toContain(
      `${head}  read: the directory made us wait 1 time\n\n`,
    );
  });

  test('folds what there is a lot of, with a number; --all-changes unfolds it', async () => {
    using made = await acme(staff(30));
    const folded = (await made.run('plan', ...READ)).stdout;
    expect(folded.match(/^ {2}\+ create/gm)).toHaveLength(10);
    expect(folded).toContain('… 21 more to create (--all-changes shows them)');
    const full = (await made.run('plan', ...READ, '--all-changes')).stdout;
    expect(full.match(/^ {2}\+ create/gm)).toHaveLength(31);
    expect(full).not.toContain('more to create');
  });

  test('never folds a removal', async () => {
    using made = await applied(staff(60));
    await made.record('acme', staff(20));
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout.match(/^ {2}! flag/gm)).toHaveLength(40);
    made.write(
      'customers/acme.yaml',
      made
        .read('customers/acme.yaml')
        .replace('{name: acme.example, verification: none}', '{name: acme.test, verification: none}'),
    );
    const gone = (await made.run('plan', ...READ)).stdout;
    expect(gone.match(/^ {2}- delete {5}user\d\d@acme\.example/gm)).toHaveLength(60);
  });

  test('folds what is wrong with many objects, so that it does not hide the removals', async () => {
    const broken = Array.from({ length: 40 }, (_, n) => person(`broken-${n}`, `not an address ${n}`));
    using made = await applied(staff(3));
    await made.record('acme', [...staff(2), ...broken]);
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout.match(/warning ADR-1/g)).toHaveLength(11);
    expect(stdout).toContain('… 30 more: warning ADR-1 (--all-changes shows them)');
    expect(stdout).toContain('! flag       user02@acme.example');
    expect((await made.run('plan', ...READ, '--all-changes')).stdout.match(/warning ADR-1/g)).toHaveLength(40);
  });

  test('never leaves out an alias that goes', async () => {
    const aliases = Array.from({ length: 8 }, (_, n) => `smtp:alias${n}@acme.example`);
    using made = await applied([
      person('id-0', 'ann@acme.example', { proxyAddresses: ['SMTP:ann@acme.example', ...aliases] }),
    ]);
    await made.record('acme', [person('id-0', 'ann@acme.example')]);
    const { stdout } = await made.run('plan', ...READ);
    for (let n = 0; n < 8; n += 1) expect(stdout).toContain(`-alias${n}@acme.example`);
  });

  test('shows a long value where it begins to differ, on a line that can be read; --all-changes shows all of it', async () => {
    const notes = 'The same long beginning. '.repeat(20);
    using made = await applied([person('id-0', 'ann@acme.example', { attributes: { notes: `${notes}Before.` } })]);
    await made.record('acme', [person('id-0', 'ann@acme.example', { attributes: { notes: `${notes}After.` } })]);
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout).toMatch(/notes: "….*Before\." -> "….*After\."/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(300);
    expect((await made.run('plan', ...READ, '--all-changes')).stdout).toContain(`"${notes}After."`);
  });

  test('leaves out notes, which -v shows', async () => {
    using made = await acme([
      person('id-0', 'ann@acme.example', { proxyAddresses: ['SMTP:ann@acme.example', 'smtp:ann@other.example'] }),
    ]);
    expect((await made.run('plan', ...READ)).stdout).not.toContain('SEL-7');
    expect((await made.run('plan', ...READ, '-v')).stdout).toContain('info SEL-7: 1 alias dropped');
  });

  test('names customers without changes in one line', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    using made = await workspace({
      customers: Object.fromEntries(names.map((name) => [name, customerFile(name)])),
      directories: Object.fromEntries(names.map((name) => [name, []])),
    });
    await made.run('apply', '--auto-approve', ...READ);
    await made.record('d', [person('x', 'x@d.example')]);
    const { stdout } = await made.run('plan', ...READ);
    expect(stdout).toContain('a, b, c, e, f and 1 more: no changes.\n');
    expect(stdout).toContain('Plan for 7 customers: 1 to create');
  });

  test('says what show says of the saved plan', async () => {
    using made = await acme(staff(30));
    const { stdout } = await made.run('plan', ...READ, '-o', 'plan.json');
    const shown = (await made.run('show', 'plan.json')).stdout;
    expect(shown).toMatch(/^Plan sha256:[0-9a-f]{12}… of 2026-11-23T09:00:00\.000Z\n\n/);
    expect(shown.slice(shown.indexOf('\n\n') + 2)).toBe(stdout);
    expect((await made.run('show', 'plan.json', '--all-changes')).stdout.match(/^ {2}\+ create/gm)).toHaveLength(31);
  });
});

describe.concurrent('--at', () => {
  test('plans as of a moment to come: who is due then', async () => {
    using made = await applied();
    await made.record('acme', staff(2));
    await made.run('apply', '--auto-approve', ...READ);
    const on = async (moment: string) =>
      changesIn(
        planOfText((await made.run('plan', '--snapshot', 'recordings', '--at', moment, '--format', 'json')).stdout),
      );
    expect(await on(MONDAY)).toEqual([]);
    expect(await on('2026-11-30T08:59:59Z')).toEqual([]);
    expect(await on('2026-11-30T10:00:00+01:00')).toEqual(['acme delete user user02@acme.example DEL-5']);
    expect(await on('2027-01-02')).toEqual(['acme delete user user02@acme.example DEL-5']);
  });
});

describe.concurrent('customers that the configuration lost', () => {
  test('are named, and nothing is done about them', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme'), globex: customerFile('globex') },
      directories: { acme: staff(1), globex: [person('zoe', 'zoe@globex.example')] },
    });
    await made.run('apply', '--auto-approve', ...READ);
    made.write('customers/globex.yaml', customerFile('initech'));
    await made.record('initech', []);
    const { code, stdout, stderr } = await made.run('plan', ...READ, '--detailed-exitcode');
    expect(code).toBe(2);
    expect(stdout).toContain('1 to create');
    expect(stdout).not.toContain('globex');
    expect(stderr).toContain(
      'The state holds globex, which the configuration does not name: nothing is done about it.',
    );
  });
});
