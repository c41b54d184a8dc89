/** What of the whole state one customer's plan depends on. */
import { parseDomain } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { CustomerId, Roster, State } from '../domain/roster.ts';

/**
 * For a customer its own roster, and those that have its domains (DOM-3) or hold addresses in them (ADR-4). With thousands of customers, planning each of them
 * before the whole state would take the square of their number.
 */
export function statePartsOf(state: State): (customer: CustomerConfig) => State {
  if (state.rosters.size < 2) return () => state;
  const holders = holdersByDomain(state);
  return ({ name, domains }) => {
    const concerned = new Set([name, ...domains.flatMap((domain) => [...(holders.get(domain.name) ?? [])])]);
    const rosters = [...concerned].map((customer) => state.rosters.get(customer));
    return {
      ...state,
      rosters: new Map(rosters.flatMap((roster) => (roster === undefined ? [] : [[roster.customer, roster]]))),
    };
  };
}

function holdersByDomain({ rosters }: State): ReadonlyMap<string, ReadonlySet<CustomerId>> {
  const holders = new Map<string, Set<CustomerId>>();
  for (const roster of rosters.values()) {
    for (const domain of domainsIn(roster)) {
      const known = holders.get(domain);
      if (known === undefined) holders.set(domain, new Set([roster.customer]));
      else known.add(roster.customer);
    }
  }
  return holders;
}

/** In canonical form. There are few in a roster, however many addresses. */
function domainsIn({ entries, domains }: Roster): ReadonlySet<string> {
  const written = new Set<string>();
  for (const { address, aliases } of entries) {
    written.add(address.slice(address.lastIndexOf('@') + 1));
    for (const alias of aliases) written.add(alias.slice(alias.lastIndexOf('@') + 1));
  }
  return new Set([...domains.map(({ name }) => name), ...[...written].map((domain) => parseDomain(domain) ?? domain)]);
}
