/** Moments as text. */
import { describe, expect, it } from 'vitest';
import { addDays, dayOf, epochMs, instantOf, parseInstant } from '../../src/domain/instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T12:00', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20 12:00:30', '2026-11-20T12:00:30.000Z'],
    ['2026-11-20T12:00:30.5Z', '2026-11-20T12:00:30.500Z'],
    ['2026-11-20T12:00:30.123456789Z', '2026-11-20T12:00:30.123Z'],
    ['2026-11-20t12:00:00z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00+01:00', '2026-11-20T11:00:00.000Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '',
    'tomorrow',
    '2026',
    '2026-11',
    '2026-1-2',
    '20261120',
    '2026-13-01',
    '2026-11-31',
    '2026-02-29',
    '2026-11-20T25:00',
    '2026-11-20T12:60',
    '2026-11-20T12',
    '2026-11-20T12:00:00 CET',
    ' 2026-11-20',
    '2026-11-20\n',
    '+002026-11-20',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('instants', () => {
  const noon = instantOf(Date.UTC(2026, 9, 24, 12));

  it('are of one form, whose order is the order in time', () => {
    expect(noon).toBe('2026-10-24T12:00:00.000Z');
    const times = [0, 999, 1000, 1_700_000_000_000, 253_402_300_799_999];
    expect(times.map(instantOf).toSorted()).toEqual(times.map(instantOf));
    expect(times.map(instantOf).map(epochMs)).toEqual(times);
  });

  it('add days of 24 hours', () => {
    expect(addDays(noon, 1)).toBe('2026-10-25T12:00:00.000Z');
    expect(addDays(noon, 70)).toBe('2027-01-02T12:00:00.000Z');
    expect(addDays(noon, 0)).toBe(noon);
  });

  it('are of a day', () => {
    expect(dayOf(noon)).toBe('2026-10-24');
  });
});
