/** The contract of replace: a state that was pulled, perhaps mended by hand, put in the place of the stored one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Roster, State } from '../../src/domain/roster.ts';
import { PushRefusedError } from '../../src/ports/state.ts';
import { arbitraryRoster } from '../support/arbitrary-roster.ts';
import { ACME, NOW, user } from '../support/builders.ts';
import { created, deleted, inOrder, step, verifiedDomain } from '../support/roster-builders.ts';
import { APPLY, type FreshState, GLOBEX, LATER, rosterIn, useFreshState } from './state-store-fixture.ts';

const ANN = user('ann@acme.example');
const BOB = user('bob@acme.example', { aliases: ['b@shared.example'] });

export function describePush(fresh: FreshState): void {
  describe('replace', () => {
    const { store, run, rosterOf, apply } = useFreshState(fresh);
    const stateOf = async (...rosters: Roster[]): Promise<State> => ({
      lineage: (await store().read([], [])).lineage,
      rosters: new Map(rosters.map((roster) => [roster.customer, roster])),
    });
    const push = async (state: State) => {
      const id = await store().begin({ ...APPLY, command: 'state push', planDigest: null });
      await store().replace(id, LATER, state);
      return id;
    };

    test('puts a newer roster in the place of the stored one and leaves other customers alone', async () => {
      await apply(step([created(ANN)]));
      const other = await apply(step([created(user('x@globex.example'))]), GLOBEX);
      const domains = [verifiedDomain('acme.example')];
      const pushed = { ...(await rosterOf()), serial: 7, entries: [BOB], domains };
      const id = await push(await stateOf(pushed));
      expect(await rosterOf()).toEqual(pushed);
      expect(await rosterOf(GLOBEX)).toEqual(other);
      expect((await store().read([], ['shared.example'])).rosters.has(ACME)).toBe(true);
      const counts = { serialBefore: 1, serialAfter: 7, changes: 3 };
      expect((await store().runs(1))[0]).toMatchObject({ id, outcomes: [{ outcome: 'applied', ...counts }] });
    });

    test('the journal has it as a baseline that later rosters are rebuilt from', async () => {
      const first = await apply(step([created(ANN)]));
      const pushed = { ...first, serial: 7, entries: [BOB] };
      const id = await push(await stateOf(pushed));
      expect(await store().journal(id)).toEqual([
        {
          run: id,
          customer: ACME,
          at: LATER,
          serialAfter: 7,
          directory: pushed.directory,
          changes: [],
          baseline: pushed,
        },
      ]);
      const after = await apply(step([deleted(BOB)]));
      const past = await Promise.all([1, 2, 7, 8].map((serial) => store().rosterAt(ACME, serial)));
      expect(past.map((roster) => roster && inOrder(roster))).toEqual([first, null, pushed, after]);
    });

    test('the same content again changes nothing, though a sync has been since', async () => {
      await apply(step([created(ANN)]));
      const pulled = await rosterOf();
      const since = await apply(step([], null, LATER));
      const id = await push(await stateOf(pulled));
      expect(await rosterOf()).toEqual(since);
      expect(await store().journal(id)).toEqual([]);
      expect((await store().runs(1))[0]?.outcomes).toMatchObject([{ outcome: 'unchanged', changes: 0 }]);
    });

    test('refuses an older serial, the same serial with another content, and another lineage', async () => {
      await apply(step([created(ANN)]));
      const second = await apply(step([created(BOB)]));
      const foreign = { ...(await stateOf({ ...second, serial: 9 })), lineage: 'another' };
      for (const state of [
        await stateOf({ ...second, serial: 1 }),
        await stateOf({ ...second, entries: [ANN] }),
        await stateOf({ ...second, directory: null }),
        foreign,
      ]) {
        await expect(store().replace(run(), NOW, state)).rejects.toThrow(PushRefusedError);
        expect(await rosterOf()).toEqual(second);
      }
    });

    test('one refused roster keeps all of them out', async () => {
      const first = await apply(step([created(ANN)]));
      const other = { ...first, customer: GLOBEX, entries: [], serial: 5 };
      const state = await stateOf(other, { ...first, serial: 0 });
      await expect(store().replace(run(), NOW, state)).rejects.toThrow(PushRefusedError);
      expect((await rosterOf(GLOBEX)).serial).toBe(0);
    });

    test('a store without a roster takes the lineage over', async () => {
      const roster = { ...(await rosterOf()), serial: 3, entries: [ANN] };
      await push({ lineage: 'from-backup', rosters: new Map([[ACME, roster]]) });
      expect(await store().read([ACME], [])).toEqual({ lineage: 'from-backup', rosters: new Map([[ACME, roster]]) });
    });

    test('any roster that is pushed is what is stored and what the journal gives back', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryRoster, arbitraryRoster, async (before, after) => {
          await using own = await fresh();
          await using ours = await own.open();
          for (const roster of [
            { ...before, serial: 3 },
            { ...after, serial: 5 },
          ]) {
            const id = await ours.begin({ ...APPLY, command: 'state push' });
            const { lineage } = await ours.read([], []);
            await ours.replace(id, NOW, { lineage, rosters: new Map([[ACME, roster]]) });
            expect(await rosterIn(ours, ACME)).toEqual(inOrder(roster));
            const rebuilt = await ours.rosterAt(ACME, roster.serial);
            expect(rebuilt && inOrder(rebuilt)).toEqual(inOrder(roster));
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}
