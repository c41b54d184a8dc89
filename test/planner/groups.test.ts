/** The rule about groups and their members. */
import { describe, expect, it } from 'vitest';
import {
  afterApply,
  at,
  changesOf,
  customer,
  decision,
  directory,
  domain,
  exception,
  group,
  objectId,
  onlyChange,
  person,
  reading,
  reasonsOf,
  roster,
  rosterAfter,
  storedGroup,
  user,
  type World,
} from '../support/builders.ts';

const [ann, bob] = [person('ann', 'ann@acme.example'), person('bob', 'bob@acme.example')];

function membersAfter(world: World, address: string): readonly string[] | undefined {
  const entry = rosterAfter(world).entries.find((one) => one.address === address);
  return entry?.type === 'group' ? entry.members : undefined;
}

describe('SEL-9 Groups and their members', () => {
  it('members are the users, groups and public folders of the roster, as addresses, sorted', () => {
    const world = {
      customer: customer({ directory: directory({ include: { publicFolders: true } }) }),
      reading: reading([
        person('u', 'Zoe@acme.example'),
        person('f', 'folder@acme.example', { kind: 'publicFolder' }),
        group('inner', 'inner@acme.example', ['u']),
        person('off', 'off@acme.example', { disabled: true }),
        person('c', 'c@acme.example', { kind: 'contact' }),
        group('g', 'all@acme.example', ['u', 'f', 'inner', 'off', 'c', 'nowhere', 'u']),
      ]),
    };
    expect(membersAfter(world, 'all@acme.example')).toEqual([
      'folder@acme.example',
      'inner@acme.example',
      'Zoe@acme.example',
    ]);
  });

  it('a group outside managed domains is no group, nor a member', () => {
    const world = { reading: reading([group('g', 'g@elsewhere.example', []), group('h', 'h@acme.example', ['g'])]) };
    expect(rosterAfter(world).entries).toMatchObject([{ address: 'h@acme.example', members: [] }]);
  });

  it('groups that hold each other, or themselves, stay groups', () => {
    const objects = [group('g', 'g@acme.example', ['g', 'h']), group('h', 'h@acme.example', ['g'])];
    const world = { reading: reading(objects) };
    expect(membersAfter(world, 'g@acme.example')).toEqual(['g@acme.example', 'h@acme.example']);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('follows members that come and go, once whatever the order', () => {
    const stored = roster([
      user('ann@acme.example'),
      user('bob@acme.example'),
      storedGroup('all@acme.example', ['ann@acme.example']),
    ]);
    const world = { roster: stored, reading: reading([group('all', 'all@acme.example', ['bob']), bob, ann]) };
    expect(reasonsOf(world)).toEqual(['SEL-9 the members changed']);
    expect(membersAfter(world, 'all@acme.example')).toEqual(['bob@acme.example']);
    const both = { ...world, reading: reading([group('all', 'all@acme.example', ['bob', 'ann']), bob, ann]) };
    expect(membersAfter(both, 'all@acme.example')).toEqual(['ann@acme.example', 'bob@acme.example']);
    const other = {
      ...afterApply(both),
      reading: reading([ann, bob, group('all', 'all@acme.example', ['ann', 'bob'])]),
    };
    expect(changesOf(other)).toEqual([]);
  });

  it('names a member by the address that the plan gives it', () => {
    const world = {
      roster: roster([user('ann@acme.example'), storedGroup('all@acme.example', ['ann@acme.example'])]),
      reading: reading([person('ann', 'ann.lee@acme.example'), group('all', 'all@acme.example', ['ann'])]),
    };
    expect(membersAfter(world, 'all@acme.example')).toEqual(['ann.lee@acme.example']);
  });

  it('keeps a flagged member as long as the directory names it', () => {
    const world = {
      roster: roster([user('ann@acme.example'), storedGroup('all@acme.example', ['ann@acme.example'])]),
      reading: reading([{ ...ann, disabled: true }, group('all', 'all@acme.example', ['ann'])]),
    };
    expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-1']);
    expect(membersAfter(world, 'all@acme.example')).toEqual(['ann@acme.example']);
  });

  it('loses a member that is deleted, even where the directory still names it', () => {
    const due = user('ann@acme.example', { status: 'flagged', flaggedAt: at('2026-11-01') });
    const world = {
      roster: roster([due, storedGroup('all@acme.example', ['ann@acme.example'])]),
      reading: reading([{ ...ann, disabled: true }, group('all', 'all@acme.example', ['ann'])]),
    };
    expect(changesOf(world)).toEqual([
      'delete user ann@acme.example by DEL-5',
      'update group all@acme.example by SEL-9',
    ]);
    expect(membersAfter(world, 'all@acme.example')).toEqual([]);
  });

  it('knows a member that lost its primary by the address that it keeps', () => {
    const world = {
      roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
      reading: reading([ann, person('bob', 'ann@acme.example'), group('all', 'all@acme.example', ['ann', 'bob'])]),
    };
    expect(membersAfter(world, 'all@acme.example')).toEqual(['ann@acme.example', 'bob@acme.example']);
  });

  it('a renamed group is a rename, and its new display name is an update', () => {
    const stored = roster([storedGroup('all@acme.example', [])]);
    const renamed = { roster: stored, reading: reading([group('all', 'everyone@acme.example', [])]) };
    expect(changesOf(renamed)).toEqual(['rename group all@acme.example -> everyone@acme.example by MRG-1']);
    const titled = {
      roster: stored,
      reading: reading([group('all', 'all@acme.example', [], { attributes: { displayName: 'All' } })]),
    };
    expect(changesOf(titled)).toEqual(['update group all@acme.example by SEL-8']);
  });

  it('a group that is gone is deleted at once, out of the groups that held it too', () => {
    const world = {
      roster: roster([storedGroup('old@acme.example', []), storedGroup('all@acme.example', ['old@acme.example'])]),
      reading: reading([group('all', 'all@acme.example', ['old']), ann]),
    };
    expect(changesOf(world)).toEqual([
      'delete group old@acme.example by SEL-9',
      'update group all@acme.example by SEL-9',
      'create user ann@acme.example by SEL-1',
    ]);
    expect(rosterAfter(world).tombstones).toEqual([]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('says why a group is gone', () => {
    const world = {
      customer: customer({ directory: directory({ exceptions: [exception('group', 'old@acme.example')] }) }),
      roster: roster([storedGroup('old@acme.example', []), user('ann@acme.example')]),
      reading: reading([group('old', 'old@acme.example', []), ann]),
    };
    expect(onlyChange(world).reasons.map(({ rule }) => rule)).toEqual(['SEL-9', 'SEL-5']);
  });

  it('a group that nobody reads stays, and follows its members', () => {
    const world = {
      customer: customer({ directory: null, decisions: [decision('delete', 'bob@acme.example')] }),
      roster: roster([
        user('ann@acme.example'),
        user('bob@acme.example'),
        storedGroup('all@acme.example', ['ann@acme.example', 'bob@acme.example']),
      ]),
    };
    expect(changesOf(world)).toEqual([
      'delete user bob@acme.example by DEL-7',
      'update group all@acme.example by SEL-9',
    ]);
    expect(membersAfter(world, 'all@acme.example')).toEqual(['ann@acme.example']);
  });

  it('a group that waits for its domain follows members who are renamed', () => {
    const world = {
      customer: customer({ domains: [domain('acme.example'), domain('brand.example', 'dns')] }),
      roster: roster([user('ann@acme.example'), storedGroup('all@brand.example', ['ann@acme.example'])]),
      reading: reading([person('ann', 'ann.lee@acme.example'), group('all', 'all@brand.example', ['ann'])]),
    };
    expect(changesOf(world)).toEqual([
      'update group all@brand.example by SEL-9',
      'rename user ann@acme.example -> ann.lee@acme.example by MRG-1',
    ]);
    expect(membersAfter(world, 'all@brand.example')).toEqual(['ann.lee@acme.example']);
  });

  it('a group that stays as it is follows a group in it that is renamed', () => {
    const world = {
      roster: roster([storedGroup('in@acme.example', []), storedGroup('out@acme.example', ['in@acme.example'])]),
      reading: reading([
        person('aaa', 'taken@acme.example'),
        group('in', 'inner@acme.example', []),
        group('out', 'taken@acme.example', ['in']),
      ]),
    };
    expect(membersAfter(world, 'out@acme.example')).toEqual(['inner@acme.example']);
  });

  it('a user and a group with one object id are never taken for each other', () => {
    const world = {
      roster: roster([user('x@acme.example', { objectId: objectId('x') })]),
      reading: reading([group('x', 'list@acme.example', [])]),
    };
    expect(changesOf(world)).toEqual(['create group list@acme.example by SEL-9', 'flag user x@acme.example by DEL-1']);
  });
});
