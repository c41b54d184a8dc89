/** Requests and answers over one socket, matched by message id (RFC 4511 4.1.1). */
import type { Socket } from 'node:net';
import { UnbindRequest } from 'ldapts';
import { MalformedBerError } from './ber.ts';
import { DirectoryError, failure, interrupted, reasonOf } from './errors.ts';
import { type Frame, frameSplitter } from './frames.ts';
import { type LdapResult, readReference, readResult } from './result.ts';
import { resultFailure } from './result-errors.ts';

/** All that came in answer to one request. */
export interface Answer {
  /** Search result entries, not yet read (entry.ts). */
  readonly entries: readonly Frame[];
  readonly references: readonly string[];
  readonly result: LdapResult;
}

/** A message of ldapts' that is ready to be written. */
export interface Request {
  write(): Buffer;
}

export interface Conversation {
  /** Rejects with DirectoryError if no whole answer comes within `timeoutMs`; what the answer says is the caller's to judge. */
  ask(request: (messageId: number) => Request, timeoutMs: number): Promise<Answer>;
  /** Gives the socket back, for TLS to go over it. Throws DirectoryError if bytes are left over: nothing may come before TLS. */
  release(): Socket;
  /** Says goodbye and closes. Twice does no harm. */
  close(): void;
}

interface Waiting {
  readonly entries: Frame[];
  readonly references: string[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: DirectoryError) => void;
  readonly timer: NodeJS.Timeout;
}

const ENTRY = 0x64;
const REFERENCE = 0x73;
// What ends an operation that we ask for: bind, search, extended.
const ENDINGS = new Set<number>([0x61, 0x65, 0x78]);
const UNSOLICITED = 0;
const GOODBYE_MS = 1000;

/**
 * Talks over an open socket. `failureOf` puts a broken connection into words. When `signal` aborts, the connection is
 * closed and everything asked rejects, with the signal's reason if that is a DirectoryError.
 */
export function converse(
  socket: Socket,
  url: string,
  failureOf: (error: unknown) => DirectoryError,
  signal: AbortSignal,
): Conversation {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let broken: DirectoryError | null = null;

  const fail = (error: DirectoryError) => {
    broken ??= error;
    socket.destroy();
    signal.removeEventListener('abort', onAbort);
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(broken);
    }
    waiting.clear();
  };
  const receive = (frame: Frame) => {
    if (frame.messageId === UNSOLICITED) {
      fail(resultFailure(readResult(frame), { url, doing: 'notice' }));
      return;
    }
    const asked = waiting.get(frame.messageId);
    if (asked === undefined) return;
    if (frame.operation === ENTRY) asked.entries.push(frame);
    else if (frame.operation === REFERENCE) asked.references.push(...readReference(frame));
    else if (ENDINGS.has(frame.operation)) {
      const result = readResult(frame);
      waiting.delete(frame.messageId);
      clearTimeout(asked.timer);
      asked.resolve({ entries: asked.entries, references: asked.references, result });
    }
  };
  const splitter = frameSplitter(receive);

  const onData = (chunk: Buffer) => {
    try {
      splitter.push(chunk);
    } catch (error) {
      fail(protocolFailure(error, url));
    }
  };
  const onError = (error: unknown) => fail(failureOf(error));
  const onClose = () => fail(failureOf(new Error('the server closed it')));
  const onAbort = () => fail(signal.reason instanceof DirectoryError ? signal.reason : interrupted());
  socket.on('data', onData).on('error', onError).on('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  return {
    ask: (request, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (broken !== null) {
          reject(broken);
          return;
        }
        lastId += 1;
        const timer = setTimeout(() => fail(tooLate(url, timeoutMs)), timeoutMs);
        waiting.set(lastId, { entries: [], references: [], resolve, reject, timer });
        socket.write(request(lastId).write());
      }),
    release() {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      // Whoever reads on reports errors; without a listener they would end the process.
      socket.on('error', () => undefined);
      if (splitter.pending())
        throw protocolFailure(new MalformedBerError('it went on in the clear after StartTLS'), url);
      return socket;
    },
    close() {
      if (broken !== null) return;
      broken = interrupted();
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose);
      socket.on('error', () => undefined);
      socket.end(new UnbindRequest({ messageId: lastId + 1 }).write(), () => socket.destroy());
      // Nobody waits for a server that does not read any more.
      setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
      socket.unref();
    },
  };
}

/** What came is not LDAP. */
export function protocolFailure(error: unknown, url: string): DirectoryError {
  return failure(
    'LDAP_PROTOCOL',
    `${url} does not speak LDAP as it should: ${reasonOf(error)}.`,
    'Check that host and port in directory.url are those of an LDAP server (389, or 636 with ldaps://).',
  );
}

function tooLate(url: string, timeoutMs: number): DirectoryError {
  return failure(
    'LDAP_TIMEOUT',
    `${url} did not answer within ${timeoutMs / 1000} seconds.`,
    'Check the load of the server, ask for smaller pages (directory.pageSize), or allow more time (directory.timeouts.page).',
  );
}
