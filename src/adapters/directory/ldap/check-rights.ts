/** The fourth step of a check: what the account that binds cannot see, and a sync needs. */
import type { Problem } from '../../../domain/diagnostic.ts';
import { listed } from '../../../domain/words.ts';
import type { Finding } from '../check-report.ts';
import { readBaseEntry } from './base-entry.ts';
import { type CheckedServer, searchFirst } from './check-sample.ts';
import type { Trial } from './check-trial.ts';
import { allOf, parseFilter } from './filter.ts';
import { publicFolderBase } from './reading.ts';
import { resultFailure } from './result-errors.ts';

/** What is missing. Rejects with DirectoryError if a search fails. */
export async function rightsOf(server: CheckedServer, trial: Trial): Promise<readonly Finding[]> {
  const { unseen, unusable } = server;
  return [
    ...unseen.map(failed),
    ...(unusable === null ? [] : [failed(unusable)]),
    ...paging(server, trial),
    ...(server.sent === 0 ? [nobody(server)] : await addresses(server, trial)),
    ...(await publicFolders(server, trial)),
  ];
}

const failed = (problem: Problem): Finding => ({ severity: 'failed', problem });
const warning = (code: string, message: string, hint: string): Finding => ({
  severity: 'warning',
  problem: { code, message, hint },
});

function paging({ rootDse }: CheckedServer, { directory }: Trial): readonly Finding[] {
  if (rootDse?.canPage !== false) return [];
  return [
    warning(
      'LDAP_PAGING',
      `${directory.connection.url} does not offer paged answers: of more than its size limit it sends a part only.`,
      'Allow the paged-results control (1.2.840.113556.1.4.319), or raise the size limit for the account that binds.',
    ),
  ];
}

function nobody({ profile, seen }: CheckedServer): Finding {
  return warning(
    'LDAP_NOBODY',
    `The filter ${profile.userFilter} brings no user under ${listed(seen)}.`,
    'Correct directory.filter, userFilter or baseDN, or let the account that binds read the users.',
  );
}

/** Ten users may lack addresses by chance; of an Active Directory the first are its own. So the server is asked whether anybody has one. */
async function addresses(server: CheckedServer, trial: Trial): Promise<readonly Finding[]> {
  const { primary, proxyAddresses, dialect } = server.profile;
  const { users } = server;
  const isMailed = users.some(({ mail }) => mail.length > 0);
  if (isMailed && dialect !== 'activeDirectory') return [];
  const hasProxies =
    proxyAddresses !== null &&
    (users.some((user) => user.proxyAddresses.length > 0) || (await anybodyHas(proxyAddresses, server, trial)));
  const hasMail = isMailed || (!hasProxies && (await anybodyHas(primary, server, trial)));
  if (!hasProxies && !hasMail)
    return [noAddress(proxyAddresses === null ? primary : `${primary} or ${proxyAddresses}`)];
  if (hasProxies || proxyAddresses === null || dialect !== 'activeDirectory') return [];
  const message = `No user has ${proxyAddresses}: each has the address in ${primary} alone, and no aliases.`;
  return [{ severity: 'note', message }];
}

function noAddress(names: string): Finding {
  return warning(
    'LDAP_NO_ADDRESS',
    `No user has ${names}, or the account that binds may not read it: nobody would be in the sync.`,
    'Let the account read these attributes, or name the one that holds the addresses under directory.attributes.primary.',
  );
}

async function anybodyHas(attribute: string, server: CheckedServer, trial: Trial): Promise<boolean> {
  const filter = allOf([server.profile.userFilter, parseFilter(`(${attribute}=*)`, 'directory.attributes.primary')]);
  for (const baseDN of server.seen) {
    const query = { baseDN, scope: 'sub', filter, attributes: [attribute] } as const;
    const { entries, result } = await searchFirst(server, query, 1, trial);
    if (entries.length > 0) return true;
    const asked = { url: trial.directory.connection.url, doing: 'search', baseDN, filter: filter.text } as const;
    if (result.code !== 0) throw resultFailure(result, { ...asked, entries: 0 });
  }
  return false;
}

/** A reading that is to bring public folders fails where their place cannot be searched. */
async function publicFolders(
  { connection, rootDse }: CheckedServer,
  { directory, log }: Trial,
): Promise<readonly Finding[]> {
  const settings = directory.connection;
  if (!directory.include.publicFolders) return [];
  const place = publicFolderBase(settings, rootDse?.defaultNamingContext ?? null);
  if (place === null) {
    return [
      warning(
        'LDAP_PUBLIC_FOLDERS',
        'Public folders are to be included, and nothing says where they are.',
        'Set directory.publicFolderDN, or turn directory.include.publicFolders off.',
      ),
    ];
  }
  const entry = await readBaseEntry({ connection, settings, log }, place, { names: ['1.1'], readers: [] });
  if (entry !== null) return [];
  return [
    failed({
      code: 'LDAP_PUBLIC_FOLDERS',
      message: `Public folders are to be included, and there is no ${place}, or the account that binds may not see it.`,
      hint: 'Correct directory.publicFolderDN, let the account read it, or turn directory.include.publicFolders off.',
    }),
  ];
}
