/** What of a roster mail is taken for (TGT-1). */
import { domainOf, keyOf } from './address.ts';
import { type Entry, isUser, type Roster } from './roster.ts';

/** The domains of a roster that mail is taken for: those that are verified. */
export function acceptedDomains({ domains }: Pick<Roster, 'domains'>): ReadonlySet<string> {
  return new Set(domains.filter(({ status }) => status === 'verified').map(({ name }) => name));
}

/** Whether mail for an entry is taken: for everybody but the deactivated (DEL-3, DEL-7). */
function isAccepted(entry: Entry): boolean {
  return !isUser(entry) || entry.status !== 'deactivated';
}

/** The addresses of an entry that mail is taken for, the primary first if it is one of them: none in a domain that is not verified. */
export function acceptedAddresses(entry: Entry, domains: ReadonlySet<string>): readonly string[] {
  if (!isAccepted(entry)) return [];
  return [entry.address, ...entry.aliases].filter((address) => domains.has(domainOf(keyOf(address))));
}
