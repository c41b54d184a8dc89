/** A private Unbound: a resolver that knows which servers to ask for which zones, and asks nobody else. */

import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../port.ts';
import { requirePeer } from '../requirements.ts';
import { startServer, untilReady } from '../server-process.ts';

export interface Unbound extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** For each zone (empty for the root) the servers to ask, as `address@port`. Ready when this resolves. */
export async function startUnbound(stubs: Readonly<Record<string, readonly string[]>>): Promise<Unbound> {
  requirePeer('DNS server');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-unbound-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const config = join(dir, 'unbound.conf');
  await writeFile(config, unboundConfig(dir, port, stubs));
  const server = startServer('unbound', ['-d', '-p', '-c', config], join(dir, 'log'));
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  try {
    await untilReady(server, () =>
      resolver.resolve4('localhost').then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, [Symbol.asyncDispose]: stop };
}

function unboundConfig(dir: string, port: number, stubs: Readonly<Record<string, readonly string[]>>): string {
  const server = [
    'server:',
    '  interface: 127.0.0.1',
    `  port: ${port}`,
    '  username: ""',
    '  chroot: ""',
    `  directory: "${dir}"`,
    '  use-syslog: no',
    '  do-ip6: no',
    '  do-not-query-localhost: no',
    '  module-config: "iterator"',
    'remote-control:',
    '  control-enable: no',
  ];
  const zones = Object.entries(stubs).flatMap(([zone, servers]) => [
    'stub-zone:',
    `  name: "${zone === '' ? '.' : zone}"`,
    ...servers.map((address) => `  stub-addr: ${address}`),
  ]);
  return `${[...server, ...zones].join('\n')}\n`;
}
