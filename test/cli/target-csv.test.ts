/** A CSV target in a workspace: what apply writes, what drift sees, and what becomes of faults. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const TARGETS = 'targets:\n  - {name: portal, type: csv, dir: exports/, flavour: changes}\n';
const APPLY = ['apply', ...READ, '--auto-approve'] as const;

function people(names: readonly string[]) {
  return names.map((name) => person(name, `${name}@acme.example`, { attributes: { displayName: name.toUpperCase() } }));
}

async function acme(names: readonly string[], further = TARGETS): Promise<TestWorkspace> {
  return workspace({
    customers: { acme: customerFile('acme') },
    directories: { acme: people(names) },
    workspace: further,
  });
}

async function applied(made: TestWorkspace): Promise<string> {
  const { code, stdout, stderr } = await made.run(...APPLY);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe.concurrent('a CSV target', () => {
  test('is written after the state, also where nothing was planned any more', async () => {
    using made = await acme(['ann', 'ben'], '');
    await applied(made);
    expect(existsSync(made.path('exports'))).toBe(false);
    made.write('rollcall.yaml', `${made.read('rollcall.yaml')}${TARGETS}`);
    expect(await applied(made)).toContain('portal: 2 added');
    expect(made.read('exports/acme.csv')).toBe(
      [
        'address,aliases,givenName,surname,displayName,homePhone,mobile,company,department,notes',
        'ann@acme.example,,,,ANN,,,,,',
        'ben@acme.example,,,,BEN,,,,,',
        '',
      ].join('\n'),
    );
    expect(readdirSync(made.path('exports/acme.changes')).filter((name) => !name.startsWith('.'))).toEqual([
      '0000000001.csv',
    ]);
    expect(await applied(made)).not.toContain('portal');
  });

  test('has the columns that the workspace gives under its service', async () => {
    const upload =
      'service:\n  profile: vipre\n  upload:\n    columns: [{name: Email, value: address}, {name: Plan, text: basic}]\n    delimiter: ";"\n';
    using made = await acme(['ann'], `${upload}${TARGETS}`);
    made.write(
      'customers/acme.yaml',
      made.read('customers/acme.yaml').replace('name: acme\n', 'name: acme\nregion: uk\n'),
    );
    await applied(made);
    expect(made.read('exports/acme.csv')).toBe('Email;Plan\nann@acme.example;basic\n');
    expect(made.read('exports/acme.changes/0000000001.csv')).toBe('action;Email;Plan\nadd;ann@acme.example;basic\n');
  });

  test('in git shows one changed user as one changed line', async () => {
    using made = await acme(['ann', 'ben', 'cy']);
    await applied(made);
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, { cwd: made.path('exports'), encoding: 'utf8' });
    git('init', '-q');
    git('add', '.');
    const renamed = people(['ann', 'ben', 'cy']).map((one) =>
      one.id === 'ben' ? { ...one, attributes: { displayName: 'Benedict' } } : one,
    );
    await made.record('acme', renamed);
    await applied(made);
    const diff = git('diff', '--unified=0', '--', 'acme.csv')
      .split('\n')
      .filter((line) => /^[+-][^+-]/.test(line));
    expect(diff).toEqual(['-ben@acme.example,,,,BEN,,,,,', '+ben@acme.example,,,,Benedict,,,,,']);
  });

  test('that somebody edited is seen by drift, and put back by a repair', async () => {
    using made = await acme(['ann', 'ben']);
    await applied(made);
    const text = made.read('exports/acme.csv');
    made.write('exports/acme.csv', text.replace('BEN', 'Somebody'));
    const drift = await made.run('drift', '--target', 'portal', '--format', 'json', '--detailed-exitcode');
    expect(drift.code).toBe(2);
    expect(JSON.parse(drift.stdout).targets).toMatchObject([
      {
        target: 'portal',
        customer: 'acme',
        entries: [
          {
            action: 'change',
            key: 'acme.csv ben@acme.example',
            expected: { displayName: 'BEN' },
            found: { displayName: 'Somebody' },
          },
        ],
      },
    ]);
    const repair = await made.run('apply', '--repair', '--auto-approve');
    expect(repair.code, repair.stderr).toBe(0);
    expect(made.read('exports/acme.csv')).toBe(text);
    expect((await made.run('drift', '--target', 'portal', '--detailed-exitcode')).code).toBe(0);
  });

  test('with a foreign file in the place of one of its own fails, says so, and is finished later', async () => {
    using made = await acme(['ann']);
    made.write('exports/acme.csv', 'theirs\n');
    const { code, stderr } = await made.run(...APPLY);
    expect(code).toBe(1);
    expect(stderr).toContain('exports/acme.csv is there already');
    expect(stderr).toContain('Move it away');
    expect(made.read('exports/acme.csv')).toBe('theirs\n');
    expect(JSON.parse((await made.run('users', '--format', 'json')).stdout)).toHaveLength(1);
    execFileSync('mv', ['acme.csv', 'theirs.txt'], { cwd: made.path('exports') });
    await applied(made);
    expect(made.read('exports/acme.csv')).toContain('ann@acme.example');
  });

  test('on a disk that is full leaves the files as they were, and the next apply writes them', async () => {
    const many = Array.from({ length: 2000 }, (_, n) => `user${n}`);
    using made = await acme(many, '');
    await applied(made);
    made.write('rollcall.yaml', `${made.read('rollcall.yaml')}${TARGETS}`);
    const { code, stderr } = await made.runWith({ largestFile: 40 }, 'apply', '--repair', '--auto-approve');
    expect(code).toBe(1);
    expect(stderr).toMatch(/portal: acme.*could not be written: it is larger than a file may be/);
    expect(existsSync(made.path('exports/acme.csv'))).toBe(false);
    expect(
      readdirSync(made.path('exports'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp')),
    ).toEqual([]);
    expect(await applied(made)).toContain('portal: 2000 added');
    expect(made.read('exports/acme.csv').split('\n')).toHaveLength(2002);
  });

  test('in a folder that may not be written fails, and the state is there all the same', async () => {
    using made = await acme(['ann']);
    mkdirSync(made.path('exports'));
    chmodSync(made.path('exports'), 0o555);
    const { code, stderr } = await made.runWith({ heedsPermissions: true }, ...APPLY);
    expect(code).toBe(1);
    expect(stderr).toContain('permission denied');
    chmodSync(made.path('exports'), 0o755);
    await applied(made);
    expect(made.read('exports/acme.csv')).toContain('ann@acme.example');
  });
});
