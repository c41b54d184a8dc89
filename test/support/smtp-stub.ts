/** A mail server that does as the test says, for all that a real one would not do. It keeps what it was told. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** How the stub answers one command, or the connection. */
export interface Reply {
  /** A reply, with its line end added. */
  say(text: string): Reply;
  /** Exactly these octets. */
  raw(octets: string | Buffer): Reply;
  /** Closes the connection when all has been sent. */
  hangUp(): void;
  /** Goes over to TLS. */
  secure(): void;
  /** Which connection this is, counted from 1. */
  readonly connection: number;
  /** How many commands of this kind came over this connection, this one included. */
  readonly count: number;
  readonly secured: boolean;
}

/** A text is said; a function does what it likes, also nothing. */
export type Answer = string | ((reply: Reply, line: string) => void);

export interface SmtpStubOptions {
  readonly banner?: Answer;
  /** By verb: EHLO, HELO, STARTTLS, MAIL, RCPT, RSET, QUIT. What is not here is answered as a good server does. */
  readonly on?: Readonly<Record<string, Answer>>;
  readonly tls?: SecureContextOptions;
}

export interface SmtpStub extends AsyncDisposable {
  readonly port: number;
  /** Every command line that came, over all connections. */
  readonly lines: readonly string[];
  /** How many connections there were. */
  connections(): number;
}

/** What TLS needs of a test's certificate. */
export function tlsFrom({ certFile, keyFile }: Certificates): SecureContextOptions {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

export async function startSmtpStub(options: SmtpStubOptions = {}): Promise<SmtpStub> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    connections += 1;
    serve(socket, connections, options, lines);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(clear: Socket, connection: number, { banner, on, tls }: SmtpStubOptions, lines: string[]): void {
  const counts = new Map<string, number>();
  let socket = clear;
  let pending = '';
  const replyTo = (verb: string): Reply => {
    const reply: Reply = {
      say: (text) => reply.raw(`${text}\r\n`),
      raw(octets) {
        if (socket.writable) socket.write(octets);
        return reply;
      },
      hangUp: () => void socket.end(),
      secure() {
        clear.off('data', listen);
        socket = new TLSSocket(clear, { isServer: true, secureContext: createSecureContext(tls) });
        socket.on('error', () => clear.destroy()).on('data', listen);
      },
      connection,
      count: counts.get(verb) ?? 0,
      secured: socket !== clear,
    };
    return reply;
  };
  const answer = (verb: string, line: string, how: Answer) => {
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
    const reply = replyTo(verb);
    if (typeof how === 'string') reply.say(how);
    else how(reply, line);
  };
  const listen = (chunk: Buffer) => {
    const parts = (pending + chunk.toString()).split('\r\n');
    pending = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const verb = line.split(' ', 1)[0] ?? '';
      answer(verb, line, on?.[verb] ?? (tls === undefined ? GOOD : { ...GOOD, ...GOOD_TLS })[verb] ?? '502 5.5.1 No');
    }
  };
  clear.on('data', listen);
  answer('', '', banner ?? '220 stub.example.test ESMTP');
}

const GOOD: Readonly<Record<string, Answer>> = {
  EHLO: '250-stub.example.test\r\n250-SIZE 1000000\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES',
  HELO: '250 stub.example.test',
  MAIL: '250 2.1.0 Ok',
  RCPT: (reply, line) =>
    line.includes('known@') ? reply.say('250 2.1.5 Ok') : reply.say('550 5.1.1 No such user here'),
  RSET: '250 2.0.0 Ok',
  QUIT: (reply) => reply.say('221 2.0.0 Bye').hangUp(),
};

const GOOD_TLS: Readonly<Record<string, Answer>> = {
  EHLO: (reply) => reply.say(`250-stub.example.test\r\n${reply.secured ? '' : '250-STARTTLS\r\n'}250 8BITMIME`),
  STARTTLS: (reply) => reply.say('220 2.0.0 Ready').secure(),
};
