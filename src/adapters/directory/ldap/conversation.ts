/** Requests and answers over one socket. */
import type { Socket } from 'node:net';
import { UnbindRequest } from 'ldapts';
import { abortError } from '../aborted.ts';
import { type DirectoryError, failure, interrupted, reasonOf } from '../errors.ts';
import { type Answer, openRequests } from './answers.ts';
import { MalformedBerError } from './ber.ts';
import { frameSplitter } from './frames.ts';
import { readResult } from './result.ts';
import { resultFailure } from './result-errors.ts';

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

/** The message id of what was not asked for: the server's goodbye (RFC 4511 4.4). */
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
  const requests = openRequests();
  let lastId = 0;
  let broken: DirectoryError | null = null;

  const fail = (error: DirectoryError) => {
    broken ??= error;
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
    requests.rejectAll(broken);
  };
  const splitter = frameSplitter((frame) => {
    if (frame.messageId === UNSOLICITED) fail(resultFailure(readResult(frame), { url, doing: 'notice' }));
    else requests.receive(frame);
  });
  const onData = (chunk: Buffer) => {
    try {
      splitter.push(chunk);
    } catch (error) {
      fail(protocolFailure(error, url));
    }
  };
  const onError = (error: unknown) => fail(failureOf(error));
  const onClose = () => fail(failureOf(new Error('the server closed it')));
  const onAbort = () => fail(abortError(signal));
  /** Errors from here on are nobody's; without a listener they would end the process. */
  const leave = () => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', onError).off('close', onClose).on('error', ignore);
  };

  socket.on('data', onData).on('error', onError).on('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  return {
    ask(request, timeoutMs) {
      if (broken !== null) return Promise.reject(broken);
      lastId += 1;
      const answer = requests.open(lastId, timeoutMs, () => fail(tooLate(url, timeoutMs)));
      socket.write(request(lastId).write());
      return answer;
    },
    release() {
      leave();
      socket.off('data', onData);
      if (splitter.pending())
        throw protocolFailure(new MalformedBerError('it went on in the clear after StartTLS'), url);
      return socket;
    },
    close() {
      if (broken !== null) return;
      broken = interrupted();
      leave();
      sayGoodbye(socket, lastId + 1);
    },
  };
}

function ignore(): void {}

/** Nobody waits for a server that does not read any more. */
function sayGoodbye(socket: Socket, messageId: number): void {
  socket.end(new UnbindRequest({ messageId }).write(), () => socket.destroy());
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
  socket.unref();
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
