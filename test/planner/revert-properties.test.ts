/** What holds of every undo, whatever happened before: tried on many random pasts. `ROLLCALL_SEED` repeats what a failure prints. */
import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/domain/address.ts';
import { addressOf, afterOf, beforeOf } from '../../src/domain/change.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import { type Entry, isBillable, isUser, type Roster } from '../../src/domain/roster.ts';
import { RULES } from '../../src/domain/rule.ts';
import { advance } from '../../src/planner/advance.ts';
import { outlivesIdentity, revertPlan } from '../../src/planner/revert.ts';
import { arbitraryRoster, arbitraryWishes, stepFor } from '../support/arbitrary-roster.ts';
import { arbitraryLater, arbitraryWorld, later } from '../support/arbitrary-world.ts';
import { at, customer, NOW, rosterAfter, stateOf } from '../support/builders.ts';
import { check } from '../support/property.ts';
import { inOrder } from '../support/roster-builders.ts';

/** A roster as it is, as it was, and those of other customers. */
interface Past {
  readonly customer: CustomerConfig;
  readonly stored: Roster;
  readonly was: Roster;
  readonly others: readonly Roster[];
}

/** What planning and applying made of a world, a few times over. Others came to their addresses in the meantime. */
const arbitraryLife: fc.Arbitrary<Past> = fc
  .tuple(arbitraryWorld, fc.array(arbitraryLater, { maxLength: 3 }), fc.boolean())
  .map(([first, steps, alone]) => {
    const last = steps.reduce(later, first);
    const others = alone ? [] : last.others;
    return { customer: last.customer, stored: rosterAfter(last), was: first.roster, others };
  })
  .filter(({ stored, was }) => !outlivesIdentity(stored, was));

/** What any steps made of a roster, whether or not a planner would ever take them. */
const arbitraryHistory: fc.Arbitrary<Past> = fc
  .tuple(arbitraryRoster, fc.array(arbitraryWishes, { maxLength: 3 }))
  .map(([was, all]) => {
    const stored = all.reduce(
      (roster, wishes) => advance(roster, stepFor(roster, { ...wishes, directory: null })),
      was,
    );
    return { customer: customer(), stored, was, others: [] };
  });

const alone = fc.oneof(
  arbitraryLife.map((past): Past => ({ ...past, others: [] })),
  arbitraryHistory,
);

function undo({ customer: config, stored, was, others }: Past): Exclude<CustomerPlan, { status: 'failed' }> {
  const made = revertPlan({
    customer: config,
    state: stateOf(stored, ...others),
    was,
    undone: { run: 12, at: at('2026-11-19T08:00:00Z'), later: [13] },
    now: NOW,
    allowRemovals: null,
  });
  if (made.status === 'failed') throw new Error('an undo never fails');
  return made;
}

function afterUndo(past: Past): Roster {
  const { changes, directory } = undo(past);
  return advance(past.stored, { at: NOW, changes, directory: directory?.identity ?? null });
}

/** All of a roster but its serial, its tombstones and when it was synced; a name that an archive was given since is no matter. */
function contentOf(roster: Roster, archives: Roster = roster): unknown {
  const named = new Set(
    archives.entries.flatMap((one) => (isUser(one) && one.archive !== null ? [keyOf(one.address)] : [])),
  );
  const { entries, domains, sites, relays } = inOrder(roster);
  const without = (entry: Entry): Entry =>
    isUser(entry) && !named.has(keyOf(entry.address)) ? { ...entry, archive: null } : entry;
  return { entries: entries.map(without), domains, sites, relays };
}

describe('UND-1 after an undo', () => {
  test('the roster is what it was', () => {
    check(alone, (past) => {
      expect(contentOf(afterUndo(past), past.was)).toEqual(contentOf(past.was));
    });
  });

  test('the directory is the one that it was in step with', () => {
    check(alone, (past) => {
      expect(afterUndo(past).directory).toEqual(past.stored.directory);
    });
  });

  test('another one has nothing to do', () => {
    check(fc.oneof(arbitraryLife, arbitraryHistory), (past) => {
      const again = undo({ ...past, stored: afterUndo(past) });
      expect(again).toMatchObject({ status: 'ready', changes: [] });
    });
  });

  test('the undo can be undone', () => {
    check(alone, (past) => {
      const back = afterUndo({ ...past, stored: afterUndo(past), was: past.stored });
      expect(contentOf(back, past.stored)).toEqual(contentOf(past.stored));
    });
  });

  test('an archive is named only for who had it, or was deleted with it (DEL-6)', () => {
    check(alone, (past) => {
      const { entries, tombstones } = past.stored;
      const known = [...entries.filter(isUser), ...tombstones].map(({ archive }) => archive);
      const former = new Map(past.was.entries.filter(isUser).map((one) => [keyOf(one.address), one.archive]));
      for (const { address, archive } of afterUndo(past).entries.filter(isUser)) {
        if (archive !== former.get(keyOf(address))) expect(known).toContain(archive);
      }
    });
  });
});

describe('beside other customers', () => {
  const keysOf = ({ entries }: Roster) => entries.flatMap(({ address, aliases }) => [address, ...aliases].map(keyOf));

  test('no address of theirs is taken, and none is held twice (ADR-3, ADR-4)', () => {
    check(arbitraryLife, (past) => {
      const after = keysOf(afterUndo(past));
      expect(after.toSorted()).toEqual([...new Set(after)].toSorted());
      const theirs = new Set(past.others.flatMap(keysOf));
      const had = new Set(keysOf(past.stored));
      for (const key of after) if (!had.has(key)) expect(theirs).not.toContain(key);
    });
  });

  test('what is left out is said with an error, and nothing else is (ADR-4, DOM-3)', () => {
    check(arbitraryLife, (past) => {
      const { diagnostics } = undo(past);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const same = canonicalize(contentOf(afterUndo(past), past.was)) === canonicalize(contentOf(past.was));
      expect(errors.length === 0).toBe(same);
    });
  });

  test('members are roster entries, and domains name sites that there are (SEL-9, DOM-6)', () => {
    check(arbitraryLife, (past) => {
      const { entries, domains, sites } = afterUndo(past);
      const primaries = new Set(entries.map(({ address }) => address));
      const former = new Set(past.was.entries.map(({ address }) => address));
      for (const entry of entries) {
        if (isUser(entry)) continue;
        for (const member of entry.members) if (former.has(member)) expect(primaries).toContain(member);
      }
      const names = sites.map(({ name }) => name);
      const asTheyWere = new Set(past.was.domains.map(({ site }) => site));
      for (const { site } of domains) if (site !== null && !asTheyWere.has(site)) expect(names).toContain(site);
    });
  });
});

describe('the same past', () => {
  test('in another order gives the same plan', () => {
    const keys = fc.array(fc.nat(), { minLength: 17, maxLength: 17 });
    check(fc.tuple(arbitraryLife, keys), ([past, order]) => {
      const shuffled = <T>(list: readonly T[]): readonly T[] =>
        list
          .map((item, index) => ({ item, key: order[(index * 7 + list.length) % order.length] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
      const reordered = (roster: Roster): Roster => ({
        ...roster,
        entries: shuffled(roster.entries),
        domains: shuffled(roster.domains),
        sites: shuffled(roster.sites),
        relays: shuffled(roster.relays),
        tombstones: shuffled(roster.tombstones),
      });
      const { stored, was, others } = past;
      const other = {
        ...past,
        stored: reordered(stored),
        was: reordered(was),
        others: shuffled(others.map(reordered)),
      };
      expect(undo(other)).toEqual(undo(past));
    });
  });

  test('is not changed by planning', () => {
    check(arbitraryLife, (past) => {
      const before = structuredClone(past);
      undo(past);
      expect(past).toEqual(before);
    });
  });
});

describe('the changes of an undo', () => {
  const any = fc.oneof(arbitraryLife, arbitraryHistory);

  test('change something, one a resource, in the order of every plan', () => {
    check(any, (past) => {
      const { changes } = undo(past);
      for (const change of changes) expect(afterOf(change)).not.toEqual(beforeOf(change));
      const places = changes.map(
        (change) =>
          `${change.action === 'delete' ? 0 : 1} ${change.resource} ${'address' in (afterOf(change) ?? beforeOf(change) ?? {}) ? keyOf(addressOf(change)) : addressOf(change)}`,
      );
      expect(places).toEqual([...new Set(places)].toSorted());
    });
  });

  test('give reasons by rules that there are', () => {
    check(any, (past) => {
      const { changes, diagnostics } = undo(past);
      for (const { reasons } of changes) expect(reasons[0].rule).toBe('UND-1');
      for (const { rule, message } of [...changes.flatMap(({ reasons }) => reasons), ...diagnostics]) {
        expect(RULES).toHaveProperty(rule);
        expect(message).toMatch(/\S/);
        expect(message).not.toMatch(/undefined|NaN|\[object/);
      }
    });
  });

  test('are counted, and so are billable users (CNT-1)', () => {
    check(any, (past) => {
      const { billable, ...counts } = undo(past).summary;
      expect(billable).toEqual({
        before: past.stored.entries.filter(isBillable).length,
        after: afterUndo(past).entries.filter(isBillable).length,
      });
      expect(Object.values(counts).reduce((a, b) => a + b)).toBe(undo(past).changes.length);
    });
  });
});
