/** Two name servers and a resolver, as a small internet: what the tests of the DNS observer ask. */
import { freePort } from '../port.ts';
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

export const FIRST = '127.0.0.2';
export const SECOND = '127.0.0.3';

/**
 * Starts both servers, each with its own zones, and the resolver in front. The root is served by the first and knows of `example` and
 * `test`; below, the resolver asks the first server for what it serves.
 */
export async function startDnsNetwork(first: Zones, second: Zones = {}): Promise<DnsNetwork> {
  const port = await freePort(FIRST);
  const started: AsyncDisposable[] = [];
  const dispose = async () => {
    for (const server of started.toReversed()) await server[Symbol.asyncDispose]();
  };
  const keep = <T extends AsyncDisposable>(server: T): T => {
    started.push(server);
    return server;
  };
  try {
    const zones = { '': ROOT, example: TLD, test: TLD, ...first };
    const servers = {
      first: keep(await startNsd({ address: FIRST, port, zones })),
      second: keep(await startNsd({ address: SECOND, port, zones: second })),
    };
    const stubs = [...Object.keys(second).map((zone) => [zone, [`${SECOND}@${port}`]])];
    stubs.push(...Object.keys(zones).map((zone) => [zone, [`${FIRST}@${port}`]]));
    const resolver = keep(await startUnbound(Object.fromEntries(stubs)));
    return { resolver: resolver.address, port, ...servers, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A zone of both servers, named ns1 and ns2 in it, with these records besides. The negative TTL is 60 seconds. */
export function zoneText(...records: readonly string[]): string {
  return `${[
    '$TTL 300',
    '@ IN SOA ns1 hostmaster 1 3600 600 86400 60',
    '@ IN NS ns1',
    '@ IN NS ns2',
    `ns1 IN A ${FIRST}`,
    `ns2 IN A ${SECOND}`,
    ...records,
  ].join('\n')}\n`;
}

const TLD = '$TTL 300\n@ IN SOA ns.root-server.test. hostmaster 1 3600 600 86400 30\n@ IN NS ns.root-server.test.\n';
const ROOT = `${TLD}example. IN NS ns.root-server.test.\ntest. IN NS ns.root-server.test.\nns.root-server.test. IN A ${FIRST}\n`;
