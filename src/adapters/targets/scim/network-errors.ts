/** Requests that got no answer, in words. */
import { UNTRUSTED_ISSUER } from '../../certificate-codes.ts';
import { NoAnswer, problem, quoted } from './problems.ts';

/** Nothing was sent, and a connection that is tried again at once would meet the same. */
const NO_WAY: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOTFOUND: ['the host name does not exist', 'Check url of the target, and the DNS of this machine.'],
  EAI_AGAIN: ['the host name could not be looked up', 'Check the DNS of this machine, then run it again.'],
  ECONNREFUSED: [
    'nothing listens there',
    'Check url of the target, and that the service runs and may be reached from here.',
  ],
  EHOSTUNREACH: ['there is no way to the host', 'Check the network, VPN and firewall of this machine.'],
  ENETUNREACH: ['there is no way to the host', 'Check the network, VPN and firewall of this machine.'],
};

/** Why a request to `host` got no answer. */
export function networkFailure(error: unknown, host: string): NoAnswer {
  const code = codeOf(error);
  const noWay = NO_WAY[code];
  if (noWay !== undefined)
    return new NoAnswer('unsent', problem('SCIM_CONNECT', `${host}: ${noWay[0]} (${code}).`, noWay[1]));
  return tlsFailure(code, error, host) ?? lostConnection(code, error, host);
}

function lostConnection(code: string, error: unknown, host: string): NoAnswer {
  const reason = code === '' ? reasonOf(error) : code;
  const hint = 'Run it again. If it happens again, check the service, and proxies and firewalls on the way to it.';
  return new NoAnswer('lost', problem('SCIM_LOST', `${host}: the connection was lost (${reason}).`, hint));
}

function tlsFailure(code: string, error: unknown, host: string): NoAnswer | null {
  const failed = (message: string, hint: string) =>
    new NoAnswer('unsent', problem('SCIM_TLS', `${host}: ${message}`, hint));
  if (UNTRUSTED_ISSUER.has(code)) {
    return failed(
      `the certificate of the server is not signed by an authority that is trusted here (${code}).`,
      'If it is an authority of your own, save its certificate as PEM and name the file under ca of the target.',
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return failed(
      `the certificate of the server is not valid today (${code}).`,
      'Have it renewed, or check the clock of this machine.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failed(`the certificate of the server is for another name. ${reasonOf(error)}`, 'Check url of the target.');
  }
  if (!/^(?:ERR_SSL_|ERR_TLS_|CERT_)|^EPROTO$/.test(code)) return null;
  return failed(
    `TLS failed (${code}).`,
    'Check that url of the target leads to a server that speaks TLS 1.2 or later.',
  );
}

/** An answer that did not come in time. */
export function timedOut(host: string, timeoutMs: number): NoAnswer {
  const message = `${host} did not answer within ${timeoutMs / 1000} seconds.`;
  return new NoAnswer(
    'lost',
    problem('SCIM_TIMEOUT', message, 'Check the service, or allow more time under timeout of the target.'),
  );
}

/** An answer that goes on and on. */
export function tooLarge(host: string, mostBytes: number): NoAnswer {
  const message = `${host} answered with more than ${mostBytes / 1024 / 1024} MB, which was not read to its end.`;
  return new NoAnswer(
    'lost',
    problem('SCIM_TOO_LARGE', message, 'Check that url of the target is that of a SCIM service.'),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(error: unknown): string {
  return quoted(error instanceof Error ? error.message : String(error));
}
