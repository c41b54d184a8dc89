/** The contract of runs and the journal: who did what and when, and every past roster. */
import { describe, expect, test } from 'vitest';
import { emptyRoster } from '../../src/domain/roster.ts';
import type { RunOutcome } from '../../src/ports/run.ts';
import { ACME, HOME, NOW, user } from '../support/builders.ts';
import { changed, created, createdDomain, deleted, inOrder, step, verifiedDomain } from '../support/roster-builders.ts';
import { APPLY, type FreshState, GLOBEX, INITECH, LATER, useFreshState } from './state-store-fixture.ts';

const ANN = user('ann@acme.example');
const BOB = user('bob@acme.example');
const FAILED: RunOutcome = {
  customer: GLOBEX,
  outcome: 'failed',
  serialBefore: 0,
  serialAfter: 0,
  changes: 0,
  message: 'The directory did not answer.',
};

export function describeJournal(fresh: FreshState): void {
  describe('runs and journal', () => {
    const { store, run, rosterOf, apply } = useFreshState(fresh);

    test('a run tells who began it when, with which plan, and how each customer fared', async () => {
      await apply(step([created(ANN)]));
      await store().note(run(), FAILED);
      await apply(step([]), INITECH);
      const applied = {
        customer: ACME,
        outcome: 'applied',
        serialBefore: 0,
        serialAfter: 1,
        changes: 1,
        message: null,
      };
      const first = {
        customer: INITECH,
        outcome: 'applied',
        serialBefore: 0,
        serialAfter: 1,
        changes: 0,
        message: null,
      };
      expect(await store().runs(10)).toEqual([
        { ...APPLY, id: run(), finishedAt: null, outcomes: [applied, FAILED, first], targets: [] },
      ]);
      await store().finish(run(), LATER);
      expect((await store().runs(10))[0]?.finishedAt).toBe(LATER);
    });

    test('nothing to do is noted as unchanged', async () => {
      await apply(step([], null));
      expect((await store().runs(1))[0]?.outcomes).toMatchObject([{ outcome: 'unchanged', changes: 0 }]);
      expect(await store().journal(run())).toEqual([]);
    });

    test('runs come the latest first, as many as asked for', async () => {
      const second = await store().begin({ ...APPLY, command: 'sync', planDigest: null });
      const third = await store().begin({ ...APPLY, who: 'bob' });
      expect((await store().runs(2)).map(({ id, command, who }) => [id, command, who])).toEqual([
        [third, 'apply', 'bob'],
        [second, 'sync', 'ann'],
      ]);
    });

    test('one run comes by its number, with its own outcomes, and there is none of a number that was not given yet', async () => {
      await apply(step([created(ANN)]));
      const second = await store().begin({ ...APPLY, command: 'sync', planDigest: null, who: 'bob' });
      await store().note(second, FAILED);
      const [latest, first] = await store().runs(2);
      expect(await store().run(run())).toEqual(first);
      expect(await store().run(second)).toEqual(latest);
      expect(latest?.outcomes).toEqual([FAILED]);
      expect(await store().run(second + 1)).toBeNull();
    });

    test('tells to which customers a plan was applied', async () => {
      await apply(step([created(ANN)]));
      await store().note(run(), FAILED);
      const other = await store().begin({ ...APPLY, planDigest: 'sha256:2' });
      await store().commit({ ...step([]), customer: INITECH, run: other, expectedSerial: 0 });
      expect(await store().appliedBy('sha256:1')).toEqual(new Set([ACME]));
      expect(await store().appliedBy('sha256:2')).toEqual(new Set([INITECH]));
      expect(await store().appliedBy('sha256:3')).toEqual(new Set());
    });

    test('the journal keeps each change with what was, what is and why', async () => {
      const reasons = [
        { rule: 'MRG-1', message: 'known by its object id' },
        { rule: 'SEL-8', message: '"quoted" and Zoë' },
      ] as const;
      const renamed = { ...ANN, address: 'ann.lee@acme.example' };
      const first = [created(ANN), created(BOB), createdDomain(verifiedDomain('acme.example'))];
      const second = [changed(ANN, renamed, 'rename', reasons), deleted(BOB)];
      await apply(step(first));
      const next = await store().begin(APPLY);
      await store().commit({ ...step(second, null, LATER), customer: ACME, run: next, expectedSerial: 1 });
      const entry = { customer: ACME, baseline: null };
      expect(await store().journal(run())).toEqual([
        { ...entry, run: run(), at: NOW, serialAfter: 1, directory: HOME, changes: first },
      ]);
      expect(await store().journal(next)).toEqual([
        { ...entry, run: next, at: LATER, serialAfter: 2, directory: null, changes: second },
      ]);
    });

    test('the journal of a run has every customer in it, and there is none of a run that never was', async () => {
      await apply(step([created(user('x@globex.example'))]), GLOBEX);
      await apply(step([created(ANN)]));
      expect((await store().journal(run()))?.map(({ customer }) => customer)).toEqual([ACME, GLOBEX]);
      expect(await store().journal(run() + 1)).toBeNull();
    });

    test('rebuilds every past roster, and none that never was', async () => {
      const first = await apply(step([created(ANN)]));
      const second = await apply(step([created(BOB), deleted(ANN)], null, LATER));
      await apply(step([], null, LATER));
      const past = async (serial: number) => {
        const roster = await store().rosterAt(ACME, serial);
        return roster && inOrder(roster);
      };
      expect(await past(0)).toEqual(emptyRoster(ACME));
      expect(await past(1)).toEqual(first);
      expect(await past(2)).toEqual(second);
      expect(await past(3)).toBeNull();
      expect(await store().rosterAt(GLOBEX, 1)).toBeNull();
    });

    test('a step longer than a part of the journal is kept whole', async () => {
      const changes = Array.from({ length: 1203 }, (_, index) => created(user(`u${index}@acme.example`)));
      const after = await apply(step(changes));
      expect((await store().journal(run()))?.[0]?.changes).toEqual(changes);
      expect(
        await store()
          .rosterAt(ACME, 1)
          .then((roster) => roster && inOrder(roster)),
      ).toEqual(after);
      expect((await rosterOf()).entries).toHaveLength(1203);
    });
  });
}
