/** DNS records in the two shapes that providers take: a resource for each record, or one for all records of a name and type. */
import type { NeededRecord } from '../index.ts';
import { literal } from './literal.ts';

export interface DnsRecord extends NeededRecord {
  /** Seconds. */
  readonly ttl: number;
}

/** All records of one name and type, as providers that know record sets take them. */
export interface DnsRecordSet {
  readonly name: string;
  readonly type: NeededRecord['type'];
  /** Seconds. */
  readonly ttl: number;
  /** As in a zone file, without quotes: an MX record is `10 mx1.service.example.`, a TXT record its text. */
  readonly values: readonly string[];
}

/** As other constructs take them: what stands in a record is text to Terraform, though it looks like a template, as SPF's macro `%{i}` does. */
export function dnsRecordsOf(records: readonly NeededRecord[], ttl: number): readonly DnsRecord[] {
  return records.map((record) => ({ ...record, name: literal(record.name), value: literal(record.value), ttl }));
}

/** In the order in which their first records stand. */
export function recordSets(records: readonly DnsRecord[]): readonly DnsRecordSet[] {
  const sets = new Map<string, DnsRecordSet>();
  for (const { name, type, ttl, value, priority } of records) {
    const key = `${type} ${name}`;
    const values = sets.get(key)?.values ?? [];
    sets.set(key, { name, type, ttl, values: [...values, priority === null ? value : `${priority} ${value}.`] });
  }
  return [...sets.values()];
}
