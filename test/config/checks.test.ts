import { describe, expect, it } from 'vitest';
import { checkCustomers } from '../../src/config/checks.ts';
import { capFindings, error, sortFindings } from '../../src/config/finding.ts';
import { normalizeCustomer } from '../../src/config/normalize.ts';
import { parseCustomer } from '../../src/config/parse.ts';
import type { ConfiguredUser } from '../../src/domain/config.ts';
import { CUSTOMER, DIRECTORY, INHERITED } from './said.ts';

/** What the checks say of these customer files, in the order of their places. */
function checked(texts: readonly string[], imported: readonly ConfiguredUser[] = []): readonly string[] {
  const customers = texts.flatMap((text, index) => {
    const parsed = parseCustomer(text, `${index + 1}.yaml`);
    const inherited = INHERITED;
    const { value } = normalizeCustomer(parsed, imported, inherited, (path) => path);
    return value === null ? [] : [{ customer: value, incomplete: parsed.incomplete }];
  });
  return sortFindings(checkCustomers(customers)).map(
    ({ severity, code, message, location: { file, line, column } }) =>
      `${file}:${line}:${column} ${severity} ${code} ${message}`,
  );
}

const other = (name: string, domain: string) => CUSTOMER.replace('acme\n', `${name}\n`).replace('acme.example', domain);

describe('across customers', () => {
  it('nothing is wrong with two that share nothing', () => {
    expect(checked([CUSTOMER, other('globex', 'globex.example')])).toEqual([]);
  });

  it('a name is used once', () => {
    expect(checked([CUSTOMER, other('acme', 'b.example'), other('acme', 'c.example')])).toEqual([
      '2.yaml:3:1 error CONFIG_DUPLICATE_CUSTOMER The customer "acme" is defined already: 1.yaml:3.',
      '3.yaml:3:1 error CONFIG_DUPLICATE_CUSTOMER The customer "acme" is defined already: 1.yaml:3.',
    ]);
  });

  it('a domain is claimed once, however it is written', () => {
    expect(checked([CUSTOMER, other('globex', 'ACME.Example.')])).toEqual([
      '2.yaml:4:18 error CONFIG_DOMAIN_TWICE The domain "acme.example" belongs to the customer "acme" already: 1.yaml:4.',
    ]);
    expect(checked([CUSTOMER.replace('}]', '}, {name: acme.example}]')])).toEqual([
      '1.yaml:4:40 error CONFIG_DOMAIN_TWICE The domain "acme.example" belongs to this customer already: 1.yaml:4.',
    ]);
  });
});

describe('domains of addresses', () => {
  it('of users, aliases and additions are managed', () => {
    expect(
      checked([
        `${DIRECTORY}  additions: [x@other.example, ok@acme.example]
users:
  - {address: a@other.example}
  - {address: b@acme.example, aliases: [ok2@acme.example, b@third.example]}
`,
      ]),
    ).toEqual([
      '1.yaml:9:15 error CONFIG_UNMANAGED_DOMAIN The addition x@other.example is in "other.example", which is not among the domains of "acme".',
      '1.yaml:11:5 error CONFIG_UNMANAGED_DOMAIN The user a@other.example is in "other.example", which is not among the domains of "acme".',
      '1.yaml:12:5 error CONFIG_ALIAS_DOMAIN The alias b@third.example is in "third.example", which is not among the domains of "acme".',
    ]);
  });

  it('that were forgotten are one mistake a file', () => {
    const users = ['a@x.example', 'b@y.example', 'c@x.example', 'd@x.example'];
    expect(checked([`${CUSTOMER}users: [${users.map((address) => `{address: ${address}}`).join(', ')}]\n`])).toEqual([
      '1.yaml:5:9 error CONFIG_UNMANAGED_DOMAIN The user a@x.example is in "x.example", which is not among the domains of "acme", as are 2 others in this file.',
      '1.yaml:5:33 error CONFIG_UNMANAGED_DOMAIN The user b@y.example is in "y.example", which is not among the domains of "acme".',
    ]);
  });

  it('are not checked where the list of domains itself is wrong', () => {
    const text = `${CUSTOMER.replace('name: acme.example', 'nmae: acme.example')}users: [{address: a@acme.example}]\n`;
    expect(checked([text])).toEqual([]);
  });
});

describe('addresses', () => {
  it('belong to one user', () => {
    expect(
      checked([
        `${DIRECTORY}  additions: [copier@acme.example]
users:
  - {address: Scan@acme.example, aliases: [copier@acme.example]}
  - {address: scan@acme.example}
  - {address: fax@acme.example, aliases: [COPIER@acme.example]}
  - {address: own@acme.example, aliases: [own@acme.example]}
`,
      ]),
    ).toEqual([
      '1.yaml:9:15 error CONFIG_ADDRESS_TWICE The addition copier@acme.example belongs to Scan@acme.example (1.yaml:11) already.',
      '1.yaml:12:5 error CONFIG_ADDRESS_TWICE The user scan@acme.example is there already: 1.yaml:11.',
      '1.yaml:13:5 error CONFIG_ADDRESS_TWICE The address COPIER@acme.example of fax@acme.example belongs to Scan@acme.example (1.yaml:11) already.',
      '1.yaml:14:5 warning CONFIG_ADDRESS_TWICE own@acme.example has the address own@acme.example twice.',
    ]);
  });

  it('of imported users count as well', () => {
    const imported: ConfiguredUser = {
      key: 'a@acme.example' as ConfiguredUser['key'],
      address: 'a@acme.example',
      source: 'csv',
      aliases: [],
      attributes: {},
      rules: { allow: [], deny: [] },
      location: { file: 'users.csv', line: 2, column: 1 },
    };
    expect(checked([`${CUSTOMER}users: [{address: a@acme.example}]\n`], [imported])).toEqual([
      'users.csv:2:1 error CONFIG_ADDRESS_TWICE The user a@acme.example is there already: 1.yaml:5.',
    ]);
  });
});

describe('exceptions and additions', () => {
  it('that match: the exception wins (SEL-5)', () => {
    expect(
      checked([
        `${DIRECTORY}  exceptions: [{user: A@acme.example}, {user: 00112233-4455-6677-8899-aabbccddeeff}]\n  additions: [a@acme.example]\n`,
      ]),
    ).toEqual([
      '1.yaml:10:15 warning CONFIG_EXCEPTED_ADDITION a@acme.example is an exception too (1.yaml:9). The exception wins (SEL-5), so this addition has no effect.',
    ]);
  });

  it('are listed once', () => {
    const id = '00112233-4455-6677-8899-aabbccddeeff';
    expect(
      checked([
        `${DIRECTORY}  exceptions: [{user: a@acme.example}, {alias: a@acme.example}, {user: A@acme.example}, {group: ${id}}, {group: ${id.toUpperCase()}}]\n  additions: [b@acme.example, B@acme.example]\n`,
      ]),
    ).toEqual([
      '1.yaml:9:72 warning CONFIG_EXCEPTION_TWICE A@acme.example is an exception already: 1.yaml:9.',
      `1.yaml:9:144 warning CONFIG_EXCEPTION_TWICE ${id.toUpperCase()} is an exception already: 1.yaml:9.`,
      '1.yaml:10:31 warning CONFIG_ADDITION_TWICE B@acme.example is an addition already: 1.yaml:10.',
    ]);
  });
});

describe('decisions', () => {
  it('are one a user, and about nobody whom the configuration itself supplies (DEL-8)', () => {
    expect(
      checked([
        `${DIRECTORY}  additions: [new@acme.example]
users: [{address: scan@acme.example}]
conflicts:
  - {user: a@acme.example, action: ignore}
  - {user: A@acme.example, action: delete}
  - {user: scan@acme.example, action: delete}
  - {user: new@acme.example, action: ignore}
`,
      ]),
    ).toEqual([
      '1.yaml:13:12 error CONFIG_DECISION_TWICE There is a decision for A@acme.example already: 1.yaml:12. Keep one of them.',
      '1.yaml:14:12 error CONFIG_DECISION scan@acme.example is a user of the configuration (1.yaml:10), so this decision has no effect (DEL-8). To delete the user, take it out there.',
      '1.yaml:15:12 warning CONFIG_DECISION new@acme.example is an addition (1.yaml:9), so this decision has no effect (DEL-8). Take the decision out.',
    ]);
  });
});

it('what is wrong with the connection hides nothing else', () => {
  const text = `${DIRECTORY.replace('ldaps:', 'ldap:')}  additions: [a@other.example]\n`;
  expect(checked([text])).toEqual([expect.stringContaining('CONFIG_UNMANAGED_DOMAIN The addition a@other.example')]);
});

describe('sites', () => {
  const SITES = `sites:
  - {name: bern, default: true, servers: [{address: mx1}]}
  - {name: rome, default: true, servers: [{address: mx2}]}
  - {name: bern, servers: [{address: mx3}]}
`;

  it('are defined once, and one is the default', () => {
    expect(checked([CUSTOMER + SITES])).toEqual([
      '1.yaml:7:12 error CONFIG_SITE Only one site can be the default, and "bern" is it already.',
      '1.yaml:8:12 error CONFIG_SITE The site "bern" is defined already: 1.yaml:6.',
    ]);
  });

  it('that a domain names are defined', () => {
    const text = CUSTOMER.replace('}]', ', site: oslo}]');
    expect(checked([text])).toEqual([
      '1.yaml:4:18 error CONFIG_SITE The site "oslo" of the domain "acme.example" is not defined under "sites". There are no sites.',
    ]);
    expect(checked([`${text}sites: [{name: bern, servers: [{address: mx}]}]\n`])).toEqual([
      expect.stringContaining('Defined: bern.'),
    ]);
    expect(checked([`${text}sites: [{name: bern}]\n`])).toEqual([]);
  });
});

describe('base DNs', () => {
  const withBases = (bases: string) => checked([DIRECTORY.replace(/baseDN.*/, `baseDN: ${bases}`)]);

  it('do not overlap', () => {
    expect(withBases('["ou=a,dc=x", "dc=y", "OU=b, DC=y", "OU=A,dc=x"]')).toEqual([
      '1.yaml:5:1 warning CONFIG_BASES The base DN "OU=A,dc=x" stands there twice. Take one out.',
      '1.yaml:5:1 warning CONFIG_BASES The base DN "OU=b, DC=y" is part of "dc=y", which is read with everything below it. Take one out.',
    ]);
    expect(withBases('["ou=a,dc=x", "ou=aa,dc=x"]')).toEqual([]);
  });

  it('are not one that YAML split', () => {
    expect(withBases('[ou=Staff, dc=acme, dc=example]')).toEqual([
      '1.yaml:5:1 warning CONFIG_BASES Each of the 3 base DNs has one part only. If they are one DN, put it in quotes: "ou=Staff,dc=acme,dc=example".',
    ]);
  });
});

describe('findings', () => {
  const at = (file: string, line: number) => error('CONFIG_VALUE', { file, line, column: 1 }, 'x');

  it('of one file are no more than anybody reads', () => {
    const findings = [...Array.from({ length: 5 }, (_, index) => at('a', index)), at('b', 1)];
    expect(capFindings(findings, 2).map(({ code, location: { file, line } }) => `${file}:${line} ${code}`)).toEqual([
      'a:0 CONFIG_VALUE',
      'a:1 CONFIG_VALUE',
      'a:2 CONFIG_MORE',
      'b:1 CONFIG_VALUE',
    ]);
  });
});
