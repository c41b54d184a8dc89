/** How an LDAP directory is reached and asked: what the schema cannot say about URLs, TLS and LDAP's text forms is checked here. */
import type { LdapConnection } from '../domain/config.ts';
import { type ConnectionContext, secretReference } from './connection-context.ts';
import { durationMs } from './duration.ts';
import { error, type Finding } from './finding.ts';
import { dnProblem, filterProblem } from './ldap-syntax.ts';
import type { RawLdapDirectory } from './schema-types.ts';

type Context = ConnectionContext<RawLdapDirectory>;

/** What is wrong goes to `report`; what is returned then stands in for it. */
export function normalizeLdap(context: Context): LdapConnection {
  const { raw, resolve } = context;
  checkNames(context);
  checkFilters(context);
  return {
    type: 'ldap',
    url: raw.url,
    tls: tlsOf(context),
    dialect: raw.dialect ?? 'auto',
    baseDN: raw.baseDN,
    publicFolderDN: raw.publicFolderDN ?? null,
    bind: raw.bind ? { dn: raw.bind.dn, password: secretReference(raw.bind.password, resolve) } : null,
    filter: raw.filter ?? null,
    userFilter: raw.userFilter ?? null,
    groupFilter: raw.groupFilter ?? null,
    attributes: { ...raw.attributes },
    referrals: raw.referrals ?? 'ignore',
    pageSize: raw.pageSize ?? 1000,
    timeouts: {
      connectMs: durationMs(raw.timeouts?.connect ?? '10s'),
      pageMs: durationMs(raw.timeouts?.page ?? '60s'),
    },
  };
}

/** Clear LDAP is never chosen by leaving something out: it must be named. */
function tlsOf({ file, raw, resolve, report }: Context): LdapConnection['tls'] {
  const problem = urlProblem(raw.url) ?? tlsProblem(raw);
  if (problem !== null) report(error(problem.code, file.at('directory', 'url'), problem.message));
  if (raw.tls === 'off') return { mode: 'off', ca: null, serverName: null };
  const mode = isSecure(raw.url) ? 'ldaps' : 'startTLS';
  const { ca, serverName } = raw.tls ?? {};
  return { mode, ca: ca === undefined ? null : resolve(ca), serverName: serverName ?? null };
}

type Problem = Pick<Finding, 'code' | 'message'>;

function isSecure(url: string): boolean {
  return url.toLowerCase().startsWith('ldaps://');
}

function refuse(message: string): Problem {
  return { code: 'CONFIG_VALUE', message };
}

function tlsProblem({ url, startTLS = false, tls }: RawLdapDirectory): Problem | null {
  const off = tls === 'off';
  if (isSecure(url) && startTLS)
    return refuse(
      '"ldaps://" speaks TLS from the first byte, so startTLS cannot be used. Take startTLS out, or write "ldap://".',
    );
  if (isSecure(url) && off) return refuse('"ldaps://" speaks TLS, which "tls: \'off\'" forbids. Take one of them out.');
  if (startTLS && off)
    return refuse('"startTLS: true" and "tls: \'off\'" contradict each other. Take one of them out.');
  if (isSecure(url) || startTLS || off) return null;
  return refuse(
    '"ldap://" alone would send the password in clear. Write "ldaps://", or add "startTLS: true", or say "tls: \'off\'" if clear LDAP is really meant.',
  );
}

function urlProblem(text: string): Problem | null {
  if (!/^ldaps?:\/\//i.test(text)) return refuse('"directory.url" must begin with ldaps:// or ldap://.');
  if (!URL.canParse(text)) return refuse('"directory.url" is not a URL such as ldaps://dc1.acme.example:636.');
  const { hostname, username, password, pathname, search, hash } = new URL(text);
  if (username !== '' || password !== '')
    return {
      code: 'CONFIG_CLEAR_SECRET',
      message: '"directory.url" holds a name or a password. Put them under "bind", the password as a reference.',
    };
  if (hostname === '') return refuse('"directory.url" names no server.');
  if (pathname.length > 1 || search !== '' || hash !== '')
    return refuse(
      '"directory.url" names the server and the port only. What to look for goes to "baseDN" and "filter".',
    );
  return null;
}

function checkNames({ file, raw, report }: Context): void {
  for (const [index, dn] of raw.baseDN.entries()) {
    const problem = dnProblem(dn);
    if (problem !== null)
      report(error('CONFIG_VALUE', file.at('directory', 'baseDN', index), `"${dn}" is not a DN: ${problem}.`));
  }
  const problem = raw.publicFolderDN === undefined ? null : dnProblem(raw.publicFolderDN);
  if (problem !== null)
    report(
      error('CONFIG_VALUE', file.at('directory', 'publicFolderDN'), `"${raw.publicFolderDN}" is not a DN: ${problem}.`),
    );
}

function checkFilters({ file, raw, report }: Context): void {
  for (const key of ['filter', 'userFilter', 'groupFilter'] as const) {
    const problem = raw[key] === undefined ? null : filterProblem(raw[key]);
    if (problem !== null)
      report(error('CONFIG_VALUE', file.at('directory', key), `"directory.${key}" is not an LDAP filter: ${problem}.`));
  }
}
