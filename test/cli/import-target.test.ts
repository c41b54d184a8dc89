/** `rollcall import target`: who is taken over, who is not and why, and that no target loses anybody by it. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const EDGE = 'targets: [{name: edge, type: postfix, dir: maps, maps: texthash, check: false, reload: false}]\n';
const LOCALS = Array.from({ length: 30 }, (_, index) => `r${index + 1}`);
/** r1 to r24 are people, r25 is an alias, r26 a group, and the others have left. */
const DIRECTORY = [
  ...LOCALS.slice(0, 24).map((local) =>
    person(local, `${local}@acme.example`, local === 'r1' ? { aliases: ['r25@acme.example'] } : {}),
  ),
  group('g1', 'r26@acme.example', ['r1', 'r2']),
];
const TABLE = `# written by hand\n${LOCALS.map((local) => `${local}@acme.example OK\n`).join('')}`;

async function gateway(table = TABLE, targets = EDGE): Promise<TestWorkspace> {
  const ws = await workspace({
    workspace: targets,
    customers: { acme: customerFile('acme') },
    directories: { acme: DIRECTORY },
  });
  ws.write('maps/recipients', table);
  return ws;
}

/** The recipients that the table has, by hand or by us. */
function recipients(ws: TestWorkspace): readonly string[] {
  return [...ws.read('maps/recipients').matchAll(/^(?!#)(\S+)@acme\.example/gm)].map(([, local = '']) => local);
}

const inOrder = (texts: readonly string[]) => [...texts].sort();

describe('IMP-1 Taken over from what exists', () => {
  test('everybody of a table without a mark comes into the state, and the table stays as it is', async () => {
    using ws = await gateway();
    const { code, stdout, stderr } = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('edge: 30 addresses found, 30 to take over\n');
    expect(stdout).toContain('acme: 30 to create; billable users 0 -> 30');
    expect(stdout).toContain('+ create     r10@acme.example  found in edge [IMP-1]');
    expect(stdout).toContain('Run 1: 30 changes applied to 1 customer.');
    expect(ws.read('maps/recipients')).toBe(TABLE);
    const users = JSON.parse((await ws.run('users', '--format', 'json')).stdout);
    expect(users).toHaveLength(30);
    const taken = { source: 'ldap', objectId: null, status: 'active', addition: false };
    for (const user of users) expect(user).toMatchObject(taken);
    expect((await ws.run('history')).stdout).toMatch(/\bimport\b/);
  });

  test('the second time there is nobody to take', async () => {
    using ws = await gateway();
    await ws.run('import', 'target', 'edge', '--auto-approve');
    const { code, stdout } = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect(code).toBe(0);
    expect(stdout).toContain('Known already, and left out: 30 in the state.');
    expect(stdout).toContain('There is nobody to take over.');
    expect((await ws.run('history', '--format', 'json')).stdout).not.toContain('"id": 2');
  });

  test('the apply after it takes nobody out: those who are gone are flagged, and go when they are due, by a plan', async () => {
    using ws = await gateway();
    await ws.run('import', 'target', 'edge', '--auto-approve');
    const planned = await ws.run('plan', ...READ);
    expect(planned.stdout).toContain(
      'acme: 2 to delete, 4 to flag, 2 to create, 24 to update; billable users 30 -> 28',
    );
    expect(planned.stdout).toContain(
      '- delete     r25@acme.example  taken over as a user, and an address of CN=r1 in the directory: it goes on as that',
    );
    expect(planned.stdout).toContain('! flag       r27@acme.example');
    const applied = await ws.run('apply', '--auto-approve', ...READ);
    expect(applied.code, applied.stderr).toBe(0);
    expect(inOrder(recipients(ws))).toEqual(inOrder(LOCALS));
    const due = ['--snapshot', 'recordings', '--at', '2026-12-01T09:00:00Z'];
    expect((await ws.run('plan', ...due)).stdout).toContain('acme: 4 to delete');
    expect((await ws.run('apply', '--auto-approve', ...due)).code).toBe(0);
    expect(inOrder(recipients(ws))).toEqual(inOrder(LOCALS.slice(0, 26)));
  });

  test('a plan that SAF-1 blocks leaves the target as it is', async () => {
    using ws = await gateway();
    await ws.record('acme', DIRECTORY.slice(0, 10));
    await ws.run('import', 'target', 'edge', '--auto-approve');
    expect((await ws.run('apply', '--auto-approve', ...READ)).code).toBe(3);
    expect(ws.read('maps/recipients')).toBe(TABLE);
  });

  test('neither that apply nor a repair takes out what carries our mark, after the state was lost', async () => {
    using ws = await gateway('');
    expect((await ws.run('apply', '--auto-approve', ...READ)).code).toBe(0);
    const before = ws.read('maps/recipients');
    expect(before).toContain('# rollcall begin acme');
    ws.write('rollcall.yaml', `${ws.read('rollcall.yaml')}state: {path: .rollcall/new.db}\n`);
    await ws.record('acme', DIRECTORY.slice(0, 10));
    const taken = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect(taken.stdout).toContain('acme: 26 to create');
    expect((await ws.run('apply', '--repair')).code).toBe(0);
    expect(ws.read('maps/recipients')).toBe(before);
    expect((await ws.run('apply', '--auto-approve', ...READ)).code).toBe(3);
    expect(ws.read('maps/recipients')).toBe(before);
    const allowed = await ws.run('apply', '--auto-approve', '--allow-removals', '15', ...READ);
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(inOrder(recipients(ws))).toEqual(inOrder(LOCALS.slice(0, 26)));
  });

  test('who is held already is left out, and who cannot be taken is told of with the reason', async () => {
    const strangers = [
      '@acme.example',
      'a..b@acme.example',
      'x@strange.example',
      'boss@beta.example',
      'ann@acme.example',
    ];
    using ws = await gateway(`${TABLE}${strangers.map((one) => `${one} OK\n`).join('')}`);
    ws.write('customers/acme.yaml', customerFile('acme', { further: 'users: [{address: ann@acme.example}]\n' }));
    ws.write('customers/beta.yaml', customerFile('beta').replace(', verification: none', ''));
    const { code, stdout } = await ws.run('import', 'target', 'edge', '--auto-approve', '--format', 'json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ target: 'edge', found: 35, held: { state: 0, configuration: 1, others: 0 } });
    expect(document.taken).toMatchObject([{ customer: 'acme' }]);
    expect(document.taken[0].users).toHaveLength(30);
    expect(document.notTaken).toEqual([
      { address: '@acme.example', why: 'wildcard', domain: 'acme.example', problem: null, marked: false },
      { address: 'a..b@acme.example', why: 'invalid', domain: null, problem: expect.any(String), marked: false },
      { address: 'boss@beta.example', why: 'pending', domain: 'beta.example', problem: null, marked: false },
      { address: 'x@strange.example', why: 'unmanaged', domain: 'strange.example', problem: null, marked: false },
    ]);
    const text = (await ws.run('import', 'target', 'edge', '--auto-approve')).stdout;
    expect(text).toContain('Known already, and left out: 30 in the state and 1 in the configuration.');
    expect(text).toContain('1 not taken, a whole domain names nobody: @acme.example');
    expect(text).toContain('1 not taken, beta.example: the domain is not verified yet');
    expect(text).toContain('1 not taken, strange.example: the domain is of no customer that was asked about');
  });

  test('what is not taken and carries our mark is told of: the next apply would take it out', async () => {
    using ws = await gateway('');
    const both = customerFile('acme').replace(
      'domains:\n',
      'domains:\n  - {name: extra.example, verification: none}\n',
    );
    ws.write('customers/acme.yaml', both);
    await ws.record('acme', [person('x', 'x@extra.example')]);
    await ws.run('apply', '--auto-approve', ...READ);
    ws.write('customers/acme.yaml', customerFile('acme'));
    ws.write('rollcall.yaml', `${ws.read('rollcall.yaml')}state: {path: .rollcall/new.db}\n`);
    const { stdout } = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect(stdout).toContain('extra.example: the domain is of no customer that was asked about: x@extra.example');
    expect(stdout).toContain('1 of those carry our mark: where no roster wants them, an apply takes them out of edge');
  });

  test('what another customer holds is not taken from it', async () => {
    using ws = await gateway();
    ws.write(
      'customers/beta.yaml',
      customerFile('beta').replace(/domains:\n.*\n/, 'domains: [{name: acme.example, verification: none}]\n'),
    );
    ws.write('customers/acme.yaml', customerFile('old'));
    await ws.run('import', 'target', 'edge', '--customer', 'beta', '--auto-approve');
    ws.write('customers/beta.yaml', customerFile('beta'));
    ws.write('customers/acme.yaml', customerFile('acme'));
    const { stdout } = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect(stdout).toContain('Known already, and left out: 30 held by other customers (ADR-4).');
  });

  test('without a yes nothing is taken', async () => {
    using ws = await gateway();
    const { code, stderr } = await ws.run('import', 'target', 'edge');
    expect(code).toBe(1);
    expect(stderr).toContain('NOT_APPROVED');
    expect(JSON.parse((await ws.run('users', '--format', 'json')).stdout)).toEqual([]);
  });

  test('a target, or a customer, that is not there is said so', async () => {
    using ws = await gateway(TABLE, EDGE.replace('edge,', 'edge, customers: [other*],'));
    expect((await ws.run('import', 'target', 'nope')).stderr).toContain('NO_SUCH_TARGET');
    ws.write('customers/other.yaml', customerFile('other'));
    const { code, stderr } = await ws.run('import', 'target', 'edge', '--customer', 'acme');
    expect(code).toBe(1);
    expect(stderr).toContain('IMPORT_NOT_SERVED');
  });
});

describe('a customer without a directory', () => {
  const noDirectory = customerFile('acme').replace(/directory:[\s\S]*/, '');

  test('is refused, with the way that there is', async () => {
    using ws = await gateway();
    ws.write('customers/acme.yaml', noDirectory);
    const { code, stderr } = await ws.run('import', 'target', 'edge', '--auto-approve');
    expect(code).toBe(1);
    expect(stderr).toContain('IMPORT_NO_DIRECTORY');
    expect(stderr).toContain('rollcall import target edge --customer acme -o users/acme.yaml');
    expect(JSON.parse((await ws.run('users', '--format', 'json')).stdout)).toEqual([]);
  });

  test('gets a file of users for review, which a plan takes in once it is imported', async () => {
    using ws = await gateway();
    ws.write('customers/acme.yaml', noDirectory);
    const file = ['import', 'target', 'edge', '--customer', 'acme', '-o', 'users/acme.yaml'] as const;
    const { code, stdout, stderr } = await ws.run(...file);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('30 users added to users/acme.yaml.');
    expect(stderr).toContain('under "imports": - {users: ../users/acme.yaml}');
    expect(ws.read('users/acme.yaml')).toContain('  - address: r1@acme.example\n');
    expect(existsSync(ws.path('.rollcall/state.db'))).toBe(false);
    expect((await ws.run(...file)).stdout).toContain('0 users added');
    ws.write('customers/acme.yaml', `${noDirectory}imports: [{users: ../users/acme.yaml}]\n`);
    expect((await ws.run('validate')).code).toBe(0);
    expect((await ws.run('plan')).stdout).toContain('acme: 31 to create; billable users 0 -> 30');
    const again = await ws.run(...file);
    expect(again.stdout).toContain('30 in the configuration');
  });

  test('a file is of one customer', async () => {
    using ws = await gateway();
    ws.write('customers/beta.yaml', customerFile('beta'));
    const { code, stderr } = await ws.run('import', 'target', 'edge', '-o', 'users/all.yaml');
    expect(code).toBe(64);
    expect(stderr).toContain('--customer NAME -o FILE');
  });
});
