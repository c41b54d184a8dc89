/** Opens the way to a server: TCP, or TLS 1.2 and later. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls';
import type { LdapConnection } from '../../../domain/config.ts';
import { failure, reasonOf } from '../errors.ts';
import { connectionFailure } from './socket-errors.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Host and port of an LDAP URL. Throws DirectoryError. */
export function endpointOf({ url }: LdapConnection): Endpoint {
  if (!URL.canParse(url)) {
    throw failure(
      'LDAP_CONNECT',
      `"${url}" is not an LDAP URL.`,
      'Write directory.url as ldaps://host or ldap://host:port.',
    );
  }
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port: port === '' ? (protocol === 'ldaps:' ? 636 : 389) : Number(port),
  };
}

/** What TLS must hold to. Reads the CA file; throws DirectoryError. */
export async function tlsOptions(connection: LdapConnection): Promise<ConnectionOptions> {
  const { ca, serverName } = connection.tls;
  const name = serverName ?? endpointOf(connection).host;
  return {
    minVersion: 'TLSv1.2',
    // An IP address is no server name (RFC 6066 3), but certificates may be for one.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    ...(ca === null ? {} : { ca: await readAuthorities(ca) }),
  };
}

async function readAuthorities(file: string): Promise<string> {
  const hint = 'Name a file of CA certificates in PEM form under directory.tls.ca.';
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw failure('LDAP_TLS', `The CA file ${file} cannot be read: ${reasonOf(error)}.`, hint);
  });
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (certificates === null) throw failure('LDAP_TLS', `The CA file ${file} holds no certificate in PEM form.`, hint);
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw failure('LDAP_TLS', `The CA file ${file} holds a broken certificate: ${reasonOf(error)}.`, hint);
    }
  }
  return text;
}

/** Connects, and shakes hands if `tls` is given. Rejects with DirectoryError. */
export function openSocket(
  connection: LdapConnection,
  tls: ConnectionOptions | null,
  signal: AbortSignal,
): Promise<Socket> {
  const endpoint = endpointOf(connection);
  const socket = tls === null ? connect(endpoint) : connectTls({ ...tls, ...endpoint });
  return established(socket, tls === null ? 'connect' : 'secureConnect', connection, signal);
}

/** Goes on in TLS over a clear connection. Rejects with DirectoryError. */
export function secureSocket(
  clear: Socket,
  connection: LdapConnection,
  tls: ConnectionOptions,
  signal: AbortSignal,
): Promise<Socket> {
  return established(connectTls({ ...tls, socket: clear }), 'secureConnect', connection, signal);
}

function established(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  connection: LdapConnection,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = (error: unknown) => {
      socket.destroy();
      reject(signal.aborted ? signal.reason : connectionFailure(error, connection));
    };
    const stop = () => end(signal.reason);
    const close = () => end(new Error('the server closed it'));
    socket.on('error', end);
    socket.on('close', close);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.once(event, () => {
      socket.off('error', end);
      socket.off('close', close);
      signal.removeEventListener('abort', stop);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve(socket);
    });
  });
}
