/** The rules about what becomes of those whom nobody supplies. */
import { describe, expect, it } from 'vitest';
import type { Status, User } from '../../src/domain/roster.ts';
import {
  ACME,
  addition,
  afterApply,
  at,
  changesOf,
  configured,
  customer,
  decision,
  diagnosticsOf,
  directory,
  domain,
  group,
  HOME,
  messagesOf,
  NOW,
  objectId,
  onlyChange,
  person,
  planOf,
  reading,
  reasonsOf,
  roster,
  rosterAfter,
  storedGroup,
  tombstone,
  user,
  userAfter,
  verified,
  type World,
} from '../support/builders.ts';

const RULES = { allow: ['news.example'], deny: ['spam.example'] };
/** A reading without any of the users that the tests are about, and not empty (SAF-3). */
const without = reading([person('somebody', 'somebody@elsewhere.example')]);
const flagged = (since: string): Partial<User> => ({ status: 'flagged', flaggedAt: at(since) });

function deleteAfter(deleteAfterDays: number | 'never') {
  return customer({ directory: directory({ deleteAfterDays }) });
}

describe('DEL-1 Gone from the sync', () => {
  const ann = user('ann@acme.example', { rules: RULES, archive: 'kept', attributes: { surname: 'Lee' } });

  it('flags, as of now, and changes nothing else', () => {
    const world = { roster: roster([ann]), reading: without };
    expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-1']);
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...ann, status: 'flagged', flaggedAt: NOW });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('says when it is due', () => {
    const world = { roster: roster([ann]), reading: without };
    expect(reasonsOf({ ...world, customer: deleteAfter(14) })[0]).toContain('2026-12-04');
    expect(reasonsOf({ ...world, customer: deleteAfter('never') })[0]).toContain('never');
  });

  it('is for users of the directory only, and for public folders', () => {
    const entries = [user('f@acme.example', { type: 'publicFolder' }), user('scan@acme.example', { source: 'manual' })];
    const world = {
      customer: customer({ users: [configured('scan@acme.example')] }),
      roster: roster(entries),
      reading: without,
    };
    expect(changesOf(world)).toEqual(['flag publicFolder f@acme.example by DEL-1']);
  });

  it('is no due date by itself: who is long gone is flagged before being deleted', () => {
    const world = { roster: roster([ann], { syncedAt: at('2020-01-01') }), reading: without };
    expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-1']);
  });
});

describe('DEL-2 Delete after', () => {
  it.each<[number | 'never', string, boolean]>([
    [7, '2026-11-13T12:00:00.001Z', false],
    [7, '2026-11-13T12:00:00.000Z', true],
    [30, '2026-10-21T12:00:00.001Z', false],
    [30, '2026-10-21T12:00:00.000Z', true],
    [400, '2025-10-16T12:00:00.000Z', true],
    ['never', '1970-01-01T00:00:00.000Z', false],
  ])('%s days, flagged at %s: deleted is %s', (days, since, expected) => {
    const world = {
      customer: deleteAfter(days),
      roster: roster([user('ann@acme.example', flagged(since))]),
      reading: without,
    };
    expect(changesOf(world)).toEqual(expected ? ['delete user ann@acme.example by DEL-5'] : []);
  });

  it('counts by the policy as it stands now, not as it stood when flagging', () => {
    const first = afterApply({
      customer: deleteAfter(30),
      roster: roster([user('ann@acme.example')]),
      reading: without,
    });
    const later = { ...first, now: at('2026-11-28') };
    expect(changesOf(later)).toEqual([]);
    expect(changesOf({ ...later, customer: deleteAfter(7) })).toEqual(['delete user ann@acme.example by DEL-5']);
    expect(changesOf({ ...later, customer: deleteAfter('never'), now: at('2099-01-01') })).toEqual([]);
  });

  it('is 7 days where no directory says otherwise', () => {
    const world = (now: string) => ({
      customer: customer({ directory: null }),
      roster: roster([user('ann@acme.example', flagged('2026-11-10'))]),
      now: at(now),
    });
    expect(changesOf(world('2026-11-16T23:59:59.999Z'))).toEqual([]);
    expect(changesOf(world('2026-11-17'))).toEqual(['delete user ann@acme.example by DEL-5']);
  });

  it('is not changed by a change of clocks', () => {
    // 25 October 2026 has 25 hours in Europe; a day here has 24.
    const world = (now: string) => ({
      roster: roster([user('ann@acme.example', flagged('2026-10-20T12:00:00Z'))]),
      reading: without,
      now: at(now),
    });
    expect(changesOf(world('2026-10-27T11:59:59Z'))).toEqual([]);
    expect(changesOf(world('2026-10-27T12:00:00Z'))).toHaveLength(1);
  });
});

describe('DEL-3 While flagged', () => {
  const ann = user('ann@acme.example', { ...flagged('2026-11-19'), rules: RULES, aliases: ['a@acme.example'] });

  it('nothing about the user changes, whatever its object is like', () => {
    const object = person('ann', 'other@acme.example', { disabled: true, attributes: { surname: 'New' } });
    for (const one of [without, reading([object])]) {
      expect(changesOf({ roster: roster([ann]), reading: one })).toEqual([]);
    }
  });

  it('is not flagged anew: the time goes on', () => {
    const world = { roster: roster([ann]), reading: without };
    expect(userAfter({ ...world, now: at('2026-11-25') }, 'ann@acme.example')?.flaggedAt).toBe(ann.flaggedAt);
    expect(changesOf({ ...world, now: at('2026-11-26') })).toEqual(['delete user ann@acme.example by DEL-5']);
  });

  it('still has its addresses, since its mail is accepted', () => {
    const world = {
      roster: roster([ann]),
      reading: reading([person('bob', 'bob@acme.example', { aliases: ['a@acme.example'] })]),
    };
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual(['a@acme.example']);
    expect(userAfter(world, 'bob@acme.example')?.aliases).toEqual([]);
  });

  it('still is billable', () => {
    expect(planOf({ roster: roster([ann]), reading: without })).toMatchObject({
      summary: { billable: { before: 1, after: 1 } },
    });
  });
});

describe('DEL-4 Back in the sync', () => {
  it.each<Status>(['flagged', 'ignored', 'deactivated'])('restores who was %s, rules as they were', (status) => {
    const ann = user('ann@acme.example', {
      status,
      flaggedAt: status === 'flagged' ? at('2026-11-01') : null,
      rules: RULES,
      archive: 'kept',
    });
    const world = { roster: roster([ann]), reading: reading([person('ann', 'ann@acme.example')]) };
    expect(changesOf(world)).toEqual(['restore user ann@acme.example by DEL-4']);
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...ann, status: 'active', flaggedAt: null });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('is one change with all else that happens: another address, other attributes', () => {
    const world = {
      roster: roster([user('ann@acme.example', flagged('2026-11-19'))]),
      reading: reading([person('ann', 'lee@acme.example', { attributes: { surname: 'Lee' } })]),
    };
    expect(changesOf(world)).toEqual(['restore user ann@acme.example -> lee@acme.example by DEL-4']);
    expect(userAfter(world, 'lee@acme.example')).toMatchObject({ status: 'active', attributes: { surname: 'Lee' } });
  });

  it('even at the very moment when it is due', () => {
    const world = {
      roster: roster([user('ann@acme.example', flagged('2020-01-01'))]),
      reading: reading([person('ann', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual(['restore user ann@acme.example by DEL-4']);
  });

  it('is no removal', () => {
    const world: World = {
      customer: customer({ safety: { maxRemovals: { count: 0, percent: null } } }),
      roster: roster([user('ann@acme.example', flagged('2026-11-19'))]),
      reading: reading([person('ann', 'ann@acme.example')]),
    };
    expect(planOf(world).status).toBe('ready');
  });
});

describe('DEL-5 Due', () => {
  const ann = user('ann@acme.example', {
    ...flagged('2026-11-13T12:00:00Z'),
    rules: RULES,
    aliases: ['a@acme.example'],
    archive: 'the archive',
  });

  it('deletes, and a tombstone keeps the addresses, the object id and the archive', () => {
    const world = { roster: roster([ann]), reading: without };
    expect(changesOf(world)).toEqual(['delete user ann@acme.example by DEL-5']);
    expect(rosterAfter(world)).toMatchObject({
      entries: [],
      tombstones: [
        { addresses: ['ann@acme.example', 'a@acme.example'], objectId: 'ann', archive: 'the archive', deletedAt: NOW },
      ],
    });
    expect(JSON.stringify(rosterAfter(world))).not.toContain('news.example');
  });

  it('says since when it was flagged and when it was due', () => {
    const [reason] = reasonsOf({ roster: roster([ann]), reading: without, now: at('2026-12-24') });
    expect(reason).toMatch(/2026-11-13.*2026-11-20/);
  });
});

describe('DEL-6 Back after deletion', () => {
  const grave = tombstone('ann@acme.example', { objectId: objectId('old'), archive: 'the archive' });
  const dead = (...tombstones: (typeof grave)[]) => roster([], { tombstones });

  it.each<[string, ReturnType<typeof person>]>([
    ['the object id', person('old', 'lee@acme.example')],
    ['the address', person('new', 'Ann@acme.example')],
  ])('is created with the archive, found by %s', (_, object) => {
    const world = { roster: dead(grave), reading: reading([object]) };
    expect(onlyChange(world)).toMatchObject({ action: 'create', after: { archive: 'the archive', status: 'active' } });
    expect(onlyChange(world).reasons.map(({ rule }) => rule)).toEqual(['SEL-1', 'DEL-6']);
    expect(rosterAfter(world).tombstones).toEqual([]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('the object id goes before the address', () => {
    const other = tombstone('lee@acme.example', { objectId: objectId('other'), archive: 'another archive' });
    const world = { roster: dead(grave, other), reading: reading([person('old', 'lee@acme.example')]) };
    expect(userAfter(world, 'lee@acme.example')?.archive).toBe('the archive');
  });

  it('gives an archive to one user only: to whom the object id says', () => {
    const objects = [person('aaa', 'ann@acme.example'), person('old', 'zoe@acme.example')];
    for (const order of [objects, objects.toReversed()]) {
      const world = { roster: dead(grave), reading: reading(order) };
      expect(userAfter(world, 'zoe@acme.example')?.archive).toBe('the archive');
      expect(userAfter(world, 'ann@acme.example')?.archive).toBeNull();
      expect(rosterAfter(world).tombstones).toEqual([]);
    }
  });

  it('holds for users of the configuration and additions too', () => {
    const manual = {
      customer: customer({ users: [configured('ann@acme.example')] }),
      roster: dead(grave),
      reading: without,
    };
    const added = {
      customer: customer({ directory: directory({ additions: [addition('ann@acme.example')] }) }),
      roster: dead(grave),
      reading: without,
    };
    for (const world of [manual, added]) {
      expect(userAfter(world, 'ann@acme.example')?.archive).toBe('the archive');
    }
  });

  it('not for a group that has the address now, nor for an alias', () => {
    const list = { roster: dead(grave), reading: reading([group('old', 'ann@acme.example', [])]) };
    expect(onlyChange(list).reasons.map(({ rule }) => rule)).toEqual(['SEL-9']);
    const alias = {
      roster: dead(grave),
      reading: reading([person('x', 'x@acme.example', { aliases: ['ann@acme.example'] })]),
    };
    expect(userAfter(alias, 'x@acme.example')?.archive).toBeNull();
  });

  it('gives back the archive however often somebody leaves', () => {
    const object = person('ann', 'ann@acme.example');
    let world: World = { roster: roster([user('ann@acme.example')]) };
    const archives: unknown[] = [];
    for (const year of ['2030', '2031', '2032']) {
      world = afterApply({ ...world, reading: without, now: at(`${year}-01-01`) });
      world = afterApply({ ...world, now: at(`${year}-02-01`) });
      expect(world.roster?.entries).toEqual([]);
      world = afterApply({ ...world, reading: reading([object]) });
      archives.push(
        world.roster?.entries[0] !== undefined && 'archive' in world.roster.entries[0]
          ? world.roster.entries[0].archive
          : null,
      );
    }
    expect(new Set(archives)).toEqual(new Set(['ann']));
  });
});

describe('DEL-9 A domain taken out', () => {
  const config = customer({ domains: [domain('acme.example')] });

  it.each<[string, Partial<User>]>([
    ['active', {}],
    ['flagged since today', flagged('2026-11-20')],
    ['ignored', { status: 'ignored' }],
    ['deactivated', { status: 'deactivated' }],
    ['manual', { source: 'manual', objectId: null }],
    ['a public folder', { type: 'publicFolder' }],
  ])('deletes who is %s at once', (_, parts) => {
    const stored = user('ann@brand.example', parts);
    for (const world of [
      { customer: config, roster: roster([stored]), reading: reading([person('ann', 'ann@brand.example')]) },
      { customer: customer({ directory: null }), roster: roster([stored]) },
    ]) {
      expect(onlyChange(world)).toMatchObject({ action: 'delete', reasons: [{ rule: 'DEL-9' }] });
    }
  });

  it('even who stands in the configuration, or is decided about', () => {
    const world = {
      customer: customer({
        users: [configured('s@brand.example')],
        decisions: [decision('ignore', 'ann@brand.example')],
      }),
      roster: roster([user('s@brand.example', { source: 'manual' }), user('ann@brand.example')]),
      reading: without,
    };
    expect(changesOf(world)).toEqual([
      'delete user ann@brand.example by DEL-9',
      'delete user s@brand.example by DEL-9',
    ]);
  });

  it('even where the state still has it as verified', () => {
    const world = {
      roster: roster([user('a@brand.example')], { domains: [verified('brand.example')] }),
      reading: without,
    };
    expect(changesOf(world)).toEqual(['delete domain brand.example by DEL-9', 'delete user a@brand.example by DEL-9']);
  });

  it('deletes groups in it', () => {
    const world = { roster: roster([storedGroup('all@brand.example', [])]), reading: without };
    expect(changesOf(world)).toEqual(['delete group all@brand.example by DEL-9']);
  });

  it.each<[string, World]>([
    [
      'of a directory user',
      { reading: reading([person('ann', 'ann@acme.example', { aliases: ['a@brand.example'] })]) },
    ],
    [
      'of who is flagged',
      {
        roster: roster([user('ann@acme.example', { ...flagged('2026-11-19'), aliases: ['a@brand.example'] })]),
        reading: without,
      },
    ],
    ['of who has no directory', { customer: customer({ directory: null }) }],
  ])('takes off an alias in it: %s', (_, parts) => {
    const world = { roster: roster([user('ann@acme.example', { aliases: ['a@brand.example'] })]), ...parts };
    expect(changesOf(world)).toEqual(['update user ann@acme.example by DEL-9']);
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual([]);
  });

  it('takes off the alias of who is flagged in the same plan, in one change', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['a@brand.example', 'b@acme.example'] })]),
      reading: without,
    };
    expect(userAfter(world, 'ann@acme.example')).toMatchObject({ status: 'flagged', aliases: ['b@acme.example'] });
    expect(onlyChange(world).reasons.map(({ rule }) => rule)).toEqual(['DEL-1', 'SEL-1', 'DEL-9']);
  });

  it('takes off the alias of who lost its primary', () => {
    const world = {
      roster: roster([user('ann@acme.example'), user('bob@acme.example', { aliases: ['b@brand.example'] })]),
      reading: reading([person('ann', 'ann@acme.example'), person('bob', 'ann@acme.example')]),
    };
    expect(userAfter(world, 'bob@acme.example')?.aliases).toEqual([]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('keeps who has moved to another domain', () => {
    const world = {
      roster: roster([user('ann@brand.example')]),
      reading: reading([person('ann', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual(['rename user ann@brand.example -> ann@acme.example by MRG-1']);
  });

  it('is a removal', () => {
    const world = {
      customer: customer({ safety: { maxRemovals: { count: 0, percent: null } } }),
      roster: roster([user('ann@brand.example')]),
      reading: without,
    };
    expect(planOf(world)).toMatchObject({
      status: 'blocked',
      blocks: expect.arrayContaining([expect.objectContaining({ rule: 'SAF-1', removals: 1 })]),
    });
  });
});

describe('DEL-10 No directory', () => {
  const absent = customer({ directory: null });
  const off = customer({ directory: directory({ enabled: false, deleteAfterDays: 30 }) });

  it.each([
    ['absent', absent],
    ['off', off],
  ])('users of the directory stay as they are when it is %s', (_, config) => {
    const entries = [
      user('ann@acme.example', { aliases: ['a@acme.example'], attributes: { surname: 'Lee' } }),
      user('i@acme.example', { status: 'ignored' }),
      user('d@acme.example', { status: 'deactivated' }),
      user('f@acme.example', flagged('2026-11-19')),
      user('new@acme.example', { addition: true, objectId: null }),
      storedGroup('all@acme.example', ['ann@acme.example']),
    ];
    expect(changesOf({ customer: config, roster: roster(entries) })).toEqual([]);
  });

  it('who is flagged is still deleted when due, by the policy that is still there', () => {
    const stored = roster([user('ann@acme.example', flagged('2026-11-01'))]);
    expect(changesOf({ customer: absent, roster: stored })).toEqual(['delete user ann@acme.example by DEL-5']);
    expect(changesOf({ customer: off, roster: stored })).toEqual([]);
    expect(changesOf({ customer: off, roster: stored, now: at('2026-12-01') })).toEqual([
      'delete user ann@acme.example by DEL-5',
    ]);
  });

  it('a delete decision may name any user that nobody supplies', () => {
    const world = {
      customer: { ...absent, decisions: [decision('delete', 'ann@acme.example')] },
      roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
    };
    expect(changesOf(world)).toEqual(['delete user ann@acme.example by DEL-7']);
  });

  it('but none whom the configuration supplies', () => {
    const world = {
      customer: {
        ...absent,
        users: [configured('ann@acme.example')],
        decisions: [decision('delete', 'ann@acme.example')],
      },
      roster: roster([user('ann@acme.example', { source: 'manual', objectId: null })]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['error DEL-8']);
  });

  it.each(['ignore', 'deactivate'] as const)('a decision to %s is for who is in conflict already', (action) => {
    const decisions = [decision(action, 'a@acme.example'), decision(action, 'f@acme.example')];
    const world = {
      customer: { ...absent, decisions },
      roster: roster([user('a@acme.example'), user('f@acme.example', flagged('2026-11-19'))]),
    };
    expect(changesOf(world)).toEqual([`${action} user f@acme.example by DEL-7`]);
    expect(diagnosticsOf(world)).toEqual(['warning DEL-8']);
  });

  it('a decision that runs out flags nobody', () => {
    const world = {
      customer: { ...absent, decisions: [decision('ignore', 'a@acme.example', { until: at('2026-01-01') })] },
      roster: roster([user('a@acme.example', { status: 'ignored' })]),
    };
    expect(changesOf(world)).toEqual([]);
  });

  it('users of the configuration go on as before', () => {
    const world = {
      customer: { ...absent, users: [configured('new@acme.example'), configured('ann@acme.example')] },
      roster: roster([user('ann@acme.example'), user('old@acme.example', { source: 'csv' })]),
    };
    expect(changesOf(world)).toEqual([
      'delete user old@acme.example by MRG-5',
      'update user ann@acme.example by MRG-3',
      'create user new@acme.example by MRG-3',
    ]);
  });

  it('is not forgotten what directory it was', () => {
    expect(rosterAfter({ customer: absent, roster: roster([user('a@acme.example')]) }).directory).toEqual(HOME);
  });
});

describe('DEL-11 Another directory', () => {
  const AWAY = { type: 'ldap', id: 'away' } as const;

  it('matches by primary, and binds to the new object ids', () => {
    const ann = user('ann@acme.example', { rules: RULES, archive: 'kept' });
    const world = { roster: roster([ann]), reading: reading([person('other', 'Ann@acme.example')], AWAY) };
    expect(changesOf(world)).toEqual(['update user ann@acme.example by DEL-11']);
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...ann, objectId: 'other' });
    expect(rosterAfter(world).directory).toEqual(AWAY);
    expect(changesOf(afterApply(world))).toEqual([]);
    expect(diagnosticsOf(afterApply(world))).toEqual([]);
  });

  it('takes the source of the new one', () => {
    const entra = { type: 'entra', id: 'tenant' } as const;
    const stored = roster([user('ann@acme.example', { source: 'entra' })], { directory: entra });
    const world = { roster: stored, reading: reading([person('x', 'ann@acme.example')]) };
    expect(userAfter(world, 'ann@acme.example')).toMatchObject({ source: 'ldap', objectId: 'x' });
    expect(onlyChange(world).reasons[0].rule).toBe('DEL-11');
  });

  it('compares no object id across directories, even one that is in both', () => {
    const world = {
      roster: roster([
        user('ann@acme.example', { objectId: objectId('x') }),
        user('bob@acme.example', { objectId: objectId('y') }),
      ]),
      reading: reading([person('y', 'ann@acme.example'), person('x', 'new@acme.example')], AWAY),
    };
    expect(userAfter(world, 'ann@acme.example')?.objectId).toBe('y');
    expect(userAfter(world, 'bob@acme.example')?.status).toBe('flagged');
    expect(userAfter(world, 'new@acme.example')?.objectId).toBe('x');
  });

  it('puts the rest in conflict, and never takes an old id for a new one afterwards', () => {
    const world = {
      roster: roster([user('bob@acme.example', { objectId: objectId('x') }), user('ann@acme.example')]),
      reading: reading([person('a', 'ann@acme.example')], AWAY),
    };
    expect(userAfter(world, 'bob@acme.example')?.status).toBe('flagged');
    const later = {
      ...afterApply(world),
      reading: reading([person('a', 'ann@acme.example'), person('x', 'new@acme.example')], AWAY),
    };
    expect(changesOf(later)).toEqual(['create user new@acme.example by SEL-1']);
  });

  it('brings back who was flagged and is in the new one', () => {
    const world = {
      roster: roster([user('ann@acme.example', flagged('2026-11-19'))]),
      reading: reading([person('x', 'ann@acme.example')], AWAY),
    };
    expect(changesOf(world)).toEqual(['restore user ann@acme.example by DEL-4']);
  });

  it('holds for groups and their members', () => {
    const world = {
      roster: roster([user('ann@acme.example'), storedGroup('all@acme.example', ['ann@acme.example'])]),
      reading: reading([person('1', 'ann@acme.example'), group('2', 'all@acme.example', ['1'])], AWAY),
    };
    expect(changesOf(world)).toEqual([
      'update group all@acme.example by DEL-11',
      'update user ann@acme.example by DEL-11',
    ]);
    expect(rosterAfter(world).entries).toMatchObject([{ members: ['ann@acme.example'] }, { objectId: '1' }]);
  });

  it('the plan says so first, before any error, with the numbers', () => {
    const world = {
      customer: customer({ decisions: [decision('delete', 'ann@acme.example')] }),
      roster: roster([user('ann@acme.example'), user('bob@acme.example'), user('cleo@acme.example')]),
      reading: reading([person('1', 'ann@acme.example'), person('2', 'new@acme.example')], AWAY),
    };
    expect(diagnosticsOf(world)).toEqual(['warning DEL-11', 'error DEL-8']);
    expect(messagesOf(world, 'DEL-11')[0]).toMatch(/ldap home.* 1 user or group .* 2 users not/);
  });

  it('is no other directory where another server answered, nor in a first sync', () => {
    const stored = [user('ann@acme.example')];
    const same = { roster: roster(stored), reading: reading([person('ann', 'ann@acme.example')], { ...HOME }) };
    expect(diagnosticsOf(same)).toEqual([]);
    const first = { roster: roster(stored, { directory: null }), reading: same.reading };
    expect(diagnosticsOf(first)).toEqual([]);
    expect(changesOf(first)).toEqual([]);
    expect(rosterAfter(first)).toMatchObject({ customer: ACME, directory: HOME });
  });

  it('counts who is not in the new one as removals', () => {
    const world = {
      customer: customer({ safety: { maxRemovals: { count: 1, percent: null } } }),
      roster: roster([user('a@acme.example'), user('b@acme.example')]),
      reading: reading([person('1', 'c@acme.example')], AWAY),
    };
    expect(planOf(world)).toMatchObject({ status: 'blocked', blocks: [{ rule: 'SAF-1', removals: 2 }] });
  });
});
