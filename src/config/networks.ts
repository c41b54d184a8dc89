/** IP addresses and networks as they are written in YAML, in one canonical form. */
import ipaddr from 'ipaddr.js';

/** A network as CIDR: `192.0.2.0/24`, `2001:db8::/32`; a single address is one of its own. A text is what is wrong, for the end of a sentence. */
export type NetworkResult =
  | { readonly ok: true; readonly network: string }
  | { readonly ok: false; readonly problem: string };

/** Reads a network in CIDR. Bits beyond the prefix are refused rather than dropped: one of the two was not meant. */
export function parseNetwork(text: string): NetworkResult {
  const [host = '', prefix, ...rest] = text.split('/');
  const address = parseIp(host);
  if (address === null || rest.length > 0) return refuse('is neither an IP address nor a network as CIDR');
  const longest = address.kind() === 'ipv4' ? 32 : 128;
  if (prefix === undefined) return { ok: true, network: `${textOf(address)}/${longest}` };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest)
    return refuse(`is not a network: the number after "/" goes from 0 to ${longest}`);
  const cidr = `${textOf(address)}/${Number(prefix)}`;
  const first =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  const network = `${textOf(first)}/${Number(prefix)}`;
  return network === cidr ? { ok: true, network } : refuse(`is inside of a network, and not one: that is ${network}`);
}

/** An IP address in its canonical form (RFC 5952), or null. */
export function canonicalIp(text: string): string | null {
  const address = parseIp(text);
  return address === null ? null : textOf(address);
}

/** Of IPv4 only four decimal numbers: others read the short and octal forms differently. */
function parseIp(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (text.includes(':')) return !text.includes('%') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : null;
}

function textOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function refuse(problem: string): NetworkResult {
  return { ok: false, problem };
}
