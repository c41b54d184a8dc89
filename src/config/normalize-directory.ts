/** The directory section: defaults filled in, and what the schema cannot say about a connection checked. */
import { parseAddress } from '../domain/address.ts';
import type {
  AdditionConfig,
  DirectoryConfig,
  ExceptionConfig,
  LdapConnection,
  SecretReference,
} from '../domain/config.ts';
import type { ObjectId } from '../domain/roster.ts';
import { durationMs } from './duration.ts';
import { error, type Finding } from './finding.ts';
import { dnProblem, filterProblem } from './ldap-syntax.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCustomer, RawDirectory, RawSecretReference } from './schema-types.ts';

/** The absolute path of one that is relative to the file being read. */
export type ResolvePath = (path: string) => string;

type Report = (finding: Finding) => void;

interface Context {
  readonly file: ParsedFile<RawCustomer>;
  readonly raw: RawDirectory;
  readonly resolve: ResolvePath;
  readonly report: Report;
}

const SHORTEST_DELETE_AFTER_DAYS = 7;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Null where the file has no directory, or none that could be reached. */
export function normalizeDirectory(
  file: ParsedFile<RawCustomer>,
  raw: RawDirectory,
  resolve: ResolvePath,
  report: Report,
): DirectoryConfig | null {
  const context = { file, raw, resolve, report };
  const connection = connectionOf(context);
  const deleteAfterDays = deleteAfterOf(context);
  const exceptions = exceptionsOf(context);
  const additions = additionsOf(context);
  if (connection === null) return null;
  const location = file.keyAt('directory');
  const placeOf = (key: keyof RawDirectory) => (raw[key] === undefined ? location : file.keyAt('directory', key));
  return {
    enabled: raw.enabled ?? true,
    connection,
    include: {
      disabled: raw.include?.disabled ?? false,
      publicFolders: raw.include?.publicFolders ?? false,
      sharedMailboxes: raw.include?.sharedMailboxes ?? false,
      resources: raw.include?.resources ?? false,
    },
    syncEveryMs: durationMs(raw.sync?.every ?? '24h'),
    deleteAfterDays,
    exceptions,
    additions,
    location,
    locations: { filter: placeOf('filter'), include: placeOf('include'), deleteAfter: placeOf('deleteAfter') },
  };
}

function connectionOf(context: Context): LdapConnection | null {
  const { raw, resolve } = context;
  const tls = tlsOf(context);
  checkNames(context);
  checkFilters(context);
  if (tls === null) return null;
  return {
    type: 'ldap',
    url: raw.url,
    tls,
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
function tlsOf({ file, raw, resolve, report }: Context): LdapConnection['tls'] | null {
  const value = (message: string) => report(error('CONFIG_VALUE', file.at('directory', 'url'), message));
  const problem = urlProblem(raw.url);
  if (problem !== null) {
    report(error(problem.code, file.at('directory', 'url'), problem.message));
    return null;
  }
  const secure = raw.url.toLowerCase().startsWith('ldaps://');
  const off = raw.tls === 'off';
  const { ca, serverName } = typeof raw.tls === 'object' ? raw.tls : {};
  const options = { ca: ca === undefined ? null : resolve(ca), serverName: serverName ?? null };
  if (secure && raw.startTLS === true)
    value(
      '"ldaps://" speaks TLS from the first byte, so startTLS cannot be used. Take startTLS out, or write "ldap://".',
    );
  else if (secure && off) value('"ldaps://" speaks TLS, which "tls: \'off\'" forbids. Take one of them out.');
  else if (off && raw.startTLS === true)
    value('"startTLS: true" and "tls: \'off\'" contradict each other. Take one of them out.');
  else if (secure) return { mode: 'ldaps', ...options };
  else if (raw.startTLS === true) return { mode: 'startTLS', ...options };
  else if (off) return { mode: 'off', ca: null, serverName: null };
  else
    value(
      '"ldap://" alone would send the password in clear. Write "ldaps://", or add "startTLS: true", or say "tls: \'off\'" if clear LDAP is really meant.',
    );
  return null;
}

function urlProblem(text: string): Pick<Finding, 'code' | 'message'> | null {
  const refuse = (message: string) => ({ code: 'CONFIG_VALUE', message }) as const;
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

/** The reference that the file holds, its paths absolute. */
function secretReference(raw: RawSecretReference, resolve: ResolvePath): SecretReference {
  if (raw.env !== undefined) return { env: raw.env };
  if (raw.file !== undefined) return { file: resolve(raw.file) };
  const [program, ...args] = raw.command ?? [''];
  return { command: [program, ...args] };
}

function deleteAfterOf({ file, raw, report }: Context): number | 'never' {
  const text = raw.deleteAfter ?? '7d';
  if (text === 'never') return text;
  const days = Number.parseInt(text, 10);
  if (days < SHORTEST_DELETE_AFTER_DAYS)
    report(
      error(
        'CONFIG_VALUE',
        file.at('directory', 'deleteAfter'),
        `"directory.deleteAfter" must be 7d or more, or never (DEL-2).`,
      ),
    );
  return days;
}

function exceptionsOf({ file, raw, report }: Context): readonly ExceptionConfig[] {
  return (raw.exceptions ?? []).flatMap((exception, index): ExceptionConfig[] => {
    const kind = (['user', 'group', 'alias'] as const).find((key) => exception[key] !== undefined) ?? 'user';
    const text = exception[kind] ?? '';
    const location = file.at('directory', 'exceptions', index, kind);
    if (UUID.test(text)) {
      if (kind !== 'alias') return [{ kind, subject: { objectId: text.toLowerCase() as ObjectId }, text, location }];
      report(error('CONFIG_VALUE', location, 'An alias has no object id. Name it by its address.'));
      return [];
    }
    const result = parseAddress(text);
    if (result.ok) return [{ kind, subject: { address: result.address.key }, text, location }];
    report(
      error(
        'CONFIG_VALUE',
        location,
        `"${text}" is not an address${kind === 'alias' ? '' : ' or object id'}: ${result.problem}.`,
      ),
    );
    return [];
  });
}

function additionsOf({ file, raw, report }: Context): readonly AdditionConfig[] {
  return (raw.additions ?? []).flatMap((text, index): AdditionConfig[] => {
    const location = file.at('directory', 'additions', index);
    const result = parseAddress(text);
    if (result.ok) return [{ key: result.address.key, address: text, location }];
    report(error('CONFIG_VALUE', location, `"${text}" is not an address: ${result.problem}.`));
    return [];
  });
}
