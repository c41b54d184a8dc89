/** What a new workspace begins with. */

const WORKSPACE = `# yaml-language-server: $schema=schemas/workspace.schema.json
apiVersion: rollcall/v1
kind: Workspace

# What was applied, its history and its locks. Keep it out of version control, and back it up.
state: {backend: sqlite, path: .rollcall/state.db}

# A file for each customer.
customers: [customers/*.yaml]

# More removals at once than maxRemovals block a customer until somebody says that they are meant: a count (20) or a percentage (10%).
# Without it, the limit is the larger of 5 users and 10%.
safety: {planTtl: 24h}
`;

const CUSTOMER = `# yaml-language-server: $schema=../schemas/customer.schema.json
apiVersion: rollcall/v1
kind: Customer
name: example                    # a-z, 0-9 and -, the key everywhere
displayName: Example Ltd

# Only people whose primary address is in one of these are in the sync.
domains:
  - {name: example.com, verification: none}

directory:
  type: ldap
  url: ldaps://dc1.example.com   # or ldap://… with startTLS: true
  baseDN: ['ou=Staff,dc=example,dc=com']
  # The password is a reference: {env: NAME}, {file: path} or {command: [program, argument]}. It is never stored.
  bind: {dn: 'cn=rollcall,ou=Service,dc=example,dc=com', password: {env: EXAMPLE_LDAP_PASSWORD}}
  # filter: (department=*)
  include: {disabled: false, publicFolders: false, sharedMailboxes: false, resources: false}
  sync: {every: 6h}
  deleteAfter: 14d               # after somebody is gone: 7d or more, or never
  exceptions: []                 # [{user: intern@example.com}, {group: all@example.com}, {alias: old@example.com}]
  additions: []                  # [newhire@example.com]

# Decisions about people who are gone from the directory.
conflicts: []                    # [{user: maria@example.com, action: ignore, until: 2027-02-12, reason: parental leave}]

# Addresses that no directory knows.
users:
  - address: scanner@example.com
    displayName: Scanner, second floor
`;

const IGNORE = `.rollcall/
plan.json
recordings/
`;

const EDITOR = `${JSON.stringify(
  {
    'yaml.schemas': {
      './schemas/workspace.schema.json': 'rollcall.yaml',
      './schemas/customer.schema.json': 'customers/*.yaml',
      './schemas/users.schema.json': 'imports/*.yaml',
    },
  },
  null,
  2,
)}\n`;

/** The files of a new workspace by their paths in it. `schemas` are the JSON Schemas that editors check the YAML against, by name. */
export function initialFiles(schemas: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([
    ['rollcall.yaml', WORKSPACE],
    ['customers/example.yaml', CUSTOMER],
    ['.gitignore', IGNORE],
    ['.vscode/settings.json', EDITOR],
    ...[...schemas].map(([name, text]) => [`schemas/${name}.schema.json`, text] as const),
  ]);
}
