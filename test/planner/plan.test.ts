/** A plan as a whole: its order, its summary, and that every resource is in it once. */
import { describe, expect, it } from 'vitest';
import { addressOf, type Change } from '../../src/domain/change.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import { RULES } from '../../src/domain/rule.ts';
import { plan } from '../../src/planner/plan.ts';
import {
  ACME,
  at,
  changesOf,
  customer,
  decision,
  directory,
  domain,
  group,
  HOME,
  madePlan,
  NOW,
  onlyChange,
  person,
  planOf,
  reading,
  roster,
  stateOf,
  storedGroup,
  user,
} from '../support/builders.ts';

const GLOBEX = 'globex' as CustomerId;

function named(name: CustomerId, parts: Partial<CustomerConfig> = {}): CustomerConfig {
  return { ...customer(parts), name };
}

describe('a plan', () => {
  it('has its customers sorted by name, each with the serial and the reading that it rests on', () => {
    const acme = reading([person('a', 'a@acme.example')]);
    const made = plan({
      config: { customers: [named(GLOBEX, { domains: [domain('globex.example')] }), customer()] },
      readings: new Map<CustomerId, DirectoryReading>([
        [ACME, acme],
        [GLOBEX, { status: 'none' }],
      ]),
      state: stateOf({ ...roster([]), serial: 41 }),
      now: NOW,
      allowRemovals: null,
    });
    expect(made).toMatchObject({ at: NOW, lineage: 'test' });
    expect(made.customers).toMatchObject([
      { customer: ACME, stateSerial: 41, directory: { identity: HOME, proof: acme.proof } },
      { customer: GLOBEX, stateSerial: 0, directory: null, changes: [{ resource: 'domain' }] },
    ]);
  });

  it('takes a customer without a reading for one without a directory', () => {
    expect(planOf({ roster: roster([user('ann@acme.example')]) })).toMatchObject({ directory: null, changes: [] });
  });

  it('keeps customers apart: the same directory for two gives each its own', () => {
    const read = reading([person('a', 'a@acme.example'), person('b', 'b@globex.example')]);
    const made = plan({
      config: { customers: [customer(), named(GLOBEX, { domains: [domain('globex.example')] })] },
      readings: new Map([ACME, GLOBEX].map((name) => [name, read])),
      state: stateOf(),
      now: NOW,
      allowRemovals: null,
    });
    const addresses = made.customers.map((one) => (one.status === 'failed' ? [] : one.changes.map(addressOf)));
    expect(addresses).toEqual([
      ['acme.example', 'a@acme.example'],
      ['globex.example', 'b@globex.example'],
    ]);
  });

  it('has deletes first, then goes by resource and address', () => {
    const world = {
      customer: customer({
        directory: directory({ include: { publicFolders: true } }),
        decisions: [decision('delete', 'z@acme.example')],
      }),
      roster: roster([user('z@acme.example'), user('b@acme.example'), storedGroup('y@acme.example', [])]),
      reading: reading([
        person('2', 'C@acme.example'),
        person('1', 'a@acme.example'),
        group('g', 'list@acme.example', []),
        person('f', 'f@acme.example', { kind: 'publicFolder' }),
      ]),
    };
    expect(changesOf(world)).toEqual([
      'delete group y@acme.example by SEL-9',
      'delete user z@acme.example by DEL-7',
      'create group list@acme.example by SEL-9',
      'create publicFolder f@acme.example by SEL-3',
      'create user a@acme.example by SEL-1',
      'flag user b@acme.example by DEL-1',
      'create user C@acme.example by SEL-1',
    ]);
  });

  it('does not show the order of its inputs', () => {
    const objects = [
      person('b', 'b@acme.example', { aliases: ['x@acme.example'] }),
      person('a', 'a@acme.example', { aliases: ['x@acme.example'] }),
      person('c', 'c@one.example'),
      person('d', 'd@two.example'),
      person('e', 'bad address'),
      group('g', 'g@acme.example', ['b', 'a']),
    ];
    const entries = [user('z@acme.example'), user('y@acme.example'), storedGroup('w@acme.example', ['y@acme.example'])];
    const one = planOf({ roster: roster(entries), reading: reading(objects) });
    const other = planOf({ roster: roster(entries.toReversed()), reading: reading(objects.toReversed()) });
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  it('has the worst diagnostics first', () => {
    const others: readonly Roster[] = [{ ...roster([user('x@acme.example')]), customer: GLOBEX }];
    const world = {
      others,
      reading: reading([
        person('1', 'a@acme.example', { disabled: true }),
        person('2', 'b@elsewhere.example'),
        person('3', 'x@acme.example'),
        person('4', 'bad'),
      ]),
    };
    expect(planOf(world).diagnostics.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
      'error ADR-4',
      'warning ADR-1',
      'warning SEL-6',
      'info SEL-2',
    ]);
  });

  it('names rules that there are, and says something with each', () => {
    const world = {
      roster: roster([
        user('gone@acme.example'),
        user('due@acme.example', { status: 'flagged', flaggedAt: at('2026-01-01') }),
      ]),
      reading: reading([person('n', 'new@acme.example')]),
    };
    for (const { reasons } of madePlan(world).changes) {
      for (const { rule, message } of reasons) {
        expect(Object.keys(RULES)).toContain(rule);
        expect(message).not.toBe('');
      }
    }
  });
});

describe('one change a resource, named by the strongest of what happens to it', () => {
  const object = (parts = {}) =>
    reading([person('ann', 'lee@acme.example', { attributes: { surname: 'Lee' }, ...parts })]);
  const flagged = user('ann@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') });

  it.each<[string, () => Change, string, readonly string[]]>([
    [
      'rename before update',
      () => onlyChange({ roster: roster([user('ann@acme.example')]), reading: object() }),
      'rename',
      ['MRG-1', 'SEL-8'],
    ],
    [
      'restore before rename and update',
      () => onlyChange({ roster: roster([flagged]), reading: object() }),
      'restore',
      ['DEL-4', 'SEL-8'],
    ],
    [
      'delete before all: a decision about who is due',
      () =>
        onlyChange({
          customer: customer({ decisions: [decision('delete', 'ann@acme.example')] }),
          roster: roster([user('ann@acme.example', { status: 'flagged', flaggedAt: at('2020-01-01') })]),
          reading: reading([person('x', null)]),
        }),
      'delete',
      ['DEL-7'],
    ],
    [
      'flag before update: an alias goes at the same time',
      () =>
        onlyChange({
          roster: roster([user('ann@acme.example', { aliases: ['a@brand.example'] })]),
          reading: reading([person('x', null)]),
        }),
      'flag',
      ['DEL-1', 'SEL-1', 'DEL-9'],
    ],
    [
      'deactivate before update',
      () =>
        onlyChange({
          customer: customer({ decisions: [decision('deactivate', 'ann@acme.example')] }),
          roster: roster([user('ann@acme.example', { aliases: ['a@brand.example'] })]),
          reading: reading([person('x', null)]),
        }),
      'deactivate',
      ['DEL-7', 'SEL-1', 'DEL-9'],
    ],
  ])('%s', (_, change, action, rules) => {
    expect(change().action).toBe(action);
    expect(change().reasons.map(({ rule }) => rule)).toEqual(rules);
  });
});
