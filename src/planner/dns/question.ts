/** What to ask the DNS about a domain, so that all its rules can be decided. */
import ipaddr from 'ipaddr.js';
import type { CustomerConfig, DomainConfig } from '../../domain/config.ts';
import type { DomainQuestion } from '../../domain/observations.ts';
import { ownershipName } from './ownership.ts';

/**
 * What to look for in the DNS of a domain. The ownership record is looked for once there is a token for it, SPF where the profile says
 * what would have to be let send, MX always.
 */
export function questionFor(
  { name, verification }: DomainConfig,
  token: string | null,
  { service }: Pick<CustomerConfig, 'service'>,
): DomainQuestion {
  const { ownership, region } = service;
  const spfInclude = region?.spfInclude ?? null;
  return {
    domain: name,
    ownershipName: verification === 'none' || token === null ? null : ownershipName(name, ownership),
    mx: true,
    spf:
      region === null || spfInclude === null || region.ranges.length === 0
        ? null
        : { addresses: probes(region.ranges), include: spfInclude },
  };
}

/** The first, the last and one middle address of each network, which stand for all of it. Networks are CIDR in canonical form. */
export function probes(networks: readonly string[]): readonly string[] {
  return [...new Set(networks.flatMap(probesOf))];
}

function probesOf(network: string): readonly string[] {
  const [address, prefix] = ipaddr.parseCIDR(network);
  const bytes = address.toByteArray();
  const first = bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  const size = 2n ** BigInt(bytes.length * 8 - prefix);
  return [first, first + size - 1n, first + size / 2n].map((number) => addressText(number, bytes.length));
}

function addressText(number: bigint, length: number): string {
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt((length - 1 - index) * 8)) & 255n));
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}
