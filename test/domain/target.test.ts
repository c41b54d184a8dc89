/** What targets are told of (TGT-1), and what becomes of what they hold (TGT-2). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptedAddresses, acceptedDomains } from '../../src/domain/accepted.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { diffTarget, type FoundEntry, isWrite, sameValue, type TargetEntry } from '../../src/domain/target.ts';
import { ACME, NOW, roster, storedGroup, user } from '../support/builders.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

const GLOBEX = 'globex' as CustomerId;
const ACME_ALONE = { chosen: new Set([ACME]), served: new Set([ACME]) };

function want(key: string, value = 'OK', customer = ACME): TargetEntry {
  return { customer, key, value };
}

function ours(key: string, value = 'OK', customer = ACME): FoundEntry {
  return { owner: 'ours', customer, key, value };
}

function theirs(owner: 'nobody' | 'other', key: string, value = 'OK', customer: CustomerId | null = null): FoundEntry {
  return { owner, customer, key, value };
}

describe('TGT-1 what targets are told of', () => {
  const domains = [
    verifiedDomain('acme.example'),
    verifiedDomain('acme.test', { status: 'pending', verifiedAt: null }),
  ];
  const accepted = (entry: Parameters<typeof acceptedAddresses>[0]) =>
    acceptedAddresses(entry, acceptedDomains(roster([], { domains })));

  test('mail is taken for active, flagged and ignored users, and for none that is deactivated', () => {
    expect(accepted(user('ann@acme.example'))).toEqual(['ann@acme.example']);
    expect(accepted(user('ben@acme.example', { status: 'flagged', flaggedAt: NOW }))).toEqual(['ben@acme.example']);
    expect(accepted(user('cy@acme.example', { status: 'ignored' }))).toEqual(['cy@acme.example']);
    expect(accepted(user('di@acme.example', { status: 'deactivated', aliases: ['d@acme.example'] }))).toEqual([]);
  });

  test('mail is taken for aliases, public folders and groups', () => {
    expect(accepted(user('ann@acme.example', { aliases: ['a@acme.example'] }))).toEqual([
      'ann@acme.example',
      'a@acme.example',
    ]);
    expect(accepted(user('news@acme.example', { type: 'publicFolder' }))).toEqual(['news@acme.example']);
    expect(accepted(storedGroup('all@acme.example', []))).toEqual(['all@acme.example']);
  });

  test('no mail is taken in a domain that is not verified, nor in one that the roster does not have', () => {
    expect(accepted(user('ann@acme.test', { aliases: ['ann@acme.example', 'ann@other.example'] }))).toEqual([
      'ann@acme.example',
    ]);
    expect(accepted(user('ann@acme.test'))).toEqual([]);
  });
});

describe('TGT-2 what targets own', () => {
  test('what is missing is added, what differs is changed, what is ours and not wanted is removed', () => {
    const changes = diffTarget(
      [want('a'), want('b', '2'), want('d')],
      [ours('b', '1'), ours('c'), ours('d')],
      ACME_ALONE,
    );
    expect(changes).toEqual([
      { action: 'add', customer: ACME, key: 'a', expected: 'OK' },
      { action: 'change', customer: ACME, key: 'b', expected: '2', found: '1' },
      { action: 'remove', customer: ACME, key: 'c', found: 'OK' },
    ]);
  });

  test('what nobody marked is told of, and becomes ours where the roster wants it', () => {
    const found = [theirs('nobody', 'a'), theirs('nobody', 'b', 'odd')];
    expect(diffTarget([want('a')], found, ACME_ALONE)).toEqual([
      { action: 'change', customer: ACME, key: 'a', expected: 'OK', found: 'OK' },
      { action: 'foreign', customer: null, key: 'b', expected: null, found: 'odd' },
    ]);
  });

  test('what another system marked is never touched, wanted or not', () => {
    const found = [theirs('other', 'a', '1'), theirs('other', 'b', '2', ACME)];
    expect(diffTarget([want('a')], found, ACME_ALONE)).toEqual([
      { action: 'foreign', customer: ACME, key: 'a', expected: 'OK', found: '1' },
      { action: 'foreign', customer: ACME, key: 'b', expected: null, found: '2' },
    ]);
  });

  test('what is ours of a customer that was not chosen is left out, and of one that is not served any more is foreign', () => {
    const found = [ours('g', 'OK', GLOBEX)];
    expect(diffTarget([], found, { chosen: new Set([ACME]), served: new Set([ACME, GLOBEX]) })).toEqual([]);
    expect(diffTarget([], found, ACME_ALONE)).toEqual([
      { action: 'foreign', customer: GLOBEX, key: 'g', expected: null, found: 'OK' },
    ]);
  });

  test('what moves from one customer to another is a change', () => {
    expect(diffTarget([want('a')], [ours('a', 'OK', GLOBEX)], ACME_ALONE)).toEqual([
      { action: 'change', customer: ACME, key: 'a', expected: 'OK', found: 'OK' },
    ]);
  });

  test('of entries that share a key ours counts, whichever comes first, and a second of ours goes', () => {
    const foreign = { action: 'foreign', customer: null, key: 'a', expected: null, found: 'x' };
    for (const found of [
      [theirs('nobody', 'a', 'x'), ours('a')],
      [ours('a'), theirs('nobody', 'a', 'x')],
    ])
      expect(diffTarget([want('a')], found, ACME_ALONE)).toEqual([foreign]);
    expect(diffTarget([want('a')], [ours('a'), ours('a', 'twice')], ACME_ALONE)).toEqual([
      { action: 'remove', customer: ACME, key: 'a', found: 'twice' },
    ]);
  });

  test('records are the same whatever the order of their fields, and lists are not', () => {
    expect(sameValue({ a: '1', b: ['x', 'y'], c: null }, { c: null, b: ['x', 'y'], a: '1' })).toBe(true);
    expect(sameValue({ b: ['x', 'y'] }, { b: ['y', 'x'] })).toBe(false);
    expect(sameValue({ a: '1' }, { a: '1', b: '2' })).toBe(false);
    expect(sameValue({ a: true }, { a: 'true' })).toBe(false);
    expect(sameValue('1', { a: '1' })).toBe(false);
  });

  test('carried out, the changes bring what is desired, leave what is foreign, and are none the second time', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const values = fc.constantFrom('1', '2');
    const desired = fc.uniqueArray(fc.record({ key: keys, value: values }), { selector: ({ key }) => key });
    const found = fc.uniqueArray(
      fc.record({ key: keys, value: values, owner: fc.constantFrom('ours', 'nobody', 'other') }),
      {
        selector: ({ key }) => key,
      },
    );
    fc.assert(
      fc.property(desired, found, (wanted, held) => {
        const entries = wanted.map(({ key, value }) => want(key, value));
        const before = held.map(({ key, value, owner }) =>
          owner === 'ours' ? ours(key, value) : theirs(owner as 'other', key, value),
        );
        const after = new Map(before.map((entry) => [entry.key, entry]));
        for (const change of diffTarget(entries, before, ACME_ALONE)) {
          if (change.action === 'remove') after.delete(change.key);
          else if (change.action !== 'foreign') after.set(change.key, ours(change.key, change.expected as string));
        }
        for (const entry of before) if (entry.owner === 'other') expect(after.get(entry.key)).toBe(entry);
        const again = diffTarget(entries, [...after.values()], ACME_ALONE);
        expect(again.filter(isWrite)).toEqual([]);
        const blocked = new Set(before.filter(({ owner }) => owner === 'other').map(({ key }) => key));
        for (const { key, value } of entries) {
          if (!blocked.has(key)) expect(after.get(key)).toEqual(ours(key, value as string));
        }
        const unwanted = [...after.values()].filter(
          ({ owner, key }) => owner === 'ours' && !entries.some((entry) => entry.key === key),
        );
        expect(unwanted).toEqual([]);
      }),
    );
  });
});
