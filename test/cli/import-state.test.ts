/** `rollcall import state`: a recording goes into the state of customers that nothing was ever applied to, and into no target. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const ANN = person('ann', 'ann@acme.example');
const BEN = person('ben', 'ben@acme.example');
const GUS = person('gus', 'gus@globex.example');
const PORTAL = 'targets: [{name: portal, type: csv, dir: exports}]\n';
const AT = ['--at', MONDAY] as const;

function made(): Promise<TestWorkspace> {
  return workspace({
    workspace: PORTAL,
    customers: { acme: customerFile('acme'), globex: customerFile('globex') },
    directories: { acme: [ANN, BEN], globex: [GUS] },
  });
}

describe('a recording', () => {
  test('is put into the state and into no target; the next plan flags who has left since', async () => {
    using ws = await made();
    const { code, stdout, stderr } = await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('acme: 3 to create; billable users 0 -> 2');
    expect(stdout).toContain('Run 1: 5 changes applied to 2 customers.');
    expect(existsSync(ws.path('exports'))).toBe(false);
    expect((await ws.run('history')).stdout).toMatch(/\bimport\b/);
    expect((await ws.run('plan', '--detailed-exitcode', ...READ)).code).toBe(0);
    await ws.record('acme', [ANN]);
    const later = await ws.run('plan', ...READ);
    expect(later.stdout).toContain('! flag       ben@acme.example');
    expect(later.stdout).toContain('not in the directory any more [DEL-1 SEL-1]');
  });

  test('brings the targets in step with the apply after it, and drift knows what it was made with', async () => {
    using ws = await made();
    await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
    const drift = JSON.parse((await ws.run('drift', '--format', 'json', ...READ)).stdout);
    expect(drift.config).toEqual({ changed: false, files: [] });
    const applied = await ws.run('apply', '--auto-approve', ...READ);
    expect(applied.stdout).toContain('2 customers unchanged, portal: 3 added.');
    expect(ws.read('exports/acme.csv')).toContain('ben@acme.example');
  });

  test('is refused for customers that have a roster; the others are taken in', async () => {
    using ws = await made();
    await ws.run('apply', '--auto-approve', '--customer', 'acme', ...READ);
    await ws.record('acme', [ANN]);
    const { code, stdout, stderr } = await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
    expect(code).toBe(1);
    expect(stderr).toContain('IMPORT_STATE_APPLIED');
    expect(stderr).toContain('The state has a roster of acme already');
    expect(stdout).not.toContain('ben@acme.example');
    expect(stdout).toContain('Run 2: 2 changes applied to 1 customer.');
    const again = await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
    expect(again.code).toBe(1);
    expect(again.stdout).toBe('');
    expect((await ws.run('users', '--customer', 'acme', '--format', 'json')).stdout).toContain('ben@acme.example');
  });

  test('that is damaged or missing is refused as a plan does, and stops no other', async () => {
    using ws = await made();
    ws.write('recordings/acme.ndjson', ws.read('recordings/acme.ndjson').replace('ben@', 'bob@'));
    const { code, stdout } = await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
    expect(code).toBe(1);
    expect(stdout).toContain('acme: not planned');
    expect(stdout).toContain('Run 1: 2 changes applied to 1 customer, 1 customer failed.');
    const nowhere = await ws.run('import', 'state', 'nowhere', '--customer', 'acme', '--auto-approve', ...AT);
    expect(nowhere.code).toBe(1);
    expect(nowhere.stdout).toContain('acme: not planned');
    const state = JSON.parse((await ws.run('state', 'list', '--format', 'json')).stdout);
    expect(
      state.filter(({ customer, serial }: { customer: string; serial: number }) => customer === 'acme' && serial > 0),
    ).toEqual([]);
  });

  test('is not put anywhere without a yes', async () => {
    using ws = await made();
    const { code, stderr } = await ws.run('import', 'state', 'recordings', ...AT);
    expect(code).toBe(1);
    expect(stderr).toContain('NOT_APPROVED');
    expect((await ws.run('history', '--format', 'json')).stdout).not.toContain('import');
  });

  test('as JSON, is the plan and nothing else on stdout', async () => {
    using ws = await made();
    const options = ['--customer', 'acme', '--auto-approve', '--format', 'json', ...AT] as const;
    const { code, stdout, stderr } = await ws.run('import', 'state', 'recordings', ...options);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'rollcall.plan/1', customers: [{ customer: 'acme' }] });
    expect(stderr).toContain('Run 1: 3 changes applied to 1 customer.');
  });
});

test('after a recording, an import from a target takes who is in neither', async () => {
  using ws = await made();
  ws.write(
    'rollcall.yaml',
    ws
      .read('rollcall.yaml')
      .replace(
        PORTAL,
        'targets: [{name: edge, type: postfix, dir: maps, maps: texthash, check: false, reload: false}]\n',
      ),
  );
  ws.write('maps/recipients', 'ann@acme.example OK\nold@acme.example OK\n');
  await ws.run('import', 'state', 'recordings', '--auto-approve', ...AT);
  const { stdout } = await ws.run('import', 'target', 'edge', '--auto-approve');
  expect(stdout).toContain('edge: 2 addresses found, 1 to take over');
  const planned = await ws.run('plan', ...READ);
  expect(planned.stdout).toContain('! flag       old@acme.example');
});
