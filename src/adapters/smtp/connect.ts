/** The way to a mail server: its addresses, one after the other. */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connectFailed } from './failure.ts';
import { type Patience, waitFor } from './patience.ts';

export interface Connected {
  readonly socket: Socket;
  readonly ip: string;
}

// A name with a hundred addresses is no reason to knock a hundred times.
const ADDRESSES_MAX = 6;

/**
 * Connects to the first address of the server that lets us in (RFC 5321 5.1). Each gets its share of the time of one step, so that a dead
 * one does not hide a living one. Rejects with SmtpError: of the last address, if none did.
 */
export async function connectTo(patience: Patience): Promise<Connected> {
  const endsAt = Math.min(patience.endsAt, performance.now() + patience.stepMs);
  const addresses = await addressesOf(patience);
  for (const [index, ip] of addresses.entries()) {
    const stepMs = (endsAt - performance.now()) / (addresses.length - index);
    try {
      return { socket: await open(ip, { ...patience, stepMs }), ip };
    } catch (error) {
      if (index === addresses.length - 1 || patience.signal.aborted) throw error;
    }
  }
  throw connectFailed(patience.server, Object.assign(new Error('no address'), { code: 'ENOTFOUND' }));
}

async function addressesOf(patience: Patience): Promise<readonly string[]> {
  const { address } = patience.server;
  if (isIP(address) !== 0) return [address];
  return waitFor(patience, 'answer from the DNS', ({ resolve, reject }) => {
    lookup(address, { all: true }).then(
      (found) => resolve([...new Set(found.map((one) => one.address))].slice(0, ADDRESSES_MAX)),
      (error: unknown) => reject(connectFailed(patience.server, error)),
    );
    return () => {};
  });
}

async function open(ip: string, patience: Patience): Promise<Socket> {
  const socket = connect({ host: ip, port: patience.server.port });
  // For as long as it lives: an error that nobody listens for would end the program.
  socket.on('error', () => {});
  try {
    await waitFor<void>(patience, 'connection', ({ resolve, reject }) => {
      const fail = (error: unknown) => reject(connectFailed(patience.server, error));
      socket.once('connect', resolve).once('error', fail);
      return () => socket.off('connect', resolve).off('error', fail);
    });
    return socket.setNoDelay(true);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
