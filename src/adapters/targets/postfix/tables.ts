/** The tables that Postfix looks things up in, and the keys by which a target tells of their lines. */
import type { CustomerId } from '../../../domain/roster.ts';
import type { TargetWrite } from '../../../domain/target.ts';

/** Looked up by address or domain, in whatever way the map type says. */
export const LOOKUP_TABLES = ['domains', 'recipients', 'transport', 'senders', 'aliases'] as const;

export type LookupTable = (typeof LOOKUP_TABLES)[number];

/** `relays` is matched against networks (cidr_table(5)), so it is text whatever the map type. */
export type Table = LookupTable | 'relays';

/** What a line says where no value has a meaning of its own. */
export const FOUND = 'OK';

/** The key of a line: `recipients ann@acme.example`. */
export function entryKey(table: Table, key: string): string {
  return `${table} ${key}`;
}

/** Two customers may share a network, so its key names the customer too. */
export function relayKey(network: string, customer: CustomerId): string {
  return `${network} ${customer}`;
}

/** A change of one line, its key as the table has it. */
export interface LineWrite {
  readonly key: string;
  readonly customer: CustomerId;
  /** Null takes the line out. */
  readonly value: string | null;
}

/** What is to be done in each table. */
export function writesByTable(changes: readonly TargetWrite[]): ReadonlyMap<Table, readonly LineWrite[]> {
  const writes = new Map<Table, LineWrite[]>();
  for (const change of changes) {
    const at = change.key.indexOf(' ');
    const table = change.key.slice(0, at) as Table;
    // Every entry of ours has a text for its value.
    const value = change.action === 'remove' ? null : String(change.expected);
    const write = { key: change.key.slice(at + 1), customer: change.customer, value };
    const others = writes.get(table);
    if (others === undefined) writes.set(table, [write]);
    else others.push(write);
  }
  return writes;
}

/** Whether that a line is found is all that Postfix makes of it (relay_domains, relay_recipient_maps). */
export function isMembership(table: Table): boolean {
  return table === 'domains' || table === 'recipients';
}
