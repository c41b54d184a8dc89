/** The due day that a plan states is the day on which it is due. */
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/domain/instant.ts';
import { dueOf } from '../../src/planner/deletion.ts';
import { statedDueDay } from '../../src/planner/due-words.ts';
import {
  afterApply,
  at,
  customer,
  decision,
  directory,
  onlyChange,
  person,
  reading,
  roster,
  user,
  userAfter,
  type World,
} from '../support/builders.ts';

const ANN = 'ann@acme.example';
const without = reading([person('somebody', 'somebody@elsewhere.example')]);

function gone(deleteAfterDays: number | 'never', parts: Partial<World> = {}): World {
  const config = customer({ directory: directory({ deleteAfterDays }) });
  return { customer: config, roster: roster([user(ANN)]), reading: without, ...parts };
}

function dueDay(world: World): string | null {
  const after = userAfter(world, ANN);
  const due = after === undefined ? null : dueOf(after, world.customer ?? customer());
  return due === null ? null : dayOf(due);
}

describe('statedDueDay', () => {
  it('is the day of the policy for who is newly flagged', () => {
    for (const days of [0, 1, 14, 400]) expect(statedDueDay(onlyChange(gone(days)))).toBe(dueDay(gone(days)));
    expect(statedDueDay(onlyChange(gone(14)))).toBe('2026-12-04');
  });

  it('is the day also where a decision is no longer in force', () => {
    const world = gone(7, { roster: roster([user(ANN, { status: 'ignored' })]) });
    expect(statedDueDay(onlyChange(world))).toBe(dueDay(world));
  });

  it('is null for never, and for who is not flagged, whatever a reason quotes', () => {
    expect(statedDueDay(onlyChange(gone('never')))).toBeNull();
    const config = customer({ decisions: [decision('ignore', ANN, { reason: 'on leave; due on 2027-01-01' })] });
    expect(statedDueDay(onlyChange(gone(7, { customer: config })))).toBeNull();
    const late = { ...afterApply(gone(7)), now: at('2027-03-01') };
    expect(onlyChange(late).action).toBe('delete');
    expect(statedDueDay(onlyChange(late))).toBeNull();
  });
});
