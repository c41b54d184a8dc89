/** Replay: what one configuration does and another does not, on the same state and the same reading. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, beforeOf, type Change } from '../../src/domain/change.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { changeDocument } from '../../src/planner/document.ts';
import { statedDueDay } from '../../src/planner/due-words.ts';
import { type CustomerReplay, hasDifference, isNewlyBlocked, replayOf } from '../../src/planner/replay.ts';
import { arbitraryLater, arbitraryWholeReading, arbitraryWorld, type WholeWorld } from '../support/arbitrary-world.ts';
import {
  ACME,
  customer,
  directory,
  exception,
  group,
  NOW,
  person,
  planOf,
  reading,
  roster,
  user,
  type World,
} from '../support/builders.ts';
import { check } from '../support/property.ts';

function planIn(...worlds: readonly World[]): Plan {
  return { at: NOW, lineage: 'test', customers: worlds.map(planOf) };
}

function replayed(before: World, after: World): CustomerReplay {
  const [only, ...others] = replayOf(planIn(before), planIn(after)).customers;
  if (only === undefined || others.length > 0) throw new Error('these are not two plans of one customer');
  return only;
}

function changesIn(world: World): readonly Change[] {
  const plan = planOf(world);
  return plan.status === 'failed' ? [] : plan.changes;
}

/** A change by what it does, without why. */
function textOf(change: Change): string {
  const { reasons: _, ...effect } = changeDocument(change);
  return JSON.stringify([effect, statedDueDay(change)]);
}

const arbitraryPair = fc
  .tuple(arbitraryWorld, arbitraryWholeReading, arbitraryLater)
  .map(([made, whole, later]): readonly [WholeWorld, WholeWorld] => {
    const world = { ...made, reading: whole };
    return [world, { ...world, customer: later.customer }];
  });

describe('of any two configurations', () => {
  test('a configuration replayed against itself does nothing', () => {
    check(arbitraryPair, ([world]) => {
      const replay = replayed(world, world);
      expect(hasDifference(replay)).toBe(replay.before === 'failed');
      expect(replay.does).toEqual([]);
      expect(replay.noLonger).toEqual([]);
    });
  });

  test('the new plan is the old one less what it no longer does and does in another way, plus what it does', () => {
    check(arbitraryPair, ([before, after]) => {
      const { does, noLonger } = replayed(before, after);
      const taken = [...noLonger, ...does.flatMap(({ instead }) => instead ?? [])].map(textOf);
      const added = does.map(({ change }) => textOf(change));
      const [old, now] = [changesIn(before).map(textOf), changesIn(after).map(textOf)];
      expect(taken.filter((one) => !old.includes(one))).toEqual([]);
      expect([...old.filter((one) => !taken.includes(one)), ...added].toSorted()).toEqual(now.toSorted());
      expect(added.filter((one) => old.includes(one))).toEqual([]);
    });
  });

  test('the other way round does and no longer change places', () => {
    check(arbitraryPair, ([before, after]) => {
      const [there, back] = [replayed(before, after), replayed(after, before)];
      expect(back.noLonger).toEqual(there.does.filter(({ instead }) => instead === null).map(({ change }) => change));
      expect(back.does.filter(({ instead }) => instead === null).map(({ change }) => change)).toEqual(there.noLonger);
      expect(back.blocks).toEqual({ came: there.blocks.went, went: there.blocks.came });
    });
  });

  test('the numbers are those of the changes', () => {
    check(arbitraryPair, ([before, after]) => {
      const { does, noLonger, summary } = replayed(before, after);
      const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect([total(summary.does), total(summary.noLonger)]).toEqual([does.length, noLonger.length]);
    });
  });

  test('what is done instead is done to the same thing', () => {
    check(arbitraryPair, ([before, after]) => {
      for (const { change, instead } of replayed(before, after).does) {
        if (instead === null) continue;
        expect(beforeOf(instead)).toEqual(beforeOf(change));
        if (beforeOf(change) === null) expect(addressOf(instead).toLowerCase()).toBe(addressOf(change).toLowerCase());
        else expect(textOf(instead)).not.toBe(textOf(change));
      }
    });
  });
});

const STAFF = ['ann', 'ben', 'cleo'].map((name) => person(`id-${name}`, `${name}@acme.example`));
const STORED = roster(
  STAFF.map(({ id, mail: [address = ''] }) => user(address, { objectId: id })),
  { serial: 1 },
);

function world(parts: Partial<World> = {}): World {
  return { reading: reading(STAFF), roster: STORED, customer: customer({ directory: directory() }), ...parts };
}

function without(...addresses: readonly string[]): World {
  const exceptions = addresses.map((address) => exception('user', address));
  return world({ customer: customer({ directory: directory({ exceptions }) }) });
}

test('who is flagged for another day is a difference', () => {
  const gone = (deleteAfterDays: number) =>
    world({ reading: reading(STAFF.slice(0, 2)), customer: customer({ directory: directory({ deleteAfterDays }) }) });
  const { does, noLonger } = replayed(gone(14), gone(30));
  expect(does.map(({ change }) => [change.action, statedDueDay(change)])).toEqual([['flag', '2026-12-20']]);
  expect(does.map(({ instead }) => instead && statedDueDay(instead))).toEqual(['2026-12-04']);
  expect(noLonger).toEqual([]);
});

const summed = ({ does, noLonger }: CustomerReplay) => ({
  does: does.map(({ change, instead }) => `${change.action} ${addressOf(change)} (${instead?.action ?? 'nothing'})`),
  noLonger: noLonger.map((change) => `${change.action} ${addressOf(change)}`),
});

describe('one edit', () => {
  test('an exception that comes flags, and one that goes no longer does', () => {
    const [before, after] = [without('ann@acme.example'), without('ben@acme.example')];
    const replay = replayed(before, after);
    expect(summed(replay)).toEqual({
      does: ['flag ben@acme.example (nothing)'],
      noLonger: ['flag ann@acme.example'],
    });
    expect(replay.summary).toMatchObject({ does: { flag: 1 }, noLonger: { flag: 1 } });
  });

  test('what both configurations do is not shown, though the reasons differ', () => {
    const gone = { reading: reading(STAFF.slice(1)) };
    expect(hasDifference(replayed(world(gone), world(gone)))).toBe(false);
    const [before, after] = [
      { ...world(), ...gone },
      { ...without('ann@acme.example'), ...gone },
    ];
    expect(summed(replayed(before, after))).toEqual({ does: [], noLonger: [] });
  });

  test('one that does another thing to the same group says what it does instead', () => {
    const dan = person('id-dan', 'dan@acme.example');
    const grown = reading([...STAFF, dan, group('id-all', 'all@acme.example', ['id-ann', 'id-dan'])]);
    const replay = replayed({ ...world(), reading: grown }, { ...without('dan@acme.example'), reading: grown });
    expect(summed(replay)).toEqual({
      does: ['create all@acme.example (create)'],
      noLonger: ['create dan@acme.example'],
    });
  });

  test('a block that comes is new, and one that goes is gone', () => {
    const strict = customer({
      directory: directory({ exceptions: [exception('user', 'ann@acme.example')] }),
      safety: { maxRemovals: { count: 0, percent: null } },
    });
    const replay = replayed(world(), world({ customer: strict }));
    expect(replay).toMatchObject({
      before: 'ready',
      after: 'blocked',
      blocks: { came: [{ rule: 'SAF-1' }], went: [] },
    });
    expect(isNewlyBlocked(replay)).toBe(true);
    expect(isNewlyBlocked(replayed(world({ customer: strict }), world({ customer: strict })))).toBe(false);
    expect(isNewlyBlocked(replayed(world({ customer: strict }), world()))).toBe(false);
  });
});

describe('what only one of the plans has', () => {
  const other = 'globex' as CustomerId;

  test('a customer that is new does all that it does, and one that is gone is left alone', () => {
    const { customers } = replayOf(
      planIn(without('ann@acme.example')),
      planIn(world({ customer: customer({ name: other }) })),
    );
    expect(customers.map(({ customer: name, before, after }) => [name, before, after])).toEqual([
      [ACME, 'ready', 'absent'],
      [other, 'absent', 'ready'],
    ]);
    expect(customers[0]).toMatchObject({ does: [], noLonger: [{ action: 'flag' }] });
    expect(customers[0]?.summary.billable?.after).toBe(3);
  });

  test('a plan that could not be made says nothing of the changes', () => {
    const problem = { code: 'LDAP_BIND', message: 'No.', hint: 'Try again.' };
    const replay = replayed(without('ann@acme.example'), world({ reading: { status: 'failed', problem } }));
    expect(replay).toMatchObject({
      after: 'failed',
      does: [],
      noLonger: [],
      problems: { before: null, after: problem },
    });
    expect(replay.summary.billable).toBeNull();
    expect(hasDifference(replay)).toBe(true);
  });
});
