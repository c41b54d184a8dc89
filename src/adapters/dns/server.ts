/** The servers that are asked: addresses with ports. */
import { getServers } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';

export interface Server {
  /** IPv4 or IPv6, never a name. */
  readonly address: string;
  readonly port: number;
}

/** In the order in which they are asked. */
export type Resolvers = readonly [Server, ...Server[]];

export const DNS_PORT = 53;

/** The resolvers of the configuration, or those of /etc/resolv.conf where it is null. Throws TypeError for an entry that is no address, or for none. */
export function resolversOf(configured: readonly string[] | null): Resolvers {
  const [first, ...others] = (configured ?? getServers()).map((entry) => {
    const server = parseServer(entry);
    if (server === null) throw new TypeError(`${JSON.stringify(entry)} is no address of a resolver`);
    return server;
  });
  if (first === undefined) throw new TypeError('There are no resolvers to ask');
  return [first, ...others];
}

/** Reads `address`, `address:port` or `[IPv6 address]:port`. Null if it is none of these; names are none. */
export function parseServer(text: string): Server | null {
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT };
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const { six, four, port = String(DNS_PORT) } = match?.groups ?? {};
  const address = six ?? four ?? '';
  const isAddress = six === undefined ? isIP(address) === 4 : isIPv6(address);
  return isAddress && Number(port) > 0 && Number(port) < 65_536 ? { address, port: Number(port) } : null;
}

/** As people write it; the port only where it is not the usual one. */
export function serverText({ address, port }: Server): string {
  if (port === DNS_PORT) return address;
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
