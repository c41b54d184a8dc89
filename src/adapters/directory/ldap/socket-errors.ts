/** Connections that fail, in words. */
import type { LdapConnection } from '../../../domain/config.ts';
import { UNTRUSTED_ISSUER } from '../../certificate-codes.ts';
import { codeOf, type DirectoryError, failure, reasonOf } from '../errors.ts';

/** Why no connection came about, or why it broke. */
export function connectionFailure(error: unknown, connection: LdapConnection): DirectoryError {
  return certificateFailure(error, connection) ?? networkFailure(error, connection);
}

function networkFailure(error: unknown, { url, tls }: LdapConnection): DirectoryError {
  const code = codeOf(error);
  const failed = (message: string, hint: string, retry: 'never' | 'beforeFirstPage' = 'never') =>
    failure('LDAP_CONNECT', `${url}: ${message}`, hint, retry);
  switch (code) {
    case 'ENOTFOUND':
      return failed(
        'the host name does not exist (ENOTFOUND).',
        'Correct the host in directory.url, or the DNS of this machine.',
      );
    case 'EAI_AGAIN':
      return failed(
        'the host name could not be looked up (EAI_AGAIN).',
        'Check the DNS of this machine, then run it again.',
        'beforeFirstPage',
      );
    case 'ECONNREFUSED':
      return failed(
        'nothing listens there (ECONNREFUSED).',
        'Check host and port in directory.url (LDAP is 389, LDAPS is 636) and that the server runs.',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failed(
        `there is no way to the host (${code}).`,
        'Check the network, VPN and firewall between here and the server.',
      );
    default:
      return failed(
        `the connection was lost (${code === '' ? reasonOf(error) : code}).`,
        tls.mode === 'ldaps'
          ? 'Check that the port speaks LDAPS (636, not 389), and the server, load balancers and firewalls in between.'
          : 'Check the server, and load balancers and firewalls in between. A port for LDAPS (636) needs an ldaps:// URL.',
        'beforeFirstPage',
      );
  }
}

function certificateFailure(error: unknown, connection: LdapConnection): DirectoryError | null {
  const { url, tls } = connection;
  const code = codeOf(error);
  const failed = (message: string, hint: string) => failure('LDAP_TLS', `${url}: ${message}`, hint);
  if (UNTRUSTED_ISSUER.has(code)) {
    return failed(
      `the server's certificate is not signed by an authority that is trusted here (${code}).`,
      tls.ca === null
        ? 'Save the certificate of the authority that signed it as PEM and name the file under directory.tls.ca.'
        : `${tls.ca} does not hold the authority that signed it. Put that authority's certificate there, as PEM.`,
    );
  }
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return failed(
        'the certificate of the server has expired (CERT_HAS_EXPIRED).',
        'Renew the certificate on the server.',
      );
    case 'CERT_NOT_YET_VALID':
      return failed(
        'the certificate of the server is not valid yet (CERT_NOT_YET_VALID).',
        'Check the clocks of this machine and of the server.',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failed(
        `the certificate of the server is for another name. ${reasonOf(error)}`,
        'Connect to a name that the certificate has, or name it under directory.tls.serverName.',
      );
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return failed(
        `there is no TLS 1.2 or later to be had at this port (${code}).`,
        'Check the port in directory.url (LDAPS is 636), and that the server allows TLS 1.2.',
      );
    default:
      return code.startsWith('ERR_SSL_') || code.startsWith('CERT_')
        ? failed(
            `TLS failed (${code}): ${reasonOf(error)}.`,
            'Check the certificate and the TLS settings of the server.',
          )
        : null;
  }
}
