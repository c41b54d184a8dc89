/** The wordings that every message shares, and how changes name their resources. */
import { describe, expect, it } from 'vitest';
import { addressOf, afterOf, beforeOf } from '../../src/domain/change.ts';
import { diagnostic, placeOf } from '../../src/domain/diagnostic.ts';
import { count, grouped, listed } from '../../src/domain/words.ts';
import { line, user, verified } from '../support/builders.ts';
import { changed, changedDomain, created, createdDomain, deleted, deletedDomain } from '../support/roster-builders.ts';

describe('numbers and lists', () => {
  it.each([
    [0, '0 users'],
    [1, '1 user'],
    [2, '2 users'],
    [999, '999 users'],
    [1234, '1,234 users'],
    [1_234_567, '1,234,567 users'],
  ])('%i users', (number, text) => {
    expect(count(number, 'user')).toBe(text);
    expect(grouped(number)).toBe(text.split(' ')[0]);
  });

  it('has its own words for many', () => {
    expect(count(1, 'alias', 'aliases')).toBe('1 alias');
    expect(count(2, 'alias', 'aliases')).toBe('2 aliases');
  });

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('lists %j', (items, text) => {
    expect(listed(items)).toBe(text);
  });
});

describe('places and diagnostics', () => {
  it('name a file and a line', () => {
    expect(placeOf(line(14))).toBe('customers/acme.yaml:14');
  });

  it('are about no address and no place unless said', () => {
    expect(diagnostic('info', 'SEL-7', 'said')).toEqual({
      severity: 'info',
      rule: 'SEL-7',
      message: 'said',
      address: null,
      location: null,
    });
  });
});

describe('changes', () => {
  const [ann, lee] = [user('ann@acme.example'), user('lee@acme.example')];
  const [one, two] = [verified('one.example'), verified('two.example')];

  it.each([
    ['a create', created(ann), 'ann@acme.example', null, ann],
    ['a rename', changed(ann, lee, 'rename'), 'lee@acme.example', ann, lee],
    ['a delete', deleted(ann), 'ann@acme.example', ann, null],
    ['a new domain', createdDomain(one), 'one.example', null, one],
    ['another domain', changedDomain(one, two), 'two.example', one, two],
    ['a domain less', deletedDomain(one), 'one.example', one, null],
  ])('%s', (_, change, address, before, after) => {
    expect(addressOf(change)).toBe(address);
    expect(beforeOf(change)).toEqual(before);
    expect(afterOf(change)).toEqual(after);
  });
});
