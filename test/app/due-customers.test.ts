/** Which customers are to be synced now. */
import { expect, test } from 'vitest';
import { dueCustomers } from '../../src/app/due-customers.ts';
import { ACME, at, customer, directory } from '../support/builders.ts';

const HOUR = 3_600_000;

function isDue(everyMs: number | null, last: string | null, now: string): boolean {
  const acme = customer({ directory: everyMs === null ? null : directory({ syncEveryMs: everyMs }) });
  const synced = new Map(last === null ? [] : [[ACME, at(last)]]);
  return dueCustomers([acme], synced, at(now)).length === 1;
}

test.each([
  ['never synced', 6 * HOUR, null, '2026-11-20T00:00:00Z', true],
  ['just synced', 6 * HOUR, '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z', false],
  ['a moment before', 6 * HOUR, '2026-11-20T00:00:00Z', '2026-11-20T05:59:59.999Z', false],
  ['to the moment', 6 * HOUR, '2026-11-20T00:00:00Z', '2026-11-20T06:00:00Z', true],
  ['synced in the future, by a clock that was wrong', HOUR, '2027-01-01', '2026-11-20', false],
  ['without a directory, a day later', null, '2026-11-20', '2026-11-21', true],
  ['without a directory, less than a day later', null, '2026-11-20', '2026-11-20T23:59:59Z', false],
])('%s', (_, everyMs, last, now, due) => {
  expect(isDue(everyMs, last, now)).toBe(due);
});
