/** A conversation with a mail server: one command, one reply, in the clear or in TLS. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { replyText, type SmtpReply } from '../../domain/smtp-probe.ts';
import { type Command, verbOf } from './command.ts';
import { closed, codeOf, malformed, type SmtpError } from './failure.ts';
import { type Patience, waitFor } from './patience.ts';
import { takeReply } from './reply.ts';
import { type Authorities, shakeHands } from './tls.ts';

/** Every method but `close` rejects with SmtpError; after that the conversation is of no more use. */
export interface Conversation {
  /** Waits for a reply that comes unasked: the banner. */
  listen(waitedFor: string): Promise<SmtpReply>;
  /** Sends a command and waits for its reply. What came before the command was sent is no answer to it, and is an error. */
  ask(command: Command): Promise<SmtpReply>;
  /** Throws away what has come and was not taken yet. Returns how many octets that was. */
  discard(): number;
  /** Goes on in TLS (RFC 3207 4). */
  secure(authorities: Authorities): Promise<TLSSocket>;
  /** Hangs up. Twice does no harm. */
  close(): void;
}

/** Begins on an open socket, which nothing has been read from. */
export function conversation(clear: Socket, patience: Patience): Conversation {
  const { server } = patience;
  let socket = clear;
  let received: Buffer = Buffer.alloc(0);

  /** Takes what the socket has, and the first whole reply of it; null if there is none yet. Throws SmtpError. */
  const take = (): SmtpReply | null => {
    for (;;) {
      const taken = takeReply(received);
      if (taken.status === 'malformed') throw malformed(server, taken.why);
      if (taken.status === 'whole') {
        received = taken.rest;
        return taken.reply;
      }
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return null;
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    }
  };

  const listen = (waitedFor: string): Promise<SmtpReply> =>
    waitFor(patience, waitedFor, ({ resolve, reject }) => {
      const look = () => {
        try {
          const reply = take();
          if (reply !== null) resolve(reply);
          else if (socket.readableEnded || socket.destroyed) end();
        } catch (error) {
          reject(error);
        }
      };
      const end = (error?: unknown) => reject(closed(server, waitedFor, codeOf(error) || null));
      const hungUp = () => end();
      socket.on('readable', look).on('end', hungUp).on('close', hungUp).on('error', end);
      look();
      return () => socket.off('readable', look).off('end', hungUp).off('close', hungUp).off('error', end);
    });

  /** What a server says before it is asked can only be its goodbye (RFC 5321 3.8). */
  const outOfTurn = (waitedFor: string): SmtpError | null => {
    const early = take();
    if (early !== null) {
      return early.code === 421
        ? closed(server, waitedFor, replyText(early))
        : malformed(server, `"${replyText(early)}", which nobody had asked for`);
    }
    return received.length > 0 ? malformed(server, 'something that nobody had asked for') : null;
  };

  return {
    listen,
    async ask(command) {
      const waitedFor = `answer to ${verbOf(command)}`;
      const early = outOfTurn(waitedFor);
      if (early !== null) throw early;
      socket.write(`${command}\r\n`);
      return listen(waitedFor);
    },
    discard() {
      const chunk: Buffer | null = socket.read();
      const octets = received.length + (chunk?.length ?? 0);
      received = Buffer.alloc(0);
      return octets;
    },
    async secure(authorities) {
      const secured = await shakeHands(socket, patience, authorities);
      socket = secured;
      return secured;
    },
    close: () => {
      socket.destroy();
      clear.destroy();
    },
  };
}
