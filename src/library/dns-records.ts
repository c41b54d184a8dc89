/** The DNS records that a customer needs for as long as it is served, whatever the DNS shows now. */
import { withInclude } from '../adapters/dns/spf-record.ts';
import type { CustomerConfig, DomainConfig } from '../domain/config.ts';
import type { Roster } from '../domain/roster.ts';
import { missingFact } from '../domain/service.ts';
import { assessDomain } from '../planner/dns/assess.ts';
import { questionFor } from '../planner/dns/question.ts';
import { mxStep } from '../planner/setup/mx.ts';

/** A record with one value. Names are whole and without the last dot; so is the host of an MX record, which is its value. */
export interface NeededRecord {
  readonly purpose: 'ownership' | 'mx' | 'spf';
  readonly name: string;
  readonly type: 'TXT' | 'MX';
  readonly value: string;
  /** The preference of an MX record, else null. */
  readonly priority: number | null;
}

export interface NeededRecords {
  /** Of one purpose after the other, in the order of the domains. */
  readonly records: readonly NeededRecord[];
  /** Why some are not among them, in whole sentences. */
  readonly missing: readonly string[];
}

/** The SPF records that domains have without the service, by domain: what else may send for them. */
export type SpfRecords = ReadonlyMap<string, string>;

/** The ownership record of each domain that has a token (DOM-1), MX (DOM-4) and SPF (DOM-5) as far as the profile tells them. */
export function neededRecords(customer: CustomerConfig, roster: Roster, spfRecords: SpfRecords): NeededRecords {
  const parts = [ownership(customer, roster), mx(customer), spf(customer, spfRecords)];
  return { records: parts.flatMap(({ records }) => records), missing: parts.flatMap(({ missing }) => missing) };
}

function ownership(customer: CustomerConfig, roster: Roster): NeededRecords {
  const tokens = new Map(roster.domains.map(({ name, token }) => [name, token]));
  const asked = customer.domains.filter(({ verification }) => verification === 'dns');
  const recordOf = (domain: DomainConfig) =>
    assessDomain(domain, tokens.get(domain.name) ?? null, customer, null).ownership.record;
  return {
    records: asked.flatMap((domain) => {
      const record = recordOf(domain);
      return record === null ? [] : [{ ...record, purpose: 'ownership' as const, priority: null }];
    }),
    missing: asked
      .filter((domain) => recordOf(domain) === null)
      .map(({ name }) => `The state has no token for ${name}, so its ownership record is not known: apply once.`),
  };
}

/** What the set-up asks of a domain that nobody has looked at: all that there has to be. */
function mx(customer: CustomerConfig): NeededRecords {
  const { todo } = mxStep({ customer, observations: new Map() });
  const added = todo.flatMap((one) => (one.kind === 'records' && one.action === 'add' ? one.records : []));
  const records = added.flatMap((record): readonly NeededRecord[] => {
    if (record.type !== 'MX') return [];
    const { name, type, exchange, preference } = record;
    return [{ purpose: 'mx', name, type, value: exchange, priority: preference }];
  });
  return { records, missing: [missingFact(customer.service, 'mx') ?? []].flat() };
}

/** A domain has one SPF record for all who send for it: what it says without the service stays in it. */
function spf(customer: CustomerConfig, spfRecords: SpfRecords): NeededRecords {
  const records = customer.domains.flatMap((domain): readonly NeededRecord[] => {
    const include = questionFor(domain, null, customer).spf?.include;
    if (include === undefined) return [];
    const present = spfRecords.get(domain.name) ?? null;
    const value = withInclude(present, include) ?? present;
    return value === null ? [] : [{ purpose: 'spf', name: domain.name, type: 'TXT', value, priority: null }];
  });
  const missing = missingFact(customer.service, 'spfInclude') ?? missingFact(customer.service, 'ranges');
  return { records, missing: missing === null ? [] : [missing] };
}
