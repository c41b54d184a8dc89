/** Short ways to say what the DNS showed of a domain. */
import type { DomainName } from '../../src/domain/address.ts';
import type { Problem } from '../../src/domain/diagnostic.ts';
import type {
  Answer,
  DomainObservation,
  MailExchange,
  NameServerAnswer,
  OwnershipObservation,
  SpfObservation,
  SpfResult,
} from '../../src/domain/observations.ts';
import type { CustomerService, ServiceRegion } from '../../src/domain/service.ts';
import { NO_SERVICE } from '../../src/domain/service.ts';
import { NOW } from './builders.ts';

const TIMEOUT: Problem = {
  code: 'DNS_TIMEOUT',
  message: 'ns1.acme.example did not answer.',
  hint: 'Try again.',
};

/** What was seen of a domain now; what is not said was not asked about. */
export function observed(domain: string, parts: Partial<Omit<DomainObservation, 'domain'>> = {}): DomainObservation {
  return { domain: domain as DomainName, observedAt: NOW, ownership: null, mx: null, spf: null, ...parts };
}

export function answered<T>(...records: readonly T[]): Answer<T> {
  return { status: 'answered', records, ttl: 300 };
}

export const NO_DATA: Answer<never> = { status: 'noData', ttl: 3600 };
export const NO_NAME: Answer<never> = { status: 'noName', ttl: 3600 };
export const FAILED: Answer<never> = { status: 'failed', problem: TIMEOUT };

/** The ownership record as the zone's own servers have it, in their order, and the resolver. */
export function ownership(
  servers: readonly Answer<string>[],
  resolver: Answer<string> = NO_DATA,
  name = '_rollcall.acme.example',
): OwnershipObservation {
  const nameServers = servers.map(
    (answer, index): NameServerAnswer => ({
      name: `ns${index + 1}.acme.example`,
      address: `192.0.2.${index + 1}`,
      answer,
    }),
  );
  return { name, resolver: { name: null, address: '192.0.2.53', answer: resolver }, nameServers, problem: null };
}

/** A domain whose record with this token every server has. */
export function shown(domain: string, token: string, parts: Partial<DomainObservation> = {}): DomainObservation {
  const record = answered(`rollcall-verification=${token}`);
  return observed(domain, { ownership: ownership([record, record], record, `_rollcall.${domain}`), ...parts });
}

/** `mx('10 mx1.gw.example', …)`; each host has an address. */
export function mx(...records: readonly string[]): { readonly answer: Answer<MailExchange> } {
  return { answer: answered(...records.map((record) => exchange(record))) };
}

export function exchange(record: string, parts: Partial<MailExchange> = {}): MailExchange {
  const [preference, name = ''] = record.split(' ');
  return {
    preference: Number(preference),
    exchange: name,
    alias: null,
    addresses: answered('192.0.2.200'),
    ...parts,
  };
}

/** An SPF record that gives each address of the region this result. */
export function spf(
  record: string,
  results: readonly SpfResult[],
  parts: Partial<SpfObservation> = {},
): SpfObservation {
  return {
    records: answered(record),
    results: results.map((result, index) => ({ address: `203.0.113.${index}`, result, comment: null })),
    lookups: 1,
    voidLookups: 0,
    stranger: { result: 'fail', comment: null, lookups: 1, voidLookups: 0 },
    proposal: null,
    ...parts,
  };
}

export const REGION: ServiceRegion = {
  name: 'main',
  displayName: 'Main',
  ranges: ['203.0.113.0/24'],
  mx: ['mx1.gw.example', 'mx2.gw.example'],
  smartHost: 'smtp.gw.example',
  spfInclude: 'spf.gw.example',
};

export function service(region: Partial<ServiceRegion> = {}): CustomerService {
  return { ...NO_SERVICE, profile: 'gw', displayName: 'Gateway', region: { ...REGION, ...region } };
}
