/** Requests that got no answer, in words. */
import { UNTRUSTED_ISSUER } from '../../certificate-codes.ts';
import { codeOf, type DirectoryError, failure, reasonOf } from '../errors.ts';

/** Why a request to `url` got no answer. `fetch` hides the reason behind its own error. */
export function networkFailure(error: unknown, url: string): DirectoryError {
  const { host } = new URL(url);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause);
  return tlsFailure(cause, code, host) ?? connectFailure(cause, code, host);
}

function connectFailure(cause: unknown, code: string, host: string): DirectoryError {
  const failed = (message: string, hint: string, retry: 'never' | 'always' = 'never') =>
    failure('ENTRA_CONNECT', `${host}: ${message}`, hint, retry);
  switch (code) {
    case 'ENOTFOUND':
      return failed(
        'the host name does not exist (ENOTFOUND).',
        'Check the DNS of this machine, whether it may reach the Internet without a proxy, and directory.cloud.',
      );
    case 'EAI_AGAIN':
      return failed(
        'the host name could not be looked up (EAI_AGAIN).',
        'Check the DNS of this machine, then run it again.',
        'always',
      );
    case 'ECONNREFUSED':
      return failed(
        'nothing listens there (ECONNREFUSED).',
        'Check directory.cloud, and that a firewall lets this machine connect to that host.',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failed(`there is no way to the host (${code}).`, 'Check the network, VPN and firewall of this machine.');
    default:
      return failed(
        `the connection was lost (${code === '' ? reasonOf(cause) : code}).`,
        'Run it again. If it happens again, check proxies and firewalls between here and that host.',
        'always',
      );
  }
}

function tlsFailure(cause: unknown, code: string, host: string): DirectoryError | null {
  const failed = (message: string, hint: string) => failure('ENTRA_TLS', `${host}: ${message}`, hint);
  if (UNTRUSTED_ISSUER.has(code)) {
    return failed(
      `the server's certificate is not signed by an authority that is trusted here (${code}).`,
      'If a proxy opens TLS on the way, save the certificate of its authority as PEM and name the file in the environment variable NODE_EXTRA_CA_CERTS.',
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return failed(
      `the certificate of the server is not valid today (${code}).`,
      'Check the clock of this machine, and whether a proxy opens TLS on the way.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failed(
      `the certificate of the server is for another name. ${reasonOf(cause)}`,
      'Check the DNS of this machine, whether a proxy opens TLS on the way, and directory.cloud.',
    );
  }
  if (!/^(?:ERR_SSL_|ERR_TLS_|CERT_)|^EPROTO$/.test(code)) return null;
  return failed(`TLS failed (${code}).`, 'Check whether a proxy on the way speaks TLS 1.2 or later.');
}
