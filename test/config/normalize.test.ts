import { describe, expect, it } from 'vitest';
import { importsOf, normalizeCustomer, normalizeUsers, normalizeWorkspace } from '../../src/config/normalize.ts';
import { parseCustomer, parseUsers, parseWorkspace } from '../../src/config/parse.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import { NO_SERVICE } from '../../src/domain/service.ts';
import { CUSTOMER, DIRECTORY, INHERITED, said } from './said.ts';

const FILE = 'customers/acme.yaml';
const resolve = (path: string) => `/ws/customers/${path}`;

function normalize(text: string): { readonly customer: CustomerConfig; readonly found: readonly string[] } {
  const parsed = parseCustomer(text, FILE);
  expect(said(parsed.findings)).toEqual([]);
  const { value, findings } = normalizeCustomer(parsed, [], INHERITED, resolve);
  if (value === null) throw new Error('no customer');
  return { customer: value, found: said(findings) };
}

function connectionOf(text: string) {
  return normalize(text).customer.directory?.connection;
}

describe('a customer', () => {
  it('of the fewest keys has every default', () => {
    expect(normalize(CUSTOMER)).toEqual({
      customer: {
        name: 'acme',
        displayName: 'acme',
        region: null,
        service: NO_SERVICE,
        gates: { mx: 'warn', spf: 'warn', ownership: 'block' },
        seats: null,
        domains: [
          {
            name: 'acme.example',
            verification: 'dns',
            site: null,
            takeover: false,
            location: { file: FILE, line: 4, column: 18 },
          },
        ],
        sites: [],
        relays: [],
        directory: null,
        decisions: [],
        users: [],
        safety: { maxRemovals: INHERITED.maxRemovals },
        location: { file: FILE, line: 3, column: 1 },
      },
      found: [],
    });
  });

  it('has its domains in canonical form', () => {
    const { customer, found } = normalize(CUSTOMER.replace('acme.example', 'Bücher.Example.'));
    expect(customer.domains[0]?.name).toBe('xn--bcher-kva.example');
    expect(found).toEqual([]);
    expect(normalize(CUSTOMER.replace('acme.example', 'acme')).found).toEqual([
      '4:18 CONFIG_VALUE "acme" is not a domain name.',
    ]);
  });

  it.each([
    ['20', { count: 20, percent: null }],
    ['0', { count: 0, percent: null }],
    ['10%', { count: null, percent: 10 }],
    ['2.5%', { count: null, percent: 2.5 }],
  ])('may remove %s', (text, limit) => {
    expect(normalize(`${CUSTOMER}safety: {maxRemovals: ${text}}\n`).customer.safety.maxRemovals).toEqual(limit);
  });

  it('gives domains without a site the default one', () => {
    const sites = (first: string) =>
      normalize(
        `${CUSTOMER.replace('}]', '}, {name: b.example, site: rome}]')}sites:\n  - {name: bern, ${first}servers: [{address: 192.0.2.1}]}\n  - {name: rome, servers: [{address: mx, port: 2525, priority: 5}]}\n`,
      ).customer;
    expect(sites('default: true, ').domains.map(({ site }) => site)).toEqual(['bern', 'rome']);
    expect(sites('').domains.map(({ site }) => site)).toEqual([null, 'rome']);
    expect(sites('default: true, ').sites).toEqual([
      {
        name: 'bern',
        isDefault: true,
        servers: [{ address: '192.0.2.1', port: 25, priority: 10 }],
        location: { file: FILE, line: 6, column: 12 },
      },
      {
        name: 'rome',
        isDefault: false,
        servers: [{ address: 'mx', port: 2525, priority: 5 }],
        location: { file: FILE, line: 7, column: 12 },
      },
    ]);
  });

  it.each(['mx.acme.example', 'mx', '192.0.2.25', '2001:db8::25', 'bücher.example'])(
    'takes the server %s',
    (address) => {
      expect(normalize(`${CUSTOMER}sites: [{name: x, servers: [{address: "${address}"}]}]\n`).found).toEqual([]);
    },
  );

  it.each(['mx.acme.example:25', '192.0.2.256', '192.0.2', '192.0.2.1.', '2001:db8::g', 'no host', 'a_b'])(
    'refuses the server %s',
    (address) => {
      expect(normalize(`${CUSTOMER}sites: [{name: x, servers: [{address: "${address}"}]}]\n`).found).toEqual([
        `5:39 CONFIG_VALUE "${address}" is neither a host name nor an IP address. A port goes under "port".`,
      ]);
    },
  );

  it('with one site has it as the default', () => {
    const { customer } = normalize(`${CUSTOMER}sites: [{name: bern, servers: [{address: mx}]}]\n`);
    expect(customer.domains[0]?.site).toBe('bern');
  });
});

describe('a directory', () => {
  it('of the fewest keys has every default', () => {
    const { customer, found } = normalize(DIRECTORY);
    const location = { file: FILE, line: 5, column: 1 };
    expect(found).toEqual([]);
    expect(customer.directory).toEqual({
      enabled: true,
      connection: {
        type: 'ldap',
        url: 'ldaps://dc1.acme.example',
        tls: { mode: 'ldaps', ca: null, serverName: null },
        dialect: 'auto',
        baseDN: ['dc=acme,dc=example'],
        publicFolderDN: null,
        bind: null,
        filter: null,
        userFilter: null,
        groupFilter: null,
        attributes: {},
        referrals: 'ignore',
        pageSize: 1000,
        timeouts: { connectMs: 10_000, pageMs: 60_000 },
      },
      include: { disabled: false, guests: false, publicFolders: false, sharedMailboxes: false, resources: false },
      syncEveryMs: 86_400_000,
      deleteAfterDays: 7,
      exceptions: [],
      additions: [],
      location,
      locations: { filter: location, include: location, deleteAfter: location },
    });
  });

  it('has what it says', () => {
    const { customer, found } = normalize(`${DIRECTORY}  enabled: false
  tls: {ca: certs/ca.pem, serverName: dc}
  publicFolderDN: cn=Folders,dc=acme,dc=example
  bind: {dn: acme\\svc, password: {file: secrets/pw}}
  filter: (&(department=*)(!(cn=a\\29b)))
  attributes: {primary: mail, aliases: [mailAlias], disabled: {attribute: employeeType, values: [left]}}
  referrals: error
  timeouts: {connect: 5s, page: 2m}
  include: {resources: true}
  sync: {every: 3d}
  deleteAfter: never
`);
    expect(found).toEqual([]);
    expect(customer.directory).toMatchObject({
      enabled: false,
      connection: {
        tls: { mode: 'ldaps', ca: '/ws/customers/certs/ca.pem', serverName: 'dc' },
        publicFolderDN: 'cn=Folders,dc=acme,dc=example',
        bind: { dn: 'acme\\svc', password: { file: '/ws/customers/secrets/pw' } },
        filter: '(&(department=*)(!(cn=a\\29b)))',
        attributes: {
          primary: 'mail',
          aliases: ['mailAlias'],
          disabled: { attribute: 'employeeType', values: ['left'] },
        },
        referrals: 'error',
        timeouts: { connectMs: 5000, pageMs: 120_000 },
      },
      include: { disabled: false, resources: true },
      syncEveryMs: 259_200_000,
      deleteAfterDays: 'never',
      locations: {
        filter: { file: FILE, line: 13, column: 3 },
        include: { file: FILE, line: 17, column: 3 },
        deleteAfter: { file: FILE, line: 19, column: 3 },
      },
    });
  });

  it.each([
    ['{env: ACME_PASSWORD}', { env: 'ACME_PASSWORD' }],
    ['{command: [pass, show, acme]}', { command: ['pass', 'show', 'acme'] }],
  ])('refers to its password: %s', (text, reference) => {
    const connection = connectionOf(`${DIRECTORY}  bind: {dn: cn=x, password: ${text}}\n`);
    expect(connection).toMatchObject({ bind: { password: reference } });
  });

  it.each([
    ['1h', 3_600_000],
    ['6h', 21_600_000],
    ['12h', 43_200_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('is synced every %s', (every, ms) => {
    expect(normalize(`${DIRECTORY}  sync: {every: ${every}}\n`).customer.directory?.syncEveryMs).toBe(ms);
  });

  it.each(['1d', '6d'])('is not left for less than a week: %s (DEL-2)', (days) => {
    expect(normalize(`${DIRECTORY}  deleteAfter: ${days}\n`).found).toEqual([
      '9:16 CONFIG_VALUE "directory.deleteAfter" must be 7d or more, or never (DEL-2).',
    ]);
    expect(normalize(`${DIRECTORY}  deleteAfter: 365d\n`).customer.directory?.deleteAfterDays).toBe(365);
  });
});

describe('TLS', () => {
  const withUrl = (url: string, rest = '') => DIRECTORY.replace('ldaps://dc1.acme.example', url) + rest;

  it.each([
    ['ldaps://dc', '', 'ldaps'],
    ['LDAPS://dc:3269', '', 'ldaps'],
    ['ldaps://[2001:db8::1]:636/', '', 'ldaps'],
    ['ldap://dc', '  startTLS: true\n', 'startTLS'],
    ['ldap://dc:389', "  tls: 'off'\n", 'off'],
    ['ldap://dc:389', '  tls: off\n', 'off'],
  ])('%s %s', (url, rest, mode) => {
    const { customer, found } = normalize(withUrl(url, rest));
    expect(found).toEqual([]);
    expect(customer.directory?.connection).toMatchObject({ tls: { mode } });
  });

  it.each([
    ['ldap://dc', '', /alone would send the password in clear.*"ldaps:\/\/".*"startTLS: true".*"tls: 'off'"/],
    ['ldap://dc', '  startTLS: false\n', /alone would send the password in clear/],
    ['ldap://dc', '  tls: {ca: x.pem}\n', /alone would send the password in clear/],
    ['ldaps://dc', '  startTLS: true\n', /startTLS cannot be used/],
    ['ldaps://dc', '  tls: off\n', /forbids/],
    ['ldap://dc', '  startTLS: true\n  tls: off\n', /contradict/],
    ['dc1.acme.example', '', /must begin with ldaps:\/\/ or ldap:\/\//],
    ['https://dc', '', /must begin with/],
    ['ldaps://', '', /not a URL|names no server/],
    ['ldaps://dc:99999', '', /is not a URL/],
    ['ldaps://dc/dc=acme', '', /names the server and the port only/],
    ['ldaps://dc??sub', '', /names the server and the port only/],
  ])('%s %s is refused', (url, rest, message) => {
    const { found } = normalize(withUrl(url, rest));
    expect(found).toEqual([expect.stringMatching(/^7:8 CONFIG_VALUE /)]);
    expect(found[0]).toMatch(message);
  });

  it('a password in the URL is a secret in clear, and is not repeated', () => {
    const { found } = normalize(withUrl('ldaps://svc:Sommer2026@dc'));
    expect(found).toEqual([expect.stringMatching(/^7:8 CONFIG_CLEAR_SECRET .*Put them under "bind"/)]);
    expect(found[0]).not.toContain('Sommer');
  });
});

describe('LDAP text', () => {
  it.each([
    ['baseDN: [acme]', '8:12', /"acme" is not a DN: each part needs the form name=value/],
    ['baseDN: ["dc=acme,,dc=x"]', '8:12', /each part needs/],
    ['baseDN: ["=acme"]', '8:12', /not an attribute name/],
    ['baseDN: ["dc="]', '8:12', /has no value/],
  ])('%s is refused', (line, place, message) => {
    const { found } = normalize(DIRECTORY.replace(/baseDN.*/, line));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${place} CONFIG_VALUE `));
    expect(found[0]).toMatch(message);
  });

  it.each(['"o=acme"', '"OU=R\\\\, D,dc=acme"', '"ou=a+cn=b, dc=acme"', '"2.5.4.11=x,dc=acme"', '"ou=Büro,dc=acme"'])(
    'base DN %s is taken',
    (dn) => {
      expect(normalize(DIRECTORY.replace(/baseDN.*/, `baseDN: [${dn}]`)).found).toEqual([]);
    },
  );

  it('a wrong DN of the public folders is refused', () => {
    expect(normalize(`${DIRECTORY}  publicFolderDN: Folders\n`).found).toEqual([
      expect.stringMatching(/^9:19 CONFIG_VALUE "Folders" is not a DN/),
    ]);
  });

  it.each([
    ['department=*', /must stand in parentheses/],
    ['(department=*', /a closing parenthesis is missing/],
    ['(&(a=b)(c=d)', /a closing parenthesis is missing/],
    ['(&((a=b)', /2 closing parentheses are missing/],
    ['(a=b))', /one closing parenthesis too many|something after/],
    ['(a=b)(c=d)', /something after its last/],
    ['(department)', /no comparison/],
    ['()', /no comparison/],
  ])('filter %s is refused', (filter, message) => {
    const { found } = normalize(`${DIRECTORY}  groupFilter: "${filter}"\n`);
    expect(found).toEqual([
      expect.stringMatching(/^9:16 CONFIG_VALUE "directory.groupFilter" is not an LDAP filter: /),
    ]);
    expect(found[0]).toMatch(message);
  });

  it.each([
    '(department=*)',
    '(&(objectCategory=person)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
    '(|(cn=a\\28b\\29)(age>=5)(age<=6)(sn~=x))',
    '(cn:dn:2.4.6.8.10:=Dino)',
    '(&)',
  ])('filter %s is taken', (filter) => {
    expect(normalize(`${DIRECTORY}  filter: '${filter}'\n`).found).toEqual([]);
  });
});

describe('exceptions, additions and decisions', () => {
  it('are cited where they stand', () => {
    const { customer, found } = normalize(`${DIRECTORY}  exceptions:
    - {user: Intern@ACME.example}
    - group: 00112233-4455-6677-8899-AABBCCDDEEFF
    - {alias: old@acme.example}
  additions: [New@acme.example]
conflicts:
  - {user: maria@acme.example, action: ignore, until: 2027-02-12, reason: parental leave}
  - {user: otto@acme.example, action: delete, until: '2027-02-12T08:00+01:00'}
`);
    expect(found).toEqual([]);
    expect(customer.directory?.exceptions).toEqual([
      {
        kind: 'user',
        subject: { address: 'intern@acme.example' },
        text: 'Intern@ACME.example',
        location: { file: FILE, line: 10, column: 14 },
      },
      {
        kind: 'group',
        subject: { objectId: '00112233-4455-6677-8899-aabbccddeeff' },
        text: '00112233-4455-6677-8899-AABBCCDDEEFF',
        location: { file: FILE, line: 11, column: 14 },
      },
      {
        kind: 'alias',
        subject: { address: 'old@acme.example' },
        text: 'old@acme.example',
        location: { file: FILE, line: 12, column: 15 },
      },
    ]);
    expect(customer.directory?.additions).toEqual([
      { key: 'new@acme.example', address: 'New@acme.example', location: { file: FILE, line: 13, column: 15 } },
    ]);
    expect(customer.decisions).toEqual([
      {
        key: 'maria@acme.example',
        address: 'maria@acme.example',
        action: 'ignore',
        until: '2027-02-12T00:00:00.000Z',
        reason: 'parental leave',
        location: { file: FILE, line: 15, column: 12 },
      },
      {
        key: 'otto@acme.example',
        address: 'otto@acme.example',
        action: 'delete',
        until: '2027-02-12T07:00:00.000Z',
        reason: null,
        location: { file: FILE, line: 16, column: 12 },
      },
    ]);
  });

  it('that are no addresses are refused, and the others kept', () => {
    const { customer, found } =
      normalize(`${DIRECTORY}  exceptions: [{user: intern}, {alias: 00112233-4455-6677-8899-aabbccddeeff}, {alias: x@}, {user: a@acme.example}]
  additions: [newhire, b@acme.example]
conflicts: [{user: maria, action: ignore}, {user: c@acme.example, action: ignore, until: next year}, {user: d@acme.example, action: ignore, until: 2027-02-30}]
`);
    expect(found).toEqual([
      '9:23 CONFIG_VALUE "intern" is not an address or object id: it has no "@".',
      '9:40 CONFIG_VALUE An alias has no object id. Name it by its address.',
      '9:87 CONFIG_VALUE "x@" is not an address: the domain is not valid.',
      '10:15 CONFIG_VALUE "newhire" is not an address: it has no "@".',
      '11:20 CONFIG_VALUE "maria" is not an address: it has no "@".',
      '11:90 CONFIG_VALUE "next year" is not a date such as 2027-02-12, nor a time such as 2027-02-12T08:00:00Z.',
      '11:148 CONFIG_VALUE "2027-02-30" is not a date such as 2027-02-12, nor a time such as 2027-02-12T08:00:00Z.',
    ]);
    expect(customer.directory?.exceptions.map(({ text }) => text)).toEqual(['a@acme.example']);
    expect(customer.directory?.additions.map(({ address }) => address)).toEqual(['b@acme.example']);
    expect(customer.decisions).toEqual([]);
  });
});

describe('users', () => {
  it('have what they say', () => {
    const { customer, found } = normalize(
      `${CUSTOMER}users:
  - address: Scanner@acme.example
    displayName: Scanner 2nd floor
    aliases: [copier@acme.example]
    rules: {allow: [vendor.example, boss@vendor.example]}
  - {address: found@acme.example, source: smtp}
`,
    );
    expect(found).toEqual([]);
    expect(customer.users).toEqual([
      {
        key: 'scanner@acme.example',
        address: 'Scanner@acme.example',
        source: 'manual',
        aliases: ['copier@acme.example'],
        attributes: { displayName: 'Scanner 2nd floor' },
        rules: { allow: ['vendor.example', 'boss@vendor.example'], deny: [] },
        location: { file: FILE, line: 6, column: 5 },
      },
      expect.objectContaining({ key: 'found@acme.example', source: 'smtp', attributes: {}, aliases: [] }),
    ]);
  });

  it('that are wrong are told of, part by part', () => {
    const { customer, found } = normalize(`${CUSTOMER}users:
  - {address: scanner}
  - {address: a@acme.example, aliases: [b, c@acme.example], rules: {allow: ['*'], deny: ['x@']}}
`);
    expect(found).toEqual([
      '6:15 CONFIG_VALUE "scanner" is not an address: it has no "@".',
      '7:41 CONFIG_VALUE The alias "b" is not an address: it has no "@".',
      '7:77 CONFIG_VALUE "*" is neither an address nor a domain.',
      '7:90 CONFIG_VALUE "x@" is neither an address nor a domain.',
    ]);
    expect(customer.users.map(({ aliases }) => aliases)).toEqual([['c@acme.example']]);
  });

  it('come out of files of users too', () => {
    const parsed = parseUsers(
      'apiVersion: rollcall/v1\nkind: Users\nusers: [{address: a@b.c}]\nimports: [{csv: x.csv}, {users: y.yaml}]\n',
      'u',
    );
    expect(normalizeUsers(parsed)).toMatchObject({ value: [{ key: 'a@b.c', source: 'manual' }], findings: [] });
    expect(importsOf(parsed)).toEqual([
      { kind: 'csv', path: 'x.csv', location: { file: 'u', line: 4, column: 17 } },
      { kind: 'users', path: 'y.yaml', location: { file: 'u', line: 4, column: 33 } },
    ]);
  });
});

describe('a workspace', () => {
  const HEAD = 'apiVersion: rollcall/v1\nkind: Workspace\n';
  const normalized = (text: string) =>
    normalizeWorkspace(parseWorkspace(text, 'rollcall.yaml'), (path) => `/ws/${path}`);
  const start = { file: 'rollcall.yaml', line: 1, column: 1 };

  it('of the fewest keys has every default', () => {
    expect(normalized(HEAD)).toEqual({
      workspace: {
        state: { backend: 'sqlite', path: '/ws/.rollcall/state.db' },
        dns: { resolvers: [], authoritative: true, timeoutMs: 3000 },
        targets: [],
        planTtlMs: 86_400_000,
        approvals: null,
        redactionKey: null,
        location: start,
      },
      service: null,
      customers: [{ pattern: 'customers/*.yaml', location: start }],
      maxRemovals: { count: 5, percent: 10 },
      gates: { mx: 'warn', spf: 'warn', ownership: 'block' },
      findings: [],
    });
  });

  it('says where the key of its pseudonyms is', () => {
    const { workspace } = normalized(`${HEAD}redaction: {key: {file: secrets/redaction}}\n`);
    expect(workspace.redactionKey).toEqual({ file: '/ws/secrets/redaction' });
  });

  it('has what it says', () => {
    expect(
      normalized(
        `${HEAD}state: {path: x.db}\nservice: vipre\ncustomers: [a, b]\nsafety: {maxRemovals: 3%, planTtl: 3d}\n`,
      ),
    ).toMatchObject({
      workspace: { state: { path: '/ws/x.db' }, planTtlMs: 259_200_000 },
      service: { profile: 'vipre', regions: [], location: { line: 4, column: 10 } },
      customers: [{ pattern: 'a' }, { pattern: 'b', location: { line: 5, column: 16 } }],
      maxRemovals: { count: null, percent: 3 },
    });
  });
});

describe('distinguished names without quotes in [ ] and { }', () => {
  it('are put together again, with a warning', () => {
    const parsed = parseCustomer(
      `${CUSTOMER}directory:
  type: ldap
  url: ldaps://dc
  baseDN: [ou=Staff,dc=acme, "o=x", ou=Büro,dc=acme]
  bind: {dn: cn=svc,ou=Service,dc=acme, password: {env: X}}
`,
      FILE,
    );
    expect(said(parsed.findings)).toEqual([
      '8:12 warning CONFIG_BARE_DN Put this DN in quotes: without them YAML ends it at the first comma. It was read as "ou=Staff,dc=acme".',
      '8:37 warning CONFIG_BARE_DN Put this DN in quotes: without them YAML ends it at the first comma. It was read as "ou=Büro,dc=acme".',
      '9:14 warning CONFIG_BARE_DN Put this DN in quotes: without them YAML ends it at the first comma. It was read as "cn=svc,ou=Service,dc=acme".',
    ]);
    expect(parsed.value?.directory).toMatchObject({
      baseDN: ['ou=Staff,dc=acme', 'o=x', 'ou=Büro,dc=acme'],
      bind: { dn: 'cn=svc,ou=Service,dc=acme', password: { env: 'X' } },
    });
  });

  it('are so in a directory that is one line', () => {
    const parsed = parseCustomer(
      `${CUSTOMER}directory: {type: ldap, url: ldaps://x, baseDN: [dc=b], publicFolderDN: cn=x,dc=b, bind: {password: {env: X}, dn: cn=a,dc=b}}\n`,
      FILE,
    );
    expect(parsed.value?.directory).toMatchObject({ publicFolderDN: 'cn=x,dc=b', bind: { dn: 'cn=a,dc=b' } });
  });

  it.each(['["ou=Staff","dc=acme"]', '[ou=Staff, dc=acme]', '[ou=Staff]'])(
    'are left alone where they were meant: %s',
    (list) => {
      const parsed = parseCustomer(DIRECTORY.replace(/baseDN.*/, `baseDN: ${list}`), FILE);
      expect(parsed.findings).toEqual([]);
      expect(parsed.value?.directory).toMatchObject({ baseDN: { length: list.split(',').length } });
    },
  );
});
