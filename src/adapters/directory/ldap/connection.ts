/** A connection to an LDAP server as the configuration describes it. ldapts writes the requests. */
import type { Socket } from 'node:net';
import { BindRequest, ExtendedRequest, type Filter, PagedResultsControl, SearchRequest } from 'ldapts';
import type { LdapConnection } from '../../../domain/config.ts';
import { abortError, orAborted } from '../aborted.ts';
import { failure } from '../errors.ts';
import type { Answer } from './answers.ts';
import { type Conversation, converse } from './conversation.ts';
import type { LdapResult } from './result.ts';
import { resultFailure } from './result-errors.ts';
import { openSocket, secureSocket, tlsOptions } from './socket.ts';
import { connectionFailure } from './socket-errors.ts';
import { type TlsPeer, tlsPeer } from './tls-peer.ts';

export interface SearchQuery {
  readonly baseDN: string;
  readonly scope: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** The most entries to send; more end the search with sizeLimitExceeded (4). Without it, all. */
  readonly sizeLimit?: number;
}

/** Which page is asked for, and whether the server must refuse if it cannot page. */
export interface PageRequest {
  readonly size: number;
  readonly cookie: Buffer | null;
  readonly critical: boolean;
}

/** Everything rejects with DirectoryError when the connection fails; results of the server are the caller's to judge. */
export interface Connection {
  bind(dn: string, password: string): Promise<LdapResult>;
  search(query: SearchQuery, page: PageRequest | null): Promise<Answer>;
  /** Asks whom the server takes us for (RFC 4532): `dn:…` or `u:…`; null if it does not say. */
  whoAmI(): Promise<string | null>;
  /** What TLS knows of the server; null without TLS. */
  peer(): TlsPeer | null;
  /** Says goodbye and closes. Twice does no harm. */
  close(): void;
}

const START_TLS = '1.3.6.1.4.1.1466.20037';
/** RFC 4532. */
export const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

/** Connects, TLS included, within the time allowed. Rejects with DirectoryError. When `signal` aborts, the connection closes. */
export async function openConnection(settings: LdapConnection, signal: AbortSignal): Promise<Connection> {
  if (signal.aborted) throw abortError(signal);
  const limit = new AbortController();
  const late = setTimeout(() => limit.abort(connectTimeout(settings)), settings.timeouts.connectMs);
  const stop = () => limit.abort(abortError(signal));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { conversation, socket } = await open(settings, limit.signal, signal);
    return connectionOver(conversation, socket, settings);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}

interface Line {
  readonly conversation: Conversation;
  readonly socket: Socket;
}

async function open(settings: LdapConnection, limit: AbortSignal, signal: AbortSignal): Promise<Line> {
  const { url, tls } = settings;
  const failureOf = (error: unknown) => connectionFailure(error, settings);
  const over = (socket: Socket): Line => ({ socket, conversation: converse(socket, url, failureOf, signal) });
  const options = tls.mode === 'off' ? null : await orAborted(tlsOptions(settings), limit);
  if (tls.mode !== 'startTLS' || options === null) {
    return over(await openSocket(settings, options, limit));
  }
  const clear = converse(await openSocket(settings, null, limit), url, failureOf, limit);
  const request = (messageId: number) => new ExtendedRequest({ messageId, oid: START_TLS });
  const { result } = await clear.ask(request, settings.timeouts.connectMs);
  if (result.code !== 0) {
    clear.close();
    throw resultFailure(result, { url, doing: 'startTLS' });
  }
  return over(await secureSocket(clear.release(), settings, options, limit));
}

function connectionOver(conversation: Conversation, socket: Socket, { timeouts }: LdapConnection): Connection {
  const { connectMs, pageMs } = timeouts;
  return {
    async bind(dn, password) {
      const { result } = await conversation.ask((messageId) => new BindRequest({ messageId, dn, password }), connectMs);
      return result;
    },
    search: (query, page) => conversation.ask((messageId) => searchRequest(messageId, query, page), pageMs),
    async whoAmI() {
      const request = (messageId: number) => new ExtendedRequest({ messageId, oid: WHO_AM_I });
      const { result } = await conversation.ask(request, pageMs);
      return result.code === 0 ? result.value : null;
    },
    peer: () => tlsPeer(socket),
    close: () => conversation.close(),
  };
}

function searchRequest(messageId: number, query: SearchQuery, page: PageRequest | null): SearchRequest {
  const value = page === null ? null : { size: page.size, ...(page.cookie === null ? {} : { cookie: page.cookie }) };
  return new SearchRequest({
    messageId,
    baseDN: query.baseDN,
    scope: query.scope,
    filter: query.filter,
    attributes: [...query.attributes],
    sizeLimit: query.sizeLimit ?? 0,
    // Ours is the only clock: a server that stops by its own reports less than it has (code 3).
    timeLimit: 0,
    controls: value === null ? [] : [new PagedResultsControl({ critical: page?.critical ?? true, value })],
  });
}

function connectTimeout({ url, timeouts }: LdapConnection) {
  return failure(
    'LDAP_TIMEOUT',
    `${url}: no connection within ${timeouts.connectMs / 1000} seconds.`,
    'Check host and port in directory.url, and firewalls on the way: one that drops packets looks like this.',
  );
}
