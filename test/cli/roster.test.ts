/** What is stored, as people and scripts get to see it: users, conflicts, history, and the state itself. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const LATER = ['--snapshot', 'recordings', '--at', '2026-11-24T09:00:00Z'] as const;

const ANN = person('id-ann', 'Ann.Lee@acme.example', {
  proxyAddresses: ['SMTP:Ann.Lee@acme.example', 'smtp:ann@acme.example', 'smtp:a.lee@acme.example'],
  attributes: { givenName: 'Ann', surname: 'Lee', displayName: 'Lee, Ann "the boss"', notes: 'two\nlines' },
});
const FORMULA = person('id-eve', 'eve@acme.example', {
  attributes: { displayName: '=HYPERLINK("http://evil.example")', department: '@SUM(1)', mobile: '+44 7700 900101' },
});
const MARIA = person('id-maria', 'maria@acme.example');
const BOB = person('id-bob', 'bob@acme.example');

const CONFIG = customerFile('acme', {
  directory: 'deleteAfter: 14d',
  further: `conflicts:
  - {user: maria@acme.example, action: ignore, until: 2027-02-12, reason: parental leave}
users:
  - {address: scanner@acme.example, displayName: Scanner}
`,
});

let made: TestWorkspace;

/** Four people and a scanner, of whom the next day two are gone. */
beforeAll(async () => {
  made = await workspace({
    customers: { acme: CONFIG, globex: customerFile('globex') },
    directories: { acme: [ANN, FORMULA, MARIA, BOB], globex: [person('id-zoe', 'zoe@globex.example')] },
  });
  await made.run('apply', '--auto-approve', ...READ);
  await made.record('acme', [ANN, FORMULA]);
  const { code, stderr } = await made.run('apply', '--auto-approve', ...LATER);
  expect(code, stderr).toBe(0);
});
afterAll(() => made[Symbol.dispose]());

async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await made.run(...args, '--format', 'json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe.concurrent('users', () => {
  test('--format json is an array of user resources', async () => {
    const users = await json<{ address: string }[]>('users');
    expect(users.map(({ address }) => address)).toEqual([
      'Ann.Lee@acme.example',
      'bob@acme.example',
      'eve@acme.example',
      'maria@acme.example',
      'scanner@acme.example',
      'zoe@globex.example',
    ]);
    expect(users[0]).toEqual({
      address: 'Ann.Lee@acme.example',
      aliases: ['a.lee@acme.example', 'ann@acme.example'],
      type: 'user',
      source: 'ldap',
      addition: false,
      objectId: 'id-ann',
      status: 'active',
      flaggedAt: null,
      attributes: { givenName: 'Ann', surname: 'Lee', displayName: 'Lee, Ann "the boss"', notes: 'two\nlines' },
      rules: { allow: [], deny: [] },
      archive: null,
    });
    expect(users[1]).toMatchObject({ status: 'flagged', flaggedAt: '2026-11-24T09:00:00.000Z' });
    expect(users[3]).toMatchObject({ status: 'ignored', flaggedAt: null });
    expect(users[4]).toMatchObject({ source: 'manual', objectId: null });
    expect(await json('users', 'export')).toEqual(users);
    expect(await json('users', 'list', '--customer', 'globex')).toHaveLength(1);
  });

  test('as text: a line each', async () => {
    const { stdout } = await made.run('users', '--customer', 'acme');
    expect(stdout.split('\n')[0]).toMatch(/^customer +address +status +source +aliases +name$/);
    expect(stdout).toMatch(/^acme +bob@acme\.example +flagged +ldap +0$/m);
  });

  test('export as CSV (RFC 4180) can be read back, and opens in a spreadsheet without calculating', async () => {
    const { code, stdout } = await made.run('users', 'export', '--format', 'csv');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\r\n$/);
    const rows: Record<string, string>[] = parse(stdout, { columns: true, record_delimiter: '\r\n' });
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({
      customer: 'acme',
      address: 'Ann.Lee@acme.example',
      aliases: 'a.lee@acme.example;ann@acme.example',
      displayName: 'Lee, Ann "the boss"',
      notes: 'two\nlines',
      status: 'active',
      source: 'ldap',
      objectId: 'id-ann',
    });
    expect(rows[2]).toMatchObject({
      displayName: `'=HYPERLINK("http://evil.example")`,
      department: `'@SUM(1)`,
      mobile: '+44 7700 900101',
    });
    expect((await made.run('users', 'export')).stdout).toBe(stdout);
  });
});

describe.concurrent('conflicts', () => {
  test('--format json: address, status, flaggedAt, due and decision', async () => {
    const expected = [
      {
        customer: 'acme',
        address: 'bob@acme.example',
        status: 'flagged',
        flaggedAt: '2026-11-24T09:00:00.000Z',
        due: '2026-12-08T09:00:00.000Z',
        decision: null,
      },
      {
        customer: 'acme',
        address: 'maria@acme.example',
        status: 'ignored',
        flaggedAt: null,
        due: null,
        decision: {
          action: 'ignore',
          until: '2027-02-12T00:00:00.000Z',
          reason: 'parental leave',
          location: { file: 'customers/acme.yaml', line: 12, column: 12 },
        },
      },
    ];
    expect(await json('conflicts', '--at', MONDAY)).toEqual(expected);
    expect(await json('conflicts', 'export', '--at', MONDAY)).toEqual(expected);
    // Past its end the decision is void.
    expect(await json('conflicts', '--at', '2027-03-01')).toMatchObject([{}, { decision: null }]);
    expect(await json('conflicts', '--customer', 'globex')).toEqual([]);
  });

  test('as text and as CSV', async () => {
    const { stdout } = await made.run('conflicts', '--at', MONDAY);
    expect(stdout).toMatch(/^acme +bob@acme\.example +flagged +2026-11-24 +2026-12-08$/m);
    expect(stdout).toMatch(/^acme +maria@acme\.example +ignored .*ignore +2027-02-12 +parental leave$/m);
    const rows: Record<string, string>[] = parse((await made.run('conflicts', 'export', '--at', MONDAY)).stdout, {
      columns: true,
    });
    expect(rows[0]).toMatchObject({ address: 'bob@acme.example', due: '2026-12-08T09:00:00.000Z', decision: '' });
    expect(rows[1]).toMatchObject({ address: 'maria@acme.example', decision: 'ignore', reason: 'parental leave' });
    expect((await made.run('conflicts', '--customer', 'globex')).stdout).toBe('No user is in conflict.\n');
  });
});

describe.concurrent('history', () => {
  test('lists runs, the latest first', async () => {
    const { stdout } = await made.run('history');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^run +command +at +who +result$/);
    expect(lines[1]).toMatch(
      /^2 +apply +2026-11-24T09:00:00\.000Z .*2 changes applied to 1 customer, 1 customer unchanged$/,
    );
    expect(lines[2]).toMatch(/^1 +apply .*8 changes applied to 2 customers$/);
    expect((await json<unknown[]>('history', '--limit', '1')).length).toBe(1);
    expect(await json('history')).toMatchObject([
      {
        id: 2,
        command: 'apply',
        planDigest: expect.stringMatching(/^sha256:/),
        finishedAt: expect.any(String),
        outcomes: [
          { customer: 'acme', outcome: 'applied', serialBefore: 1, serialAfter: 2, changes: 2 },
          { customer: 'globex', outcome: 'unchanged', serialBefore: 1, serialAfter: 1, changes: 0 },
        ],
      },
      { id: 1 },
    ]);
  });

  test('shows what one run changed', async () => {
    const { stdout } = await made.run('history', '2');
    expect(stdout).toContain('Run 2: apply by ');
    expect(stdout).toContain('acme, serial 2:');
    expect(stdout).toMatch(
      /^ {2}flag +user bob@acme\.example {2}gone from the sync; due on 2026-12-08.* \[DEL-1 SEL-1\]$/m,
    );
    const run = await json<{ journal: unknown[] }>('history', '2');
    expect(run).toMatchObject({
      id: 2,
      journal: [
        {
          customer: 'acme',
          serialAfter: 2,
          changes: [
            { action: 'flag', resource: 'user', address: 'bob@acme.example', reasons: [{ rule: 'DEL-1' }, {}] },
            { action: 'ignore', resource: 'user', address: 'maria@acme.example' },
          ],
        },
      ],
    });
  });

  test('a run that there is not', async () => {
    const { code, stderr } = await made.run('history', '99');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no run 99.');
    expect(stderr).toContain('rollcall history');
  });
});

describe.concurrent('state', () => {
  test('list and show', async () => {
    expect(await json('state', 'list')).toEqual([
      { customer: 'acme', serial: 2, syncedAt: '2026-11-24T09:00:00.000Z', entries: 5 },
      { customer: 'globex', serial: 1, syncedAt: '2026-11-24T09:00:00.000Z', entries: 1 },
    ]);
    expect(await json('state', 'show', '--customer', 'acme')).toMatchObject({
      lineage: expect.stringMatching(/./),
      customers: [{ customer: 'acme', serial: 2, active: 3, flagged: 1, ignored: 1, deactivated: 0, groups: 0 }],
    });
    expect((await made.run('state', 'show')).stdout).toMatch(/^ {2}flagged +1$/m);
  });

  test('pull and push round trip, to the byte, into this state and into a new one', async () => {
    const pulled = (await made.run('state', 'pull')).stdout;
    made.write('state.json', pulled);
    const same = await made.run('state', 'push', 'state.json');
    expect(same.code, same.stderr).toBe(0);
    expect(same.stderr).toContain('2 customers as stored already');
    using other = await workspace({ customers: { acme: CONFIG, globex: customerFile('globex') } });
    other.write('state.json', pulled);
    const { code, stderr } = await other.run('state', 'push', 'state.json');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('2 customers put in place.');
    expect((await other.run('state', 'pull')).stdout).toBe(pulled);
  });

  test('pull of one customer is a part that can be pushed', async () => {
    const { stdout } = await made.run('state', 'pull', '--customer', 'globex');
    const { rosters } = JSON.parse(stdout);
    expect(rosters).toMatchObject([{ customer: 'globex', entries: [{ address: 'zoe@globex.example' }] }]);
  });
});

describe.concurrent('state push refuses', () => {
  async function refusal(
    change: (state: { lineage: string; rosters: { serial: number; entries: object[] }[] }) => void,
  ) {
    using other = await workspace({ customers: { acme: CONFIG, globex: customerFile('globex') } });
    const pulled = (await made.run('state', 'pull')).stdout;
    other.write('state.json', pulled);
    await other.run('state', 'push', 'state.json');
    const state = JSON.parse(pulled);
    change(state);
    other.write('changed.json', JSON.stringify(state));
    const { code, stderr } = await other.run('state', 'push', 'changed.json');
    expect(code).toBe(1);
    expect((await other.run('state', 'pull')).stdout).toBe(pulled);
    return stderr;
  }

  test('another lineage', async () => {
    const said = await refusal((state) => {
      state.lineage = 'another';
    });
    expect(said).toContain('error[PUSH_REFUSED]');
    expect(said).toContain('lineage another');
  });

  test('an older serial', async () => {
    const said = await refusal(({ rosters: [acme] }) => {
      if (acme !== undefined) acme.serial = 1;
    });
    expect(said).toContain('its serial is 1, the stored one');
  });

  test('the same serial with another content', async () => {
    expect(await refusal(({ rosters: [acme] }) => acme?.entries.pop())).toContain('but another content');
  });

  test('an address that is held twice, one that is none, and what is no state', async () => {
    const twice = await refusal(({ rosters: [acme] }) => acme?.entries.push({ ...acme.entries[0], type: 'user' }));
    expect(twice).toContain('is held twice');
    const none = await refusal(({ rosters: [acme] }) => acme?.entries.push({ ...acme.entries[0], address: 'nobody' }));
    expect(none).toContain('is not a mail address');
    const wrong = await refusal(({ rosters: [acme] }) => acme?.entries.push({ address: 'x@acme.example' }));
    expect(wrong).toContain('error[STATE_FILE]');
  });

  test('and accepts a newer serial, with a baseline in the history', async () => {
    using other = await workspace({ customers: { acme: CONFIG, globex: customerFile('globex') } });
    const pulled = (await made.run('state', 'pull')).stdout;
    other.write('state.json', pulled);
    await other.run('state', 'push', 'state.json');
    const state = JSON.parse(pulled);
    state.rosters[0].serial += 1;
    state.rosters[0].entries.pop();
    other.write('state.json', JSON.stringify(state));
    const { code, stderr } = await other.run('state', 'push', 'state.json');
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('Run 2: 1 customer put in place, 1 customer as stored already.\n');
    expect((await other.run('history', '2')).stdout).toContain('a roster of 4 entries was put in place');
  });
});

describe.concurrent('before anything was applied', () => {
  test.each([
    [['users'], 'The roster is empty.\n'],
    [['conflicts'], 'No user is in conflict.\n'],
    [['history'], 'Nothing has been applied yet.\n'],
    [['state', 'list'], 'The state is empty.\n'],
    [['users', '--format', 'json'], '[\n]\n'],
    [['conflicts', '--format', 'json'], '[]\n'],
    [['history', '--format', 'json'], '[]\n'],
  ])('%j', async (args, said) => {
    using fresh = await workspace({ customers: { acme: CONFIG } });
    expect(await fresh.run(...args)).toEqual({ code: 0, signal: null, stdout: said, stderr: '' });
  });
});
