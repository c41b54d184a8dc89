/** Of who is flagged already a replay says when the new configuration has them deleted. */
import { expect, test } from 'vitest';
import { dueNotes } from '../../src/app/replay-due.ts';
import { at, customer, directory, NOW, roster, stateOf, user } from '../support/builders.ts';

const flagged = (address: string, day: string) =>
  user(address, { status: 'flagged', flaggedAt: at(`${day}T12:00:00Z`) });
const days = (deleteAfterDays: number | 'never') => customer({ directory: directory({ deleteAfterDays }) });
const state = stateOf(
  roster([
    user('ann@acme.example'),
    flagged('bob@acme.example', '2026-11-10'),
    flagged('eve@acme.example', '2026-11-12'),
  ]),
);
const notes = (before: ReturnType<typeof customer>, after: ReturnType<typeof customer>) =>
  dueNotes([before], [after], state, NOW);

test('a shorter deleteAfter makes them due earlier, and a longer one later', () => {
  expect(notes(days(30), days(14))).toEqual([
    'acme: 2 users who are flagged already are due earlier: bob@acme.example 2026-11-24 (was 2026-12-10), eve@acme.example 2026-11-26 (was 2026-12-12).',
  ]);
  expect(notes(days(14), days('never'))).toEqual([
    'acme: 2 users who are flagged already are due later: bob@acme.example never (was 2026-11-24), eve@acme.example never (was 2026-11-26).',
  ]);
  expect(notes(days(14), days(14))).toEqual([]);
});

test('more than ten are counted, the first to go named', () => {
  const many = Array.from({ length: 12 }, (_, index) => flagged(`u${index + 10}@acme.example`, '2026-11-10'));
  const [note] = dueNotes([days(30)], [days(14)], stateOf(roster(many)), NOW);
  expect(note).toContain('12 users');
  expect(note).toContain('u10@acme.example');
  expect(note).toMatch(/, and 2 more\.$/);
});

test('a customer that only one of the two has is another matter', () => {
  expect(dueNotes([], [days(14)], state, NOW)).toEqual([]);
  expect(dueNotes([days(14)], [], state, NOW)).toEqual([]);
});
