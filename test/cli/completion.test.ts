/** `rollcall completion`, in the shells themselves, and the names that it asks the program for. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rollcall } from '../support/rollcall.ts';
import { completionIn } from '../support/shells.ts';
import { customerFile, temporaryFolder, workspace } from '../support/workspace.ts';

const TARGETS = 'targets: [{name: edge, type: csv, dir: exports/}]\n';

function twoCustomers() {
  return workspace({ customers: { acme: customerFile('acme'), birch: customerFile('birch') }, workspace: TARGETS });
}

/** Lines with the one word that completes them. */
const UNIQUE = [
  ['rollcall pl', 'plan'],
  ['rollcall users ex', 'export'],
  ['rollcall plan --det', '--detailed-exitcode'],
  ['rollcall users export --format c', 'csv'],
  ['rollcall -C plan hist', 'history'],
  ['rollcall check directory --cust', '--customer'],
  ['rollcall plan --customer b', 'birch'],
  ['rollcall setup bi', 'birch'],
  ['rollcall discover ac', 'acme'],
  ['rollcall drift --target e', 'edge'],
  ['rollcall import target e', 'edge'],
  ['rollcall show roll', 'rollcall.yaml'],
  ['rollcall plan -o roll', 'rollcall.yaml'],
] as const;

describe.concurrent.each(['bash', 'zsh', 'fish'] as const)('completion in %s', (shell) => {
  test('commands, subcommands, options, their values, names of the workspace, files', async () => {
    using home = temporaryFolder();
    using made = await twoCustomers();
    const complete = await completionIn(shell, home.path);
    const found = await complete(
      made.root,
      UNIQUE.map(([line]) => line),
    );
    expect(UNIQUE.map(([line], index) => [line, found[index]])).toEqual(UNIQUE.map(([line, word]) => [line, [word]]));
  });

  test('the names of another workspace, where the line is about that one', async () => {
    using home = temporaryFolder();
    using made = await twoCustomers();
    const complete = await completionIn(shell, home.path);
    const lines = [`rollcall -C ${made.root} setup bi`, 'rollcall setup bi', 'rollcall plan --customer=bi'];
    const [there, here] = await complete(home.path, lines);
    expect(there).toEqual(['birch']);
    expect(here).toEqual([]);
    const [, , equals] = await complete(made.root, lines);
    expect(equals?.at(-1)).toMatch(/birch$/);
  });
});

describe.concurrent('completion', () => {
  test.each(['bash', 'fish'] as const)('in %s: all that there is, where nothing was typed', async (shell) => {
    using home = temporaryFolder();
    using made = await twoCustomers();
    const complete = await completionIn(shell, home.path);
    const [commands, customers, shells] = await complete(made.root, [
      'rollcall ',
      'rollcall plan --customer ',
      'rollcall completion ',
    ]);
    const help = (await rollcall(['--help'])).stdout;
    const named = [...help.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name]) => name).filter((name) => name !== 'help');
    expect(named.length).toBeGreaterThan(10);
    expect(commands?.toSorted()).toEqual(named.toSorted());
    expect(customers).toEqual(['acme', 'birch']);
    expect(shells?.toSorted()).toEqual(['bash', 'fish', 'zsh']);
  });
});

describe.concurrent('the names for it', () => {
  test('are those that could be names, whatever else the files hold', async () => {
    using made = await twoCustomers();
    made.write('customers/quoted.yaml', `# a comment\nname: "quoted" # the key\n`);
    made.write('customers/broken.yaml', 'name: broken\ndomains: [\n');
    for (const [file, name] of Object.entries({ a: '$(touch pwned)', b: '-rf', c: 'a b', d: '"\\u0061"', e: '../x' }))
      made.write(`customers/${file}.yaml`, `name: ${name}\n`);
    mkdirSync(made.path('customers/folder.yaml'));
    symlinkSync('nowhere', made.path('customers/dangling.yaml'));
    const { code, stdout, stderr } = await made.run('__complete', 'customers');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'acme\nbirch\nbroken\nquoted\n', stderr: '' });
  });

  test('are none, without a word, where there is nothing to find them in', async () => {
    using folder = temporaryFolder();
    const silent = { code: 0, stdout: '', stderr: '' };
    expect(await rollcall(['__complete', 'customers', folder.path])).toMatchObject(silent);
    expect(await rollcall(['__complete', 'secrets', folder.path])).toMatchObject(silent);
    writeFileSync(`${folder.path}/rollcall.yaml`, 'targets: [{name: [}');
    expect(await rollcall(['__complete', 'targets', folder.path])).toMatchObject(silent);
  });
});
