/** The contract of commit and read: what is stored after a step is what `advance` returns. */
import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { describe, expect, test } from 'vitest';
import { domainOf, keyOf, parseDomain } from '../../src/domain/address.ts';
import { emptyRoster, type Relay, type Roster, type Site } from '../../src/domain/roster.ts';
import { advance } from '../../src/planner/advance.ts';
import { arbitraryWishes, DOMAINS, stepFor } from '../support/arbitrary-roster.ts';
import { ACME, HOME, NOW, storedGroup, user } from '../support/builders.ts';
import {
  changed,
  created,
  createdDomain,
  deleted,
  deletedDomain,
  inOrder,
  named,
  step,
  verifiedDomain,
} from '../support/roster-builders.ts';
import { type FreshState, GLOBEX, INITECH, LATER, rosterIn, useFreshState } from './state-store-fixture.ts';

const ANN = user('Ann@acme.example', {
  aliases: ['a.lee@acme.example', 'Ann.Lee@Acme.Example'],
  attributes: { company: 'Acme Ltd', displayName: 'Ann Lee', givenName: 'Ann', notes: 'two\nlines', surname: 'Lee' },
  rules: { allow: ['vendor.example'], deny: [] },
});
const BOB = user('bob@acme.example');

export function describeCommits(fresh: FreshState): void {
  describe('commit and read', () => {
    const { state, store, run, rosterOf, apply } = useFreshState(fresh);

    test('a customer never seen is an empty roster', async () => {
      expect((await store().read([ACME], [])).rosters).toEqual(new Map([[ACME, emptyRoster(ACME)]]));
      expect(await store().customers()).toEqual([]);
    });

    test('stores users, groups and domains as they were given', async () => {
      const members = [ANN.address, BOB.address];
      const changes = [ANN, BOB, storedGroup('all@acme.example', members, { displayName: 'All' })].map((entry) =>
        created(entry),
      );
      const after = await apply(step([...changes, createdDomain(verifiedDomain('acme.example'))]));
      expect(after).toMatchObject({ serial: 1, directory: HOME, syncedAt: NOW });
      expect(after.entries).toHaveLength(3);
      expect(await store().customers()).toEqual([ACME]);
    });

    test('gives back members in the order of canonical JSON', async () => {
      await apply(step([created(ANN), created(storedGroup('all@acme.example', [ANN.address]))]));
      await apply(step([createdDomain(verifiedDomain('acme.example')), deleted(ANN)]));
      const { entries, domains, tombstones } = await rosterOf();
      expect(JSON.stringify([entries, domains, tombstones])).toBe(canonicalize([entries, domains, tombstones]));
    });

    test('two users swap their addresses in one step', async () => {
      await apply(step([created(ANN), created(BOB)]));
      const { entries } = await apply(
        step([
          changed(ANN, { ...ANN, address: BOB.address }, 'rename'),
          changed(BOB, { ...BOB, address: ANN.address }, 'rename'),
        ]),
      );
      expect(entries.map(({ address, objectId }) => [address, objectId])).toEqual([
        [ANN.address, BOB.objectId],
        [BOB.address, ANN.objectId],
      ]);
    });

    test('a change of spelling is no second entry', async () => {
      await apply(step([created(BOB)]));
      const { entries } = await apply(step([changed(BOB, { ...BOB, address: 'BOB@ACME.example' })]));
      expect(entries.map(({ address }) => address)).toEqual(['BOB@ACME.example']);
    });

    test('a deleted user leaves a tombstone, and takes it over when created again', async () => {
      await apply(step([created(ANN)]));
      const gone = await apply(step([deleted(ANN)], HOME, LATER));
      expect(gone.tombstones).toEqual([
        { addresses: [ANN.address, ...ANN.aliases], archive: ANN.objectId, deletedAt: LATER, objectId: ANN.objectId },
      ]);
      const back = await apply(step([created({ ...ANN, address: 'ann.new@acme.example' })]));
      expect(back.tombstones).toEqual([]);
    });

    test('nothing to do keeps the serial and notes when it was', async () => {
      await apply(step([created(ANN)]));
      const after = await apply(step([], HOME, LATER));
      expect(after).toMatchObject({ serial: 1, syncedAt: LATER });
      expect(await apply(step([], HOME, LATER))).toEqual(after);
    });

    test('tells when each customer was last brought in step', async () => {
      expect(await store().syncedAt()).toEqual(new Map());
      await apply(step([created(ANN)]));
      await apply(step([], null, LATER), GLOBEX);
      expect(await store().syncedAt()).toEqual(
        new Map([
          [ACME, NOW],
          [GLOBEX, LATER],
        ]),
      );
    });

    test('another directory alone is a new version', async () => {
      await apply(step([], HOME));
      const after = await apply(step([], { type: 'entra', id: 'tenant' }));
      expect(after).toMatchObject({ serial: 2, directory: { type: 'entra', id: 'tenant' } });
      expect((await apply(step([], null))).directory).toEqual(after.directory);
    });

    test('a stale plan is refused with both serials, and nothing is written', async () => {
      await apply(step([created(ANN)]));
      const stale = store().commit({ ...step([created(BOB)]), customer: ACME, run: run(), expectedSerial: 0 });
      await expect(stale).rejects.toThrow(/serial/);
      expect((await rosterOf()).entries).toHaveLength(1);
    });

    test('rosters that hold an address in a domain come along, and no others', async () => {
      await apply(step([created(user('x@globex.example', { aliases: ['y@Shared.Example'] }))]), GLOBEX);
      await apply(step([created(storedGroup('g@bücher.example', []))]), INITECH);
      const came = async (...domains: string[]) => [...(await store().read([ACME], domains)).rosters.keys()].toSorted();
      expect(await came()).toEqual([ACME]);
      expect(await came('shared.example', 'shared.example', 'nobody.example')).toEqual([ACME, GLOBEX]);
      expect(await came('xn--bcher-kva.example', 'globex.example')).toEqual([ACME, GLOBEX, INITECH]);
      expect((await store().read([ACME], ['shared.example'])).rosters.get(GLOBEX)?.entries).toHaveLength(1);
    });

    test('a roster that gave its addresses in a domain up does not come along any more', async () => {
      const held = user('x@globex.example', { aliases: ['y@shared.example', 'z@shared.example'] });
      await apply(step([created(held)]), GLOBEX);
      const less = { ...held, aliases: ['z@shared.example'] };
      await apply(step([changed(held, less)]), GLOBEX);
      expect((await store().read([], ['shared.example'])).rosters.size).toBe(1);
      await apply(step([changed(less, { ...less, aliases: [] })]), GLOBEX);
      expect((await store().read([], ['shared.example'])).rosters.size).toBe(0);
    });

    test('the roster that has a domain comes along, whether or not it holds addresses there', async () => {
      await apply(step([createdDomain(verifiedDomain('shared.example'))]), GLOBEX);
      expect([...(await store().read([ACME], ['shared.example'])).rosters.keys()].toSorted()).toEqual([ACME, GLOBEX]);
      await apply(step([deletedDomain(verifiedDomain('shared.example'))]), GLOBEX);
      expect((await store().read([], ['shared.example'])).rosters.size).toBe(0);
    });

    test('sites and relays come, change and go', async () => {
      const site: Site = { default: true, name: 'london', servers: [{ address: 'mx', port: 25, priority: 10 }] };
      const moved: Site = { ...site, servers: [{ address: '2001:db8::25', port: 2525, priority: 5 }] };
      const relay: Relay = { addresses: ['192.0.2.25/32'], name: 'exchange' };
      await apply(step([named('site', null, site), named('relay', null, relay)]));
      expect(await rosterOf()).toMatchObject({ sites: [site], relays: [relay] });
      await apply(step([named('site', site, moved), named('relay', relay, null)]));
      expect(await rosterOf()).toMatchObject({ sites: [moved], relays: [] });
    });

    test('what one store commits another one reads', async () => {
      await apply(step([created(ANN)]));
      await using reader = await state().openToRead();
      expect(await rosterOf(ACME, reader)).toEqual(await rosterOf());
      expect((await reader.read([], [])).lineage).toBe((await store().read([], [])).lineage);
      await apply(step([created(BOB)]));
      expect((await rosterOf(ACME, reader)).entries).toHaveLength(2);
    });

    test('any steps leave what advance returns, and the journal gives back every roster on the way', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryWishes, { minLength: 1, maxLength: 5 }), async (all) => {
          await using own = await fresh();
          await using ours = await own.open();
          const ourRun = await ours.begin({ command: 'sync', at: NOW, planDigest: null, who: 'cron' });
          let expected = inOrder(emptyRoster(ACME));
          const past = [expected];
          for (const wishes of all) {
            const made = stepFor(expected, wishes);
            await ours.commit({ ...made, customer: ACME, run: ourRun, expectedSerial: expected.serial });
            expected = inOrder(advance(expected, made));
            expect(await rosterIn(ours, ACME)).toEqual(expected);
            if (expected.serial === past.length) past.push(expected);
          }
          for (const [serial, roster] of past.entries()) {
            const rebuilt = await ours.rosterAt(ACME, serial);
            expect(rebuilt && inOrder(rebuilt)).toEqual(roster);
          }
          expect(await ours.rosterAt(ACME, past.length)).toBeNull();
          for (const domain of DOMAINS.map((name) => parseDomain(name) ?? '')) {
            const { rosters } = await ours.read([], [domain]);
            expect([domain, rosters.has(ACME)]).toEqual([domain, holds(expected, domain)]);
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

/** Whether it has the domain, or holds an address in it. */
function holds({ entries, domains }: Roster, domain: string): boolean {
  if (domains.some(({ name }) => name === domain)) return true;
  const addresses = entries.flatMap((entry) => [entry.address, ...entry.aliases]);
  return addresses.some((address) => domainOf(keyOf(address)) === domain);
}
