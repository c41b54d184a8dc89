/** The made-up tenant of the demo, as the simulator of Microsoft Graph takes it. The same every time. */
import { createHash } from 'node:crypto';
import { DEPARTMENTS, loginOf, nameOf, people } from '../demo/people.mjs';

const DOMAIN = 'contoso.example';
export const CLIENT_ID = 'c0ffee00-0000-4000-8000-000000000001';
export const SECRET = 'demo-secret';

/** Who the story is about. */
const STORY = {
  joins: { givenName: 'Ana', surname: 'Ribeiro' },
  marries: { givenName: 'Rosa', surname: 'Keane' },
  leaves: { givenName: 'Stefan', surname: 'Brandt' },
};

/** 180 people, a group for each department, a shared mailbox, a room, two guests and a service account. */
export function contosoWorld() {
  const staff = people(180, [STORY.marries, STORY.leaves]);
  const departmentOf = (index) => DEPARTMENTS[index % DEPARTMENTS.length];
  return {
    tenant: { id: idOf('tenant'), name: 'contoso', displayName: 'Contoso Ltd', domains: [DOMAIN] },
    apps: [
      {
        clientId: CLIENT_ID,
        secrets: [SECRET],
        permissions: ['User.Read.All', 'GroupMember.Read.All', 'MailboxSettings.Read'],
      },
    ],
    users: [
      ...staff.map((person, index) => userOf(person, { department: departmentOf(index) })),
      mailboxOf('Order Desk', 'orders', 'shared'),
      mailboxOf('Board Room', 'board-room', 'room'),
      ...['Pat Guest', 'Kim Guest'].map(guestOf),
      { ...userOf({ givenName: 'Sync', surname: 'Service' }, {}), mail: `sync-service@${DOMAIN}`, proxyAddresses: [] },
    ],
    groups: DEPARTMENTS.map((department) => ({
      id: idOf(department),
      displayName: department,
      mail: `team-${department.toLowerCase()}@${DOMAIN}`,
      mailEnabled: true,
      proxyAddresses: [`SMTP:team-${department.toLowerCase()}@${DOMAIN}`],
      members: staff.filter((_, index) => departmentOf(index) === department).map(mailOf),
    })),
  };
}

/** A user of Graph, enabled and a member. */
export function userOf(person, { department = null }) {
  const mail = mailOf(person);
  return {
    id: idOf(mail),
    accountEnabled: true,
    userType: 'Member',
    displayName: nameOf(person),
    givenName: person.givenName,
    surname: person.surname,
    userPrincipalName: mail,
    mail,
    proxyAddresses: [`SMTP:${mail}`],
    companyName: 'Contoso Ltd',
    department,
  };
}

export function mailOf(person) {
  return `${loginOf(person)}@${DOMAIN}`;
}

function mailboxOf(displayName, local, mailbox) {
  const mail = `${local}@${DOMAIN}`;
  return {
    id: idOf(mail),
    accountEnabled: false,
    userType: 'Member',
    displayName,
    userPrincipalName: mail,
    mail,
    proxyAddresses: [`SMTP:${mail}`],
    mailbox,
  };
}

function guestOf(displayName) {
  const login = displayName.toLowerCase().replace(' ', '.');
  return {
    id: idOf(login),
    accountEnabled: true,
    userType: 'Guest',
    displayName,
    userPrincipalName: `${login}_partner.test#EXT#@contoso.onmicrosoft.com`,
    mail: `${login}@partner.test`,
  };
}

function idOf(text) {
  const hex = createHash('sha256').update(`contoso ${text}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
