/** Who of those that a target serves is taken over, and as what (IMP-1). */
import { describe, expect, test } from 'vitest';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { ImportedUser } from '../../src/domain/imported-user.ts';
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import { takeOver } from '../../src/planner/take-over.ts';
import { takeOverChanges, takeOverWarnings } from '../../src/planner/take-over-changes.ts';
import {
  addition,
  configured,
  customer,
  directory,
  domain,
  roster,
  stateOf,
  storedGroup,
  tombstone,
  user,
  verified,
} from '../support/builders.ts';

const GLOBEX = 'globex' as CustomerId;

function someone(address: string, parts: Partial<ImportedUser> = {}): ImportedUser {
  return { address, aliases: [], attributes: {}, ...parts };
}

function taken(people: readonly ImportedUser[], config: CustomerConfig = customer(), ...rosters: readonly Roster[]) {
  const result = takeOver({ config: { customers: [config] }, customers: [config], state: stateOf(...rosters), people });
  const users = result.taken.flatMap(({ users: some }) =>
    some.map(({ address, aliases }) => [address, ...aliases].map(({ display }) => display).join(' ')),
  );
  return { ...result, users };
}

describe('IMP-1 who is taken over', () => {
  test('each address once, in order, with what is known of it, as it is written', () => {
    const { users, found } = taken([
      someone('Zoe@acme.example'),
      someone('ann@acme.example'),
      someone('ANN@acme.example', {
        aliases: ['a.lee@ACME.example', 'ann@acme.example'],
        attributes: { surname: 'Lee' },
      }),
    ]);
    expect(users).toEqual(['ANN@acme.example a.lee@ACME.example', 'Zoe@acme.example']);
    expect(found).toBe(2);
  });

  test('the order in which they come decides nothing', () => {
    const people = ['b', 'a', 'c'].map((local) => someone(`${local}@acme.example`, { aliases: ['x@acme.example'] }));
    expect(taken(people.toReversed())).toEqual(taken(people));
    expect(taken(people).users).toEqual(['a@acme.example x@acme.example', 'b@acme.example', 'c@acme.example']);
  });

  test.each<[string, Roster]>([
    ['a primary', roster([user('ann@acme.example')])],
    ['an alias', roster([user('x@acme.example', { aliases: ['ann@acme.example'] })])],
    ['a group', roster([storedGroup('ann@acme.example', [])])],
    ['a user who is deactivated', roster([user('ann@acme.example', { status: 'deactivated' })])],
  ])('not who is in the state as %s', (_, stored) => {
    const { users, held } = taken([someone('Ann@acme.example')], customer(), stored);
    expect([users, held]).toEqual([[], { state: 1, configuration: 0, others: 0 }]);
  });

  test.each<[string, Partial<CustomerConfig>]>([
    ['a user', { users: [configured('ann@acme.example')] }],
    ['an alias of one', { users: [configured('x@acme.example', { aliases: ['ann@acme.example'] })] }],
    ['an addition', { directory: directory({ additions: [addition('ann@acme.example')] }) }],
  ])('not who stands in the configuration as %s', (_, parts) => {
    const { users, held } = taken([someone('ann@acme.example')], customer(parts));
    expect([users, held]).toEqual([[], { state: 0, configuration: 1, others: 0 }]);
  });

  test('not whom another customer has', () => {
    const other = { ...roster([user('ann@acme.example')]), customer: GLOBEX };
    const { users, held } = taken([someone('ann@acme.example')], customer(), other);
    expect([users, held]).toEqual([[], { state: 0, configuration: 0, others: 1 }]);
  });

  test('not in a domain that is pending, not in one that is another customer’s, and not what is no address', () => {
    const config = customer({ domains: [domain('acme.example'), domain('new.example', 'dns')] });
    const { users, notTaken } = taken(
      ['a@new.example', 'b@else.example', '@acme.example', 'nobody', 'c@acme.example'].map((one) => someone(one)),
      config,
    );
    expect(users).toEqual(['c@acme.example']);
    expect(notTaken.map(({ address, why }) => `${why} ${address}`)).toEqual([
      'wildcard @acme.example',
      'pending a@new.example',
      'unmanaged b@else.example',
      'invalid nobody',
    ]);
  });

  test('in a domain whose record was seen once', () => {
    const config = customer({ domains: [domain('new.example', 'dns')] });
    const stored = roster([], { domains: [verified('new.example')] });
    expect(taken([someone('a@new.example')], config, stored).users).toEqual(['a@new.example']);
  });

  test('without the aliases that somebody has, that are in no domain of the customer, or that are not valid', () => {
    const aliases = ['ben@acme.example', 'held@acme.example', 'x@else.example', 'no address', 'own@acme.example'];
    const { users, aliasesLeftOut } = taken(
      [someone('ann@acme.example', { aliases }), someone('ben@acme.example')],
      customer(),
      roster([user('x@acme.example', { aliases: ['held@acme.example'] })]),
    );
    expect(users).toEqual(['ann@acme.example own@acme.example', 'ben@acme.example']);
    expect(aliasesLeftOut).toBe(4);
  });
});

describe('IMP-1 as what', () => {
  const made = (people: readonly ImportedUser[], stored = roster([])) => {
    const [first] = taken(people, customer(), stored).taken;
    return takeOverChanges(first?.users ?? [], { roster: stored, source: 'entra', target: 'edge' });
  };

  test('as a user of the directory’s source whom no directory supplies yet', () => {
    const attributes = { surname: ' Lee ', givenName: 'Ann\ud800', notes: ' ' };
    expect(made([someone('Ann@acme.example', { attributes })])).toEqual([
      {
        action: 'create',
        resource: 'user',
        after: user('Ann@acme.example', {
          objectId: null,
          source: 'entra',
          attributes: { givenName: 'Ann\ufffd', surname: 'Lee' },
        }),
        reasons: [{ rule: 'IMP-1', message: 'found in edge' }],
      },
    ]);
  });

  test('who comes back from a deletion gets the archive (DEL-6)', () => {
    const [change] = made(
      [someone('ann@acme.example')],
      roster([], { tombstones: [tombstone('ann@acme.example', { objectId: null })] }),
    );
    expect(change).toMatchObject({ after: { archive: 'archive of ann@acme.example' } });
    expect(change?.reasons.map(({ rule }) => rule)).toEqual(['IMP-1', 'DEL-6']);
  });

  test('past the seats, with a warning', () => {
    expect(takeOverWarnings(customer({ seats: 2 }), 3)).toMatchObject([{ rule: 'CNT-1', severity: 'warning' }]);
    expect(takeOverWarnings(customer({ seats: 3 }), 3)).toEqual([]);
    expect(takeOverWarnings(customer(), 3)).toEqual([]);
  });
});
