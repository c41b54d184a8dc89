/** A search as the `ldapsearch` command that would repeat it, for the log. It asks for the password: none is in it. */
import type { LdapConnection } from '../../../domain/config.ts';
import type { SearchQuery } from './connection.ts';

/** One line for a POSIX shell; `pageSize` null asks without pages. */
export function searchCommand(settings: LdapConnection, query: SearchQuery, pageSize: number | null): string {
  const { url, tls, bind } = settings;
  const words = [
    ...(tls.ca === null ? [] : [`LDAPTLS_CACERT=${quoted(tls.ca)}`]),
    'ldapsearch -LLL -x',
    `-H ${quoted(url)}`,
    ...(tls.mode === 'startTLS' ? ['-ZZ'] : []),
    ...(bind === null ? [] : [`-D ${quoted(bind.dn)} -W`]),
    ...(pageSize === null ? [] : [`-E '!pr=${pageSize}/noprompt'`]),
    `-s ${query.scope} -b ${quoted(query.baseDN)}`,
    quoted(query.filter.toString()),
    ...query.attributes.map(quoted),
  ];
  return words.join(' ');
}

function quoted(text: string): string {
  return /^[\w.,:/@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
