/** Redaction: nothing personal comes through, all else does, and a plan of redacted inputs is the redacted plan. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyedPseudonyms } from '../../src/adapters/redaction/keyed-pseudonyms.ts';
import { redactedAlike } from '../../src/app/redaction/inputs.ts';
import { redactPlan } from '../../src/app/redaction/plan.ts';
import { redactReading } from '../../src/app/redaction/reading.ts';
import { redactState } from '../../src/app/redaction/state.ts';
import { addressOf, beforeOf, type Change, isEntry } from '../../src/domain/change.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import { isUser, type Roster } from '../../src/domain/roster.ts';
import { madePlan, NOW, planOf, rosterOf, stateOf } from '../support/builders.ts';
import { arbitraryMarkedWorld, MARK, type MarkedWorld } from '../support/marked-world.ts';
import { check } from '../support/property.ts';

const pseudonym = keyedPseudonyms('a key of sixteen characters or more');

const otherPseudonym = keyedPseudonyms('another key of sixteen or more');

function redacted(customer: CustomerPlan, by = pseudonym): CustomerPlan {
  const plan = redactPlan({ at: NOW, lineage: 'test', customers: [customer] }, by);
  expect(plan.redacted).toBe(true);
  const [made] = plan.customers;
  if (made === undefined) throw new Error('the customer is gone');
  return made;
}

/** Of those who are there before, in the order of the changes. */
function displayNames(customer: CustomerPlan): readonly (string | undefined)[] {
  return (customer.status === 'failed' ? [] : customer.changes).flatMap((change) => {
    const before = beforeOf(change);
    return isEntry(before) && isUser(before) ? [before.attributes.displayName] : [];
  });
}

/** All but names: what is done, to whom, and by which rules. */
function bones(customer: CustomerPlan) {
  if (customer.status === 'failed') return customer.problem.code;
  const { changes, summary, diagnostics, stateSerial } = customer;
  const boneOf = (change: Change) => [
    change.action,
    change.resource,
    addressOf(change),
    beforeOf(change) === null,
    change.reasons.map(({ rule }) => rule),
  ];
  return {
    changes: changes.map(boneOf),
    summary,
    stateSerial,
    diagnostics: diagnostics.map(({ rule, severity, address, location }) => ({ rule, severity, address, location })),
  };
}

/** The order of what is said follows from its text. */
function inOneOrder(customer: CustomerPlan) {
  const diagnostics = customer.diagnostics.map((one) => JSON.stringify(one)).toSorted();
  if (customer.status === 'failed' || customer.directory === null) return { ...customer, diagnostics };
  const { digest: _, ...proof } = customer.directory.proof;
  return { ...customer, diagnostics, directory: { identity: customer.directory.identity, proof } };
}

/** The same world as redacted documents would give it. */
function redactedWorld(world: MarkedWorld): MarkedWorld {
  const state = redactState(stateOf(rosterOf(world), ...world.others), pseudonym);
  const {
    customer,
    directory,
    state: alike,
  } = redactedAlike({ customer: world.customer, directory: world.reading, state }, pseudonym);
  const [roster, ...others] = [...alike.rosters.values()] as [Roster, ...Roster[]];
  return { ...world, customer, reading: directory, roster, others };
}

describe('a redacted plan', () => {
  test('has no mark, and all else, and is the same when redacted again', () => {
    const seen = { marked: 0, told: 0 };
    check(arbitraryMarkedWorld, (world) => {
      const made = planOf(world);
      const shown = redacted(made);
      if (JSON.stringify(made).includes(MARK)) seen.marked += 1;
      if (JSON.stringify(made.diagnostics).includes(MARK)) seen.told += 1;
      expect(JSON.stringify(shown)).not.toContain(MARK);
      expect(bones(shown)).toEqual(bones(made));
      expect(redacted(shown, otherPseudonym)).toEqual(shown);
      expect(new Set(displayNames(made).map((name, i) => `${name} ${displayNames(shown)[i]}`)).size).toBe(
        new Set(displayNames(made)).size,
      );
    });
    // A world without anything to hide would prove nothing.
    expect(seen.marked).toBeGreaterThan(20);
    expect(seen.told).toBeGreaterThan(5);
  });

  test('is the plan of a redacted recording and a redacted state', () => {
    let changes = 0;
    check(arbitraryMarkedWorld, (world) => {
      const real = madePlan(world);
      changes += real.changes.length;
      expect(inOneOrder(planOf(redactedWorld(world)))).toEqual(inOneOrder(redacted(real)));
    });
    expect(changes).toBeGreaterThan(100);
  });
});

describe('a recording and a state', () => {
  test('have no mark and every address, and are the same when redacted again', () => {
    check(arbitraryMarkedWorld, (world) => {
      const reading = redactReading(world.reading, pseudonym);
      const state = redactState(stateOf(world.roster), pseudonym);
      expect(JSON.stringify([reading, [...state.rosters]])).not.toContain(MARK);
      expect(state.redacted).toBe(true);
      expect(addressesIn(reading)).toEqual(addressesIn(world.reading));
      const entries = state.rosters.get(world.roster.customer)?.entries ?? [];
      expect(entries.map(({ address, aliases }) => [address, ...aliases])).toEqual(
        world.roster.entries.map(({ address, aliases }) => [address, ...aliases]),
      );
      expect(redactReading(reading, otherPseudonym)).toEqual(reading);
      expect(redactState(state, otherPseudonym)).toEqual(state);
    });
  });
});

/** What of the objects is mail, and who is whose member. */
function addressesIn(reading: DirectoryReading) {
  if (reading.status !== 'complete') return reading.status;
  return reading.objects.map(({ id, mail, aliases, proxyAddresses, members }) => ({
    ...{ id, mail, aliases, members },
    proxies: proxyAddresses.filter((value) => /^smtp:|^[^:]*$/i.test(value)),
  }));
}

describe('pseudonyms', () => {
  test('are of one form, the same for the same, and others for others', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(pseudonym('name', one)).toMatch(/^name-[a-z2-7]{12}$/);
        expect(pseudonym('phone', one)).toMatch(/^phone-[a-z2-7]{12}$/);
        expect(pseudonym('name', one) === pseudonym('name', other)).toBe(one === other);
        expect(pseudonym('name', one).slice(5)).not.toBe(pseudonym('notes', one).slice(6));
      }),
    );
  });

  test('tell broken characters apart', () => {
    expect(pseudonym('name', '\ud800')).not.toBe(pseudonym('name', '\ud801'));
  });

  test('follow from the key', () => {
    const again = keyedPseudonyms('a key of sixteen characters or more');
    const other = keyedPseudonyms('a key of sixteen characters or less');
    expect(again('name', 'Ann')).toBe(pseudonym('name', 'Ann'));
    expect(other('name', 'Ann')).not.toBe(pseudonym('name', 'Ann'));
  });

  test('need a key that cannot be guessed', () => {
    expect(() => keyedPseudonyms('x'.repeat(15))).toThrow(/shorter than 16 characters/);
  });
});
