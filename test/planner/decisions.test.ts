/** The rules about decisions under `conflicts`. */
import { describe, expect, it } from 'vitest';
import type { DecisionConfig } from '../../src/domain/config.ts';
import type { Status, User } from '../../src/domain/roster.ts';
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
  messagesOf,
  NOW,
  person,
  planOf,
  reading,
  reasonsOf,
  roster,
  user,
  userAfter,
} from '../support/builders.ts';

const without = reading([person('somebody', 'somebody@elsewhere.example')]);
const RULES = { allow: ['news.example'], deny: [] };

function stored(status: Status, flaggedAt = '2026-11-19'): User {
  return user('ann@acme.example', { status, flaggedAt: status === 'flagged' ? at(flaggedAt) : null, rules: RULES });
}

/** Ann is in the roster in this status, nobody supplies her, and this is decided about her. */
function ann(status: Status, ...decisions: readonly DecisionConfig[]) {
  return { customer: customer({ decisions }), roster: roster([stored(status)]), reading: without };
}

describe('DEL-7 A decision', () => {
  it.each<[Status, DecisionConfig['action'], string | null]>([
    ['active', 'delete', 'delete'],
    ['flagged', 'delete', 'delete'],
    ['ignored', 'delete', 'delete'],
    ['deactivated', 'delete', 'delete'],
    ['active', 'ignore', 'ignore'],
    ['flagged', 'ignore', 'ignore'],
    ['ignored', 'ignore', null],
    ['deactivated', 'ignore', 'ignore'],
    ['active', 'deactivate', 'deactivate'],
    ['flagged', 'deactivate', 'deactivate'],
    ['ignored', 'deactivate', 'deactivate'],
    ['deactivated', 'deactivate', null],
  ])('%s, and the decision is to %s', (status, action, expected) => {
    const world = ann(status, decision(action, 'Ann@ACME.example'));
    expect(changesOf(world)).toEqual(expected === null ? [] : [`${expected} user ann@acme.example by DEL-7`]);
    expect(diagnosticsOf(world)).toEqual(['warning SEL-6']);
    const next = afterApply(world);
    expect(changesOf(next)).toEqual([]);
    const left = userAfter(world, 'ann@acme.example');
    if (action === 'delete') expect(left).toBeUndefined();
    else expect(left).toEqual({ ...stored('active'), status: action === 'ignore' ? 'ignored' : 'deactivated' });
  });

  it('wins over being due', () => {
    const world = {
      ...ann('flagged', decision('ignore', 'ann@acme.example')),
      roster: roster([stored('flagged', '2020-01-01')]),
    };
    expect(changesOf(world)).toEqual(['ignore user ann@acme.example by DEL-7']);
  });

  it('names the place, the end and the reason', () => {
    const parts = { until: at('2027-02-12'), reason: 'parental leave' };
    const [reason] = reasonsOf(ann('flagged', decision('ignore', 'ann@acme.example', parts)));
    expect(reason).toBe('DEL-7 decided in customers/acme.yaml:31 until 2027-02-12: parental leave');
  });

  it.each<[string, string, boolean]>([
    ['a moment before', '2027-02-11T23:59:59.999Z', true],
    ['at that moment', '2027-02-12T00:00:00.000Z', false],
    ['after it', '2027-02-13T00:00:00.000Z', false],
  ])('until: %s', (_, now, inForce) => {
    const world = {
      ...ann('ignored', decision('ignore', 'ann@acme.example', { until: at('2027-02-12') })),
      now: at(now),
    };
    expect(changesOf(world)).toEqual(inForce ? [] : ['flag user ann@acme.example by DEL-7']);
  });

  it.each(['ignored', 'deactivated'] as const)('past until who was %s is flagged anew, as of now', (status) => {
    const action = status === 'ignored' ? 'ignore' : 'deactivate';
    const world = ann(status, decision(action, 'ann@acme.example', { until: NOW }));
    expect(userAfter(world, 'ann@acme.example')).toEqual({ ...stored('flagged'), flaggedAt: NOW });
    expect(messagesOf(world, 'DEL-7')).toEqual([expect.stringContaining('ran out on 2026-11-20')]);
    expect(changesOf(afterApply(world))).toEqual([]);
    expect(changesOf({ ...afterApply(world), now: at('2026-11-27T12:00:00Z') })).toEqual([
      'delete user ann@acme.example by DEL-5',
    ]);
  });

  it('a decision that is taken out of the file is void too', () => {
    for (const status of ['ignored', 'deactivated'] as const) {
      expect(changesOf(ann(status))).toEqual(['flag user ann@acme.example by DEL-7']);
    }
  });

  it.each(['delete', 'ignore', 'deactivate'] as const)('a decision to %s that ran out before is none', (action) => {
    const world = ann('flagged', decision(action, 'ann@acme.example', { until: at('2026-11-20') }));
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'DEL-7')).toHaveLength(1);
  });

  it('is for the user of that primary only', () => {
    const world = {
      customer: customer({ decisions: [decision('delete', 'a@acme.example')] }),
      roster: roster([user('ann@acme.example', { aliases: ['a@acme.example'], status: 'ignored' })]),
      reading: without,
    };
    expect(changesOf(world)).toEqual(['flag user ann@acme.example by DEL-7']);
    expect(messagesOf(world, 'DEL-8')).toEqual([expect.stringContaining('an alias of ann@acme.example')]);
  });

  it('names somebody, or is a note', () => {
    const world = ann('flagged', decision('delete', 'amn@acme.example'));
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'DEL-7')).toEqual([expect.stringContaining('names nobody')]);
  });

  it('one that was carried out is a note', () => {
    const world = afterApply(ann('flagged', decision('delete', 'ann@acme.example')));
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toContain('info DEL-7');
  });

  it('is no removal, whatever it does; being flagged anew is one', () => {
    const names = ['a', 'b', 'c'].map((name) => `${name}@acme.example`);
    const tight = { safety: { maxRemovals: { count: 0, percent: null } } };
    const decided = (action: DecisionConfig['action']) =>
      planOf({
        customer: customer({ ...tight, decisions: names.map((name) => decision(action, name)) }),
        roster: roster(names.map((name) => user(name, { status: 'flagged', flaggedAt: NOW }))),
        reading: without,
      });
    for (const action of ['delete', 'ignore', 'deactivate'] as const) expect(decided(action).status).toBe('ready');
    const over = { customer: customer(tight), roster: roster([stored('ignored')]), reading: without };
    expect(planOf(over)).toMatchObject({ status: 'blocked', blocks: [{ rule: 'SAF-1', removals: 1 }] });
  });

  it('takes the time from the moment when being deactivated ends', () => {
    const world = { ...ann('deactivated'), now: at('2030-01-01') };
    expect(userAfter(world, 'ann@acme.example')?.flaggedAt).toBe(at('2030-01-01'));
  });
});

describe('DEL-8 A decision without effect', () => {
  const object = person('ann', 'ann@acme.example');
  const supplied: readonly [string, Partial<Parameters<typeof planOf>[0]>, Parameters<typeof customer>[0]][] = [
    ['the directory', { reading: reading([object]) }, {}],
    ['the YAML', { reading: without }, { users: [configured('ann@acme.example')] }],
    ['an addition', { reading: without }, { directory: directory({ additions: [addition('ann@acme.example')] }) }],
  ];

  it.each(supplied)('to delete who is supplied by %s is an error that says what to do', (_, parts, config) => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      customer: customer({ ...config, decisions: [decision('delete', 'ann@acme.example')] }),
      ...parts,
    };
    expect(changesOf(world).filter((change) => change.startsWith('delete'))).toEqual([]);
    const [diagnostic] = planOf(world).diagnostics;
    expect(diagnostic).toMatchObject({
      severity: 'error',
      rule: 'DEL-8',
      address: 'ann@acme.example',
      location: { line: 31 },
    });
    expect(diagnostic?.message).toMatch(/[Ee]xcept the user.*delete it in the directory/);
  });

  it.each(['ignore', 'deactivate'] as const)('to %s who is supplied is a warning', (action) => {
    const world = {
      roster: roster([user('ann@acme.example')]),
      customer: customer({ decisions: [decision(action, 'ann@acme.example')] }),
      reading: reading([object]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['warning DEL-8']);
  });

  it('holds for who comes back in this very plan, and for who is new', () => {
    const config = customer({ decisions: [decision('delete', 'ann@acme.example')] });
    const back = { customer: config, roster: roster([stored('deactivated')]), reading: reading([object]) };
    expect(changesOf(back)).toEqual(['restore user ann@acme.example by DEL-4']);
    const fresh = { customer: config, reading: reading([object]) };
    expect(changesOf(fresh)).toEqual(['create user ann@acme.example by SEL-1']);
    for (const world of [back, fresh]) expect(diagnosticsOf(world)).toEqual(['error DEL-8']);
  });

  it('holds for who is renamed away, by the old address and the new one', () => {
    for (const address of ['ann@acme.example', 'lee@acme.example']) {
      const world = {
        customer: customer({ decisions: [decision('delete', address)] }),
        roster: roster([user('ann@acme.example')]),
        reading: reading([person('ann', 'lee@acme.example')]),
      };
      expect(changesOf(world)).toEqual(['rename user ann@acme.example -> lee@acme.example by MRG-1']);
      expect(diagnosticsOf(world)).toEqual(['error DEL-8']);
    }
  });

  it('holds for who stays as is because somebody else has its primary', () => {
    const world = {
      customer: customer({ decisions: [decision('delete', 'bob@acme.example')] }),
      roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
      reading: reading([object, person('bob', 'ann@acme.example')]),
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['error DEL-8', 'warning ADR-3']);
  });

  it('is a warning for who waits for a domain', () => {
    const world = {
      customer: customer({
        domains: [domain('acme.example', 'dns')],
        decisions: [decision('delete', 'ann@acme.example')],
      }),
      roster: roster([user('ann@acme.example')]),
      reading: without,
    };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toContain('warning DEL-8');
  });

  it('says nothing of a decision that has effect', () => {
    expect(messagesOf(ann('flagged', decision('deactivate', 'ann@acme.example')), 'DEL-8')).toEqual([]);
  });
});
