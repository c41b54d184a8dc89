/** A question and its answer over a TCP connection of their own (RFC 7766). */
import { connect } from 'node:net';
import { abortFailure, malformed, type Query, timedOut, unreachable } from './failure.ts';
import type { Limits } from './udp.ts';

// RFC 1035 4.2.2: two octets of length come first, so no answer is longer than 65,535.
const PREFIX = 2;

/** Sends the bytes and resolves with the answer's. Rejects with DnsFailure. */
export function askByTcp(query: Query, bytes: Buffer, { timeoutMs, signal }: Limits): Promise<Buffer> {
  const { address, port } = query.server;
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw abortFailure(signal);
    const socket = connect({ host: address, port });
    const received: Buffer[] = [];
    let length = 0;
    let isOver = false;
    const end = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      settle();
    };
    const stop = () => end(() => reject(abortFailure(signal)));
    const timer = setTimeout(() => end(() => reject(timedOut(query, timeoutMs, 0))), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(() => reject(unreachable(query, error.code ?? error.message))),
    );
    socket.on('close', () => end(() => reject(malformed(query, 'the connection ended before it was whole'))));
    socket.on('data', (chunk) => {
      received.push(chunk);
      length += chunk.length;
      const whole = wholeAnswer(received, length);
      if (whole !== null) end(() => resolve(whole));
    });
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt16BE(bytes.length);
    socket.once('connect', () => socket.write(Buffer.concat([prefix, bytes])));
  });
}

function wholeAnswer(received: readonly Buffer[], length: number): Buffer | null {
  if (length < PREFIX) return null;
  const [first = Buffer.alloc(0), second] = received;
  const due = first.length >= PREFIX ? first.readUInt16BE(0) : ((first[0] ?? 0) << 8) | (second?.[0] ?? 0);
  return length < PREFIX + due ? null : Buffer.concat(received).subarray(PREFIX, PREFIX + due);
}
