/** The undo as a process: a run is taken back with an ordinary saved plan, and what cannot be taken back is refused in words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { customerFile, type TestWorkspace, workspace } from '../support/workspace.ts';

const STAFF = ['ann', 'bob', 'cleo', 'dora'].map((name) =>
  person(`id-${name}`, `${name}@acme.example`, { attributes: { department: name < 'c' ? 'Sales' : 'Service' } }),
);
const TEAM = group('id-team', 'team@acme.example', ['id-ann', 'id-cleo']);
const LENIENT = 'safety: {maxRemovals: 100%}\n';
const ACME = customerFile('acme', { further: LENIENT });
const READ = ['--snapshot', 'recordings'] as const;

/** Run 1 takes everybody in, at both customers. */
async function started(): Promise<TestWorkspace> {
  const made = await workspace({
    customers: { acme: ACME, globex: customerFile('globex', { further: LENIENT }) },
    directories: { acme: [...STAFF, TEAM], globex: [person('id-zoe', 'zoe@globex.example')] },
  });
  await apply(made);
  return made;
}

async function apply(made: TestWorkspace, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await made.run('apply', '--auto-approve', ...READ, ...args);
  expect(code, stderr).toBe(0);
}

/** What the mistaken filter leaves of a directory. */
async function filtered(made: TestWorkspace): Promise<void> {
  made.write(
    'customers/acme.yaml',
    customerFile('acme', { directory: "filter: '(department=Sales)'", further: LENIENT }),
  );
  await made.record('acme', STAFF.slice(0, 2));
  await apply(made);
}

describe.concurrent('a mistaken filter', () => {
  test('is taken back with a plan that is saved, shown and applied like any other', async () => {
    using made = await started();
    const before = await made.run('users', '--format', 'json');
    const pulled = JSON.parse((await made.run('state', 'pull')).stdout);
    await filtered(made);
    const flagged = await made.run('users', '--format', 'json');
    expect(JSON.parse(flagged.stdout).map(({ status }: { status: string }) => status)).toContain('flagged');
    expect(flagged.stdout).not.toBe(before.stdout);
    // Without recordings: the directory itself could not be reached from here, and is not asked.
    made.write('customers/acme.yaml', ACME);
    const planned = await made.run('plan', '--revert', '2', '-o', 'undo.json');
    expect(planned).toMatchObject({ code: 0, stderr: expect.stringContaining('rollcall apply undo.json') });
    expect(planned.stdout).toContain('acme: 2 to restore, 1 to create; 4 billable users\n');
    expect(planned.stdout).toMatch(/^ {2}warning UND-1: The next plan from the directory may do the same again/m);
    expect(planned.stdout).toMatch(/^ {2}\+ restore +cleo@acme\.example +put back to before run 2 of .* \[UND-1\]$/m);
    expect((await made.run('show', 'undo.json')).stdout).toContain(planned.stdout);
    const applied = await made.run('apply', 'undo.json');
    expect(applied).toMatchObject({ code: 0, stdout: 'Run 3: 3 changes applied to 1 customer.\n' });
    expect((await made.run('users', '--format', 'json')).stdout).toBe(before.stdout);
    const again = JSON.parse((await made.run('state', 'pull')).stdout);
    expect(again.rosters.map(withoutTime)).toEqual(pulled.rosters.map(withoutTime));
  });

  test('twice is once: the plan is applied already, and a new one has nothing to do', async () => {
    using made = await started();
    await filtered(made);
    await made.run('plan', '--revert', '2', '-o', 'undo.json');
    await made.run('apply', 'undo.json');
    expect(await made.run('apply', 'undo.json')).toMatchObject({
      code: 0,
      stdout: 'This plan has been applied already: nothing was left to do.\n',
    });
    expect(await made.run('plan', '--revert', '2', '--detailed-exitcode')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('acme: no changes.'),
    });
    const back = await made.run('plan', '--revert', '3', '--detailed-exitcode');
    expect(back).toMatchObject({ code: 2, stdout: expect.stringContaining('acme: 1 to delete, 2 to flag') });
  });

  test('comes back with the next plan from the directory, unless it is mended', async () => {
    using made = await started();
    await filtered(made);
    await made.run('plan', '--revert', '2', '-o', 'undo.json');
    await made.run('apply', 'undo.json');
    expect((await made.run('plan', ...READ, '--customer', 'acme')).stdout).toContain('2 to flag');
    await made.record('acme', [...STAFF, TEAM]);
    expect((await made.run('plan', ...READ, '--customer', 'acme')).stdout).toContain('acme: no changes.');
  });
});

/** All of a customer's state but how often it was changed, and when it was last in step. */
function withoutTime({ serial: _, syncedAt: __, ...content }: Record<string, unknown>): unknown {
  return content;
}

describe.concurrent('the saved plan', () => {
  test('fits one state and one configuration (SAF-4)', async () => {
    using made = await started();
    await filtered(made);
    await made.run('plan', '--revert', '2', '-o', 'undo.json');
    const file = made.read('customers/acme.yaml');
    made.write('customers/acme.yaml', ACME);
    expect((await made.run('apply', 'undo.json')).stderr).toContain('error[PLAN_CONFIG_CHANGED]');
    made.write('customers/acme.yaml', file);
    await made.record('acme', STAFF.slice(0, 1));
    await apply(made);
    expect((await made.run('apply', 'undo.json')).stderr).toContain('error[PLAN_STALE]');
  });

  test('is blocked by too many removals, and let through by --allow-removals (SAF-1)', async () => {
    using made = await started();
    made.write('customers/acme.yaml', customerFile('acme', { further: 'safety: {maxRemovals: 0}\n' }));
    const blocked = await made.run('plan', '--revert', '1', '--customer', 'acme');
    expect(blocked).toMatchObject({ code: 3, stdout: expect.stringContaining('acme: BLOCKED: 6 to delete') });
    const allowed = ['--revert', '1', '--customer', 'acme', '--allow-removals', '4'];
    expect((await made.run('plan', ...allowed, '-o', 'undo.json')).code).toBe(0);
    expect((await made.run('apply', 'undo.json')).code).toBe(0);
    const users = JSON.parse((await made.run('users', '--format', 'json')).stdout);
    expect(users.map(({ address }: { address: string }) => address)).toEqual(['zoe@globex.example']);
  });

  test('names the later runs that it takes back too', async () => {
    using made = await started();
    await filtered(made);
    await made.record('acme', STAFF.slice(0, 1));
    await apply(made);
    await made.record('globex', []);
    await apply(made, '--customer', 'globex', '--allow-removals', '1');
    await apply(made);
    const { stdout } = await made.run('plan', '--revert', '2', '--customer', 'acme');
    expect(stdout).toContain('  warning UND-1: This also takes back run 3.\n');
    expect(stdout).toContain('; run 3 is undone too [UND-1]\n');
  });
});

describe('what cannot be taken back', () => {
  let made: TestWorkspace;
  /** Run 2 changes acme alone, run 3 fails at acme and finds nothing to do at globex, run 4 is a push to acme. */
  beforeAll(async () => {
    made = await started();
    await filtered(made);
    made.write('recordings/acme.ndjson', 'broken');
    await made.run('apply', '--auto-approve', ...READ);
    const state = JSON.parse((await made.run('state', 'pull', '--customer', 'acme')).stdout);
    const [acme] = state.rosters;
    const entries = acme.entries.slice(1);
    made.write('pushed.json', JSON.stringify({ ...state, rosters: [{ ...acme, serial: 9, entries }] }));
    expect(await made.run('state', 'push', 'pushed.json')).toMatchObject({ code: 0 });
  });
  afterAll(() => made[Symbol.dispose]());

  test.each<[string, readonly string[], string, string]>([
    ['a run that never was', ['9'], 'NO_SUCH_RUN', 'There is no run 9.'],
    ['several customers at once', ['1'], 'REVERT_SEVERAL_CUSTOMERS', 'one is put back at a time: acme and globex.'],
    [
      'several customers that --customer names',
      ['1', '--customer', '*'],
      'REVERT_SEVERAL_CUSTOMERS',
      'rollcall plan --revert 1 --customer acme',
    ],
    [
      'a customer that the run had nothing to change at',
      ['2', '--customer', 'globex'],
      'REVERT_NOTHING',
      'Run 2 found nothing to change at globex',
    ],
    [
      'a customer at which the run failed',
      ['3', '--customer', 'acme'],
      'REVERT_NOTHING',
      'Run 3 did nothing to acme (failed: ',
    ],
    ['a run that changed nobody', ['3'], 'REVERT_NOTHING', 'Run 3 changed no customer'],
    [
      'a customer that the run never came to',
      ['4', '--customer', 'globex'],
      'REVERT_NOTHING',
      'Run 4 had nothing to do with globex, so there is nothing to put back.',
    ],
    ['a customer that there is not', ['2', '--customer', 'hooli'], 'NO_SUCH_CUSTOMER', 'No customer is named "hooli".'],
  ])('%s', async (_, args, code, text) => {
    const refused = await made.run('plan', '--revert', ...args, '-o', 'undo.json');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`error[${code}]: `);
    expect(refused.stderr).toContain(text);
    expect(refused.stderr).toMatch(/\n {2}\S.*\n$/);
  });

  test.each([
    ['--at', '2026-11-01'],
    ['--snapshot', 'recordings'],
    ['--full', '--quiet'],
  ])('nor does %s go with it', async (...args) => {
    const refused = await made.run('plan', '--revert', '2', ...args);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toContain('--at, --snapshot, --full and --state do not go with it');
  });

  test.each(['0', '-1', 'two', '1.5', ''])('nor a run that is no number: %j', async (run) => {
    expect(await made.run('plan', `--revert=${run}`)).toMatchObject({ code: 64, stdout: '' });
  });

  test('a push can be', async () => {
    const { code, stdout } = await made.run('plan', '--revert', '4');
    expect(stdout).toContain('  + create     ann@acme.example  put back to before run 4');
    expect(code).toBe(0);
  });
});

describe.concurrent('a customer', () => {
  test('that the configuration names no more is not planned', async () => {
    using made = await started();
    await filtered(made);
    made.write('rollcall.yaml', 'apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/globex.yaml]\n');
    const { code, stderr } = await made.run('plan', '--revert', '2');
    expect(code).toBe(1);
    expect(stderr).toContain('error[REVERT_UNCONFIGURED]: Run 2 changed acme, which the configuration does not name.');
  });

  test('whose directory is another one since is refused, for its object ids would mean nothing (DEL-11)', async () => {
    using made = await started();
    await made.record('acme', STAFF, { type: 'ldap', id: 'another' });
    await apply(made, '--allow-removals', '9');
    const { code, stderr } = await made.run('plan', '--revert', '2', '--customer', 'acme');
    expect(code).toBe(1);
    expect(stderr).toContain('error[REVERT_OTHER_DIRECTORY]: ');
    expect(stderr).toContain('rollcall plan --customer acme');
  });
});
