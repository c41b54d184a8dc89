/** The first customer's file. */
import type { Answers } from './answers.ts';
import { quoted, scalar } from './scalar.ts';

export function customerFile(answers: Answers): string {
  return `${head(answers)}${directory(answers)}${users(answers)}`;
}

function head({ name, displayName, domain }: Answers): string {
  return `# yaml-language-server: $schema=../schemas/customer.schema.json
apiVersion: rollcall/v1
kind: Customer
name: ${scalar(name)} # a-z, 0-9 and -, the key everywhere
displayName: ${scalar(displayName)}

# Only people whose primary address is in one of these are in the sync. With "verification: none" a domain counts at once; without it, once
# its ownership is proved in the DNS.
domains:
  - {name: ${scalar(domain)}, verification: none}

`;
}

function directory(answers: Answers): string {
  switch (answers.type) {
    case 'ldap':
      return `${ldap(answers)}${rules(answers)}`;
    case 'entra':
      return `${entra(answers)}${rules(answers)}`;
    default:
      return `# There is no directory yet, so these are the users.
`;
  }
}

function ldap({ url, baseDN, password }: Answers): string {
  return `directory:
  type: ldap
  url: ${scalar(url)} # or ldap://… with startTLS: true
  baseDN: [${quoted(baseDN)}]
  # An account that may read. The password is a reference: {env: NAME}, {file: path} or {command: [program, argument]}. It is never stored.
  bind: {dn: ${quoted(`cn=rollcall,${baseDN}`)}, password: {env: ${scalar(password)}}}
  # filter: (department=*)
  include: {disabled: false, publicFolders: false, sharedMailboxes: false, resources: false}
`;
}

function entra({ tenant, clientId, secret }: Answers): string {
  return `directory:
  type: entra
  tenant: ${scalar(tenant)}
  clientId: ${quoted(clientId)} # of the app registration
  # A reference: {env: NAME}, {file: path} or {command: [program, argument]}. It is never stored.
  credential: {secret: {env: ${scalar(secret)}}}
  include: {disabled: false, guests: false, sharedMailboxes: false, resources: false}
`;
}

function rules({ domain, deleteAfter }: Answers): string {
  return `  sync: {every: 6h}
  # How long people who are gone are kept: 7d or more, or never.
  deleteAfter: ${scalar(deleteAfter)}
  # Who is treated as if the directory did not have them: [{user: intern@${domain}}, {group: all@${domain}}, {alias: old@${domain}}]
  exceptions: []
  # Who is a user before the directory knows them: [newhire@${domain}]
  additions: []

# Decisions about people who are gone from the directory:
# [{user: maria@${domain}, action: ignore, until: 2027-02-12, reason: parental leave}]
conflicts: []

`;
}

/** Whatever stands here is a user at once: beside a directory it is an example in a comment, without one it is whom every domain has (RFC 5321 4.5.1). */
function users({ type, domain }: Answers): string {
  if (type !== 'none')
    return `# Addresses that no directory knows: [{address: scanner@${domain}, displayName: Scanner on the second floor}]
users: []
`;
  return `users:
  - address: ${scalar(`postmaster@${domain}`)}
    displayName: Postmaster
`;
}
