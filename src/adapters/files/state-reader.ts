/** A state in a document, read as if it were the database's: what plans need is in it, runs and journal are not. */
import { domainOf, keyOf } from '../../domain/address.ts';
import { type CustomerId, emptyRoster, type Roster, type State } from '../../domain/roster.ts';
import type { StateReader } from '../../ports/state.ts';

/** What the document does not hold reads as if nothing had ever been done: no runs, no targets, no copies of directories. */
export function readerOfState(state: State): StateReader {
  const { rosters, ...whole } = state;
  return {
    read: async (customers, domains) => {
      const wanted = new Set(domains);
      const others = [...rosters.values()].filter((roster) => isIn(wanted, roster));
      const names = new Set([...customers, ...others.map(({ customer }) => customer)]);
      return { ...whole, rosters: new Map([...names].map((name) => [name, rosters.get(name) ?? emptyRoster(name)])) };
    },
    customers: async () => [...rosters.keys()].toSorted(),
    syncedAt: async () =>
      new Map([...rosters].flatMap(([name, { syncedAt }]) => (syncedAt === null ? [] : [[name, syncedAt] as const]))),
    runs: async () => [],
    run: async () => null,
    appliedBy: async () => new Set<CustomerId>(),
    journal: async () => null,
    rosterAt: async (customer, serial) => (serial === 0 ? emptyRoster(customer) : null),
    copy: async () => null,
    targetStandings: async () => [],
    appliedConfig: async () => null,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Whether the roster has one of the domains, or an address in it. */
function isIn(wanted: ReadonlySet<string>, { domains, entries }: Roster): boolean {
  return (
    domains.some(({ name }) => wanted.has(name)) ||
    entries.some(({ address, aliases }) => [address, ...aliases].some((one) => wanted.has(domainOf(keyOf(one)))))
  );
}
