/** The first steps of a check: the way to the server, and the account. */
import { dayOf, instantOf } from '../../../domain/instant.ts';
import { count, listed } from '../../../domain/words.ts';
import type { Finding } from '../check-report.ts';
import type { Trial } from './check-trial.ts';
import { type Connection, openConnection } from './connection.ts';
import { passwordFor } from './password.ts';
import { resultFailure } from './result-errors.ts';
import { endpointOf } from './socket.ts';
import type { TlsPeer } from './tls-peer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A certificate that ends sooner is worth a warning. */
const NOTICE_DAYS = 30;
const NAMES_SHOWN = 4;

/** Connects. Rejects with DirectoryError. */
export async function reach({ directory, report, signal, now }: Trial): Promise<Connection> {
  const settings = directory.connection;
  const connection = await openConnection(settings, signal);
  const { host, port } = endpointOf(settings);
  const peer = connection.peer();
  const how = settings.tls.mode === 'startTLS' ? ' (StartTLS)' : '';
  const over = peer === null ? 'without TLS' : `over ${peer.protocol}${how}`;
  const certificate = peer === null ? '' : ` ${certificateWords(peer)}`;
  const message = `${host}, port ${port}, answers ${over}.${certificate}`;
  report.end(message, peer === null ? [] : endingSoon(message, peer, now()));
  return connection;
}

function certificateWords({ certificate: { names, endsAt } }: TlsPeer): string {
  const more = names.length - NAMES_SHOWN;
  const shown = more > 0 ? [...names.slice(0, NAMES_SHOWN), `${more} more`] : names;
  return `Its certificate is for ${listed(shown)} and ends on ${dayOf(instantOf(endsAt))}.`;
}

function endingSoon(message: string, { certificate: { endsAt } }: TlsPeer, now: number): readonly Finding[] {
  const days = Math.floor((endsAt - now) / DAY_MS);
  if (days >= NOTICE_DAYS) return [];
  const problem = {
    code: 'LDAP_CERTIFICATE_ENDS',
    message: `${message} That is in ${days === 0 ? 'less than a day' : count(days, 'day')}.`,
    hint: 'Renew the certificate on the server. Once it has ended, the directory cannot be read.',
  };
  return [{ severity: 'warning', problem }];
}

/** Binds. Rejects with DirectoryError. */
export async function signIn(connection: Connection, trial: Trial): Promise<void> {
  const { directory, report, signal, resolveSecret } = trial;
  const { url, bind } = directory.connection;
  const password = await passwordFor(directory.connection, resolveSecret, signal);
  if (bind === null || password === null) {
    report.end('Nobody: without directory.bind the directory is read anonymously.');
    return;
  }
  const result = await connection.bind(bind.dn, password);
  if (result.code !== 0) throw resultFailure(result, { url, doing: 'bind', dn: bind.dn });
  report.end(signedIn(bind.dn));
}

/** `who` is what the server calls the account, if it says so. */
export function signedIn(dn: string, who: string | null = null): string {
  const name = who?.replace(/^(?:dn|u):/, '') ?? '';
  return name === '' || name.toLowerCase() === dn.toLowerCase()
    ? `Signed in as ${dn}.`
    : `Signed in as ${dn}, whom the server calls ${name}.`;
}
