/** The rules about who is who. */
import { describe, expect, it } from 'vitest';
import type { User } from '../../src/domain/roster.ts';
import {
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
  exception,
  group,
  HOME,
  messagesOf,
  objectId,
  onlyChange,
  person,
  planOf,
  reading,
  reasonsOf,
  roster,
  rosterAfter,
  tombstone,
  user,
  userAfter,
  type World,
} from '../support/builders.ts';

const RULES = { allow: ['news.example'], deny: ['spam.example'] };
/** A reading that is not empty, so that SAF-3 is not what is tested. */
const somebody = person('somebody', 'somebody@elsewhere.example');

describe('MRG-1 The object id is the person', () => {
  it('another primary is a rename, and what is the user’s own goes along', () => {
    const before = user('ann@acme.example', { rules: RULES, archive: 'archive of ann' });
    const world = { roster: roster([before]), reading: reading([person('ann', 'ann.lee@acme.example')]) };
    expect(changesOf(world)).toEqual(['rename user ann@acme.example -> ann.lee@acme.example by MRG-1']);
    expect(userAfter(world, 'ann.lee@acme.example')).toEqual({ ...before, address: 'ann.lee@acme.example' });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['not if the directory does not say so', []],
    ['if the directory says so', ['ann@acme.example']],
  ])('the old primary stays as an alias: %s', (_, aliases) => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'ann.lee@acme.example', { aliases })]),
    };
    expect(userAfter(world, 'ann.lee@acme.example')?.aliases).toEqual(aliases);
  });

  it('a rename to another managed domain is a rename', () => {
    const world = {
      customer: customer({ domains: [domain('acme.example'), domain('brand.example')] }),
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'ann@brand.example')]),
    };
    expect(changesOf(world)).toEqual(['rename user ann@acme.example -> ann@brand.example by MRG-1']);
  });

  it('an alias that becomes the primary is a rename', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['a@acme.example'] })]),
      reading: reading([person('ann', 'a@acme.example', { aliases: ['ann@acme.example'] })]),
    };
    expect(userAfter(world, 'a@acme.example')).toMatchObject({ objectId: 'ann', aliases: ['ann@acme.example'] });
    expect(rosterAfter(world).entries).toHaveLength(1);
  });

  it('the address of somebody who was renamed is free for somebody new', () => {
    const world = {
      roster: roster([user('ann@acme.example', { rules: RULES })]),
      reading: reading([person('ann', 'ann.lee@acme.example'), person('new', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual([
      'rename user ann@acme.example -> ann.lee@acme.example by MRG-1',
      'create user ann@acme.example by SEL-1',
    ]);
    expect(userAfter(world, 'ann@acme.example')?.rules).toEqual({ allow: [], deny: [] });
    expect(userAfter(world, 'ann.lee@acme.example')?.rules).toEqual(RULES);
  });

  it('other capitals are no rename', () => {
    const world = { roster: roster([user('ann@acme.example')]), reading: reading([person('ann', 'ANN@acme.example')]) };
    expect(changesOf(world)).toEqual([]);
  });

  it('a user that becomes a public folder is the same', () => {
    const world = {
      customer: customer({ directory: directory({ include: { publicFolders: true } }) }),
      roster: roster([user('info@acme.example')]),
      reading: reading([person('info', 'info@acme.example', { kind: 'publicFolder' })]),
    };
    expect(changesOf(world)).toEqual(['update publicFolder info@acme.example by SEL-3']);
  });
});

describe('MRG-2 Adopted by address', () => {
  const stored = user('ann@acme.example', { objectId: null, rules: RULES, archive: 'kept' });

  it('binds a user without an object id to the object with its primary', () => {
    const world = { roster: roster([stored]), reading: reading([person('x', 'Ann@acme.example')]) };
    expect(changesOf(world)).toEqual(['update user ann@acme.example by MRG-2']);
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...stored, objectId: 'x' });
  });

  it('not by an alias, on either side', () => {
    const one = {
      roster: roster([stored]),
      reading: reading([person('x', 'x@acme.example', { aliases: ['ann@acme.example'] })]),
    };
    expect(userAfter(one, 'ann@acme.example')).toMatchObject({ objectId: null, status: 'flagged' });
    const other = {
      roster: roster([{ ...stored, aliases: ['x@acme.example'] }]),
      reading: reading([person('x', 'x@acme.example')]),
    };
    expect(userAfter(other, 'ann@acme.example')).toMatchObject({ objectId: null, status: 'flagged', aliases: [] });
    expect(userAfter(other, 'x@acme.example')?.rules).toEqual({ allow: [], deny: [] });
  });

  it('not somebody whose own object was read', () => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'other@acme.example'), person('x', 'ann@acme.example')]),
    };
    expect(userAfter(world, 'other@acme.example')?.objectId).toBe('ann');
    expect(userAfter(world, 'ann@acme.example')?.objectId).toBe('x');
  });

  it('of two objects with the primary, the one of the smaller id', () => {
    const objects = [person('y', 'ann@acme.example'), person('x', 'ann@acme.example')];
    for (const order of [objects, objects.toReversed()]) {
      const world = { roster: roster([stored]), reading: reading(order) };
      expect(userAfter(world, 'ann@acme.example')?.objectId).toBe('x');
    }
  });

  it('then goes by the object id', () => {
    const world = afterApply({ roster: roster([stored]), reading: reading([person('x', 'ann@acme.example')]) });
    expect(changesOf({ ...world, reading: reading([person('x', 'lee@acme.example')]) })).toEqual([
      'rename user ann@acme.example -> lee@acme.example by MRG-1',
    ]);
  });
});

describe('MRG-3 Users of the configuration, supplemented by the directory', () => {
  const scanner = configured('scan@acme.example', {
    aliases: ['copy@acme.example'],
    attributes: { displayName: 'Scanner' },
    rules: RULES,
  });
  const config = customer({ users: [scanner] });
  const object = person('scan', 'scan@acme.example', {
    attributes: { displayName: 'SCAN-01', notes: 'second floor' },
    aliases: ['s@acme.example', 's@elsewhere.example'],
  });

  it.each(['manual', 'csv', 'smtp'] as const)('a user of source %s keeps it, and is supplemented', (source) => {
    const world = { customer: customer({ users: [{ ...scanner, source }] }), reading: reading([object]) };
    expect(changesOf(world)).toEqual(['create user scan@acme.example by MRG-3']);
    expect(userAfter(world, 'scan@acme.example')).toEqual({
      ...user('scan@acme.example'),
      source,
      aliases: ['copy@acme.example', 's@acme.example'],
      attributes: { displayName: 'Scanner', notes: 'second floor' },
      rules: RULES,
    });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('is created without the directory too', () => {
    const world = { customer: config, reading: reading([somebody]) };
    expect(userAfter(world, 'scan@acme.example')).toMatchObject({ objectId: null, aliases: ['copy@acme.example'] });
  });

  it.each<[string, Parameters<typeof person>[2] | null]>([
    ['absent', null],
    ['disabled', { disabled: true }],
    ['a contact now', { kind: 'contact' }],
  ])('being %s in the directory changes nothing', (_, parts) => {
    const before = afterApply({ customer: config, reading: reading([object]) });
    const world = {
      ...before,
      reading: reading(parts === null ? [somebody] : ([{ ...object, ...parts }, somebody] as never)),
    };
    expect(changesOf(world)).toEqual([]);
  });

  it('another primary in the directory is one more alias, not a rename', () => {
    const before = afterApply({ customer: config, reading: reading([object]) });
    const world = { ...before, reading: reading([{ ...object, mail: ['device@acme.example'] }]) };
    expect(userAfter(world, 'scan@acme.example')?.aliases).toEqual([
      'copy@acme.example',
      'device@acme.example',
      's@acme.example',
    ]);
    expect(rosterAfter(world).entries).toHaveLength(1);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('what the configuration states follows the configuration', () => {
    const before = afterApply({ customer: config, reading: reading([object]) });
    const world = {
      ...before,
      customer: customer({ users: [{ ...scanner, aliases: [], rules: { allow: [], deny: [] } }] }),
    };
    expect(userAfter(world, 'scan@acme.example')).toMatchObject({
      aliases: ['s@acme.example'],
      rules: { allow: [], deny: [] },
    });
  });

  it('what the directory adds follows the directory', () => {
    const before = afterApply({ customer: config, reading: reading([object]) });
    const world = { ...before, reading: reading([{ ...object, attributes: { notes: 'third floor' }, aliases: [] }]) };
    expect(userAfter(world, 'scan@acme.example')).toMatchObject({
      aliases: ['copy@acme.example'],
      attributes: { displayName: 'Scanner', notes: 'third floor' },
    });
  });

  it('a directory user that is put into the configuration is the configuration’s', () => {
    const world = { customer: config, roster: roster([user('scan@acme.example')]), reading: reading([object]) };
    expect(onlyChange(world).reasons[0].message).toContain('source ldap becomes manual');
    expect(rosterAfter(world).entries).toMatchObject([{ source: 'manual', objectId: 'scan' }]);
  });

  it('a flagged user that is put into the configuration is active again', () => {
    const stored = user('scan@acme.example', { status: 'flagged', flaggedAt: at('2026-01-01') });
    const world = { customer: config, roster: roster([stored]), reading: reading([somebody]) };
    expect(changesOf(world)).toEqual(['restore user scan@acme.example by DEL-4']);
  });

  it('moves from YAML to CSV without being deleted', () => {
    const before = afterApply({ customer: config, reading: reading([somebody]) });
    const world = { ...before, customer: customer({ users: [{ ...scanner, source: 'csv' }] }) };
    expect(changesOf(world)).toEqual(['update user scan@acme.example by MRG-3']);
  });

  it('keeps its primary from a directory user who is renamed to it', () => {
    const world = {
      customer: config,
      roster: roster([user('scan@acme.example', { source: 'manual', objectId: null }), user('bob@acme.example')]),
      reading: reading([person('bob', 'scan@acme.example')]),
    };
    expect(userAfter(world, 'scan@acme.example')).toMatchObject({ source: 'manual', objectId: null });
    expect(userAfter(world, 'bob@acme.example')?.objectId).toBe('bob');
    expect(diagnosticsOf(world)).toEqual(['warning ADR-3']);
  });

  it('is somebody else than the directory user who had the address before', () => {
    const world = {
      customer: config,
      roster: roster([user('scan@acme.example', { objectId: objectId('bob') })]),
      reading: reading([person('bob', 'bob@acme.example')]),
    };
    expect(userAfter(world, 'bob@acme.example')).toMatchObject({ objectId: 'bob', source: 'ldap' });
    expect(userAfter(world, 'scan@acme.example')).toMatchObject({ objectId: null, source: 'manual' });
  });
});

describe('MRG-4 Additions', () => {
  const config = customer({ directory: directory({ additions: [addition('new@acme.example')] }) });
  const added = user('new@acme.example', { addition: true, objectId: null });

  it('creates an addition as a user of the directory’s source', () => {
    const world = { customer: config, reading: reading([somebody]) };
    expect(changesOf(world)).toEqual(['create user new@acme.example by MRG-4']);
    expect(userAfter(world, 'new@acme.example')).toEqual(added);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('binds it when the directory supplies it, and says that it can be taken out', () => {
    const world = {
      customer: config,
      roster: roster([{ ...added, rules: RULES }]),
      reading: reading([person('n', 'new@acme.example')]),
    };
    expect(changesOf(world)).toEqual(['update user new@acme.example by MRG-4']);
    expect(userAfter(world, 'new@acme.example')).toMatchObject({ addition: false, objectId: 'n', rules: RULES });
    expect(diagnosticsOf(world)).toEqual(['info MRG-4']);
    expect(planOf(world).diagnostics[0]?.location?.line).toBe(21);
  });

  it('is a plain directory user where the directory knew it before', () => {
    const world = { customer: config, reading: reading([person('n', 'new@acme.example')]) };
    expect(changesOf(world)).toEqual(['create user new@acme.example by SEL-1']);
    expect(userAfter(world, 'new@acme.example')?.addition).toBe(false);
  });

  it('taken out and not in the directory, it is in conflict', () => {
    const world = { roster: roster([added]), reading: reading([somebody]) };
    expect(changesOf(world)).toEqual(['flag user new@acme.example by DEL-1']);
    expect(onlyChange(world).reasons[1]?.rule).toBe('MRG-4');
  });

  it('taken out and in the directory, it is a directory user', () => {
    const world = { roster: roster([added]), reading: reading([person('n', 'new@acme.example')]) };
    expect(userAfter(world, 'new@acme.example')).toMatchObject({ addition: false, objectId: 'n', status: 'active' });
  });

  it('holds somebody whom the directory has lost again, with a warning', () => {
    const world = {
      customer: config,
      roster: roster([user('new@acme.example', { aliases: ['n@acme.example'], attributes: { surname: 'New' } })]),
      reading: reading([somebody]),
    };
    expect(userAfter(world, 'new@acme.example')).toMatchObject({
      status: 'active',
      aliases: ['n@acme.example'],
      attributes: { surname: 'New' },
    });
    expect(messagesOf(world, 'MRG-4')).toHaveLength(1);
    expect(diagnosticsOf(world)).toContain('warning MRG-4');
    expect(changesOf(afterApply(world))).toEqual([]);
    expect(diagnosticsOf(afterApply(world))).toContain('warning MRG-4');
  });

  it('brings a flagged user back', () => {
    const stored = user('new@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') });
    const world = { customer: config, roster: roster([stored]), reading: reading([somebody]) };
    expect(changesOf(world)).toEqual(['restore user new@acme.example by DEL-4']);
  });

  it('adds nobody whose address the directory gives to a user of the configuration', () => {
    const world = {
      customer: { ...config, users: [configured('scan@acme.example')] },
      roster: roster([user('scan@acme.example', { source: 'manual' })]),
      reading: reading([person('scan', 'new@acme.example')]),
    };
    expect(rosterAfter(world).entries).toMatchObject([{ address: 'scan@acme.example', aliases: ['new@acme.example'] }]);
    expect(diagnosticsOf(world)).toEqual(['info MRG-4']);
  });

  it('adds nobody while the directory is off', () => {
    expect(changesOf({ customer: config })).toEqual([]);
  });
});

describe('MRG-5 Taken out of the configuration', () => {
  it.each(['manual', 'csv', 'smtp'] as const)('a user of source %s is deleted at once', (source) => {
    const stored = user('scan@acme.example', { source, objectId: null });
    for (const world of [
      { roster: roster([stored]), reading: reading([somebody]) },
      { roster: roster([stored]), customer: customer({ directory: null }) },
    ]) {
      expect(changesOf(world)).toEqual(['delete user scan@acme.example by MRG-5']);
    }
  });

  it('becomes a directory user if the directory supplies it, and loses nothing', () => {
    const stored = user('scan@acme.example', { source: 'csv', objectId: null, rules: RULES, archive: 'kept' });
    const world = { roster: roster([stored]), reading: reading([person('s', 'scan@acme.example')]) };
    expect(userAfter(world, 'scan@acme.example')).toEqual({ ...stored, source: 'ldap', objectId: 's' });
    expect(reasonsOf(world)).toContain('MRG-5 source csv becomes ldap');
  });

  it('becomes a directory user under its primary there', () => {
    const stored = user('scan@acme.example', { source: 'manual', objectId: objectId('s') });
    const world = { roster: roster([stored]), reading: reading([person('s', 'device@acme.example')]) };
    expect(rosterAfter(world).entries).toMatchObject([
      { address: 'device@acme.example', source: 'ldap', objectId: 's' },
    ]);
  });

  it('is deleted if the directory knows it and it is not in the sync', () => {
    const stored = user('scan@acme.example', { source: 'manual' });
    const world = {
      roster: roster([stored]),
      reading: reading([person('scan', 'scan@acme.example', { disabled: true })]),
    };
    expect(changesOf(world)).toEqual(['delete user scan@acme.example by MRG-5']);
  });

  it('an address that is changed in the YAML is another user', () => {
    const world = {
      customer: customer({ directory: null, users: [configured('copier@acme.example')] }),
      roster: roster([user('scan@acme.example', { source: 'manual', objectId: null })]),
    };
    expect(changesOf(world)).toEqual([
      'delete user scan@acme.example by MRG-5',
      'create user copier@acme.example by MRG-3',
    ]);
  });
});

describe('MRG-6 Deleted and made anew', () => {
  const stored: User = user('ann@acme.example', { objectId: objectId('old'), rules: RULES, archive: 'kept' });

  it('is the same person when the old object is not there any more', () => {
    const world = { roster: roster([stored]), reading: reading([person('anew', 'ann@acme.example')]) };
    expect(reasonsOf(world)).toEqual([expect.stringMatching(/^MRG-6 /)]);
    expect(changesOf(world)).toEqual(['update user ann@acme.example by MRG-6']);
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...stored, objectId: 'anew' });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('is asked before DEL-1, and brings back who was flagged', () => {
    const flagged: User = { ...stored, status: 'flagged', flaggedAt: at('2026-11-01') };
    const world = { roster: roster([flagged]), reading: reading([person('anew', 'ann@acme.example')]) };
    expect(changesOf(world)).toEqual(['restore user ann@acme.example by DEL-4']);
    expect(onlyChange(world).reasons.map(({ rule }) => rule)).toEqual(['DEL-4', 'MRG-6']);
  });

  it.each<[string, Parameters<typeof person>[2]]>([
    ['in the sync under another address', { mail: ['other@acme.example'] }],
    ['disabled', { disabled: true }],
    ['a contact', { kind: 'contact' }],
  ])('not while the old object is still there: %s', (_, parts) => {
    const world = {
      roster: roster([stored]),
      reading: reading([person('old', 'ann@acme.example', parts), person('anew', 'ann@acme.example')]),
    };
    expect(rosterAfter(world).entries.find(({ objectId }) => objectId === 'old')).toBeDefined();
    expect(changesOf(world)).not.toContain('update user ann@acme.example by MRG-6');
  });

  it('not by an alias', () => {
    const world = {
      roster: roster([stored]),
      reading: reading([person('anew', 'a@acme.example', { aliases: ['ann@acme.example'] })]),
    };
    expect(userAfter(world, 'ann@acme.example')?.status).toBe('flagged');
  });

  it('not without a reading', () => {
    const world: World = { roster: roster([stored], { directory: HOME, tombstones: [tombstone('x@acme.example')] }) };
    expect(changesOf(world)).toEqual([]);
  });
});

describe('MRG-7 Taken over, and no user of its own', () => {
  const imported = (address: string, parts: Partial<User> = {}) => user(address, { objectId: null, ...parts });
  const ann = person('ann', 'ann@acme.example', { aliases: ['a.lee@acme.example'] });

  it('a user that is an alias in the directory becomes one, in one plan, and is no removal', () => {
    const world = {
      customer: customer({ safety: { maxRemovals: { count: 0, percent: null } } }),
      roster: roster([imported('ann@acme.example'), imported('a.lee@acme.example')]),
      reading: reading([ann]),
    };
    expect(changesOf(world)).toEqual([
      'delete user a.lee@acme.example by MRG-7',
      'update user ann@acme.example by MRG-2',
    ]);
    expect(planOf(world).status).toBe('ready');
    expect(rosterAfter(world).entries).toMatchObject([
      { address: 'ann@acme.example', aliases: ['a.lee@acme.example'], objectId: 'ann' },
    ]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('so does one that is an alias of somebody new, a group, or an alias of a group', () => {
    const world = {
      roster: roster(['a.lee', 'team', 'crew'].map((local) => imported(`${local}@acme.example`))),
      reading: reading([ann, group('g1', 'team@acme.example', ['ann'], { aliases: ['crew@acme.example'] })]),
    };
    expect(changesOf(world).filter((change) => change.startsWith('delete'))).toEqual([
      'delete user a.lee@acme.example by MRG-7',
      'delete user crew@acme.example by MRG-7',
      'delete user team@acme.example by MRG-7',
    ]);
    expect(rosterAfter(world).entries).toMatchObject([
      { address: 'ann@acme.example', aliases: ['a.lee@acme.example'] },
      { address: 'team@acme.example', aliases: ['crew@acme.example'], type: 'group', members: ['ann@acme.example'] },
    ]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('so does one that somebody known has as the new primary', () => {
    const world = {
      roster: roster([user('ann@acme.example'), imported('ann.lee@acme.example')]),
      reading: reading([person('ann', 'ann.lee@acme.example', { aliases: ['ann@acme.example'] })]),
    };
    expect(changesOf(world)).toEqual([
      'delete user ann.lee@acme.example by MRG-7',
      'rename user ann@acme.example -> ann.lee@acme.example by MRG-1',
    ]);
  });

  it('not one whose own account is disabled, although somebody else has the address by now', () => {
    const world = {
      roster: roster([imported('a.lee@acme.example')]),
      reading: reading([ann, person('lee', 'a.lee@acme.example', { disabled: true })]),
    };
    expect(changesOf(world)).toContain('flag user a.lee@acme.example by DEL-1');
  });

  it.each<[string, Partial<User>, string]>([
    ['one with rules of its own', { rules: RULES }, 'flag user a.lee@acme.example by DEL-1'],
    ['one with an archive', { archive: 'kept' }, 'flag user a.lee@acme.example by DEL-1'],
    ['one that was bound once', { objectId: objectId('gone') }, 'flag user a.lee@acme.example by DEL-1'],
    ['an addition that was taken out', { addition: true }, 'flag user a.lee@acme.example by DEL-1'],
    ['one of the configuration', { source: 'csv' }, 'delete user a.lee@acme.example by MRG-5'],
  ])('not %s', (_, parts, expected) => {
    const world = { roster: roster([imported('a.lee@acme.example', parts)]), reading: reading([ann]) };
    expect(changesOf(world)).toContain(expected);
  });

  it('not one that is flagged: it waits until it is due', () => {
    const flagged = imported('a.lee@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19T12:00:00Z') });
    const world = { roster: roster([flagged]), reading: reading([ann]) };
    expect(changesOf(world)).toEqual(['create user ann@acme.example by SEL-1']);
  });

  it('not where the object would go without the address: nobody’s mail is lost', () => {
    const held = { ...roster([user('a.lee@acme.example')]), customer: 'globex' as never };
    const world = { roster: roster([imported('a.lee@acme.example')]), reading: reading([ann]), others: [held] };
    expect(changesOf(world)).toEqual([
      'flag user a.lee@acme.example by DEL-1',
      'create user ann@acme.example by SEL-1',
    ]);
  });

  it('not against a decision about that user', () => {
    const world = {
      customer: customer({ decisions: [decision('ignore', 'a.lee@acme.example')] }),
      roster: roster([imported('a.lee@acme.example')]),
      reading: reading([ann]),
    };
    expect(changesOf(world)).toContain('ignore user a.lee@acme.example by DEL-7');
  });

  it('not for an alias that is excepted, or one of somebody who is not in the sync', () => {
    const excepted = directory({ exceptions: [exception('alias', 'a.lee@acme.example')] });
    for (const world of [
      { customer: customer({ directory: excepted }), reading: reading([ann]) },
      { reading: reading([{ ...ann, disabled: true }, somebody]) },
    ]) {
      const changes = changesOf({ ...world, roster: roster([imported('a.lee@acme.example')]) });
      expect(changes).toContain('flag user a.lee@acme.example by DEL-1');
    }
  });
});
