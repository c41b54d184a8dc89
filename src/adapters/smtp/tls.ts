/** TLS as mail servers use it among themselves: taken where it is to be had, whoever the certificate says they are (RFC 7435). */
import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { parseInstant } from '../../domain/instant.ts';
import type { CertificateDoubt, SmtpCertificate } from '../../domain/smtp-probe.ts';
import { closed, codeOf, tlsFailed } from './failure.ts';
import { type Patience, waitFor } from './patience.ts';

/** Authorities to trust in place of the usual ones, as PEM, or null. */
export type Authorities = string | null;

const NAMES_MAX = 100;

/** Shakes hands over a clear connection, with whatever certificate there is. Rejects with SmtpError. */
export async function shakeHands(clear: Socket, patience: Patience, ca: Authorities): Promise<TLSSocket> {
  const { server } = patience;
  const socket = connect({
    socket: clear,
    // An IP address is no server name (RFC 6066 3), but certificates may be for one.
    ...(isIP(server.address) === 0 ? { servername: server.address } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(server.address, certificate),
    rejectUnauthorized: false,
    // No message and no secret goes this way. A server that knows nothing newer shall be found out, not taken for one without TLS.
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    ...(ca === null ? {} : { ca }),
  });
  socket.on('error', () => {});
  try {
    await waitFor<void>(patience, 'TLS handshake', ({ resolve, reject }) => {
      const fail = (error: unknown) => reject(tlsFailed(server, error));
      const hungUp = () => reject(closed(server, 'TLS handshake', null));
      socket.once('secureConnect', resolve).once('error', fail).once('close', hungUp);
      return () => socket.off('secureConnect', resolve).off('error', fail).off('close', hungUp);
    });
    return socket;
  } catch (error) {
    socket.destroy();
    clear.destroy();
    throw error;
  }
}

/** The certificate that the server showed, and what is to be thought of it; null if it showed none that can be read. */
export function certificateOf(socket: TLSSocket, address: string): SmtpCertificate | null {
  // Asked for once: after that Node has none to give.
  const shown = socket.getPeerX509Certificate();
  const [validFrom, validUntil] = [instant(shown?.validFrom), instant(shown?.validTo)];
  if (shown === undefined || validFrom === null || validUntil === null) return null;
  return {
    subject: distinguishedName(shown.subject),
    issuer: distinguishedName(shown.issuer),
    names: namesOf(shown.subjectAltName ?? ''),
    validFrom,
    validUntil,
    coversServer: checkServerIdentity(address, shown.toLegacyObject()) === undefined,
    doubt: doubtOf(socket),
  };
}

/** Node says it as a code, and types it as an error. */
function doubtOf(socket: TLSSocket): SmtpCertificate['doubt'] {
  if (socket.authorized) return null;
  const said: unknown = socket.authorizationError;
  const code = codeOf(said) || String(said);
  return { kind: DOUBTS.get(code) ?? 'invalid', code };
}

const DOUBTS: ReadonlyMap<string, CertificateDoubt> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
  ['CERT_UNTRUSTED', 'untrusted'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'notYetValid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'otherName'],
]);

/** OpenSSL writes `Nov 21 12:00:00 2026 GMT`. */
function instant(text: string | undefined) {
  const epochMs = Date.parse(text ?? '');
  return Number.isNaN(epochMs) ? null : parseInstant(new Date(epochMs).toISOString());
}

/** OpenSSL's lines, `O=Example` and `CN=mail.example`, as one. */
function distinguishedName(lines: string): string {
  return harmless(lines.split('\n').join(', '));
}

/** `DNS:mail.example, IP Address:192.0.2.1, DNS:"odd, name"` (a name with a comma is quoted). */
function namesOf(text: string): readonly string[] {
  const found = text.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...found].slice(0, NAMES_MAX).map(([, name = '']) => harmless(name));
}

function harmless(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd').slice(0, 1000);
}
