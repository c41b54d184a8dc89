/** The made-up people of the demo as LDIF: a maker of tools with 240 of them, and a small dental practice. The same every time. */
import { createHash } from 'node:crypto';

const GIVEN_NAMES =
  'Amelia Arun Beatriz Bengt Callum Carys Chidi Clara Dafydd Daria Edwin Elif Emeka Fiona Florian Gareth Grace Hamish Hanna Imogen Inês Jakub Joanna Kwame Leila Liam Magda Mateus Mehmet Nadia Niamh Oliver Oskar Priya Rhys Rosa Samuel Sana Stefan Tomasz Ursula Viktor Wanda Yusuf Zoë'.split(
    ' ',
  );
const SURNAMES =
  'Abbott Achterberg Adeyemi Ashworth Barros Bell Bianchi Brandt Çelik Chandra Clarke Costa Dąbrowski Davies Eriksson Farrell Ferreira Fletcher Gallagher Grimshaw Haddad Holt Hughes Ibrahim Jensen Kaur Keane Kowalski Lindqvist Lloyd Marek Mbeki Mistry Morgan Müller Nowak Okafor Oliveira Parry Patel Pritchard Quinn Rahman Reid Santos Schuster Shah Sheridan Silva Thorne Tremblay Underhill Vaughan Walsh Weaver Wójcik Yates Zieliński'.split(
    ' ',
  );
export const DEPARTMENTS = ['Sales', 'Design', 'Production', 'Logistics', 'Finance', 'Service', 'People', 'IT'];
const TOWNS = ['Leeds', 'Bristol', 'Cardiff'];

export const ACME = { name: 'acme', suffix: 'dc=acme,dc=example', domain: 'acme.example', company: 'Acme Tools Ltd' };
export const BIRCH = {
  name: 'birch',
  suffix: 'dc=birch,dc=test',
  domain: 'birch.test',
  company: 'Birch Street Dental',
};

/** Who the story is about. */
const STORY = {
  joins: { givenName: 'Ana', surname: 'Ribeiro', department: 'Design', town: 'Bristol' },
  marries: { before: { givenName: 'Rosa', surname: 'Keane' }, surname: 'Lindqvist' },
  leaves: { givenName: 'Stefan', surname: 'Brandt' },
  onLeave: { givenName: 'Wanda', surname: 'Quinn' },
};

/** All entries of Acme's directory on the first day. One in twenty is a contractor. */
export function acmeLdif() {
  const { marries, leaves, onLeave } = STORY;
  const staff = people(240, [marries.before, leaves, onLeave]);
  return [
    ...frame(ACME),
    ...staff.map((person, index) => personEntry(ACME, person, index, person === onLeave)),
    mailboxEntry(ACME, 'Order Desk', 'orders', ['sales']),
    mailboxEntry(ACME, 'Backup', 'backup', []),
    ...DEPARTMENTS.map((department) => departmentGroup(department, staff)),
    groupEntry(
      'Everyone',
      'everyone',
      DEPARTMENTS.map((department) => `cn=${department},ou=groups,${ACME.suffix}`),
    ),
  ].join('\n');
}

/** All entries of the dental practice. */
export function birchLdif() {
  const staff = people(24, [], 7);
  return [...frame(BIRCH), ...staff.map((person, index) => personEntry(BIRCH, person, index))].join('\n');
}

/** What happens at Acme the next day, for ldapmodify. */
export function changesLdif() {
  const { joins, marries, leaves } = STORY;
  const married = { ...marries.before, surname: marries.surname };
  return [
    entry(dnOf(ACME, joins), { changetype: 'add', ...personAttributes(ACME, joins, joins) }),
    lines([
      ['dn', dnOf(ACME, marries.before)],
      ['changetype', 'modify'],
      ...replacing('sn', married.surname),
      ...replacing('displayName', nameOf(married)),
      ...replacing('mail', mailOf(ACME, married)),
      ...replacing('mailLocalAddress', mailOf(ACME, marries.before)),
    ]),
    lines([
      ['dn', dnOf(ACME, leaves)],
      ['changetype', 'delete'],
    ]),
    membership('Design', 'add', joins),
    membership('People', 'delete', leaves),
  ].join('\n');
}

function membership(group, operation, person) {
  return lines([
    ['dn', `cn=${group},ou=groups,${ACME.suffix}`],
    ['changetype', 'modify'],
    [operation, 'member'],
    ['member', dnOf(ACME, person)],
    ['-', null],
  ]);
}

/** `rosa.keane@acme.example` */
function mailOf({ domain }, person) {
  return `${loginOf(person)}@${domain}`;
}

/** `count` people, none twice; those of the story have their places among them. */
export function people(count, known, step = 11) {
  const all = Array.from({ length: count * 2 }, (_, index) => ({
    givenName: GIVEN_NAMES[index % GIVEN_NAMES.length],
    surname: SURNAMES[(index * step + Math.floor(index / GIVEN_NAMES.length)) % SURNAMES.length],
  }));
  const taken = new Set(
    [...known, STORY.joins, { ...STORY.marries.before, surname: STORY.marries.surname }].map(nameOf),
  );
  const others = all.filter((person) => !taken.has(nameOf(person)) && taken.add(nameOf(person)));
  return [...others.slice(0, count - known.length), ...known];
}

function frame({ suffix, company }) {
  return [
    entry(suffix, { objectClass: ['dcObject', 'organization'], o: company, dc: suffix.split(/[=,]/)[1] }),
    entry(`ou=people,${suffix}`, { objectClass: 'organizationalUnit', ou: 'people' }),
    entry(`ou=groups,${suffix}`, { objectClass: 'organizationalUnit', ou: 'groups' }),
    entry(`cn=rollcall,${suffix}`, {
      objectClass: ['applicationProcess', 'simpleSecurityObject'],
      cn: 'rollcall',
      userPassword: 'demo-reader',
    }),
  ];
}

function personEntry(customer, person, index, locked = false) {
  const place = { department: DEPARTMENTS[index % DEPARTMENTS.length], town: TOWNS[index % TOWNS.length] };
  return entry(dnOf(customer, person), {
    ...personAttributes(customer, person, place),
    employeeType: index % 20 === 13 ? 'contractor' : 'staff',
    // "Locked for good" (draft-behera-ldap-password-policy 5.3.3): the account is disabled.
    ...(locked ? { pwdAccountLockedTime: '000001010000Z' } : {}),
  });
}

function personAttributes(customer, person, { department, town }) {
  return {
    objectClass: ['inetOrgPerson', 'inetLocalMailRecipient'],
    uid: loginOf(person),
    cn: nameOf(person),
    givenName: person.givenName,
    sn: person.surname,
    displayName: nameOf(person),
    mail: mailOf(customer, person),
    departmentNumber: department,
    l: town,
    o: customer.company,
  };
}

function mailboxEntry({ suffix, domain, company }, name, local, aliases) {
  return entry(`cn=${name},ou=people,${suffix}`, {
    objectClass: ['inetOrgPerson', 'inetLocalMailRecipient'],
    cn: name,
    sn: name,
    displayName: name,
    mail: `${local}@${domain}`,
    ...(aliases.length === 0 ? {} : { mailLocalAddress: aliases.map((alias) => `${alias}@${domain}`) }),
    o: company,
  });
}

function departmentGroup(department, staff) {
  const members = staff.filter((_, index) => DEPARTMENTS[index % DEPARTMENTS.length] === department);
  return groupEntry(
    department,
    `team-${department.toLowerCase()}`,
    members.map((person) => dnOf(ACME, person)),
  );
}

function groupEntry(name, local, members) {
  return entry(`cn=${name},ou=groups,${ACME.suffix}`, {
    objectClass: ['groupOfNames', 'extensibleObject'],
    cn: name,
    displayName: name,
    mail: `${local}@${ACME.domain}`,
    member: members,
  });
}

export function nameOf({ givenName, surname }) {
  return `${givenName} ${surname}`;
}

function dnOf({ suffix }, person) {
  return `uid=${loginOf(person)},ou=people,${suffix}`;
}

/** The name in ASCII: `ines.wojcik`. */
export function loginOf(person) {
  return nameOf(person)
    .replaceAll('ü', 'ue')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replace(' ', '.');
}

function replacing(attribute, value) {
  return [
    ['replace', attribute],
    [attribute, value],
    ['-', null],
  ];
}

/** One entry. Its id follows from its DN, so that every run makes the same directory; a server refuses one in an addition. */
function entry(dn, { changetype, ...attributes }) {
  const first = changetype === undefined ? ['entryUUID', idOf(dn)] : ['changetype', changetype];
  const values = Object.entries(attributes).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return lines([['dn', dn], first, ...values]);
}

function idOf(dn) {
  const hex = createHash('sha256').update(dn).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** RFC 2849: what is not plain ASCII stands in base64. */
function lines(pairs) {
  const line = ([name, value]) => {
    if (value === null) return name;
    return /^[\x21-\x7e][\x20-\x7e]*$/.test(value)
      ? `${name}: ${value}`
      : `${name}:: ${Buffer.from(value).toString('base64')}`;
  };
  return `${pairs.map(line).join('\n')}\n`;
}
