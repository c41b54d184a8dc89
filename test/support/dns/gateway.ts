/** Customers of the shipped profile `self-hosted`, and the zones of its gateways, for tests of the commands. */
import { expect } from 'vitest';
import type { TestWorkspace } from '../workspace.ts';
import { type Places, zoneTextAt } from './network.ts';

/** The profile's own zone. Nothing is kept in caches, so that changes are seen at once. */
export function gatewayZone(places: Places): string {
  return zoneTextAt(
    places,
    'mx1 0 A 192.0.2.1',
    'mx2 0 A 192.0.2.2',
    'spf 0 TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:25::/48 -all"',
  );
}

export const MX = ['@ 0 MX 5 mx1.gateway.example.', '@ 0 MX 5 mx2.gateway.example.'] as const;
export const SPF = '@ 0 TXT "v=spf1 include:spf.gateway.example -all"';

export interface GatewayCustomer {
  /** As they stand in the list; `<name>.example` unless said. */
  readonly domains?: string;
  readonly further?: string;
}

/** Without a directory: `ann@<name>.example` is its user. */
export function gatewayCustomer(
  name: string,
  { domains = `{name: ${name}.example}`, further = '' }: GatewayCustomer = {},
): string {
  return `apiVersion: rollcall/v1
kind: Customer
name: ${name}
domains: [${domains}]
users: [{address: ann@${name}.example}]
${further}`;
}

/** What is printed where `check dns` looks at one customer's domain. */
export interface CheckedDomain {
  readonly customer: string;
  readonly domain: string;
  readonly gates: 'pass' | 'block';
  readonly ownership: {
    readonly status: string;
    readonly record: { readonly name: string; readonly type: string; readonly value: string } | null;
    readonly nameServers: readonly object[];
  };
  readonly mx: { readonly status: string };
  readonly spf: { readonly status: string };
}

export async function checked(made: TestWorkspace, ...args: readonly string[]): Promise<readonly CheckedDomain[]> {
  const { stdout, stderr } = await made.run('check', 'dns', '--format', 'json', ...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** The TXT record that a customer's domain has to publish, as a line of its zone. */
export async function recordOf(made: TestWorkspace, customer: string): Promise<string> {
  const [domain] = await checked(made, '--customer', customer);
  if (domain?.ownership.record == null) throw new Error(`${customer} has no token`);
  const { name, value } = domain.ownership.record;
  return `${name}. 0 TXT "${value}"`;
}
