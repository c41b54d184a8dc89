/** A question and its answer as datagrams, each from a socket and a port of its own. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { abortFailure, type Query, timedOut, unreachable } from './failure.ts';

export interface Limits {
  /** For this one try. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends the bytes and takes the first datagram from the server's own address and port for which `read` gives something; null is passed over.
 * Rejects with DnsFailure, and with whatever `read` throws.
 */
export function askByUdp<T>(
  query: Query,
  bytes: Buffer,
  read: (bytes: Buffer) => T | null,
  { timeoutMs, signal }: Limits,
): Promise<T> {
  const { address, port } = query.server;
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw abortFailure(signal);
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    let ignored = 0;
    let isOver = false;
    // The socket keeps its listeners: a socket that is still being opened needs its own to be closed.
    const end = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.close();
      settle();
    };
    const stop = () => end(() => reject(abortFailure(signal)));
    const timer = setTimeout(() => end(() => reject(timedOut(query, timeoutMs, ignored))), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(() => reject(unreachable(query, error.code ?? error.message))),
    );
    socket.on('message', (datagram) => {
      if (isOver) return;
      try {
        const answer = read(datagram);
        if (answer === null) ignored += 1;
        else end(() => resolve(answer));
      } catch (error) {
        end(() => reject(error));
      }
    });
    // Once connected, the kernel drops what comes from anywhere else, and tells when nothing listens.
    socket.once('connect', () => isOver || socket.send(bytes)).connect(port, address);
  });
}
