/** Worlds in which everything personal bears a mark, so that it can be seen where it comes out again. */
import fc from 'fast-check';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DirectoryObject, DirectoryReading } from '../../src/domain/directory.ts';
import { type Attributes, type Entry, isUser, type Roster } from '../../src/domain/roster.ts';
import { arbitraryWorld, type WholeWorld } from './arbitrary-world.ts';

/** In no other text of a world. */
export const MARK = 'Geheim';

/** Names as somebody might have them who means to break what quotes them; among them words of the messages themselves. */
const ODDITIES = [
  ...['', '.*', '$&', '\\', '"', ')', '+', ', ', '=', ': ', ' and ', '\n', '\u202e', '<script>', '#', ';'],
  ...['the', 'acme.example', 'a@acme.example ', ', and left out: ', ', which has this address', 'in the directory as'],
];

export interface MarkedWorld extends WholeWorld {
  readonly oddity: string;
}

/** Where names are those of Entra ID, groups go by their display names; else all go by distinguished names. */
export const arbitraryMarkedWorld: fc.Arbitrary<MarkedWorld> = fc
  .tuple(arbitraryWorld, fc.constantFrom(...ODDITIES), fc.constantFrom<('ldap' | 'entra')[]>('ldap', 'ldap', 'entra'))
  .map(([world, oddity, type]) => ({
    ...world,
    oddity,
    customer: markedCustomer(world.customer, oddity),
    roster: markedRoster(world.roster, oddity, type),
    reading: markedReading(world.reading, oddity, type),
  }));

/** What the attributes have in common they have in common still. */
function markedAttributes({ displayName = 'Z', mobile = '9' }: Attributes, oddity: string): Attributes {
  const mark = (text: string) => `${MARK}${oddity}${text}`;
  return {
    givenName: mark(displayName),
    surname: mark(mobile),
    displayName: mark(`${displayName} ${mobile}`),
    homePhone: mark(mobile),
    mobile: mark(mobile),
    company: 'Acme Ltd',
    department: 'Sales',
    notes: mark(displayName),
  };
}

export function markedEntry(entry: Entry, oddity: string): Entry {
  if (isUser(entry)) return { ...entry, attributes: markedAttributes(entry.attributes, oddity) };
  return { ...entry, displayName: entry.displayName === null ? null : `${MARK}${oddity}${entry.displayName}` };
}

function markedRoster(roster: Roster, oddity: string, type: 'ldap' | 'entra'): Roster {
  const { directory } = roster;
  const entries = roster.entries.map((entry) => markedEntry(entry, oddity));
  return { ...roster, entries, directory: directory === null ? null : { ...directory, type } };
}

function markedReading(reading: DirectoryReading, oddity: string, type: 'ldap' | 'entra'): DirectoryReading {
  if (reading.status !== 'complete') return reading;
  return {
    ...reading,
    identity: { ...reading.identity, type },
    objects: reading.objects.map((object) => ({
      ...object,
      name: type === 'ldap' ? distinguishedName(object, oddity) : nameInTenant(object, oddity),
      proxyAddresses: [...object.proxyAddresses, `X500:/o=Acme/cn=Recipients/cn=${MARK}`],
      attributes: markedAttributes(object.attributes, oddity),
    })),
  };
}

/** RFC 4514 2.4; only what must be escaped is. */
function distinguishedName({ id }: DirectoryObject, oddity: string): string {
  return `CN=${`${MARK}${oddity}${id}`.replace(/[,+"\\<>;]/g, '\\$&')},OU=Staff,DC=acme,DC=example`;
}

function nameInTenant({ id, kind }: DirectoryObject, oddity: string): string {
  return kind === 'group' ? `${MARK}${oddity}${id}` : `${id}@tenant.example`;
}

function markedCustomer(customer: CustomerConfig, oddity: string): CustomerConfig {
  return {
    ...customer,
    users: customer.users.map((user) => ({ ...user, attributes: markedAttributes(user.attributes, oddity) })),
    decisions: customer.decisions.map((decision) => ({ ...decision, reason: `${MARK}${oddity}` })),
  };
}
