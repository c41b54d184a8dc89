/** The command line itself: help, mistakes in its use, where the workspace is, and which customers are meant. */
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { rollcall } from '../support/rollcall.ts';
import { planOfText } from '../support/rollcall-plan.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const COMMANDS = [
  'init',
  'validate',
  'check',
  'plan',
  'show',
  'apply',
  'sync',
  'why',
  'conflicts',
  'users',
  'directory',
  'history',
  'state',
  'snapshot',
  'schema',
  'completion',
];

function threeCustomers(): Promise<TestWorkspace> {
  const names = ['acme', 'acme-north', 'globex'];
  return workspace({
    customers: Object.fromEntries(names.map((name) => [name, customerFile(name)])),
    directories: Object.fromEntries(names.map((name) => [name, [person(`ann-${name}`, `ann@${name}.example`)]])),
  });
}

describe.concurrent('help', () => {
  test('names every command, on stdout, and exits 0', async () => {
    const { code, stdout, stderr } = await rollcall(['--help']);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  test.each(COMMANDS)('%s --help shows its options, the common ones and examples', async (command) => {
    const { code, stdout, stderr } = await rollcall([command, '--help']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Usage: rollcall ${command}`);
    expect(stdout).toContain('--log-format');
    expect(stdout).toContain('Examples:');
  });

  test('--version prints the version of the package', async () => {
    const { code, stdout, stderr } = await rollcall(['--version']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('no command at all is wrong usage, and shows what there is', async () => {
    const { code, stdout, stderr } = await rollcall([]);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: rollcall');
  });
});

describe.concurrent('mistakes in the use of the command line exit 64 and say what was meant', () => {
  test.each([
    [['pln'], 'plan'],
    [['plan', '--formt', 'json'], '--format'],
    [['plan', '--alow-removals', '3'], '--allow-removals'],
    [['users', 'exprot'], 'export'],
    [['conflicts', 'lst'], 'list'],
    [['state', 'shwo'], 'show'],
    [['check', 'directry'], 'directory'],
    [['why', '--snapshoot', 'x', 'ann@acme.example'], '--snapshot'],
  ])('%j', async (args, meant) => {
    const { code, stdout, stderr } = await rollcall(args);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain('Did you mean');
    expect(stderr).toContain(meant);
  });

  test.each([
    [['plan', '--format', 'yaml'], 'text, json'],
    [['plan', '--at', 'tomorrow'], '2026-12-24T12:00:00Z'],
    [['plan', '--at', '2026-02-30'], '2026-12-24T12:00:00Z'],
    [['plan', '--allow-removals', '-1'], 'whole number'],
    [['plan', '--allow-removals', '1.5'], 'whole number'],
    [['plan', '--parallelism', '0'], '1 or more'],
    [['plan', '--customer'], 'argument missing'],
    [['plan', 'surplus'], 'too many arguments'],
    [['apply', '--lock-timeout', '5'], '30s, 5m or 1h'],
    [['show'], 'missing required argument'],
    [['why'], 'missing required argument'],
    [['why', 'not an address'], 'is not a mail address'],
    [['snapshot'], '--out'],
    [['history', 'zero'], 'whole number'],
    [['schema', 'nothing'], 'customer'],
    [['completion', 'tcsh'], 'bash'],
    [['--log-format', 'xml', 'plan'], 'text, json'],
  ])('%j', async (args, words) => {
    const { code, stdout, stderr } = await rollcall(args);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
  });
});

describe.concurrent('the workspace', () => {
  test('is found from a folder below it, and with -C', async () => {
    using made = await threeCustomers();
    for (const [cwd, args] of [
      [made.path('customers'), []],
      ['/', ['-C', made.root]],
      [made.root, ['-C', 'customers']],
    ] as const) {
      const { code, stderr } = await rollcall([...args, 'validate'], { cwd });
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('4 files');
    }
  });

  test('where there is none, that is said with what to do', async () => {
    const { code, stderr } = await rollcall(['plan'], { cwd: '/' });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no rollcall.yaml');
    expect(stderr).toContain('rollcall init');
  });

  test('-C works as if started there: relative paths are relative to it', async () => {
    using made = await threeCustomers();
    const elsewhere = { cwd: '/' };
    const planned = await rollcall(['-C', made.root, 'plan', ...READ, '-o', 'plan.json'], elsewhere);
    expect(planned.code).toBe(0);
    expect(planOfText(made.read('plan.json')).customers).toHaveLength(3);
    const shown = await rollcall(['-C', made.root, 'show', 'plan.json'], elsewhere);
    expect(shown.code).toBe(0);
    const applied = await rollcall(['-C', made.root, 'apply', 'plan.json', '--at', READ[3]], elsewhere);
    expect(applied.code).toBe(0);
  });

  test('a folder that -C names and that does not exist', async () => {
    const { code, stdout } = await rollcall(['-C', '/no/such/folder', 'validate']);
    expect(code).toBe(1);
    expect(stdout).toContain('There is no rollcall.yaml in /no/such/folder');
  });
});

describe.concurrent('--customer', () => {
  async function planned(made: TestWorkspace, ...names: readonly string[]): Promise<readonly string[]> {
    const chosen = names.flatMap((name) => ['--customer', name]);
    const { stdout } = await made.run('plan', ...READ, '--format', 'json', ...chosen);
    return planOfText(stdout).customers.map(({ customer }) => customer);
  }

  test('takes names and globs, several times, and all without it', async () => {
    using made = await threeCustomers();
    expect(await planned(made)).toEqual(['acme', 'acme-north', 'globex']);
    expect(await planned(made, 'acme')).toEqual(['acme']);
    expect(await planned(made, 'acme*')).toEqual(['acme', 'acme-north']);
    expect(await planned(made, '{globex,acme}')).toEqual(['acme', 'globex']);
    expect(await planned(made, 'globex', 'acme-*')).toEqual(['acme-north', 'globex']);
  });

  test.each(['plan', 'users', 'conflicts', 'directory', 'sync', 'apply', 'check directory'])(
    'a name that matches nobody is an error of %s, with the names that there are',
    async (command) => {
      using made = await threeCustomers();
      const { code, stdout, stderr } = await made.run(
        ...command.split(' '),
        '--customer',
        'acme',
        '--customer',
        'akme',
      );
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain('No customer is named "akme".');
      expect(stderr).toContain('acme, acme-north and globex');
    },
  );
});
