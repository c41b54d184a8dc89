/** Free TCP ports on loopback. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that nothing listens on, now or later (tcpmux, RFC 1078): a free one may be another server's a moment after. */
export const NOWHERE = 1;

/** A port that nothing listens on just now, to listen on. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
