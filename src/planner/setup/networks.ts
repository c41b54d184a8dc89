/** Networks, as those have to be given them who do not take every size and kind. */
import ipaddr from 'ipaddr.js';

/** A network that would be split into more parts is not split: nobody types them in, and no service is that large. */
const MOST_PARTS = 1024;
const BITS = 32;

export interface Networks {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** By kind, in their order. Networks are CIDR in canonical form. */
export function byKind(networks: readonly string[]): Networks {
  const isIpv6 = (network: string) => ipaddr.parseCIDR(network)[0].kind() === 'ipv6';
  return { ipv4: networks.filter((network) => !isIpv6(network)), ipv6: networks.filter(isIpv6) };
}

/**
 * An IPv4 network in parts that are no wider than `prefix`; one that is narrow enough is its own only part. Null where there would be more
 * than 1,024.
 */
export function splitIpv4(network: string, prefix: number): readonly string[] | null {
  const [address, own] = ipaddr.parseCIDR(network);
  if (own >= prefix) return [network];
  const parts = 2 ** (prefix - own);
  if (parts > MOST_PARTS) return null;
  const first = address.toByteArray().reduce((number, byte) => number * 256 + byte, 0);
  const size = 2 ** (BITS - prefix);
  return Array.from({ length: parts }, (_, index) => `${textOf(first + index * size)}/${prefix}`);
}

function textOf(number: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256);
  return ipaddr.fromByteArray(bytes).toString();
}
