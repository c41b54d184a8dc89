/** What every reader of a state must give to plans, whatever it reads from. */
import { describe, expect, test } from 'vitest';
import { parseDomain } from '../../src/domain/address.ts';
import { type CustomerId, emptyRoster, type State } from '../../src/domain/roster.ts';
import type { StateReader } from '../../src/ports/state.ts';
import { ACME, NOW, roster, storedGroup, user, verified } from '../support/builders.ts';
import { inOrder } from '../support/roster-builders.ts';
import { GLOBEX, INITECH } from './state-store-fixture.ts';

const STATE: State = {
  lineage: '6f0f7a6e-6b1c-4f0e-9a39-000000000001',
  rosters: new Map(
    [
      roster([user('ann@acme.example', { flaggedAt: NOW, status: 'flagged' }), storedGroup('all@acme.example', [])], {
        serial: 3,
        syncedAt: NOW,
        domains: [verified('acme.example')],
      }),
      roster([user('x@globex.example', { aliases: ['y@Shared.Example'] })], { customer: GLOBEX, serial: 1 }),
      roster([], { customer: INITECH, serial: 2, domains: [verified(parseDomain('bücher.example') ?? '')] }),
    ].map((one) => [one.customer, one]),
  ),
};

/** Runs the contract against readers of a state that holds just this. */
export function describeStateReader(name: string, readerOf: (state: State) => Promise<StateReader>): void {
  describe(`reading for plans: ${name}`, () => {
    const names = async (reader: StateReader, customers: readonly CustomerId[], ...domains: string[]) =>
      [...(await reader.read(customers, domains)).rosters.keys()].toSorted();

    test('gives the rosters that are asked for, and the lineage', async () => {
      await using reader = await readerOf(STATE);
      const { lineage, rosters } = await reader.read([ACME, INITECH], []);
      expect(lineage).toBe(STATE.lineage);
      expect([...rosters.keys()].toSorted()).toEqual([ACME, INITECH]);
      for (const [customer, found] of rosters) {
        expect(inOrder(found)).toEqual(inOrder(STATE.rosters.get(customer) ?? emptyRoster(customer)));
      }
    });

    test('gives an empty roster for a customer never seen', async () => {
      await using reader = await readerOf(STATE);
      const unseen = 'unseen' as CustomerId;
      expect((await reader.read([unseen], [])).rosters).toEqual(new Map([[unseen, emptyRoster(unseen)]]));
    });

    test('brings along who has a domain, or holds an address in it, and no others', async () => {
      await using reader = await readerOf(STATE);
      expect(await names(reader, [ACME])).toEqual([ACME]);
      expect(await names(reader, [ACME], 'shared.example', 'nobody.example')).toEqual([ACME, GLOBEX]);
      expect(await names(reader, [], 'xn--bcher-kva.example', 'acme.example')).toEqual([ACME, INITECH]);
    });

    test('knows its customers, and when they were last in step', async () => {
      await using reader = await readerOf(STATE);
      expect(await reader.customers()).toEqual([ACME, GLOBEX, INITECH]);
      expect(await reader.syncedAt()).toEqual(new Map([[ACME, NOW]]));
    });
  });
}
