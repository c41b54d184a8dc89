/** Made-up people and groups as LDIF, the same every time. */

export const SUFFIX = 'dc=example,dc=test';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const GROUPS = `ou=groups,${SUFFIX}`;

type Values = string | Buffer | readonly (string | Buffer)[];
export type LdifAttributes = Readonly<Record<string, Values>>;

const GIVEN = ['Anna', 'Ben', 'Cara', 'Dirk', 'Eva', 'Finn', 'Gerd', 'Hana', 'Ida', 'Jörg', 'Zoë', '美咲'];
const DEPARTMENTS = ['Sales', 'Engineering', 'HR', 'Legal', 'Support', 'Finance'];

/** One entry as LDIF (RFC 2849), with the empty line that ends it. */
export function ldif(dn: string, attributes: LdifAttributes): string {
  const lines = [line('dn', dn)];
  for (const [name, values] of Object.entries(attributes)) {
    for (const value of Array.isArray(values) ? values : [values]) lines.push(line(name, value));
  }
  return `${lines.join('\n')}\n\n`;
}

/** A person under `ou=people`, by the cn; what is given replaces or adds to the defaults. */
export function person(cn: string, attributes: LdifAttributes = {}): string {
  return ldif(personDN(cn), {
    objectClass: ['inetOrgPerson', 'extensibleObject'],
    cn,
    sn: cn,
    mail: `${cn}@example.test`,
    ...attributes,
  });
}

/** A `groupOfNames` under `ou=groups`. */
export function group(cn: string, members: readonly string[], attributes: LdifAttributes = {}): string {
  return ldif(`cn=${cn},${GROUPS}`, {
    objectClass: ['groupOfNames', 'extensibleObject'],
    cn,
    member: members,
    mail: `${cn}@example.test`,
    ...attributes,
  });
}

/** The DN that `person` gives. */
export function personDN(cn: string): string {
  return `cn=${escaped(cn)},${PEOPLE}`;
}

/** A value as it stands in a DN (RFC 4514 2.4). */
export function escaped(value: string): string {
  return value.replace(/[\\,+"<>;=]/g, '\\$&');
}

/** `count` people with the attributes of Active Directory; one in 50 is disabled, and names are not all ASCII. */
export function people(count: number, domain = 'example.test'): string {
  return Array.from({ length: count }, (_, index) => numbered(index, domain)).join('');
}

function numbered(index: number, domain: string): string {
  const id = `u${String(index).padStart(6, '0')}`;
  const givenName = GIVEN[index % GIVEN.length] ?? '';
  return person(id, {
    entryUUID: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    sAMAccountName: id,
    userAccountControl: index % 50 === 0 ? '514' : '512',
    givenName,
    sn: `Muster${index}`,
    displayName: `${givenName} Muster${index}`,
    mail: `${id}@${domain}`,
    proxyAddresses: [`SMTP:${id}@${domain}`, `smtp:${id}.alias@${domain}`],
    mobile: `+49 170 ${String(index).padStart(7, '0')}`,
    company: 'Example GmbH',
    department: DEPARTMENTS[index % DEPARTMENTS.length] ?? '',
    info: `note ${index}`,
  });
}

// RFC 2849: what begins with a space, colon or less-than sign, or is not ASCII, stands in base64.
function line(name: string, value: string | Buffer): string {
  if (typeof value === 'string' && /^[\x21-\x39\x3b\x3d-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value))
    return `${name}: ${value}`;
  return `${name}:: ${Buffer.from(value as string).toString('base64')}`;
}
