/** Two name servers and a resolver, as a small internet: what the tests of the DNS observer ask. */
import { freePort } from '../port.ts';
import { requirePeer } from '../requirements.ts';
import { type Nsd, startNsd, type Zones } from './nsd.ts';
import { startUnbound } from './unbound.ts';

export interface DnsNetwork extends AsyncDisposable {
  /** Of the resolver, `127.0.0.1:port`. */
  readonly resolver: string;
  /** On which both name servers listen. */
  readonly port: number;
  readonly first: Nsd;
  readonly second: Nsd;
}

/** Where the two name servers are. */
export interface Places {
  readonly first: string;
  readonly second: string;
  /** Null for one that is free. */
  readonly port: number | null;
}

export const FIRST = '127.0.0.2';
export const SECOND = '127.0.0.3';

const ANYWHERE: Places = { first: FIRST, second: SECOND, port: null };

/** Addresses of this process's own at which the servers can have port 53, as the program expects of a zone's servers. */
export function placesOnPort53(): Places {
  requirePeer('DNS server on port 53');
  const own = `${(process.pid >> 8) % 250}.${process.pid % 250}`;
  return { first: `127.53.${own}`, second: `127.54.${own}`, port: 53 };
}

/**
 * Starts both servers, each with its own zones, and the resolver in front. The root is served by the first and knows of `example` and
 * `test`; below, the resolver asks the first server for what it serves.
 */
export async function startDnsNetwork(first: Zones, second: Zones = {}, places = ANYWHERE): Promise<DnsNetwork> {
  const port = places.port ?? (await freePort(places.first));
  const started: AsyncDisposable[] = [];
  const dispose = async () => {
    for (const server of started.toReversed()) await server[Symbol.asyncDispose]();
  };
  const keep = <T extends AsyncDisposable>(server: T): T => {
    started.push(server);
    return server;
  };
  try {
    const zones = { '': rootZone(places.first), example: TLD, test: TLD, ...first };
    const servers = {
      first: keep(await startNsd({ address: places.first, port, zones })),
      second: keep(await startNsd({ address: places.second, port, zones: second })),
    };
    const stubs = [...Object.keys(second).map((zone) => [zone, [`${places.second}@${port}`]])];
    stubs.push(...Object.keys(zones).map((zone) => [zone, [`${places.first}@${port}`]]));
    const resolver = keep(await startUnbound(Object.fromEntries(stubs)));
    return { resolver: resolver.address, port, ...servers, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A zone of both servers, named ns1 and ns2 in it, with these records besides. The negative TTL is 60 seconds. */
export function zoneText(...records: readonly string[]): string {
  return zoneTextAt(ANYWHERE, ...records);
}

export function zoneTextAt({ first, second }: Places, ...records: readonly string[]): string {
  return `${[
    '$TTL 300',
    '@ IN SOA ns1 hostmaster 1 3600 600 86400 60',
    '@ IN NS ns1',
    '@ IN NS ns2',
    `ns1 IN A ${first}`,
    `ns2 IN A ${second}`,
    ...records,
  ].join('\n')}\n`;
}

const TLD = '$TTL 300\n@ IN SOA ns.root-server.test. hostmaster 1 3600 600 86400 30\n@ IN NS ns.root-server.test.\n';

function rootZone(address: string): string {
  return `${TLD}example. IN NS ns.root-server.test.\ntest. IN NS ns.root-server.test.\nns.root-server.test. IN A ${address}\n`;
}
