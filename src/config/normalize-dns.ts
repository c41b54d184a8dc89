/** How the DNS is asked, and what of it is waited for. */
import type { DnsConfig, DnsServer, GatePolicy } from '../domain/config.ts';
import { durationMs } from './duration.ts';
import { error, type Finding } from './finding.ts';
import { canonicalIp } from './networks.ts';
import type { ParsedFile } from './parse.ts';
import type { RawGates, RawWorkspace } from './schema-types.ts';

const DEFAULT_PORT = 53;

/** Where the configuration says nothing. */
export const DEFAULT_GATES: GatePolicy = { mx: 'warn', spf: 'warn', ownership: 'block' };

export function dnsOf(file: ParsedFile<RawWorkspace>, report: (finding: Finding) => void): DnsConfig {
  const { resolvers = [], authoritative = true, timeout = '3s' } = file.value?.dns ?? {};
  return {
    resolvers: resolvers.flatMap((text, index) => {
      const server = parseServer(text);
      if (server !== null) return [server];
      const message = `"${text}" is not the address of a resolver: an IP address such as 192.0.2.53, with a port as 192.0.2.53:5353 or [2001:db8::53]:5353.`;
      report(error('CONFIG_VALUE', file.at('dns', 'resolvers', index), message));
      return [];
    }),
    authoritative,
    timeoutMs: durationMs(timeout),
  };
}

/** `ADDRESS`, `IPV4:PORT` or `[IPV6]:PORT`. */
function parseServer(text: string): DnsServer | null {
  const match = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const address = canonicalIp(match?.[1] ?? match?.[2] ?? text);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  return address === null || port < 1 || port > 65_535 ? null : { address, port };
}

/** What a file says of the gates, over what it inherits. */
export function gatesOf(raw: RawGates | undefined, inherited: GatePolicy): GatePolicy {
  return { mx: raw?.mx ?? inherited.mx, spf: raw?.spf ?? inherited.spf, ownership: 'block' };
}
