/** The rules about addresses: which an object has, which is its primary, and who keeps one that two claim. */
import { describe, expect, it } from 'vitest';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import {
  afterApply,
  at,
  changesOf,
  configured,
  customer,
  diagnosticsOf,
  domain,
  messagesOf,
  onlyChange,
  person,
  planOf,
  reading,
  roster,
  rosterAfter,
  storedGroup,
  user,
  userAfter,
} from '../support/builders.ts';

const BUECHER = customer({ domains: [domain('acme.example'), domain('xn--bcher-kva.example')] });

/** The addresses that one object gets in an empty roster, primary first; undefined if it is not taken in. */
function addressesOf(object: DirectoryObject, config = customer()): readonly string[] | undefined {
  const [entry] = rosterAfter({ customer: config, reading: reading([object]) }).entries;
  return entry === undefined ? undefined : [entry.address, ...entry.aliases];
}

describe('ADR-1 Addresses compare in one canonical form', () => {
  it.each([
    ['capitals before the @', 'ann@acme.example', 'Ann@acme.example'],
    ['capitals in the domain', 'ann@acme.example', 'ann@ACME.Example'],
    ['capitals first, small letters later', 'Ann.Lee@Acme.Example', 'ann.lee@acme.example'],
    ['a domain in its own script', 'ann@xn--bcher-kva.example', 'ann@bücher.example'],
    ['a domain in its own script and capitals', 'ann@XN--BCHER-KVA.example', 'ann@BÜCHER.example'],
    ['a letter written as one or two characters', 'zo\u00eb@acme.example', 'zoe\u0308@acme.example'],
    ['a capital that exists only as two characters', '\u01f0an@acme.example', 'J\u030cAN@acme.example'],
  ])('%s: the same address, shown as first seen', (_, first, later) => {
    const world = {
      customer: BUECHER,
      roster: roster([user(first, { objectId: null })]),
      reading: reading([person('a', later)]),
    };
    expect(changesOf(world)).toEqual([`update user ${first} by MRG-2`]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('shows an alias as first seen', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['A.Lee@acme.example'] })]),
      reading: reading([person('ann', null, { proxyAddresses: ['SMTP:ANN@acme.example', 'smtp:a.lee@ACME.example'] })]),
    };
    expect(changesOf(world)).toEqual([]);
  });

  it.each([
    ['no @', 'ann'],
    ['nothing before the @', '@acme.example'],
    ['a space', 'ann lee@acme.example'],
    ['two dots in a row', 'ann..lee@acme.example'],
    ['a dot before the @', 'ann.@acme.example'],
    ['a domain literal', 'ann@[192.0.2.1]'],
    ['a domain of one label', 'ann@localhost'],
    ['a dot after the domain', 'ann@acme.example.'],
    ['a label that begins with a hyphen', 'ann@-acme.example'],
    ['an xn-- label that decodes to nothing', 'ann@xn--a.example'],
    ['the same in capitals', 'ann@XN--A.example'],
    ['a line break', 'ann\n@acme.example'],
    ['65 octets before the @', `${'a'.repeat(65)}@acme.example`],
    ['64 characters of more than 64 octets', `${'ä'.repeat(33)}@acme.example`],
    ['255 octets in all', `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.acme.exam`],
    ['nothing', ''],
  ])('%s: left out with a diagnostic that names the object, and the plan goes on', (_, text) => {
    const world = { reading: reading([person('bad', text), person('ann', 'ann@acme.example')]) };
    expect(changesOf(world)).toEqual(['create user ann@acme.example by SEL-1']);
    expect(diagnosticsOf(world)).toEqual(['warning ADR-1']);
    expect(messagesOf(world, 'ADR-1')[0]).toContain('CN=bad');
  });

  it.each([
    ['64 octets before the @', `${'a'.repeat(64)}@acme.example`],
    ['every special character', "!#$%&'*+/=?^_`{|}~-@acme.example"],
    ['a quoted local part', '"ann lee"@acme.example'],
    ['letters beyond ASCII', 'zoë@acme.example'],
  ])('%s is an address', (_, text) => {
    expect(addressesOf(person('a', text))).toEqual([text]);
  });

  it('takes 254 octets in all, and not 255', () => {
    const name = `${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.acme.example`;
    const config = customer({ domains: [domain(name)] });
    const local = 'a'.repeat(254 - name.length - 1);
    expect(addressesOf(person('a', `${local}@${name}`), config)).toBeDefined();
    expect(addressesOf(person('a', `${local}a@${name}`), config)).toBeUndefined();
  });

  it('leaves out a bad alias and keeps the user', () => {
    const object = person('ann', null, { proxyAddresses: ['SMTP:ann@acme.example', 'smtp:', 'smtp:a@b@c'] });
    expect(addressesOf(object)).toEqual(['ann@acme.example']);
    expect(diagnosticsOf({ reading: reading([object]) })).toEqual(['warning ADR-1', 'warning ADR-1']);
  });

  it('takes an address once that is written twice', () => {
    const proxyAddresses = [
      'smtp:x@acme.example',
      'SMTP:ann@acme.example',
      'smtp:ANN@acme.example',
      'smtp:X@acme.example',
    ];
    expect(addressesOf(person('ann', null, { proxyAddresses }))).toEqual(['ann@acme.example', 'x@acme.example']);
  });
});

describe('ADR-2 Which address is the primary', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[] | undefined]>([
    ['SMTP: alone', ['SMTP:a@acme.example'], [], ['a@acme.example']],
    ['SMTP: beats mail, which is no alias then', ['SMTP:a@acme.example'], ['m@acme.example'], ['a@acme.example']],
    [
      'smtp: values are aliases',
      ['smtp:b@acme.example', 'SMTP:a@acme.example'],
      [],
      ['a@acme.example', 'b@acme.example'],
    ],
    ['mail where there is no SMTP:', ['smtp:b@acme.example'], ['m@acme.example'], ['m@acme.example', 'b@acme.example']],
    ['mail that is among the aliases', ['smtp:m@acme.example'], ['m@acme.example'], ['m@acme.example']],
    [
      'other kinds are no mail',
      ['X500:/o=Acme/cn=ann', 'SIP:s@acme.example', 'EUM:1', 'x400:c=uk'],
      ['m@acme.example'],
      ['m@acme.example'],
    ],
    ['other kinds alone give no address', ['SIP:s@acme.example'], [], undefined],
    ['no SMTP: and no mail', ['smtp:b@acme.example'], [], undefined],
    [
      'mixed capitals are an alias',
      ['Smtp:b@acme.example', 'SMTP:a@acme.example'],
      [],
      ['a@acme.example', 'b@acme.example'],
    ],
    ['further mail values are aliases', [], ['m@acme.example', 'n@acme.example'], ['m@acme.example', 'n@acme.example']],
    [
      'further mail values are none beside proxyAddresses',
      ['SMTP:a@acme.example'],
      ['a@acme.example', 'n@acme.example'],
      ['a@acme.example'],
    ],
    ['a bad SMTP: value is passed over for mail', ['SMTP:not an address'], ['m@acme.example'], ['m@acme.example']],
    [
      'a bad SMTP: value is passed over for another',
      ['SMTP:a bad one@acme.example', 'SMTP:b@acme.example'],
      [],
      ['b@acme.example'],
    ],
    ['a bad mail is passed over for the next', [], ['bad', 'm@acme.example'], ['m@acme.example']],
  ])('%s', (_, proxyAddresses, mail, expected) => {
    expect(addressesOf(person('ann', null, { proxyAddresses, mail }))).toEqual(expected);
  });

  it.each<[string, readonly string[], string]>([
    ['mail decides', ['b@acme.example'], 'b@acme.example'],
    ['mail decides, whatever its capitals', ['B@ACME.example'], 'b@acme.example'],
    ['mail is none of them: the first in sorted order', ['x@acme.example'], 'a@acme.example'],
    ['no mail: the first in sorted order', [], 'a@acme.example'],
  ])('several SMTP: values: %s, and the others are aliases', (_, mail, primary) => {
    const proxyAddresses = ['SMTP:c@acme.example', 'SMTP:b@acme.example', 'SMTP:a@acme.example'];
    const object = person('ann', null, { proxyAddresses, mail });
    const others = ['a@acme.example', 'b@acme.example', 'c@acme.example'].filter((one) => one !== primary);
    expect(addressesOf(object)).toEqual([primary, ...others]);
    expect(diagnosticsOf({ reading: reading([object]) })).toEqual(['warning ADR-2']);
    expect(messagesOf({ reading: reading([object]) }, 'ADR-2')[0]).toContain('CN=ann');
  });

  it('sorts several SMTP: values by the address, not by its capitals', () => {
    const proxyAddresses = ['SMTP:Zed@acme.example', 'SMTP:ann@acme.example'];
    expect(addressesOf(person('ann', null, { proxyAddresses }))?.[0]).toBe('ann@acme.example');
  });

  it('takes further alias attributes whatever else there is', () => {
    const proxy = person('ann', null, { proxyAddresses: ['SMTP:ann@acme.example'], aliases: ['a@acme.example'] });
    const plain = person('ann', 'ann@acme.example', { aliases: ['a@acme.example', 'ann@acme.example'] });
    expect(addressesOf(proxy)).toEqual(['ann@acme.example', 'a@acme.example']);
    expect(addressesOf(plain)).toEqual(['ann@acme.example', 'a@acme.example']);
  });

  it('never takes the name of an object for its address', () => {
    expect(addressesOf(person('ann', null, { name: 'ann@acme.example' }))).toBeUndefined();
  });

  it('follows aliases that come and go, and says which', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['old@acme.example'] })]),
      reading: reading([person('ann', 'ann@acme.example', { aliases: ['new@acme.example'] })]),
    };
    const { reasons } = onlyChange(world);
    expect(reasons.map(({ rule }) => rule)).toEqual(['ADR-2', 'ADR-2']);
    expect(reasons.map(({ message }) => message).join()).toMatch(/new@acme\.example added.*old@acme\.example removed/);
  });
});

describe('ADR-3 An address belongs to one object', () => {
  it('the smaller object id has a new primary, whichever was read first', () => {
    const objects = [person('b', 'ann@acme.example'), person('a', 'ann@acme.example')];
    for (const order of [objects, objects.toReversed()]) {
      const world = { reading: reading(order) };
      expect(rosterAfter(world).entries).toMatchObject([{ objectId: 'a' }]);
      expect(diagnosticsOf(world)).toEqual(['warning ADR-3']);
      const [message] = messagesOf(world, 'ADR-3');
      expect(message).toContain('CN=a');
      expect(message).toContain('CN=b');
    }
  });

  it('who has the primary in the roster keeps it from a smaller object id', () => {
    const world = {
      roster: roster([user('ann@acme.example', { objectId: 'z' as never })]),
      reading: reading([person('a', 'ann@acme.example'), person('z', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning ADR-3']);
  });

  it('a primary beats an alias, even one that stands in the roster', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['info@acme.example'] })]),
      reading: reading([
        person('ann', 'ann@acme.example', { aliases: ['info@acme.example'] }),
        person('zed', 'info@acme.example'),
      ]),
    };
    expect(changesOf(world)).toEqual([
      'update user ann@acme.example by ADR-3',
      'create user info@acme.example by SEL-1',
    ]);
    expect(changesOf(afterApply(world))).toEqual([]);
    expect(diagnosticsOf(afterApply(world))).toEqual(['warning ADR-3']);
  });

  it('of two with one alias the holder keeps it; without a holder the smaller id has it', () => {
    const objects = [
      person('a', 'ann@acme.example', { aliases: ['info@acme.example'] }),
      person('b', 'bob@acme.example', { aliases: ['info@acme.example'] }),
    ];
    const fresh = { reading: reading(objects) };
    expect(userAfter(fresh, 'ann@acme.example')?.aliases).toEqual(['info@acme.example']);
    expect(userAfter(fresh, 'bob@acme.example')?.aliases).toEqual([]);
    const held = {
      ...fresh,
      roster: roster([user('bob@acme.example', { objectId: 'b' as never, aliases: ['info@acme.example'] })]),
    };
    expect(userAfter(held, 'ann@acme.example')?.aliases).toEqual([]);
    expect(userAfter(held, 'bob@acme.example')?.aliases).toEqual(['info@acme.example']);
  });

  it('a user of the configuration goes before one of the directory', () => {
    const world = {
      customer: customer({ users: [configured('scan@acme.example', { aliases: ['copy@acme.example'] })] }),
      reading: reading([person('a', 'ann@acme.example', { aliases: ['copy@acme.example', 'scan@acme.example'] })]),
    };
    expect(userAfter(world, 'scan@acme.example')?.aliases).toEqual(['copy@acme.example']);
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual([]);
  });

  it('who loses the primary stays as is: not renamed, not updated, not flagged', () => {
    const world = {
      roster: roster([user('ann@acme.example'), user('bob@acme.example', { aliases: ['b@acme.example'] })]),
      reading: reading([
        person('ann', 'ann@acme.example'),
        person('bob', 'ann@acme.example', { attributes: { surname: 'New' } }),
      ]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'ADR-3')[0]).toContain('stays as it is');
  });

  it('who stays as is keeps its address from somebody new', () => {
    const world = {
      roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
      reading: reading([
        person('ann', 'ann@acme.example'),
        person('bob', 'ann@acme.example'),
        person('aaa', 'bob@acme.example'),
      ]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning ADR-3', 'warning ADR-3']);
  });

  it('a flagged user keeps the primary, since its mail is still accepted', () => {
    const world = {
      roster: roster([user('ann@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') })]),
      reading: reading([
        person('ann', 'ann@acme.example', { disabled: true }),
        person('aaa', 'ann@acme.example', { attributes: { surname: 'Other' } }),
      ]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toContain('warning ADR-3');
  });

  it('a flagged user gives up an alias that is the primary of somebody else', () => {
    const flagged = user('ann@acme.example', {
      status: 'flagged',
      flaggedAt: at('2026-11-19'),
      aliases: ['info@acme.example', 'x@acme.example'],
    });
    const world = { roster: roster([flagged]), reading: reading([person('b', 'info@acme.example')]) };
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...flagged, aliases: ['x@acme.example'] });
    expect(userAfter(world, 'info@acme.example')?.objectId).toBe('b');
  });

  it('the address of somebody deleted in the same plan is free', () => {
    const world = {
      roster: roster([
        user('ann@acme.example', { status: 'flagged', flaggedAt: at('2026-11-01') }),
        user('bob@acme.example'),
      ]),
      reading: reading([person('bob', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual([
      'delete user ann@acme.example by DEL-5',
      'rename user bob@acme.example -> ann@acme.example by MRG-1',
    ]);
    expect(rosterAfter(world).entries).toMatchObject([{ address: 'ann@acme.example', objectId: 'bob' }]);
  });

  it('two who swap primaries are no dispute', () => {
    const world = {
      roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
      reading: reading([person('ann', 'bob@acme.example'), person('bob', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual([
      'rename user bob@acme.example -> ann@acme.example by MRG-1',
      'rename user ann@acme.example -> bob@acme.example by MRG-1',
    ]);
    expect(diagnosticsOf(world)).toEqual([]);
    expect(userAfter(world, 'bob@acme.example')?.objectId).toBe('ann');
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('a chain of renames is no dispute', () => {
    const names = ['a', 'b', 'c', 'd'];
    const world = {
      roster: roster(names.map((name) => user(`${name}@acme.example`))),
      reading: reading(names.map((name, i) => person(name, `${names[i + 1] ?? 'e'}@acme.example`))),
    };
    expect(changesOf(world)).toHaveLength(4);
    expect(diagnosticsOf(world)).toEqual([]);
    expect(userAfter(world, 'e@acme.example')?.objectId).toBe('d');
  });

  it('an alias that moves from one to another is moved', () => {
    const world = {
      roster: roster([user('ann@acme.example', { aliases: ['info@acme.example'] }), user('bob@acme.example')]),
      reading: reading([
        person('ann', 'ann@acme.example'),
        person('bob', 'bob@acme.example', { aliases: ['info@acme.example'] }),
      ]),
    };
    expect(userAfter(world, 'ann@acme.example')?.aliases).toEqual([]);
    expect(userAfter(world, 'bob@acme.example')?.aliases).toEqual(['info@acme.example']);
    expect(diagnosticsOf(world)).toEqual([]);
  });

  it('holds between users and groups too', () => {
    const world = {
      roster: roster([storedGroup('info@acme.example', [])]),
      reading: reading([person('info', 'info@acme.example', { kind: 'group' }), person('aaa', 'info@acme.example')]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning ADR-3']);
  });
});

describe('ADR-4 An address held by another customer', () => {
  const GLOBEX = 'globex' as CustomerId;
  const others = [{ ...roster([user('ann@acme.example', { aliases: ['info@acme.example'] })]), customer: GLOBEX }];

  it('is an error for a new user, who is not added', () => {
    const world = { reading: reading([person('a', 'Ann@acme.example'), person('b', 'bob@acme.example')]), others };
    expect(changesOf(world)).toEqual(['create user bob@acme.example by SEL-1']);
    expect(diagnosticsOf(world)).toEqual(['error ADR-4']);
    expect(messagesOf(world, 'ADR-4')[0]).toContain('globex');
    expect(planOf(world).status).toBe('ready');
  });

  it('is an error for a rename, and the user stays as it was', () => {
    const world = {
      roster: roster([user('bob@acme.example')]),
      reading: reading([person('bob', 'ann@acme.example')]),
      others,
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['error ADR-4']);
  });

  it('is an error for an alias, which the user goes without', () => {
    const world = {
      reading: reading([person('b', 'bob@acme.example', { aliases: ['info@acme.example', 'b@acme.example'] })]),
      others,
    };
    expect(userAfter(world, 'bob@acme.example')?.aliases).toEqual(['b@acme.example']);
    expect(diagnosticsOf(world)).toEqual(['error ADR-4']);
  });

  it('is an error for a user of the configuration, with its place', () => {
    const world = {
      customer: customer({ directory: null, users: [configured('ann@acme.example')] }),
      roster: roster([], { directory: null }),
      others,
    };
    expect(changesOf(world)).toEqual([]);
    expect(planOf(world).diagnostics).toMatchObject([
      { rule: 'ADR-4', address: 'ann@acme.example', location: { line: 40 } },
    ]);
  });

  it('does not take an address away from who has it already', () => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      reading: reading([person('ann', 'ann@acme.example')]),
      others,
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual([]);
  });

  it('holds for addresses of the flagged and ignored too, and not for those of the deleted', () => {
    const reads = { reading: reading([person('a', 'ann@acme.example')]) };
    const held = user('ann@acme.example', { status: 'ignored' });
    expect(diagnosticsOf({ ...reads, others: [{ ...roster([held]), customer: GLOBEX }] })).toEqual(['error ADR-4']);
    const grave = {
      addresses: ['ann@acme.example'],
      objectId: null,
      archive: 'x',
      deletedAt: at('2026-01-01'),
    } as const;
    const others = [{ ...roster([], { tombstones: [grave] }), customer: GLOBEX }];
    expect(changesOf({ ...reads, others })).toEqual(['create user ann@acme.example by SEL-1']);
  });
});
