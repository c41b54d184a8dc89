/** A mail server that takes everything, and keeps whom it was for. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface MailSink extends AsyncDisposable {
  readonly port: number;
  /** The recipients of every message that came, in the order in which they came. */
  readonly recipients: readonly string[];
}

export async function startMailSink(host: string): Promise<MailSink> {
  const recipients: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    let inMessage = false;
    socket.write('220 sink\r\n');
    // What reads lines passes on that the other side hung up, and would end the tests with it.
    const lines = createInterface({ input: socket }).on('error', () => {});
    lines.on('line', (line) => {
      if (inMessage && line !== '.') return;
      inMessage = line === 'DATA';
      const recipient = /^RCPT TO:<(.*)>/.exec(line)?.[1];
      if (recipient !== undefined) recipients.push(recipient);
      socket.write(inMessage ? '354 go on\r\n' : '250 sink\r\n');
    });
  }).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    recipients,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
