import { describe, expect, it } from 'vitest';
import { parseCustomer, parseUsers, parseWorkspace } from '../../src/config/parse.ts';
import { CUSTOMER, DIRECTORY, said, saidOf } from './said.ts';

describe('unknown keys', () => {
  it.each([
    ['displayNam: x', 'There is no "displayNam". Did you mean "displayName"?'],
    ['DisplayName: x', 'There is no "DisplayName". Did you mean "displayName"?'],
    ['display-name: x', 'There is no "display-name". Did you mean "displayName"?'],
    ['deleteAfter: 7d', 'There is no "deleteAfter". It belongs under "directory".'],
    ['verification: none', 'There is no "verification". It belongs to an entry under "domains".'],
    [
      'xyz: 1',
      'There is no "xyz". Known here: apiVersion, kind, name, displayName, region, seats, domains, sites, outbound, directory, conflicts, users, imports, gates, safety.',
    ],
    ['<<: {seats: 1}', 'There is no "<<". Merge keys are not part of YAML 1.2.'],
  ])('%s', (line, message) => {
    expect(saidOf(`${CUSTOMER}${line}\n`)).toEqual([`5:1 CONFIG_UNKNOWN_KEY ${message}`]);
  });

  it('in the directory that belong to the top level say so', () => {
    expect(saidOf(`${DIRECTORY}  seats: 3\n`)).toEqual([
      '9:3 CONFIG_UNKNOWN_KEY There is no "seats" under "directory". It belongs to the top level of the file.',
    ]);
  });

  it('that are a misspelling of a key that is missing are one mistake', () => {
    expect(saidOf(`${CUSTOMER}users:\n  - adress: a@acme.example\n`)).toEqual([
      '6:5 CONFIG_UNKNOWN_KEY There is no "adress" in an entry of "users". Did you mean "address"?',
    ]);
    expect(saidOf(DIRECTORY.replace('url:', 'ulr:'))).toEqual([
      '7:3 CONFIG_UNKNOWN_KEY There is no "ulr" under "directory". Did you mean "url"?',
    ]);
  });
});

describe('values of the wrong kind', () => {
  it.each([
    ['seats: many', '5:8 CONFIG_TYPE "seats" must be a whole number of 0 or more, but it is text.'],
    ['seats: 1.5', '5:8 CONFIG_TYPE "seats" must be a whole number of 0 or more, but it is a number.'],
    ['seats: -1', '5:8 CONFIG_VALUE "seats" must be a whole number of 0 or more, but it is -1.'],
    [
      'region: 44',
      '5:9 CONFIG_TYPE "region" must be text, but it is a whole number. Put it in quotes to make it text.',
    ],
    ['region: ""', '5:9 CONFIG_VALUE "region" must be text, but it is empty.'],
    ['region:', '5:1 CONFIG_TYPE "region" is empty. Give it a value, or take the line out.'],
    [
      'users: a@acme.example',
      '5:8 CONFIG_TYPE "users" must be a list, but it is text. Put it in [ ] to make it a list of one.',
    ],
    ['users: {address: a@acme.example}', '5:8 CONFIG_TYPE "users" must be a list, but it is a block of keys.'],
    ['users: [a@acme.example]', '5:9 CONFIG_TYPE An entry of "users" must be a block of keys, but it is text.'],
    ['users: [~]', '5:9 CONFIG_TYPE An entry of "users" is empty. Give it a value, or take the line out.'],
    [
      'users: [{address: a@acme.example, mobile: +447700900000}]',
      '5:43 CONFIG_TYPE "users.mobile" must be text, but it is a whole number. Put it in quotes to make it text.',
    ],
    [
      'sites: [{name: x, servers: []}]',
      '5:28 CONFIG_VALUE "sites.servers" must be a list with something in it, but it is empty.',
    ],
    [
      'sites: [{name: x, servers: [{address: y, port: 65536}]}]',
      '5:48 CONFIG_VALUE "sites.servers.port" must be a whole number from 1 to 65535, but it is 65536.',
    ],
    [
      'safety: {maxRemovals: 110%}',
      '5:23 CONFIG_VALUE "safety.maxRemovals" must be a count such as 20, or a percentage from 0% to 100% such as 10%.',
    ],
    [
      'safety: {maxRemovals: -1}',
      '5:23 CONFIG_VALUE "safety.maxRemovals" must be a count such as 20, or a percentage from 0% to 100% such as 10%, but it is -1.',
    ],
    ['imports: [{csv: a, users: b}]', '5:11 CONFIG_VALUE An entry of "imports" must be exactly one of csv and users.'],
    ['imports: [{}]', '5:11 CONFIG_VALUE An entry of "imports" must be exactly one of csv and users.'],
    [
      'conflicts: [{user: a@acme.example, action: remove}]',
      '5:44 CONFIG_VALUE "conflicts.action" must be one of delete, ignore, deactivate, but it is "remove".',
    ],
    [
      'conflicts: [{user: a@acme.example, action: Ignored}]',
      '5:44 CONFIG_VALUE "conflicts.action" must be one of delete, ignore, deactivate, but it is "Ignored". Did you mean "ignore"?',
    ],
  ])('%s', (line, message) => {
    expect(saidOf(`${CUSTOMER}${line}\n`)).toEqual([message]);
  });

  it.each([
    [
      'tls: false',
      '9:8 CONFIG_TYPE "directory.tls" must be either off, or ca and serverName, but it is true or false.',
    ],
    ['tls: on', '9:8 CONFIG_TYPE "directory.tls" must be either off, or ca and serverName, but it is text.'],
    ['tls: {caa: x}', '9:9 CONFIG_UNKNOWN_KEY There is no "caa" under "directory.tls". Did you mean "ca"?'],
    [
      'tls: {ca: 3}',
      '9:13 CONFIG_TYPE "directory.tls.ca" must be text, but it is a whole number. Put it in quotes to make it text.',
    ],
    [
      'startTLS: yes',
      '9:13 CONFIG_TYPE "directory.startTLS" must be true or false, but it is text. In YAML 1.2 "yes" is text: write true.',
    ],
    [
      'enabled: off',
      '9:12 CONFIG_TYPE "directory.enabled" must be true or false, but it is text. In YAML 1.2 "off" is text: write false.',
    ],
    ['pageSize: 0', '9:13 CONFIG_VALUE "directory.pageSize" must be a whole number from 1 to 10000, but it is 0.'],
    [
      'deleteAfter: 14',
      '9:16 CONFIG_TYPE "directory.deleteAfter" must be a number of days such as 14d (7d or more, DEL-2), or never, but it is a whole number.',
    ],
    [
      'deleteAfter: 2w',
      '9:16 CONFIG_VALUE "directory.deleteAfter" must be a number of days such as 14d (7d or more, DEL-2), or never.',
    ],
    [
      'sync: {every: 2h}',
      '9:17 CONFIG_VALUE "directory.sync.every" must be one of 1h, 6h, 12h, 24h, 3d, 7d, but it is "2h".',
    ],
    [
      'timeouts: {connect: 10}',
      '9:23 CONFIG_TYPE "directory.timeouts.connect" must be a duration such as 10s, 5m or 1h, but it is a whole number.',
    ],
    [
      'exceptions: [{usr: a@acme.example}]',
      '9:17 CONFIG_UNKNOWN_KEY There is no "usr" in an entry of "directory.exceptions". Did you mean "user"?',
    ],
    [
      'exceptions: [{user: a, group: b}]',
      '9:16 CONFIG_VALUE An entry of "directory.exceptions" must be exactly one of user, group and alias.',
    ],
    [
      'attributes: {primary: "no good"}',
      '9:25 CONFIG_VALUE "directory.attributes.primary" must be the name of an LDAP attribute, such as mail.',
    ],
  ])('%s', (line, message) => {
    expect(saidOf(`${DIRECTORY}  ${line}\n`)).toEqual([message]);
  });
});

describe('blocks and lists where a word belongs', () => {
  it.each(['{}', '[]', '{a: 1}', '[[]]'])('%s', (value) => {
    for (const key of ['apiVersion', 'kind', 'name'])
      expect(saidOf(CUSTOMER.replace(new RegExp(`${key}: .*`), `${key}: ${value}`))).toEqual([
        expect.stringMatching(new RegExp(`CONFIG_TYPE "${key}" must be .*, but it is a (list|block of keys)\\.$`)),
      ]);
    for (const key of [
      'startTLS',
      'dialect',
      'pageSize',
      'deleteAfter',
      'filter',
      'include: {disabled',
      'sync: {every',
    ])
      expect(saidOf(`${DIRECTORY}  ${key}: ${value}${key.includes('{') ? '}' : ''}\n`)).toEqual([
        expect.stringMatching(/CONFIG_TYPE "directory\.[\w.]+" must be .*, but it is a (list|block of keys)\.$/),
      ]);
  });
});

describe('what is missing', () => {
  it('is told of at the block that lacks it', () => {
    expect(saidOf(`${CUSTOMER}directory:\n  type: ldap\nsites:\n  - servers: [{address: x}]\n`)).toEqual([
      '8:5 CONFIG_MISSING An entry of "sites" needs "name".',
      '5:1 CONFIG_MISSING "directory" needs "url".',
      '5:1 CONFIG_MISSING "directory" needs "baseDN".',
    ]);
    expect(saidOf('name: acme\n')).toEqual([
      '1:1 CONFIG_MISSING The file needs "apiVersion".',
      '1:1 CONFIG_MISSING The file needs "kind".',
      '1:1 CONFIG_MISSING The file needs "domains".',
    ]);
  });
});

describe('files that are something else', () => {
  it.each([
    [
      'another kind',
      CUSTOMER.replace('Customer', 'Users'),
      '2:7 CONFIG_VALUE "kind" must be "Customer", but it is "Users". A file of users is named under "imports" of a customer.',
    ],
    [
      'another version',
      `${CUSTOMER.replace('/v1', '/v2')}new: 1\n`,
      '1:13 CONFIG_VALUE "apiVersion" must be "rollcall/v1", but it is "rollcall/v2".',
    ],
    ['text', 'hello\n', '1:1 CONFIG_TYPE The file must be a block of keys, but it is text.'],
    ['a list', '- a\n', '1:1 CONFIG_TYPE The file must be a block of keys, but it is a list.'],
  ])('are told of by that alone: %s', (_, text, message) => {
    expect(saidOf(text)).toEqual([message]);
    expect(parseCustomer(text, 'f').value).toBeNull();
  });

  it('a directory of another type has other keys', () => {
    expect(saidOf(`${CUSTOMER}directory:\n  type: entra\n  tenantt: contoso.example\n  url: ldaps://dc1\n`)).toEqual([
      '5:1 CONFIG_MISSING "directory" needs "clientId".',
      '5:1 CONFIG_MISSING "directory" needs "credential".',
      '7:3 CONFIG_UNKNOWN_KEY There is no "tenantt" under "directory". Did you mean "tenant"?',
      '8:3 CONFIG_UNKNOWN_KEY There is no "url" under "directory". It goes with "type: ldap", not with "type: entra".',
    ]);
  });

  it('a directory of no type lacks that alone', () => {
    expect(saidOf(`${CUSTOMER}directory: {url: ldaps://dc1}\n`)).toEqual([
      '5:1 CONFIG_MISSING "directory" needs "type".',
    ]);
  });

  it('a directory of no known type is misspelt', () => {
    expect(saidOf(DIRECTORY.replace('type: ldap', 'type: ldpa'))).toEqual([
      '6:9 CONFIG_VALUE "directory.type" must be one of ldap, entra, but it is "ldpa". Did you mean "ldap"?',
    ]);
  });
});

describe('secrets in clear', () => {
  const SECRET = 'Sommer2026';
  it.each([
    ['as text', SECRET, 'CONFIG_CLEAR_SECRET'],
    ['in quotes', `"${SECRET}"`, 'CONFIG_CLEAR_SECRET'],
    ['as a list', `[${SECRET}]`, 'CONFIG_CLEAR_SECRET'],
    ['as a number', '20262026', 'CONFIG_CLEAR_SECRET'],
    ['as a key', `{${SECRET}}`, 'CONFIG_UNKNOWN_KEY'],
    ['under a key', `{value: ${SECRET}}`, 'CONFIG_UNKNOWN_KEY'],
    ['as the name of a variable', `{env: "${SECRET} !"}`, 'CONFIG_VALUE'],
    ['as a number in a reference', '{file: 20262026}', 'CONFIG_TYPE'],
  ])('are told of and not repeated: %s', (_, password, code) => {
    const found = saidOf(`${DIRECTORY}  bind: {dn: cn=x, password: ${password}}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(` ${code} `);
    expect(found[0]).not.toContain(SECRET);
    expect(found[0]).not.toContain('2026');
  });

  it('the message says what to put there', () => {
    expect(saidOf(`${DIRECTORY}  bind: {dn: cn=x, password: ${SECRET}}\n`)[0]).toMatch(
      /^9:30 .*"directory.bind.password" stands here in clear. Put a reference in its place, \{env: NAME\}/,
    );
  });
});

describe('what is left of a file with mistakes', () => {
  it('is everything else, with its places', () => {
    const text = `${CUSTOMER}seats: many
users:
  - {address: a@acme.example, phone: 1}
  - {adress: b@acme.example}
  - {address: c@acme.example}
`;
    const { value, incomplete, at } = parseCustomer(text, 'f');
    expect(value).toEqual({
      apiVersion: 'rollcall/v1',
      kind: 'Customer',
      name: 'acme',
      domains: [{ name: 'acme.example' }],
      users: [{ address: 'a@acme.example' }, { address: 'c@acme.example' }],
    });
    expect(incomplete).toEqual(new Set(['seats', 'users']));
    expect(at('users', 1)).toEqual({ file: 'f', line: 9, column: 5 });
  });

  it('is nothing where hardly anything is right', () => {
    const { value, findings } = parseCustomer(
      `${CUSTOMER}users:\n${'  - {adress: a@acme.example}\n'.repeat(25_000)}`,
      'f',
    );
    expect(value).toBeNull();
    expect(findings.length).toBeGreaterThan(500);
  });

  it('is nothing where the name is wrong', () => {
    expect(parseCustomer(CUSTOMER.replace('acme\n', 'Acme\n'), 'f').value).toBeNull();
  });

  it('is a customer without domains where they are missing, so that the rest can be checked', () => {
    expect(parseCustomer('apiVersion: rollcall/v1\nkind: Customer\nname: acme\n', 'f').value).toMatchObject({
      name: 'acme',
    });
  });
});

describe('the other kinds of file', () => {
  it('a workspace', () => {
    const text =
      'apiVersion: rollcall/v1\nkind: Workspace\nstate: {backend: postgres}\ncustomers: []\nsafety: {planTtl: 1y}\n';
    expect(said(parseWorkspace(text, 'rollcall.yaml').findings)).toEqual([
      '3:18 CONFIG_VALUE "state.backend" must be sqlite, but it is "postgres".',
      '4:12 CONFIG_VALUE "customers" must be a list with something in it, but it is empty.',
      '5:19 CONFIG_VALUE "safety.planTtl" must be a duration such as 30m, 24h or 2d.',
    ]);
  });

  it('a file of users', () => {
    const text = 'apiVersion: rollcall/v1\nkind: Users\nusers: [{address: a@b.c, source: ldap}]\ndomains: []\n';
    expect(said(parseUsers(text, 'f').findings)).toEqual([
      expect.stringMatching(
        /^4:1 CONFIG_UNKNOWN_KEY There is no "domains". Known here: apiVersion, kind, users, imports/,
      ),
      '3:34 CONFIG_VALUE "users.source" must be one of manual, smtp, but it is "ldap".',
    ]);
  });
});
