/** What checking the DNS has shown, for programs. */
import type { DomainCheck } from '../../app/check-dns.ts';
import type { Answer } from '../../domain/observations.ts';
import type { OwnershipServer } from '../../planner/dns/ownership.ts';

/** One domain, as `check dns --format json` prints it. */
export function dnsCheckDocument({ customer, domain, closed, ownership, mx, spf }: DomainCheck): object {
  return {
    customer,
    domain,
    gates: closed.length === 0 ? 'pass' : 'block',
    closed,
    ownership: {
      status: ownership.status,
      record: ownership.record,
      nameServers: ownership.nameServers.map(serverDocument),
      resolver: ownership.resolver === null ? null : serverDocument(ownership.resolver),
      propagation: ownership.propagation,
      problem: ownership.problem,
      findings: ownership.findings,
    },
    mx: {
      status: mx.status,
      expected: mx.expected,
      found: mx.found.map(({ preference, exchange, alias, addresses }) => {
        return { preference, exchange, alias, addresses: addressesOf(addresses), ttl: mx.ttl };
      }),
      ttl: mx.ttl,
      findings: mx.findings,
    },
    spf: {
      status: spf.status,
      record: spf.record,
      results: spf.results.map(({ address, result }) => ({ address, result })),
      lookups: spf.lookups,
      voidLookups: spf.voidLookups,
      proposal: spf.proposal?.record ?? null,
      findings: spf.findings,
    },
  };
}

function serverDocument({ name, address, found, ttl }: OwnershipServer): object {
  return { name, address, found, ttl };
}

/** Those that are known. */
export function addressesOf(answer: Answer<string>): readonly string[] {
  return answer.status === 'answered' ? answer.records : [];
}
