/** Sites and relays, which are what the configuration says (DOM-6). */
import type { Action, NonEmpty, Reason, RelayChange, SiteChange } from '../domain/change.ts';
import type { CustomerConfig, SiteConfig } from '../domain/config.ts';
import { placeOf } from '../domain/diagnostic.ts';
import type { Relay, Roster, Site } from '../domain/roster.ts';
import { listed } from '../domain/words.ts';

/** What it takes to bring the stored sites and relays to what the configuration says. */
export function siteChanges(
  customer: CustomerConfig,
  roster: Pick<Roster, 'sites' | 'relays'>,
): readonly (SiteChange | RelayChange)[] {
  const places = new Map(
    [...customer.sites, ...customer.relays].map((one) => [
      `${'servers' in one ? 'site' : 'relay'} ${one.name}`,
      one.location,
    ]),
  );
  const why = (resource: 'site' | 'relay'): Why => ({
    stated: (name) => {
      const place = places.get(`${resource} ${name}`);
      return place === undefined ? 'in the configuration' : `stated in ${placeOf(place)}`;
    },
    gone: `taken out of ${resource === 'site' ? '"sites"' : '"outbound.relays"'}`,
  });
  const sites = transitions(roster.sites, customer.sites.map(siteOf), siteDifferences, why('site'));
  const relays = transitions(roster.relays, customer.relays.map(relayOf), relayDifferences, why('relay'));
  return [
    ...sites.map((change): SiteChange => ({ ...change, resource: 'site' })),
    ...relays.map((change): RelayChange => ({ ...change, resource: 'relay' })),
  ];
}

/** The order in which servers of one priority are written decides nothing. */
function siteOf({ name, isDefault, servers }: SiteConfig): Site {
  const sorted = servers.toSorted(
    (a, b) => a.priority - b.priority || compare(a.address, b.address) || a.port - b.port,
  );
  return {
    default: isDefault,
    name,
    servers: sorted.map(({ address, port, priority }) => ({ address, port, priority })),
  };
}

function relayOf({ name, addresses }: CustomerConfig['relays'][number]): Relay {
  return { addresses: [...new Set(addresses)].toSorted(compare), name };
}

interface Why {
  readonly stated: (name: string) => string;
  readonly gone: string;
}

type Made<T> = { readonly reasons: NonEmpty<Reason> } & (
  | { readonly action: Extract<Action, 'create'>; readonly after: T }
  | { readonly action: Extract<Action, 'update'>; readonly before: T; readonly after: T }
  | { readonly action: Extract<Action, 'delete'>; readonly before: T }
);

function transitions<T extends { readonly name: string }>(
  stored: readonly T[],
  stated: readonly T[],
  differences: (before: T, after: T) => readonly string[],
  why: Why,
): readonly Made<T>[] {
  const before = new Map(stored.map((one) => [one.name, one]));
  const after = new Set(stated.map(({ name }) => name));
  return [
    ...stored
      .filter(({ name }) => !after.has(name))
      .map((one) => ({ action: 'delete' as const, before: one, reasons: reasonsOf(why.gone) })),
    ...stated.flatMap((one): readonly Made<T>[] => {
      const known = before.get(one.name);
      if (known === undefined) return [{ action: 'create', after: one, reasons: reasonsOf(why.stated(one.name)) }];
      const [first, ...rest] = differences(known, one).map((message): Reason => ({ rule: 'DOM-6', message }));
      return first === undefined ? [] : [{ action: 'update', before: known, after: one, reasons: [first, ...rest] }];
    }),
  ];
}

function reasonsOf(message: string): NonEmpty<Reason> {
  return [{ rule: 'DOM-6', message }];
}

/** What differs between a site and what it becomes, each in a few words. */
export function siteDifferences(before: Site, after: Site): readonly string[] {
  return [
    ...(before.default === after.default
      ? []
      : [after.default ? 'it is the default site now' : 'it is not the default site any more']),
    ...listDifference('servers', before.servers.map(serverText), after.servers.map(serverText)),
  ];
}

/** What differs between a relay and what it becomes, each in a few words. */
export function relayDifferences(before: Relay, after: Relay): readonly string[] {
  return listDifference('addresses', before.addresses, after.addresses);
}

function listDifference(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  return before.join(' ') === after.join(' ') ? [] : [`${what}: ${listed(before)} -> ${listed(after)}`];
}

function serverText({ address, port, priority }: Site['servers'][number]): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port} (priority ${priority})`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
