/** Mail servers that cannot be talked to, in words. */
import type { Problem } from '../../domain/diagnostic.ts';
import {
  replyText,
  type SmtpFailed,
  type SmtpFailure,
  type SmtpReply,
  type SmtpServer,
  serverText,
} from '../../domain/smtp-probe.ts';

/** Why no answer came. It never leaves this folder: those who call get it as data. */
export class SmtpError extends Error {
  override readonly name = 'SmtpError';
  readonly failure: SmtpFailure;
  readonly problem: Problem;
  constructor(failure: SmtpFailure, problem: Problem) {
    super(problem.message);
    this.failure = failure;
    this.problem = problem;
  }
}

/** An error of this folder as data; what else is thrown is a fault of the program, and is thrown on. */
export function failedAs(error: unknown): SmtpFailed {
  if (!(error instanceof SmtpError)) throw error;
  return { status: 'failed', failure: error.failure, problem: error.problem };
}

/**
 * A server that did not do what was waited for. `waitedFor` is as in "there was no answer to RCPT"; `limitMs` is what the step was
 * allowed, or null if the time for all steps together ran out.
 */
export function timedOut(server: SmtpServer, waitedFor: string, limitMs: number | null): SmtpError {
  const within = limitMs === null ? 'in the time that was left for it' : `within ${limitMs / 1000} s`;
  return new SmtpError('timedOut', {
    code: 'SMTP_TIMEOUT',
    message: `${serverText(server)}: there was no ${waitedFor} ${within}.`,
    hint: 'Check firewalls between here and the server, and whether it makes strangers wait. A port for TLS from the first octet (465) never greets.',
  });
}

export function interrupted(server: SmtpServer): SmtpError {
  return new SmtpError('interrupted', {
    code: 'INTERRUPTED',
    message: `${serverText(server)}: interrupted.`,
    hint: 'Run it again.',
  });
}

/** A connection that ended. `reason` is a code of the system, or what the server said on leaving. */
export function closed(server: SmtpServer, waitedFor: string, reason: string | null): SmtpError {
  return new SmtpError('closed', {
    code: 'SMTP_CLOSED',
    message: `${serverText(server)}: the connection was closed, with no ${waitedFor}${reason === null ? '' : ` (${reason})`}.`,
    hint: 'Look into the log of the mail server for why, and check that it and its firewall let this machine talk to it.',
  });
}

/** A server that is not, or not only, a mail server. */
export function malformed(server: SmtpServer, why: string): SmtpError {
  return new SmtpError('malformed', {
    code: 'SMTP_MALFORMED',
    message: `${serverText(server)}: the server sent ${why}.`,
    hint: 'Check that address and port are those of a mail server, and look for a proxy or firewall in between that changes SMTP.',
  });
}

/** A server that did not get as far as hearing of a recipient. */
export function turnedAway(server: SmtpServer, what: string, reply: SmtpReply): SmtpError {
  return new SmtpError('turnedAway', {
    code: 'SMTP_TURNED_AWAY',
    message: `${serverText(server)}: ${what} was answered with "${replyText(reply)}".`,
    hint: 'Let this machine and this sender talk to the server, then run it again.',
  });
}

/** A handshake that did not come about. */
export function tlsFailed(server: SmtpServer, error: unknown): SmtpError {
  return new SmtpError('tls', {
    code: 'SMTP_TLS',
    message: `${serverText(server)}: STARTTLS was agreed, and TLS then failed (${codeOf(error) || reasonOf(error)}).`,
    hint: 'Check the certificate, its key and the TLS versions that the mail server is set up with.',
  });
}

/** Why no connection came about. */
export function connectFailed(server: SmtpServer, error: unknown): SmtpError {
  const code = codeOf(error);
  const failed = (failure: SmtpFailure, message: string, hint: string) =>
    new SmtpError(failure, { code: 'SMTP_CONNECT', message: `${serverText(server)}: ${message}`, hint });
  switch (code) {
    case 'ENOTFOUND':
      return failed(
        'noSuchHost',
        'the host name does not exist, or has no address (ENOTFOUND).',
        'Correct the address of the server, or the DNS of this machine.',
      );
    case 'EAI_AGAIN':
      return failed(
        'lookupFailed',
        'the host name could not be looked up (EAI_AGAIN).',
        'Check the DNS of this machine, then run it again.',
      );
    case 'ECONNREFUSED':
      return failed(
        'refused',
        'nothing listens there (ECONNREFUSED).',
        'Check address and port of the server, that it runs, and that its firewall lets this machine in.',
      );
    case 'ETIMEDOUT':
      return failed(
        'timedOut',
        'the server does not answer at all (ETIMEDOUT).',
        'Check address and port of the server, and firewalls between here and there.',
      );
    default:
      return failed(
        'unreachable',
        `there is no way to the server (${code === '' ? reasonOf(error) : code}).`,
        'Check the network, VPN and firewall between here and the server.',
      );
  }
}

/** The code of a system error, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
