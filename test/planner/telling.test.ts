/** Sentences that tell of people: whatever stands in them is found again, and nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/planner/sentence.ts';
import { retold, TELL } from '../../src/planner/telling.ts';

const NAMES = [
  'CN=Ann Brown,OU=Staff,DC=acme,DC=example',
  'the',
  '.*',
  '',
  'a',
  ', and left out: x',
  '$&',
  'n\nl',
  ')(',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string());
const put = { name: (text: string) => `N(${text})`, remark: (text: string) => `R(${text})` };

/** Each sentence, said of these names, with whatever is like what the planner puts at the other places. */
const SAID: readonly ((name: string, other: string) => string)[] = [
  (one) => TELL.inDirectory.say({ name: one }),
  (one) => TELL.leftOut.say({ name: one, why: 'excepted in customers/acme.yaml:3' }),
  (one) => TELL.boundTo.say({ name: one }),
  (one) => TELL.rebound.say({ name: one }),
  (one) => TELL.madeAnew.say({ name: one }),
  (one) => TELL.supplied.say({ name: one }),
  (one) => TELL.mistaken.say({ what: 'an address of', name: one }),
  (one) =>
    TELL.manyPrimaries.say({
      name: one,
      count: '2',
      all: 'a@acme.example, b@acme.example',
      chosen: 'a@acme.example',
      why: 'it is its mail attribute',
    }),
  (one) =>
    TELL.notAnAddress.say({ what: 'alias', text: JSON.stringify('a " of b'), name: one, problem: 'it has no "@"' }),
  (one) => TELL.heldElsewhere.say({ address: '"a of b"@acme.example', name: one, customer: 'birch' }),
  (one, other) =>
    TELL.lostTo.say({
      address: '"a belongs to both b"@acme.example',
      name: one,
      other,
      why: 'its object id is smaller',
      effect: 'goes without it',
    }),
  (one) => TELL.idleException.say({ kind: 'user', text: 'ann@acme.example', what: 'an alias of', name: one }),
];

describe('a sentence', () => {
  it('names every sentence that there is', () => {
    expect(SAID.length + 1).toBe(Object.keys(TELL).length);
  });

  it.each(SAID.map((say, index) => [say('<name>', '<other>'), index] as const))('%s', (_, index) => {
    const say = SAID[index];
    if (say === undefined) throw new Error('there is no such sentence');
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(retold(say(one, other), put)).toBe(say(put.name(one), put.name(other)));
      }),
    );
  });

  it('tells of a remark', () => {
    const said = TELL.decided.say({ place: 'customers/acme.yaml:3 until 2027-01-01', remark: 'on leave: until May' });
    expect(said).toBe('decided in customers/acme.yaml:3 until 2027-01-01: on leave: until May');
    expect(retold(said, put)).toBe('decided in customers/acme.yaml:3 until 2027-01-01: R(on leave: until May)');
  });

  it.each([
    'alias ann@acme.example removed: excepted in customers/acme.yaml:3',
    'an addition that is excepted: exceptions win',
    'decided in customers/acme.yaml:3',
    'gone from the sync; due on 2026-11-27',
    '',
  ])('is not what nothing of these says: %j', (message) => {
    expect(retold(message, put)).toBeNull();
  });

  it('holds the same at a place that is named twice', () => {
    const twice = sentence('<a> and <a>, not <b>');
    expect(twice.say({ a: 'x', b: 'y' })).toBe('x and x, not y');
    expect(twice.understand('x and x, not y')).toMatchObject({ a: 'x', b: 'y' });
    expect(twice.understand('x and z, not y')).toBeNull();
  });
});
