/** Targets from the command line: they follow an apply, drift tells what was edited in them, and a repair puts them back. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const ANN = person('ann', 'ann@acme.example', { attributes: { displayName: 'Ann Lee' } });
const BEN = person('ben', 'ben@acme.example');
const GUS = person('gus', 'gus@globex.example');

const PORTAL = 'targets: [{name: portal, type: csv, dir: exports}]\n';

function made(targets = PORTAL): Promise<TestWorkspace> {
  return workspace({
    workspace: targets,
    customers: { acme: customerFile('acme'), globex: customerFile('globex') },
    directories: { acme: [ANN, BEN], globex: [GUS] },
  });
}

async function applied(targets = PORTAL): Promise<TestWorkspace> {
  const ws = await made(targets);
  const { code, stderr } = await ws.run('apply', '--auto-approve', ...READ);
  expect(code, stderr).toBe(0);
  return ws;
}

/** Takes Ben out of the file by hand, and puts a stranger in. */
function editByHand(ws: TestWorkspace): void {
  const before = ws.read('exports/acme.csv');
  const after = before.replace(/ben@/g, 'eve@');
  expect(after).not.toBe(before);
  ws.write('exports/acme.csv', after);
}

const SCHEMA = JSON.parse(readFileSync(new URL('../../schemas/drift.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(SCHEMA);

/** Drift as JSON, held against its schema. */
async function driftOf(ws: TestWorkspace, ...options: readonly string[]) {
  const { code, stdout, stderr } = await ws.run('drift', '--format', 'json', ...options);
  const document = JSON.parse(stdout);
  validate(document);
  expect(validate.errors).toBeNull();
  return { code, stderr, document };
}

describe('apply with targets', () => {
  test('commits the state, then brings the targets in step, and says both', async () => {
    using ws = await made();
    const { code, stdout, stderr } = await ws.run('apply', '--auto-approve', ...READ);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('portal: acme: 2 added');
    expect(stdout).toContain('Run 1: 5 changes applied to 2 customers, portal: 3 added.');
    expect(ws.read('exports/acme.csv')).toContain('ann@acme.example');
    expect(ws.read('exports/globex.csv')).toContain('gus@globex.example');
  });

  test('an empty plan puts back what somebody edited', async () => {
    using ws = await applied();
    const before = ws.read('exports/acme.csv');
    editByHand(ws);
    const { code, stdout } = await ws.run('apply', '--auto-approve', ...READ);
    expect(code).toBe(0);
    expect(stdout).toContain('Run 2: 2 customers unchanged, portal: 1 added, 1 removed.');
    expect(ws.read('exports/acme.csv')).toBe(before);
  });

  test('a target serves the customers that its globs match', async () => {
    using ws = await applied('targets: [{name: portal, type: csv, dir: exports, customers: ["glo*"]}]\n');
    expect(existsSync(ws.path('exports/globex.csv'))).toBe(true);
    expect(existsSync(ws.path('exports/acme.csv'))).toBe(false);
  });

  test('a target that fails undoes nothing, exits 1, and is finished by the next sync though nobody is due', async () => {
    using ws = await made();
    ws.write('exports', 'a file where the folder belongs');
    const failed = await ws.run('apply', '--auto-approve', ...READ);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('portal failed for 2 customers');
    expect((await ws.run('users', '--customer', 'acme')).stdout).toContain('ann@acme.example');
    expect((await ws.run('history', '1')).stdout).toContain('portal: acme: failed: ');
    rmSync(ws.path('exports'));
    const synced = await ws.run('sync', ...READ);
    expect(synced.code, synced.stderr).toBe(0);
    expect(synced.stdout).toBe('Run 2: portal: 3 added.\n');
    expect((await ws.run('sync', ...READ)).stderr).toBe('Nothing to sync: 2 customers, none due.\n');
  });

  test('a saved plan that was applied already still brings the targets in step', async () => {
    using ws = await made();
    await ws.run('plan', '-o', 'plan.json', ...READ);
    await ws.run('apply', 'plan.json', '--at', '2026-11-23T09:10:00Z');
    rmSync(ws.path('exports'), { recursive: true });
    const again = await ws.run('apply', 'plan.json', '--at', '2026-11-23T09:20:00Z');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('2 customers done already, portal: 3 added');
    expect(ws.read('exports/acme.csv')).toContain('ben@acme.example');
  });

  test('a state that lost its customers does not empty the targets', async () => {
    using ws = await applied();
    const before = ws.read('exports/acme.csv');
    rmSync(ws.path('.rollcall'), { recursive: true });
    rmSync(ws.path('recordings/acme.ndjson'));
    const { code, stdout } = await ws.run('apply', '--auto-approve', ...READ);
    expect(code).toBe(1);
    expect(stdout).not.toContain('removed');
    expect(ws.read('exports/acme.csv')).toBe(before);
  });
});

describe('drift', () => {
  test('right after an apply there is none', async () => {
    using ws = await applied();
    const { code, stdout } = await ws.run('drift', '--detailed-exitcode', ...READ);
    expect(code).toBe(0);
    expect(stdout).toContain('Configuration: as it was last applied.');
    expect(stdout).toContain('acme and globex: no changes.');
    expect(stdout).toContain('portal: in step with the state.');
  });

  test('tells what somebody edited in a target, as what a repair would do', async () => {
    using ws = await applied();
    editByHand(ws);
    const { code, stdout } = await ws.run('drift', '--detailed-exitcode', ...READ);
    expect(code).toBe(2);
    expect(stdout).toContain('portal, acme: 1 to add, 1 to remove');
    expect(stdout).toMatch(/- remove +acme\.csv eve@acme\.example {2}not in the state: /);
    expect(stdout).toMatch(/\+ add +acme\.csv ben@acme\.example {2}missing: /);
    expect(stdout).toContain('rollcall apply --repair');
    const { document } = await driftOf(ws, ...READ);
    expect(document.config).toEqual({ changed: false, files: [] });
    expect(document.targets).toMatchObject([
      {
        target: 'portal',
        customer: 'acme',
        entries: [
          { action: 'add', key: 'acme.csv ben@acme.example', found: null },
          { action: 'remove', key: 'acme.csv eve@acme.example', expected: null },
        ],
      },
    ]);
  });

  test('its directory is the plan', async () => {
    using ws = await applied();
    await ws.record('acme', [ANN, BEN, person('cy', 'cy@acme.example')]);
    const { code, document } = await driftOf(ws, '--detailed-exitcode', ...READ);
    expect(code).toBe(2);
    const plan = JSON.parse((await ws.run('plan', '--format', 'json', ...READ)).stdout);
    expect(document.directory).toEqual(plan);
    expect(document.targets).toEqual([]);
  });

  test('names the files of a configuration that has changed, and none for a comment', async () => {
    using ws = await applied();
    ws.write('customers/acme.yaml', `# a comment\n${ws.read('customers/acme.yaml')}`);
    expect((await driftOf(ws, ...READ)).document.config).toEqual({ changed: false, files: [] });
    ws.write('customers/acme.yaml', `${ws.read('customers/acme.yaml')}users: [{address: info@acme.example}]\n`);
    const { code, document } = await driftOf(ws, '--detailed-exitcode', ...READ);
    expect(code).toBe(2);
    expect(document.config).toEqual({ changed: true, files: ['customers/acme.yaml'] });
    const text = (await ws.run('drift', ...READ)).stdout;
    expect(text).toContain('Configuration: changed since it was last applied: customers/acme.yaml.');
    await ws.run('apply', '--auto-approve', ...READ);
    expect((await driftOf(ws, ...READ)).document.config).toEqual({ changed: false, files: [] });
  });

  test('a configuration that was never applied has changed', async () => {
    using ws = await made();
    const { document } = await driftOf(ws, ...READ);
    expect(document.config.changed).toBe(true);
    expect(document.config.files).toContain('customers/globex.yaml');
    expect(document.targets).toEqual([]);
  });

  test('--target asks one target, and no directory', async () => {
    using ws = await applied();
    editByHand(ws);
    rmSync(ws.path('recordings'), { recursive: true });
    const { code, document } = await driftOf(ws, '--target', 'portal', '--detailed-exitcode');
    expect(code).toBe(2);
    expect(document.directory).toBeNull();
    expect(document.targets).toHaveLength(1);
    const unknown = await ws.run('drift', '--target', 'portl');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('No target is named "portl".');
    expect(unknown.stderr).toContain('There is portal.');
  });

  test('--customer looks at that customer alone', async () => {
    using ws = await applied();
    editByHand(ws);
    const { document } = await driftOf(ws, '--customer', 'globex', ...READ);
    expect(document.targets).toEqual([]);
    expect((await driftOf(ws, '--customer', 'acme', ...READ)).document.targets).toHaveLength(1);
  });

  test('a target that cannot be read is an error, and the other questions are answered', async () => {
    using ws = await applied();
    rmSync(ws.path('exports'), { recursive: true });
    ws.write('exports', 'a file where the folder belongs');
    const { code, document } = await driftOf(ws, '--detailed-exitcode', ...READ);
    expect(code).toBe(1);
    expect(document.targets).toEqual([
      { target: 'portal', customer: null, entries: [], error: expect.objectContaining({ code: expect.any(String) }) },
    ]);
    expect(document.directory.customers).toHaveLength(2);
    expect((await ws.run('drift', ...READ)).stdout).toContain('portal: not read (');
  });

  test('as JUnit each question is a suite, and what differs a failure', async () => {
    using ws = await applied();
    editByHand(ws);
    const { code, stdout } = await ws.run('drift', '--format', 'junit', ...READ);
    expect(code).toBe(0);
    expect(stdout).toContain('<testsuites name="rollcall drift" tests="6" failures="1" errors="0" skipped="0">');
    expect(stdout).toContain('<testsuite name="directories" tests="2" failures="0"');
    expect(stdout).toMatch(
      /<testcase classname="rollcall\.target\.portal" name="acme"><failure message="add acme\.csv ben@acme\.example/,
    );
    expect(stdout).toContain('<testcase classname="rollcall.target.portal" name="globex"/>');
  });

  test('changes nothing: neither the state nor a target', async () => {
    using ws = await applied();
    editByHand(ws);
    const before = [ws.read('exports/acme.csv'), statSync(ws.path('.rollcall/state.db')).mtimeMs];
    await ws.run('drift', ...READ);
    expect([ws.read('exports/acme.csv'), statSync(ws.path('.rollcall/state.db')).mtimeMs]).toEqual(before);
  });
});

describe('apply --repair', () => {
  test('shows the differences and puts them back, from the state alone', async () => {
    using ws = await applied();
    const before = ws.read('exports/acme.csv');
    editByHand(ws);
    rmSync(ws.path('recordings'), { recursive: true });
    const { code, stdout, stderr } = await ws.run('apply', '--repair', '--auto-approve');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('portal, acme: 1 to add, 1 to remove');
    expect(stdout).toContain('Run 2: portal: 1 added, 1 removed.');
    expect(ws.read('exports/acme.csv')).toBe(before);
    expect((await ws.run('history', '2')).stdout).toMatch(/^Run 2: repair by .*\nportal: acme: 1 added, 1 removed\n$/);
    const [latest] = JSON.parse((await ws.run('history', '--format', 'json')).stdout);
    expect(latest).toMatchObject({ command: 'repair', outcomes: [], planDigest: null });
  });

  test('does nothing without being told to: there is no terminal to ask on', async () => {
    using ws = await applied();
    editByHand(ws);
    const edited = ws.read('exports/acme.csv');
    const { code, stderr } = await ws.run('apply', '--repair');
    expect(code).toBe(1);
    expect(stderr).toContain('NOT_APPROVED');
    expect(ws.read('exports/acme.csv')).toBe(edited);
  });

  test('where nothing differs nothing is asked, and no run is made', async () => {
    using ws = await applied();
    const { code, stdout } = await ws.run('apply', '--repair');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'portal: in step with the state.\n' });
    expect((await ws.run('history')).stdout).not.toMatch(/^2 /m);
  });

  test('goes neither with a plan nor with a reading, and --target not without it', async () => {
    using ws = await applied();
    for (const options of [
      ['plan.json', '--repair'],
      ['--repair', '--snapshot', 'recordings'],
      ['--repair', '--full'],
      ['--target', 'portal'],
    ]) {
      const { code, stderr } = await ws.run('apply', ...options);
      expect({ options, code }).toEqual({ options, code: 64 });
      expect(stderr).toContain('USAGE');
    }
  });

  test('entries that the state never put there are kept past the limit (SAF-7)', async () => {
    using ws = await applied();
    const [header = '', ...rows] = ws.read('exports/acme.csv').trimEnd().split(/\r?\n/);
    const strangers = Array.from({ length: 12 }, (_, index) => (rows[0] ?? '').replace(/ann@/g, `s${index}@`));
    const text = `${[header, ...rows, ...strangers].join('\r\n')}\r\n`;
    ws.write('exports/acme.csv', text);
    const held = await ws.run('apply', '--repair', '--auto-approve');
    expect(held.code).toBe(3);
    expect(held.stderr).toMatch(/portal: acme: blocked: .*would lose 12 of 14 entries/);
    expect(ws.read('exports/acme.csv')).toBe(text);
    const allowed = await ws.run('apply', '--repair', '--auto-approve', '--allow-removals', '12');
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(ws.read('exports/acme.csv')).not.toContain('s1@acme.example');
  });
});
