/** What holds of every plan, whatever the world: tried on many random ones. `ROLLCALL_SEED` repeats what a failure prints. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressKey, domainOf, keyOf } from '../../src/domain/address.ts';
import { addressOf, afterOf, beforeOf, type Change, isEntry, type Stored } from '../../src/domain/change.ts';
import type { ExceptionConfig } from '../../src/domain/config.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import { addDays } from '../../src/domain/instant.ts';
import {
  type CustomerId,
  type Entry,
  followsDirectory,
  isBillable,
  isUser,
  type User,
} from '../../src/domain/roster.ts';
import { RULES } from '../../src/domain/rule.ts';
import { planText } from '../../src/planner/document.ts';
import { plan } from '../../src/planner/plan.ts';
import {
  arbitraryLater,
  arbitraryWholeReading,
  arbitraryWorld,
  later,
  reordered,
  type WholeWorld,
} from '../support/arbitrary-world.ts';
import { afterApply, dnsOf, madePlan, planOf, rosterAfter, stateOf } from '../support/builders.ts';
import { check } from '../support/property.ts';

/** So many groups may go whatever the limit is. */
const FEW_GROUPS = 5;

const arbitraryWholeWorld = fc
  .tuple(arbitraryWorld, arbitraryWholeReading)
  .map(([world, reading]): WholeWorld => ({ ...world, reading }));

function bytesOf(world: WholeWorld): string {
  const { customer, roster, reading, others, now, allowRemovals } = world;
  const made = plan({
    config: { customers: [customer] },
    readings: new Map([[customer.name, reading]]),
    state: stateOf(...[roster, ...others].toSorted((a, b) => (a.serial < b.serial ? -1 : 1))),
    ...dnsOf(world),
    now,
    allowRemovals: allowRemovals ?? null,
  });
  const { head, tail } = planText({ plan: made, configDigest: 'sha256:0' });
  return [...head].join('') + tail;
}

function entryOf(resource: Stored | null): Entry | null {
  return isEntry(resource) ? resource : null;
}

function keysOf(entry: Entry): readonly AddressKey[] {
  return [entry.address, ...entry.aliases].map(keyOf);
}

function entryChanges(world: WholeWorld): readonly { change: Change; before: Entry | null; after: Entry | null }[] {
  return madePlan(world).changes.map((change) => ({
    change,
    before: entryOf(beforeOf(change)),
    after: entryOf(afterOf(change)),
  }));
}

/** Whether the planner has a live directory to go by. */
function hasDirectory({ customer, reading }: WholeWorld): boolean {
  return customer.directory?.enabled === true && reading.status === 'complete';
}

/** Listed domains that are not verified once the plan is applied, less those that it loses: those are nobody's here (DOM-3). */
function pendingDomains(world: WholeWorld): readonly string[] {
  const lost = lostDomains(world);
  return unverifiedDomains(world).filter((name) => !lost.includes(name));
}

function unverifiedDomains(world: WholeWorld): readonly string[] {
  const verified = rosterAfter(world).domains.filter(({ status }) => status === 'verified');
  const names = verified.map(({ name }) => name);
  return world.customer.domains.map(({ name }) => name as string).filter((name) => !names.includes(name));
}

function lostDomains(world: WholeWorld): readonly string[] {
  const unverified = unverifiedDomains(world);
  return madePlan(world).changes.flatMap((change) =>
    change.resource === 'domain' && change.reasons[0].rule === 'DOM-3' && unverified.includes(addressOf(change))
      ? [addressOf(change)]
      : [],
  );
}

describe('the same inputs', () => {
  test('give the same bytes', () => {
    check(arbitraryWorld, (world) => {
      expect(bytesOf(structuredClone(world))).toBe(bytesOf(world));
    });
  });

  test('in another order give the same bytes', () => {
    const keys = fc.array(fc.nat(), { minLength: 17, maxLength: 17 });
    check(fc.tuple(arbitraryWorld, keys), ([world, order]) => {
      expect(bytesOf(reordered(world, order))).toBe(bytesOf(world));
    });
  });

  test('are not changed by planning', () => {
    check(arbitraryWorld, (world) => {
      const before = structuredClone(world);
      planOf(world);
      expect(world).toEqual(before);
    });
  });
});

describe('SAF-5 apply, then plan', () => {
  test('nothing is left to do', () => {
    check(arbitraryWorld, (world) => {
      const again = madePlan(afterApply(world));
      expect(again.changes).toEqual([]);
      expect(again.status).toBe('ready');
    });
  });

  test('nor later on, however often the directory and the settings change', () => {
    check(fc.tuple(arbitraryWorld, fc.array(arbitraryLater, { maxLength: 4 })), ([first, steps]) => {
      const last = steps.reduce(later, first);
      expect(madePlan(afterApply(last)).changes).toEqual([]);
    });
  });
});

describe('users that an import made of aliases (MRG-7)', () => {
  test('go only where the directory gives the address to somebody else in the same plan', () => {
    check(arbitraryWholeWorld, (world) => {
      const mistaken = entryChanges(world).filter(({ change }) => change.reasons[0].rule === 'MRG-7');
      if (mistaken.length === 0) return;
      const after = rosterAfter(world).entries;
      for (const { change, before } of mistaken) {
        expect(change.action).toBe('delete');
        expect(before).toMatchObject({ objectId: null, status: 'active', addition: false });
        const heir = after.find((entry) => keysOf(entry).includes(keyOf(addressOf(change))));
        expect(heir?.objectId).toEqual(expect.any(String));
      }
    });
  });
});

describe('removals', () => {
  test('are only of what the roster owns', () => {
    check(arbitraryWorld, (world) => {
      for (const { before } of entryChanges(world)) {
        if (before !== null) expect(world.roster.entries).toContain(before);
      }
    });
  });

  test('are none when the reading failed (SAF-2)', () => {
    check(arbitraryWorld, (world) => {
      const problem = { code: 'LDAP_CONNECT', message: 'It hung up.', hint: 'Try again.' };
      const failed = planOf({ ...world, reading: { status: 'failed', problem } });
      if (world.customer.directory?.enabled === true) {
        expect(failed).toMatchObject({ status: 'failed', problem });
        expect(failed).not.toHaveProperty('changes');
      } else {
        expect(failed).toEqual(planOf({ ...world, reading: { status: 'none' } }));
      }
    });
  });

  test('flag only active users of the directory, and only with a directory to go by (DEL-1, DEL-10, MRG-3)', () => {
    check(arbitraryWorld, (world) => {
      for (const { change, before } of entryChanges(world)) {
        if (change.action !== 'flag') continue;
        expect(hasDirectory(world)).toBe(true);
        expect(before !== null && followsDirectory(before) && isUser(before)).toBe(true);
        expect(change.after).toMatchObject({ status: 'flagged', flaggedAt: world.now });
      }
    });
  });

  test('delete nobody before it is due, save by a decision, the review of the configuration, a lost domain (DEL-5) or a mistaken user (MRG-7)', () => {
    check(arbitraryWorld, (world) => {
      for (const { change, before } of entryChanges(world)) {
        if (change.action !== 'delete' || before === null || !isUser(before)) continue;
        const [{ rule }] = change.reasons;
        expect(['DEL-5', 'DEL-7', 'DEL-9', 'MRG-5', 'MRG-7']).toContain(rule);
        if (rule === 'DEL-5') expectDue(before, world);
        if (rule === 'MRG-5') expect(followsDirectory(before)).toBe(false);
        if (rule === 'DEL-7') expectDecided(before, world);
        if (rule === 'DEL-9') expectUnlisted(before, world);
      }
    });
  });

  test('never touch a user that the configuration states, save in a lost domain (MRG-3, DOM-3)', () => {
    check(arbitraryWorld, (world) => {
      const lost = lostDomains(world);
      const stated = new Set(world.customer.users.map(({ key }) => key).filter((key) => !lost.includes(domainOf(key))));
      for (const { change, before } of entryChanges(world)) {
        if (before === null || !stated.has(keyOf(before.address))) continue;
        if (isUser(before)) expect(['create', 'rename', 'update', 'restore']).toContain(change.action);
      }
    });
  });

  test('block the customer exactly when they are more than allowed (SAF-1)', () => {
    check(arbitraryWorld, (world) => {
      const { maxRemovals } = world.customer.safety;
      const made = madePlan(world);
      const blocks = made.status === 'blocked' ? made.blocks.filter(({ rule }) => rule === 'SAF-1') : [];
      const counted = [false, true].map((groups) => {
        const present = world.roster.entries.filter((entry) => isUser(entry) !== groups).length;
        const percentage = maxRemovals.percent === null ? 0 : Math.floor((present * maxRemovals.percent) / 100);
        const limit = Math.max(maxRemovals.count ?? 0, percentage, groups ? FEW_GROUPS : 0);
        const allowed = world.allowRemovals ?? limit;
        const removals = made.changes.filter(
          ({ action, resource, reasons: [{ rule }] }) =>
            (groups ? resource === 'group' : resource === 'user' || resource === 'publicFolder') &&
            (action === 'flag' || (action === 'delete' && (groups || !['DEL-7', 'MRG-7'].includes(rule)))),
        ).length;
        return { removals, allowed };
      });
      expect(blocks.map(({ removals, allowed }) => ({ removals, allowed }))).toEqual(
        counted.filter(({ removals, allowed }) => removals > allowed),
      );
    });
  });
});

function expectDue({ status, flaggedAt }: User, { customer, now }: WholeWorld): void {
  expect(status).toBe('flagged');
  const days = customer.directory?.deleteAfterDays ?? 7;
  if (flaggedAt === null || days === 'never') throw new Error('it is never due');
  expect(addDays(flaggedAt, days) <= now).toBe(true);
}

function expectDecided({ address }: User, { customer, now }: WholeWorld): void {
  const decision = customer.decisions.find(({ key }) => key === keyOf(address));
  expect(decision).toMatchObject({ action: 'delete' });
  expect(decision?.until == null || now < decision.until).toBe(true);
}

function expectUnlisted({ address }: User, world: WholeWorld): void {
  const lost = lostDomains(world);
  const own = world.customer.domains.map(({ name }) => name as string).filter((name) => !lost.includes(name));
  expect(own).not.toContain(domainOf(keyOf(address)));
}

describe('exceptions always win (SEL-5)', () => {
  test('nobody is taken in or kept because of an excepted object', () => {
    check(arbitraryWholeWorld, (world) => {
      if (!hasDirectory(world)) return;
      const excepted = new Set(
        objectsOf(world)
          .filter((object) => isExcepted(object, world))
          .map(({ id }) => id),
      );
      for (const { change, before, after } of entryChanges(world)) {
        if (after?.objectId == null || !excepted.has(after.objectId)) continue;
        expect(change.action).not.toBe('create');
        expect(before?.objectId).toBe(after.objectId);
        if (change.action === 'restore') expect(isStated(after, world)).toBe(true);
      }
      for (const entry of rosterAfter(world).entries) {
        if (entry.objectId === null || !excepted.has(entry.objectId) || waits(entry, world)) continue;
        if (world.roster.directory?.id !== idOfReading(world)) continue;
        if (isUser(entry) && entry.status === 'active') expect(isStated(entry, world)).toBe(true);
        if (!isUser(entry)) throw new Error('an excepted group is still there');
      }
    });
  });

  test('nobody is added who is excepted', () => {
    check(arbitraryWholeWorld, (world) => {
      const excepted = exceptionsOf(world)
        .filter(({ kind }) => kind === 'user')
        .map(({ text }) => text);
      for (const { change, after } of entryChanges(world)) {
        if (after === null || !excepted.includes(keyOf(after.address)) || after.type !== 'user') continue;
        if (change.action === 'create') expect(after.addition).toBe(false);
      }
    });
  });

  test('nobody has an excepted alias, unless the configuration states it', () => {
    check(arbitraryWholeWorld, (world) => {
      if (!hasDirectory(world)) return;
      const stated = world.customer.users.flatMap(({ aliases }) => aliases.map(keyOf));
      const excepted = exceptionsOf(world)
        .filter(({ kind, text }) => kind === 'alias' && !stated.includes(text as AddressKey))
        .map(({ text }) => text);
      for (const { aliases } of rosterAfter(world).entries) {
        for (const alias of aliases) expect(excepted).not.toContain(keyOf(alias));
      }
    });
  });
});

function exceptionsOf({ customer }: WholeWorld): readonly ExceptionConfig[] {
  return customer.directory?.exceptions ?? [];
}

function objectsOf({ reading }: WholeWorld): readonly DirectoryObject[] {
  return reading.status === 'complete' ? reading.objects : [];
}

function idOfReading({ reading }: WholeWorld): string | undefined {
  return reading.status === 'complete' ? reading.identity.id : undefined;
}

/** By the object id, or by the one address of an object that has but one. */
function isExcepted(object: DirectoryObject, world: WholeWorld): boolean {
  const kind = object.kind === 'group' ? 'group' : 'user';
  const addresses = [...object.mail, ...object.proxyAddresses, ...object.aliases];
  const only = addresses.length === 1 && object.mail.length === 1 ? keyOf(object.mail[0] ?? '') : null;
  return (
    object.kind !== 'contact' &&
    exceptionsOf(world).some((one) => one.kind === kind && (one.text === object.id || one.text === only))
  );
}

function isStated({ address }: Entry, { customer }: WholeWorld): boolean {
  const named = [...customer.users, ...(customer.directory?.additions ?? [])].map(({ key }) => key);
  return named.includes(keyOf(address));
}

function waits(entry: Entry, world: WholeWorld): boolean {
  return pendingDomains(world).includes(domainOf(keyOf(entry.address)));
}

describe('addresses', () => {
  test('are held once (ADR-3)', () => {
    check(arbitraryWorld, (world) => {
      const held = rosterAfter(world).entries.flatMap(keysOf);
      expect(held.toSorted()).toEqual([...new Set(held)].toSorted());
    });
  });

  test('object ids are held once too (MRG-1)', () => {
    check(arbitraryWorld, (world) => {
      const ids = rosterAfter(world).entries.flatMap(({ objectId }) => objectId ?? []);
      expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    });
  });

  test('that another customer holds are never taken over (ADR-4)', () => {
    check(arbitraryWorld, (world) => {
      const theirs = new Set(world.others.flatMap(({ entries }) => entries.flatMap(keysOf)));
      for (const { before, after } of entryChanges(world)) {
        if (after === null) continue;
        const had = new Set(before === null ? [] : keysOf(before));
        for (const key of keysOf(after)) if (!had.has(key)) expect(theirs).not.toContain(key);
      }
    });
  });

  test('are only in domains of the customer (SEL-6, SEL-7, DEL-9)', () => {
    check(arbitraryWorld, (world) => {
      const listed: readonly string[] = world.customer.domains.map(({ name }) => name);
      for (const key of rosterAfter(world).entries.flatMap(keysOf)) expect(listed).toContain(domainOf(key));
    });
  });

  test('in a pending domain neither come nor go (SEL-6)', () => {
    check(arbitraryWorld, (world) => {
      const pending = pendingDomains(world);
      const isPending = (key: AddressKey) => pending.includes(domainOf(key));
      const primaries = (entries: readonly Entry[]) =>
        entries
          .map(({ address }) => keyOf(address))
          .filter(isPending)
          .toSorted();
      const left = entryChanges(world).flatMap(({ before, after }) =>
        before !== null && after !== null && isPending(keyOf(before.address)) && !isPending(keyOf(after.address))
          ? [keyOf(before.address)]
          : [],
      );
      const after = rosterAfter(world).entries;
      expect([...primaries(after), ...left].toSorted()).toEqual(primaries(world.roster.entries));
      const held = new Set(world.roster.entries.flatMap(keysOf));
      for (const key of after.flatMap(keysOf).filter(isPending)) expect(held).toContain(key);
    });
  });

  test('of members are those of roster entries (SEL-9)', () => {
    check(arbitraryWorld, (world) => {
      const { entries } = rosterAfter(world);
      const primaries = new Set(entries.map(({ address }) => address));
      for (const entry of entries)
        if (!isUser(entry)) for (const one of entry.members) expect(primaries).toContain(one);
    });
  });
});

describe('changes', () => {
  test('change something', () => {
    check(arbitraryWorld, (world) => {
      for (const change of madePlan(world).changes) expect(afterOf(change)).not.toEqual(beforeOf(change));
    });
  });

  test('give reasons by rules that there are', () => {
    check(arbitraryWorld, (world) => {
      const made = madePlan(world);
      const said = [...made.changes.flatMap(({ reasons }) => reasons), ...made.diagnostics];
      for (const { action, reasons } of made.changes)
        if (reasons.length === 0) throw new Error(`${action} for nothing`);
      for (const { rule, message } of said) {
        expect(RULES).toHaveProperty(rule);
        expect(message).toMatch(/\S/);
        expect(message).not.toMatch(/undefined|null|NaN|\[object/);
      }
    });
  });

  test('are one a resource, sorted: deletes first, then by resource and address', () => {
    check(arbitraryWorld, (world) => {
      const places = madePlan(world).changes.map(
        (change) => `${change.action === 'delete' ? 0 : 1} ${change.resource} ${keyOf(addressOf(change))}`,
      );
      expect(places).toEqual([...new Set(places)].toSorted());
      const touched = entryChanges(world).flatMap(({ before }) => before ?? []);
      expect(new Set(touched).size).toBe(touched.length);
    });
  });

  test('are counted, and so are billable users (CNT-1)', () => {
    check(arbitraryWorld, (world) => {
      const { summary, changes } = madePlan(world);
      const { billable, ...counts } = summary;
      expect(billable).toEqual({
        before: world.roster.entries.filter(isBillable).length,
        after: rosterAfter(world).entries.filter(isBillable).length,
      });
      expect(Object.values(counts).reduce((a, b) => a + b)).toBe(changes.length);
      for (const { action } of changes) expect(counts[action]).toBeGreaterThan(0);
    });
  });

  test('past the seats are blocked only when they take more (CNT-1)', () => {
    check(arbitraryWorld, (world) => {
      const made = madePlan(world);
      const { seats } = world.customer;
      const { before, after } = made.summary.billable;
      const blocked = made.status === 'blocked' && made.blocks.some(({ rule }) => rule === 'CNT-1');
      expect(blocked).toBe(seats !== null && after > seats && after > before);
    });
  });
});

describe('users of the configuration', () => {
  test('are in the roster as it states them, or a diagnostic says why not (MRG-3)', () => {
    check(arbitraryWorld, (world) => {
      const { entries } = rosterAfter(world);
      const { diagnostics } = madePlan(world);
      for (const { key, source, attributes } of world.customer.users) {
        const found = entries.filter(isUser).find(({ address }) => keyOf(address) === key);
        if (
          diagnostics.some(({ rule, address }) => /^ADR-[34]$/.test(rule) && address !== null && keyOf(address) === key)
        )
          continue;
        if (unverifiedDomains(world).includes(domainOf(key))) continue;
        expect(found).toMatchObject({ source, status: 'active', addition: false, attributes });
      }
    });
  });
});

describe('several customers', () => {
  test('are planned each on its own (SAF-2)', () => {
    check(fc.tuple(arbitraryWorld, arbitraryWorld), ([one, two]) => {
      const other = 'zeta' as CustomerId;
      const customers = [one.customer, { ...two.customer, name: other, domains: [] }];
      const both = plan({
        config: { customers },
        readings: new Map([
          [one.customer.name, one.reading],
          [other, { status: 'failed', problem: { code: 'X', message: 'broken', hint: 'mend it' } }],
        ]),
        state: stateOf(one.roster, ...one.others),
        ...dnsOf(one),
        now: one.now,
        allowRemovals: one.allowRemovals ?? null,
      });
      expect(both.customers.map(({ customer }) => customer)).toEqual([one.customer.name, other]);
      expect(both.customers[0]).toEqual(planOf(one));
    });
  });
});
