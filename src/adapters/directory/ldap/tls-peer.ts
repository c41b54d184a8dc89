/** What TLS knows of the server at the other end. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface TlsPeer {
  /** `TLSv1.3` */
  readonly protocol: string;
  readonly certificate: {
    /** The host names and addresses that it is for; without any, its common name. */
    readonly names: readonly string[];
    /** When it ends, in milliseconds since 1970. */
    readonly endsAt: number;
  };
}

/** Null for a socket without TLS. */
export function tlsPeer(socket: Socket): TlsPeer | null {
  if (!(socket instanceof TLSSocket)) return null;
  const { subjectaltname = '', subject, valid_to } = socket.getPeerCertificate();
  const names = [...subjectaltname.matchAll(/(?:DNS|IP Address):([^\s,"]+)/g)].map(([, name = '']) => name);
  const { CN = [] } = subject ?? {};
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    certificate: { names: names.length > 0 ? names : [CN].flat(), endsAt: Date.parse(valid_to) },
  };
}
