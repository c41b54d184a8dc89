/** The rules about which directory objects are in the sync. */
import { describe, expect, it } from 'vitest';
import type { IncludePolicy } from '../../src/domain/config.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import {
  addition,
  afterApply,
  at,
  changesOf,
  configured,
  customer,
  diagnosticsOf,
  directory,
  domain,
  exception,
  group,
  messagesOf,
  onlyChange,
  person,
  planOf,
  reading,
  reasonsOf,
  roster,
  rosterAfter,
  storedGroup,
  user,
  userAfter,
  verified,
  type World,
} from '../support/builders.ts';

/** The primaries of those who are in the roster after a first plan, sorted. */
function inSync(objects: readonly DirectoryObject[], config = customer()): readonly string[] {
  return rosterAfter({ customer: config, reading: reading(objects) }).entries.map(({ address }) => address);
}

function including(include: Partial<IncludePolicy>) {
  return customer({ directory: directory({ include }) });
}

describe('SEL-1 Users and groups with an address', () => {
  it('takes in users and groups, and no contacts', () => {
    const objects = [
      person('a', 'ann@acme.example'),
      group('g', 'all@acme.example', []),
      person('c', 'contact@acme.example', { kind: 'contact' }),
    ];
    expect(inSync(objects)).toEqual(['all@acme.example', 'ann@acme.example']);
  });

  it('passes over what has no address, without a word', () => {
    const world = { reading: reading([person('a', null), group('g', '', [], { mail: [] })]) };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual([]);
  });

  it('a contact holds no address against a user', () => {
    const objects = [person('a', 'ann@acme.example', { kind: 'contact' }), person('b', 'ann@acme.example')];
    expect(inSync(objects)).toEqual(['ann@acme.example']);
    expect(diagnosticsOf({ reading: reading(objects) })).toEqual([]);
  });

  it('a user that lost its addresses, or became a contact, is gone from the sync', () => {
    const stored = roster([user('ann@acme.example')]);
    const bare = { roster: stored, reading: reading([person('ann', null)]) };
    const contact = { roster: stored, reading: reading([person('ann', 'ann@acme.example', { kind: 'contact' })]) };
    for (const world of [bare, contact]) {
      expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-1']);
      expect(onlyChange(world).reasons[1]?.rule).toBe('SEL-1');
    }
  });
});

describe('SEL-2 Disabled accounts', () => {
  const objects = [
    person('on', 'on@acme.example'),
    person('off', 'off@acme.example', { disabled: true }),
    person('shared', 'shared@acme.example', { disabled: true, mailbox: 'shared' }),
    person('room', 'room@acme.example', { disabled: true, mailbox: 'room' }),
    person('kit', 'kit@acme.example', { disabled: true, mailbox: 'equipment' }),
    person('open', 'open@acme.example', { mailbox: 'shared' }),
  ];

  it.each<[string, Partial<IncludePolicy>, readonly string[]]>([
    ['no switch', {}, []],
    ['disabled', { disabled: true }, ['kit', 'off', 'room', 'shared']],
    ['sharedMailboxes', { sharedMailboxes: true }, ['shared']],
    ['resources', { resources: true }, ['kit', 'room']],
    ['both of these', { sharedMailboxes: true, resources: true }, ['kit', 'room', 'shared']],
  ])('with %s', (_, include, extra) => {
    const expected = ['on', 'open', ...extra].toSorted().map((name) => `${name}@acme.example`);
    expect(inSync(objects, including(include))).toEqual(expected);
  });

  it('says in one diagnostic how many were left out, and which switches would bring them', () => {
    const world = { reading: reading(objects) };
    expect(diagnosticsOf(world)).toEqual(['warning SEL-2']);
    const [message] = messagesOf(world, 'SEL-2');
    for (const part of [
      '1 disabled account',
      'include.disabled',
      '1 shared mailbox',
      'include.sharedMailboxes',
      '2 room and equipment mailboxes',
      'include.resources',
    ]) {
      expect(message).toContain(part);
    }
    expect(planOf(world).diagnostics[0]?.location).toEqual(directory().locations.include);
  });

  it('is a note where only people are left out', () => {
    expect(diagnosticsOf({ reading: reading(objects.slice(0, 2)) })).toEqual(['info SEL-2']);
  });

  it('counts nobody whom the switch would not bring in', () => {
    const world = {
      reading: reading([
        person('a', null, { disabled: true }),
        person('b', 'b@elsewhere.example', { disabled: true }),
        person('c', 'c@acme.example', { disabled: true, kind: 'contact' }),
      ]),
    };
    expect(messagesOf(world, 'SEL-2')).toEqual([]);
  });

  it('says nothing where everybody is brought in', () => {
    expect(diagnosticsOf({ customer: including({ disabled: true }), reading: reading(objects) })).toEqual([]);
  });

  it('a user who is disabled is gone from the sync, and the plan says that', () => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'ann@acme.example', { disabled: true })]),
    };
    expect(reasonsOf(world)[1]).toMatch(/^SEL-2 found as CN=ann, and left out: a disabled account/);
  });
});

describe('SEL-3 Mail-enabled public folders', () => {
  const folder = person('f', 'folder@acme.example', { kind: 'publicFolder' });

  it('are out unless include.publicFolders, without a word', () => {
    expect(inSync([folder])).toEqual([]);
    expect(diagnosticsOf({ reading: reading([folder]) })).toEqual([]);
    const world = { customer: including({ publicFolders: true }), reading: reading([folder]) };
    expect(changesOf(world)).toEqual(['create publicFolder folder@acme.example by SEL-3']);
  });

  it('are flagged when the switch is turned off', () => {
    const world = {
      roster: roster([user('folder@acme.example', { type: 'publicFolder', objectId: folder.id })]),
      reading: reading([folder]),
    };
    expect(changesOf(world)).toEqual(['flag publicFolder folder@acme.example by DEL-1']);
    expect(onlyChange(world).reasons[1]?.rule).toBe('SEL-3');
  });
});

describe('SEL-10 Guests', () => {
  const guest = person('g', 'guest@acme.example', { guest: true });

  it('are out unless include.guests', () => {
    expect(inSync([guest])).toEqual([]);
    expect(inSync([guest], including({ guests: true }))).toEqual(['guest@acme.example']);
  });

  it('are flagged when they become guests', () => {
    const world = { roster: roster([user('guest@acme.example', { objectId: guest.id })]), reading: reading([guest]) };
    expect(changesOf(world)).toEqual(['flag user guest@acme.example by DEL-1']);
    expect(reasonsOf(world)[1]).toBe('SEL-10 found as CN=g, and left out: a guest, and include.guests is off');
  });

  it('who are disabled need both switches', () => {
    const disabled = { ...guest, disabled: true };
    expect(inSync([disabled], including({ guests: true }))).toEqual([]);
    expect(inSync([disabled], including({ guests: true, disabled: true }))).toEqual(['guest@acme.example']);
  });
});

describe('SEL-4 The directory filter', () => {
  const gone = { roster: roster([user('ann@acme.example')]), reading: reading([person('bob', null)]) };

  it('may be why somebody is gone, so the plan names it where there is one', () => {
    const filtered = { ...gone, customer: customer({ directory: directory({ filter: '(department=*)' }) }) };
    expect(reasonsOf(filtered)[1]).toMatch(/^SEL-4 .*filter/);
    expect(reasonsOf(gone)[1]).toMatch(/^SEL-1 /);
  });

  it('is not why somebody is gone who was read', () => {
    const world = {
      customer: customer({ directory: directory({ filter: '(department=*)' }) }),
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'ann@acme.example', { disabled: true })]),
    };
    expect(onlyChange(world).reasons[1]?.rule).toBe('SEL-2');
  });
});

describe('SEL-5 Exceptions', () => {
  function excepting(...exceptions: readonly ReturnType<typeof exception>[]) {
    return customer({ directory: directory({ exceptions }) });
  }
  const ann = person('ann', 'Ann@acme.example', { aliases: ['a@acme.example'] });
  const all = group('all', 'all@acme.example', ['ann']);

  it.each<[string, ReturnType<typeof exception>, readonly string[]]>([
    ['a user by address', exception('user', 'ann@ACME.example'), ['all@acme.example']],
    ['a user by object id', exception('user', 'ann'), ['all@acme.example']],
    ['a group by address', exception('group', 'all@acme.example'), ['Ann@acme.example']],
    ['a group by object id', exception('group', 'all'), ['Ann@acme.example']],
  ])('%s: as if it were not in the directory', (_, one, expected) => {
    expect(inSync([ann, all], excepting(one))).toEqual(expected);
    expect(diagnosticsOf({ customer: excepting(one), reading: reading([ann, all]) })).toEqual([]);
  });

  it('an alias is dropped from its user, and the plan says by which exception', () => {
    const world = {
      customer: excepting(exception('alias', 'A@acme.example')),
      roster: roster([user('ann@acme.example', { aliases: ['a@acme.example'] })]),
      reading: reading([ann]),
    };
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual([]);
    expect(reasonsOf(world)).toEqual([expect.stringMatching(/^SEL-5 alias a@acme\.example removed: .*acme\.yaml:20/)]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('an exception for an alias does nothing to a primary, and says so', () => {
    const world = { customer: excepting(exception('alias', 'ann@acme.example')), reading: reading([ann]) };
    expect(changesOf(world)).toEqual(['create user Ann@acme.example by SEL-1']);
    expect(diagnosticsOf(world)).toEqual(['warning SEL-5']);
  });

  it.each<[string, ReturnType<typeof exception>]>([
    ['an alias called a user', exception('user', 'a@acme.example')],
    ['a user called a group', exception('group', 'ann@acme.example')],
    ['a group called a user', exception('user', 'all@acme.example')],
  ])('%s has no effect, and says so', (_, one) => {
    const world = { customer: excepting(one), reading: reading([ann, all]) };
    expect(inSync([ann, all], excepting(one))).toHaveLength(2);
    expect(diagnosticsOf(world)).toEqual(['warning SEL-5']);
    expect(planOf(world).diagnostics[0]?.location?.line).toBe(20);
  });

  it('what meets nothing is a note', () => {
    const world = { customer: excepting(exception('user', 'nobody@acme.example')), reading: reading([ann]) };
    expect(diagnosticsOf(world)).toEqual(['info SEL-5']);
  });

  it('an alias of somebody who is out anyway is no mistake', () => {
    const world = {
      customer: excepting(exception('alias', 'a@acme.example')),
      reading: reading([{ ...ann, disabled: true }]),
    };
    expect(messagesOf(world, 'SEL-5')).toEqual([]);
  });

  it('flags an excepted user of the roster, and says by which exception', () => {
    const world = {
      customer: excepting(exception('user', 'ann@acme.example')),
      roster: roster([user('ann@acme.example')]),
      reading: reading([ann]),
    };
    expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-1']);
    expect(reasonsOf(world)[1]).toContain('customers/acme.yaml:20');
  });

  it('wins over every switch, and over an addition, which is a diagnostic', () => {
    const world = {
      customer: customer({
        directory: directory({
          include: { disabled: true },
          exceptions: [exception('user', 'ann@acme.example')],
          additions: [addition('ann@acme.example')],
        }),
      }),
      reading: reading([{ ...ann, disabled: true }]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning SEL-5']);
  });

  it('flags an addition of the roster that is excepted now', () => {
    const world = {
      customer: customer({
        directory: directory({
          exceptions: [exception('user', 'new@acme.example')],
          additions: [addition('new@acme.example')],
        }),
      }),
      roster: roster([user('new@acme.example', { addition: true, objectId: null })]),
      reading: reading([person('bob', null)]),
    };
    expect(changesOf(world)).toEqual(['flag user new@acme.example by DEL-1']);
    expect(onlyChange(world).reasons[1]?.rule).toBe('SEL-5');
  });

  it('is about the directory: a user of the configuration stays, without what the directory would add', () => {
    const world = {
      customer: customer({
        users: [configured('ann@acme.example')],
        directory: directory({ exceptions: [exception('user', 'ann@acme.example')] }),
      }),
      reading: reading([ann]),
    };
    expect(rosterAfter(world).entries).toMatchObject([{ source: 'manual', objectId: null, aliases: [] }]);
  });
});

describe('SEL-6 The domain of the primary address', () => {
  const pending = (parts: Parameters<typeof customer>[0] = {}) =>
    customer({ domains: [domain('acme.example'), domain('brand.example', 'dns')], ...parts });

  it('skips objects of other domains, with one diagnostic a domain and the number', () => {
    const objects = [
      person('a', 'a@one.example'),
      person('b', 'b@one.example'),
      group('g', 'g@two.example', []),
      person('d', 'd@sub.acme.example'),
      person('e', 'e@acme.example', { aliases: ['e@one.example'] }),
    ];
    const world = { reading: reading(objects) };
    expect(changesOf(world)).toEqual(['create user e@acme.example by SEL-1']);
    const messages = messagesOf(world, 'SEL-6');
    expect(messages).toHaveLength(3);
    expect(messages[0]).toMatch(/^1 object .*sub\.acme\.example/);
    expect(messages[1]).toMatch(/^1 object .*two\.example/);
    expect(messages[2]).toMatch(/^2 objects .*one\.example/);
  });

  it('a verified domain is managed, a pending one is not', () => {
    const world = { customer: pending(), reading: reading([person('a', 'a@brand.example')]) };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning SEL-6', 'info DOM-1']);
    expect(changesOf({ ...world, roster: roster([], { domains: [verified('brand.example')] }) })).toEqual([
      'create user a@brand.example by SEL-1',
    ]);
  });

  it.each([
    [1, '1 object in brand.example waits until'],
    [2, '2 objects in brand.example wait until'],
  ])('says how many wait for a domain: %i', (number, said) => {
    const objects = Array.from({ length: number }, (_, n) => person(`p${n}`, `p${n}@brand.example`));
    const messages = messagesOf({ customer: pending(), reading: reading(objects) }, 'SEL-6');
    expect(messages).toEqual([expect.stringContaining(said)]);
  });

  it('a domain that the state knows as pending is not managed', () => {
    const domains = [{ ...verified('brand.example'), status: 'pending' as const, verifiedAt: null }];
    const world = {
      customer: pending(),
      roster: roster([], { domains }),
      reading: reading([person('a', 'a@brand.example')]),
    };
    expect(changesOf(world)).toEqual([]);
  });

  const flagged = { status: 'flagged', flaggedAt: at('2026-01-01') } as const;
  it.each<[string, World]>([
    ['gone', { roster: roster([user('a@brand.example')]) }],
    [
      'changed',
      {
        roster: roster([user('a@brand.example')]),
        reading: reading([person('a', 'a@brand.example', { attributes: { surname: 'New' } })]),
      },
    ],
    [
      'renamed inside it',
      {
        roster: roster([user('a@brand.example')]),
        reading: reading([person('a', 'b@brand.example')]),
      },
    ],
    ['moved to it', { roster: roster([user('a@acme.example')]), reading: reading([person('a', 'a@brand.example')]) }],
    ['due', { roster: roster([user('a@brand.example', flagged)]) }],
    ['a group that is gone', { roster: roster([storedGroup('a@brand.example', [])]) }],
    ['taken out of the configuration', { roster: roster([user('a@brand.example', { source: 'csv' })]) }],
  ])('a pending domain puts off who is %s', (_, world) => {
    const all = { customer: pending(), reading: reading([person('x', null)]), ...world };
    expect(changesOf(all)).toEqual([]);
  });

  it('holds for users of the configuration and additions, and says that they wait', () => {
    const world = {
      customer: pending({
        users: [configured('scan@brand.example')],
        directory: directory({ additions: [addition('new@brand.example')] }),
      }),
      reading: reading([person('x', 'x@brand.example'), person('y', null)]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'SEL-6')).toEqual([expect.stringMatching(/^3 /)]);
  });

  it('somebody who moved to a domain that is not ours is gone from the sync', () => {
    const world = {
      roster: roster([user('a@acme.example')]),
      reading: reading([person('a', 'a@partner.example')]),
    };
    expect(changesOf(world)).toEqual(['flag user a@acme.example by DEL-1']);
    expect(onlyChange(world).reasons[1]?.rule).toBe('SEL-6');
  });
});

describe('SEL-7 The domains of aliases', () => {
  const aliases = ['a@acme.example', 'a@brand.example', 'a@elsewhere.example', 'a@more.example'];
  const two = customer({ domains: [domain('acme.example'), domain('brand.example')] });

  it('keeps aliases in managed domains, and counts the others in a note', () => {
    const world = { customer: two, reading: reading([person('ann', 'ann@acme.example', { aliases })]) };
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual(['a@acme.example', 'a@brand.example']);
    expect(diagnosticsOf(world)).toEqual(['info SEL-7']);
    expect(messagesOf(world, 'SEL-7')[0]).toMatch(/^2 aliases /);
  });

  it('holds for groups too', () => {
    const world = { reading: reading([group('g', 'all@acme.example', [], { aliases })]) };
    expect(rosterAfter(world).entries[0]?.aliases).toEqual(['a@acme.example']);
  });

  it('a pending domain adds no alias and removes none', () => {
    const world = {
      customer: customer({ domains: [domain('acme.example'), domain('brand.example', 'dns')] }),
      roster: roster([user('ann@acme.example', { aliases: ['A@brand.example'] })]),
      reading: reading([person('ann', 'ann@acme.example', { aliases: ['a@brand.example', 'b@brand.example'] })]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'SEL-7')).toEqual([expect.stringMatching(/^1 alias .*verified/)]);
    const once = { ...world, roster: roster([user('ann@acme.example')]) };
    expect(changesOf(once)).toEqual([]);
  });

  it('a pending domain leaves the aliases of users of the configuration alone', () => {
    const world = {
      customer: customer({
        domains: [domain('acme.example'), domain('brand.example', 'dns')],
        users: [configured('scan@acme.example', { aliases: ['one@brand.example', 'two@brand.example'] })],
      }),
      roster: roster([user('scan@acme.example', { source: 'manual', objectId: null, aliases: ['one@brand.example'] })]),
      reading: reading([person('x', null)]),
    };
    expect(changesOf(world)).toEqual([]);
  });
});

describe('SEL-8 Synced attributes', () => {
  const attributes = {
    givenName: 'Ann',
    surname: 'Lee',
    displayName: 'Ann Lee',
    homePhone: '1',
    mobile: '2',
    company: 'Acme',
    department: 'Sales',
    notes: 'n',
  };

  it('takes over every one of them', () => {
    const world = { reading: reading([person('ann', 'ann@acme.example', { attributes })]) };
    expect(userAfter(world, 'ann@acme.example')?.attributes).toEqual(attributes);
  });

  it.each(Object.keys(attributes))('follows %s as it changes and as it is emptied', (name) => {
    const stored = roster([user('ann@acme.example', { attributes })]);
    const { [name as keyof typeof attributes]: _, ...without } = attributes;
    for (const next of [{ ...attributes, [name]: 'new' }, without]) {
      const world = { roster: stored, reading: reading([person('ann', 'ann@acme.example', { attributes: next })]) };
      expect(reasonsOf(world)).toEqual([`SEL-8 ${name} changed`]);
      expect(userAfter(world, 'ann@acme.example')?.attributes).toEqual(next);
    }
  });
});
