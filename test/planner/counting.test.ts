/** The rule about billable users and seats. */
import { describe, expect, it } from 'vitest';
import {
  at,
  configured,
  customer,
  decision,
  diagnosticsOf,
  madePlan,
  messagesOf,
  person,
  planOf,
  reading,
  roster,
  storedGroup,
  user,
  type World,
} from '../support/builders.ts';

const somebody = person('somebody', 'somebody@elsewhere.example');
const users = (count: number) => Array.from({ length: count }, (_, i) => user(`u${i}@acme.example`));
const objects = (count: number) => Array.from({ length: count }, (_, i) => person(`u${i}`, `u${i}@acme.example`));

describe('CNT-1 Billable users and seats', () => {
  it('are users and public folders who still get mail, one each', () => {
    const entries = [
      user('a@acme.example', { aliases: ['1@acme.example', '2@acme.example'] }),
      user('f@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') }),
      user('i@acme.example', { status: 'ignored' }),
      user('p@acme.example', { type: 'publicFolder' }),
      user('s@acme.example', { source: 'smtp' }),
      user('d@acme.example', { status: 'deactivated' }),
      storedGroup('g@acme.example', []),
    ];
    const { summary } = madePlan({
      customer: customer({ directory: null, users: [configured('s@acme.example', { source: 'smtp' })] }),
      roster: roster(entries),
    });
    expect(summary.billable).toEqual({ before: 5, after: 5 });
  });

  it.each<[string, World, number, number]>([
    ['a new user', { reading: reading([person('a', 'a@acme.example')]) }, 0, 1],
    ['one who is gone, and still gets mail', { roster: roster(users(1)), reading: reading([somebody]) }, 1, 1],
    [
      'one who is deactivated',
      {
        customer: customer({ decisions: [decision('deactivate', 'u0@acme.example')] }),
        roster: roster(users(1)),
        reading: reading([somebody]),
      },
      1,
      0,
    ],
    [
      'one who is deactivated and comes back',
      {
        roster: roster([user('u0@acme.example', { status: 'deactivated' })]),
        reading: reading(objects(1)),
      },
      0,
      1,
    ],
    [
      'one who was deactivated and is flagged anew',
      {
        roster: roster([user('u0@acme.example', { status: 'deactivated' })]),
        reading: reading([somebody]),
      },
      0,
      1,
    ],
    [
      'one who is deleted while deactivated',
      {
        customer: customer({ decisions: [decision('delete', 'u0@acme.example')] }),
        roster: roster([user('u0@acme.example', { status: 'deactivated' })]),
        reading: reading([somebody]),
      },
      0,
      0,
    ],
    ['a rename', { roster: roster(users(1)), reading: reading([person('u0', 'x@acme.example')]) }, 1, 1],
  ])('%s', (_, world, before, after) => {
    expect(madePlan(world).summary.billable).toEqual({ before, after });
  });

  it.each<[string, number | null, number, number, 'ready' | 'blocked']>([
    ['as many as there are seats', 3, 1, 3, 'ready'],
    ['one more', 2, 1, 3, 'blocked'],
    ['no seats', 0, 0, 1, 'blocked'],
    ['no limit', null, 0, 50, 'ready'],
    ['too many already, and none more', 2, 3, 3, 'ready'],
    ['too many already, and more', 2, 3, 4, 'blocked'],
  ])('%s: %s seats, from %i to %i', (_, seats, before, after, status) => {
    const world = { customer: customer({ seats }), roster: roster(users(before)), reading: reading(objects(after)) };
    expect(planOf(world).status).toBe(status);
  });

  it('says by how many a plan is past the seats', () => {
    const made = planOf({ customer: customer({ seats: 500 }), reading: reading(objects(503)) });
    if (made.status !== 'blocked') throw new Error('not blocked');
    expect(made.blocks).toMatchObject([{ rule: 'CNT-1', removals: 0, allowed: 0 }]);
    expect(made.blocks[0].message).toMatch(/503 billable users for 500 seats: 3 too many/);
  });

  it('no number of removals that are let through buys a seat', () => {
    const world = { customer: customer({ seats: 1 }), reading: reading(objects(2)), allowRemovals: 100 };
    expect(planOf(world).status).toBe('blocked');
  });

  it('lets a plan through that adds nobody, with a warning, so that somebody can be removed', () => {
    const world = {
      customer: customer({ seats: 2, decisions: [decision('delete', 'u0@acme.example')] }),
      roster: roster(users(4)),
      reading: reading(objects(4).slice(1)),
    };
    expect(planOf(world).status).toBe('ready');
    expect(diagnosticsOf(world)).toEqual(['warning CNT-1']);
    expect(messagesOf(world, 'CNT-1')[0]).toContain('1 too many');
  });
});
