/** The rules that hold a customer back. */
import { describe, expect, it } from 'vitest';
import type { RemovalLimit } from '../../src/domain/config.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { plan } from '../../src/planner/plan.ts';
import {
  ACME,
  addition,
  afterApply,
  at,
  changesOf,
  configured,
  customer,
  decision,
  directory,
  domain,
  entra,
  group,
  madePlan,
  NOW,
  person,
  planOf,
  reading,
  roster,
  rosterAfter,
  stateOf,
  storedGroup,
  tombstone,
  user,
  type World,
} from '../support/builders.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => `user${i}@acme.example`);
const objectsOf = (addresses: readonly string[]) => addresses.map((one) => person(one.split('@')[0] ?? '', one));

/** So many users, of whom the first ones are gone. */
function losing(gone: number, users: number, maxRemovals: RemovalLimit, parts: Partial<World> = {}): World {
  const all = names(users);
  const survivors = [...objectsOf(all.slice(gone)), person('somebody', 'somebody@elsewhere.example')];
  return {
    customer: customer({ safety: { maxRemovals } }),
    roster: roster(all.map((one) => user(one))),
    reading: reading(survivors),
    ...parts,
  };
}

/** `SAF-1 6 of 5` for each block, or nothing. */
function blocksOf(world: World): readonly string[] {
  const made = planOf(world);
  return made.status === 'blocked'
    ? made.blocks.map(({ rule, removals, allowed }) => `${rule} ${removals} of ${allowed}`)
    : [];
}

const COUNT = (count: number): RemovalLimit => ({ count, percent: null });
const PERCENT = (percent: number): RemovalLimit => ({ count: null, percent });
const DEFAULT: RemovalLimit = { count: 5, percent: 10 };

describe('SAF-1 Too many removals', () => {
  it.each<[string, number, number, RemovalLimit, readonly string[]]>([
    ['as many as the count', 5, 100, COUNT(5), []],
    ['one more than the count', 6, 100, COUNT(5), ['SAF-1 6 of 5']],
    ['a count of none', 1, 100, COUNT(0), ['SAF-1 1 of 0']],
    ['as many as the percentage', 10, 100, PERCENT(10), []],
    ['one more than the percentage', 11, 100, PERCENT(10), ['SAF-1 11 of 10']],
    ['a percentage is rounded down', 2, 19, PERCENT(10), ['SAF-1 2 of 1']],
    ['a percentage of few is none', 1, 9, PERCENT(10), ['SAF-1 1 of 0']],
    ['the default for few: 5', 5, 6, DEFAULT, []],
    ['the default for few, one more', 6, 20, DEFAULT, ['SAF-1 6 of 5']],
    ['the default for many: 10%', 20, 200, DEFAULT, []],
    ['the default for many, one more', 21, 200, DEFAULT, ['SAF-1 21 of 20']],
    ['everything may go', 100, 100, PERCENT(100), []],
  ])('%s: %i of %i', (_, gone, users, limit, expected) => {
    expect(blocksOf(losing(gone, users, limit))).toEqual(expected);
  });

  it.each<[number, readonly string[]]>([
    [10, []],
    [11, []],
    [9, ['SAF-1 10 of 9']],
    [0, ['SAF-1 10 of 0']],
  ])('--allow-removals %i takes the place of the limit', (allowRemovals, expected) => {
    expect(blocksOf(losing(10, 100, COUNT(5), { allowRemovals }))).toEqual(expected);
    expect(blocksOf(losing(10, 100, COUNT(50), { allowRemovals }))).toEqual(expected);
  });

  it('shows the whole plan, the numbers and the remedy', () => {
    const made = planOf(losing(10, 100, COUNT(5)));
    expect(made).toMatchObject({ status: 'blocked', summary: { flag: 10 } });
    if (made.status !== 'blocked') throw new Error('not blocked');
    expect(made.changes).toHaveLength(10);
    expect(made.blocks[0].message).toMatch(/10 of 100 users \(10\.0%\).*lets 5 through.*--allow-removals 10/);
  });

  it('counts the flagged and the deleted of every source, and nothing else', () => {
    const world: World = {
      customer: customer({
        domains: [domain('acme.example')],
        directory: directory({ include: { publicFolders: true } }),
        decisions: [
          decision('delete', 'd1@acme.example'),
          decision('deactivate', 'd2@acme.example'),
          decision('ignore', 'd3@acme.example'),
        ],
        users: [configured('new@acme.example')],
        safety: { maxRemovals: COUNT(0) },
      }),
      roster: roster([
        user('gone@acme.example'),
        user('folder@acme.example', { type: 'publicFolder' }),
        user('due@acme.example', { status: 'flagged', flaggedAt: at('2026-01-01') }),
        user('waits@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') }),
        user('anew@acme.example', { status: 'ignored' }),
        user('csv@acme.example', { source: 'csv' }),
        user('out@brand.example'),
        user('d1@acme.example'),
        user('d2@acme.example'),
        user('d3@acme.example'),
        user('here@acme.example'),
        user('renamed@acme.example', { aliases: ['r@acme.example'] }),
      ]),
      reading: reading([person('here', 'here@acme.example'), person('renamed', 'other@acme.example')]),
    };
    // gone, folder, due, anew, csv, out
    expect(blocksOf(world)).toEqual(['SAF-1 6 of 0']);
  });

  it('takes the percentage of all users, public folders among them, and not of groups', () => {
    const groups = names(50).map((one) => storedGroup(`g${one}`, []));
    const world = losing(2, 10, PERCENT(20));
    const more = { ...world, roster: roster([...(world.roster?.entries ?? []), ...groups]) };
    expect(blocksOf(more)).toEqual(['SAF-1 50 of 10']);
    const folders = losing(2, 10, PERCENT(20), {
      roster: roster(names(10).map((one) => user(one, { type: 'publicFolder' }))),
    });
    expect(blocksOf(folders)).toEqual([]);
  });

  it('counts groups apart, by the same limit', () => {
    const groups = names(6).map((one) => storedGroup(`g${one}`, []));
    const world = losing(5, 100, COUNT(5));
    const more = { ...world, roster: roster([...(world.roster?.entries ?? []), ...groups]) };
    expect(blocksOf(more)).toEqual(['SAF-1 6 of 5']);
    expect(blocksOf({ ...more, allowRemovals: 6 })).toEqual([]);
    const five = { ...world, roster: roster([...(world.roster?.entries ?? []), ...groups.slice(1)]) };
    expect(blocksOf(five)).toEqual([]);
  });

  it('lets five groups go in any case: a percentage of few groups is none', () => {
    const groups = names(6).map((one) => storedGroup(`g${one}`, []));
    const world = losing(0, 100, { count: null, percent: 10 });
    const more = { ...world, roster: roster([...(world.roster?.entries ?? []), ...groups]) };
    expect(blocksOf(more)).toEqual(['SAF-1 6 of 5']);
    const five = { ...world, roster: roster([...(world.roster?.entries ?? []), ...groups.slice(1)]) };
    expect(blocksOf(five)).toEqual([]);
  });

  it('holds back a CSV file that lost its rows', () => {
    const world: World = {
      customer: customer({ directory: null, safety: { maxRemovals: DEFAULT } }),
      roster: roster(names(20).map((one) => user(one, { source: 'csv', objectId: null }))),
    };
    expect(blocksOf(world)).toEqual(['SAF-1 20 of 5']);
  });

  it('holds back a shorter deleteAfter that makes many due', () => {
    const entries = names(20).map((one) => user(one, { status: 'flagged', flaggedAt: at('2026-11-01') }));
    const world = losing(20, 20, COUNT(5), { roster: roster(entries) });
    expect(blocksOf(world)).toEqual(['SAF-1 20 of 5']);
    const never = customer({ directory: directory({ deleteAfterDays: 'never' }), safety: { maxRemovals: COUNT(5) } });
    expect(blocksOf({ ...world, customer: never })).toEqual([]);
  });

  it('holds for each customer alone', () => {
    const globex = { ...customer({ safety: { maxRemovals: COUNT(0) } }), name: 'globex' as CustomerId };
    const both = plan({
      config: { customers: [globex, customer({ safety: { maxRemovals: COUNT(1) } })] },
      readings: new Map([ACME, globex.name].map((name) => [name, reading(objectsOf(['x@elsewhere.example']))])),
      state: stateOf(roster([user('a@acme.example')]), { ...roster([user('b@acme.example')]), customer: globex.name }),
      now: NOW,
      allowRemovals: null,
    });
    expect(both.customers.map(({ customer, status }) => `${customer} ${status}`)).toEqual([
      'acme ready',
      'globex blocked',
    ]);
  });
});

describe('SAF-2 A read that did not end cleanly', () => {
  const problem = { code: 'LDAP_SIZE_LIMIT', message: 'size limit exceeded', hint: 'raise it' };
  const failed = { status: 'failed', problem } as const;

  it('plans nothing at all: no removal, no due deletion, nothing of the configuration', () => {
    const world: World = {
      customer: customer({
        users: [configured('new@acme.example')],
        decisions: [decision('delete', 'b@acme.example')],
      }),
      roster: roster([
        user('a@acme.example'),
        user('b@acme.example'),
        user('due@acme.example', { status: 'flagged', flaggedAt: at('2020-01-01') }),
        user('csv@acme.example', { source: 'csv' }),
        user('out@brand.example'),
      ]),
      reading: failed,
      allowRemovals: 1000,
    };
    expect(planOf(world)).toEqual({ customer: ACME, status: 'failed', problem, diagnostics: [] });
  });

  it('stops no other customer', () => {
    const globex = { ...customer(), name: 'globex' as CustomerId };
    const both = plan({
      config: { customers: [globex, customer()] },
      readings: new Map<CustomerId, Parameters<typeof planOf>[0]['reading'] & object>([
        [ACME, failed],
        [globex.name, reading([person('a', 'a@acme.example')])],
      ]),
      state: stateOf(),
      now: NOW,
      allowRemovals: null,
    });
    expect(both.customers).toMatchObject([
      { status: 'failed' },
      { status: 'ready', changes: [{ resource: 'domain' }, { resource: 'user' }] },
    ]);
  });
});

describe('SAF-3 An empty directory', () => {
  const nobody = reading([]);
  const one = [user('ann@acme.example')];
  const generous = customer({ safety: { maxRemovals: PERCENT(100) } });

  it('blocks, however few the users are and however wide the limit', () => {
    const world = { customer: generous, roster: roster(one), reading: nobody };
    expect(blocksOf(world)).toEqual(['SAF-3 1 of 0']);
    const made = madePlan(world);
    if (made.status !== 'blocked') throw new Error('not blocked');
    expect(made.blocks[0].message).toMatch(/no users.*1 directory user.*--allow-removals 1/);
  });

  it('comes beside SAF-1 where that is passed too', () => {
    expect(blocksOf(losing(10, 10, COUNT(5), { reading: nobody }))).toEqual(['SAF-3 10 of 0', 'SAF-1 10 of 5']);
  });

  it.each<[number, readonly string[]]>([
    [1, []],
    [2, []],
    [0, ['SAF-3 1 of 0', 'SAF-1 1 of 0']],
  ])('--allow-removals %i', (allowRemovals, expected) => {
    expect(blocksOf({ customer: generous, roster: roster(one), reading: nobody, allowRemovals })).toEqual(expected);
  });

  it.each<[string, Parameters<typeof reading>[0], boolean]>([
    ['groups alone are nobody', [group('g', 'all@acme.example', [])], true],
    ['contacts alone are nobody', [person('c', 'c@acme.example', { kind: 'contact' })], true],
    ['a disabled account is somebody', [person('d', 'd@acme.example', { disabled: true })], false],
    ['an account without an address is somebody', [person('d', null)], false],
    ['a public folder is somebody', [person('f', 'f@acme.example', { kind: 'publicFolder' })], false],
  ])('%s', (_, objects, blocked) => {
    const world = { customer: generous, roster: roster(one), reading: reading(objects) };
    expect(blocksOf(world).some((block) => block.startsWith('SAF-3'))).toBe(blocked);
  });

  it.each<[string, Parameters<typeof roster>[0]]>([
    ['nobody', []],
    [
      'users in conflict',
      [
        user('f@acme.example', { status: 'flagged', flaggedAt: NOW }),
        user('i@acme.example', { status: 'ignored' }),
        user('d@acme.example', { status: 'deactivated' }),
      ],
    ],
    ['users of the configuration', [user('m@acme.example', { source: 'manual' })]],
    [
      'additions, which the directory is not expected to have',
      [user('n@acme.example', { addition: true, objectId: null })],
    ],
    ['groups', [storedGroup('all@acme.example', [])]],
  ])('does not block where the roster has only %s', (_, entries) => {
    expect(blocksOf({ customer: generous, roster: roster(entries), reading: nobody })).toEqual([]);
  });

  it('does not block twice: once let through, everybody is in conflict', () => {
    const world = { customer: generous, roster: roster(one), reading: nobody, allowRemovals: 1 };
    const { allowRemovals: _, ...next } = afterApply(world);
    expect(changesOf(next)).toEqual([]);
    expect(planOf(next).status).toBe('ready');
  });

  it('lets a customer begin with additions in an empty directory', () => {
    const config = customer({ directory: directory({ additions: [addition('first@acme.example')] }) });
    const world = { customer: config, reading: nobody };
    expect(planOf(afterApply(world))).toMatchObject({ status: 'ready', changes: [] });
  });

  it('is no matter without a directory', () => {
    expect(planOf({ customer: customer({ directory: null }), roster: roster(one) }).status).toBe('ready');
  });
});

describe('SAF-6 A credential near its end', () => {
  const warnings = (now: string, reading_: World['reading'] = reading([])) =>
    planOf({ customer: customer({ directory: entra('2027-03-01') }), reading: reading_, now: at(now) })
      .diagnostics.filter(({ rule }) => rule === 'SAF-6')
      .map(({ severity, message, location }) => `${location?.line} ${severity} ${message.split('.')[0]}`);

  it.each([
    ['2027-01-30T23:59:59Z', []],
    ['2027-01-31', ['12 warning The credential of the directory ends after 2027-03-01, in 30 days']],
    ['2027-03-01T12:00:00Z', ['12 warning The credential of the directory ends after 2027-03-01, in 1 day']],
    ['2027-03-02', ['12 warning The credential of the directory ended after 2027-03-01']],
    ['2028-01-01', ['12 warning The credential of the directory ended after 2027-03-01']],
  ])('is warned of from 30 days before: %s', (now, expected) => {
    expect(warnings(now)).toEqual(expected);
  });

  it('is said where the directory could not be read because of it, too', () => {
    const problem = { code: 'ENTRA_SECRET_EXPIRED', message: 'It has ended.', hint: 'Renew it.' };
    expect(warnings('2027-03-02', { status: 'failed', problem })).toHaveLength(1);
  });

  it('is no matter where no end is given, or the directory is left alone', () => {
    const { expires: _, ...connection } = entra('2027-03-01').connection;
    for (const without of [
      directory({ connection: { ...connection, expires: null } }),
      { ...entra('2027-03-01'), enabled: false },
    ]) {
      const { diagnostics } = planOf({ customer: customer({ directory: without }), now: at('2027-03-02') });
      expect(diagnostics.filter(({ rule }) => rule === 'SAF-6')).toEqual([]);
    }
  });
});

describe('SAF-5 Applying twice changes nothing', () => {
  const everything: World = {
    customer: customer({
      domains: [domain('acme.example'), domain('brand.example', 'dns')],
      directory: directory({ include: { publicFolders: true }, additions: [addition('add@acme.example')] }),
      users: [configured('scan@acme.example', { aliases: ['copy@acme.example'] })],
      decisions: [decision('ignore', 'ignored@acme.example'), decision('delete', 'deleted@acme.example')],
    }),
    roster: roster(
      [
        user('gone@acme.example'),
        user('due@acme.example', { status: 'flagged', flaggedAt: at('2026-01-01'), aliases: ['taken@acme.example'] }),
        user('back@acme.example', { status: 'deactivated' }),
        user('ignored@acme.example'),
        user('deleted@acme.example'),
        user('swap1@acme.example'),
        user('swap2@acme.example'),
        user('waits@brand.example'),
        user('out@other.example'),
        user('anew@acme.example', { aliases: ['x@other.example'] }),
        storedGroup('all@acme.example', ['gone@acme.example']),
        storedGroup('old@acme.example', []),
      ],
      { tombstones: [tombstone('dead@acme.example')] },
    ),
    reading: reading([
      person('back', 'back@acme.example'),
      person('swap1', 'swap2@acme.example'),
      person('swap2', 'swap1@acme.example'),
      person('other', 'anew@acme.example'),
      person('dead', 'alive@acme.example'),
      person('f', 'folder@acme.example', { kind: 'publicFolder' }),
      person('scan', 'scan@acme.example', { aliases: ['taken@acme.example'] }),
      person('zzz', 'zzz@acme.example', { aliases: ['taken@acme.example', 'copy@acme.example'] }),
      group('all', 'all@acme.example', ['back', 'swap1', 'waits', 'f', 'scan']),
    ]),
  };

  it('a plan made right after an apply is empty, and the next apply leaves the same roster', () => {
    expect(madePlan(everything).changes.length).toBeGreaterThan(12);
    const next = afterApply(everything);
    expect(changesOf(next)).toEqual([]);
    expect(rosterAfter(next)).toEqual(next.roster);
  });

  it('the numbers of the summary are those of the changes', () => {
    const { changes, summary } = madePlan(everything);
    const { billable: _, ...actions } = summary;
    for (const [action, count] of Object.entries(actions)) {
      expect([action, count]).toEqual([action, changes.filter((change) => change.action === action).length]);
    }
  });
});
