/** Directories of type entra, from YAML to the configuration. */
import { describe, expect, it } from 'vitest';
import { checkCustomers } from '../../src/config/checks.ts';
import { normalizeCustomer } from '../../src/config/normalize.ts';
import { parseCustomer } from '../../src/config/parse.ts';
import { CUSTOMER, INHERITED, said } from './said.ts';

const CLIENT = '0A1B2C3D-0000-0000-0000-000000000000';

/** Ten lines: what a test adds to the directory begins in line 11. */
function entra(credential = '{secret: {env: ENTRA_SECRET}}', more = ''): string {
  return `${CUSTOMER}directory:
  type: entra
  tenant: Contoso.onmicrosoft.com
  clientId: ${CLIENT}
  # What it signs in with.
  credential: ${credential}
${more}`;
}

function normalized(text: string) {
  const parsed = parseCustomer(text, 'customers/acme.yaml');
  const inherited = INHERITED;
  const { value, findings } = normalizeCustomer(parsed, [], inherited, (path) => `/ws/${path}`);
  const checks = value === null ? [] : checkCustomers([{ customer: value, incomplete: parsed.incomplete }]);
  return { directory: value?.directory, found: said([...parsed.findings, ...findings, ...checks]) };
}

describe('a directory of type entra', () => {
  it('of the fewest keys has every default', () => {
    const { directory, found } = normalized(entra());
    expect(found).toEqual([]);
    expect(directory).toMatchObject({
      connection: {
        type: 'entra',
        tenant: 'contoso.onmicrosoft.com',
        clientId: CLIENT.toLowerCase(),
        credential: { kind: 'secret', secret: { env: 'ENTRA_SECRET' } },
        expires: null,
        cloud: 'global',
        filter: null,
        timeouts: { pageMs: 60_000, throttledMs: 300_000 },
        fullEveryMs: 604_800_000,
      },
      include: { disabled: false, guests: false, publicFolders: false, sharedMailboxes: false, resources: false },
      syncEveryMs: 86_400_000,
      deleteAfterDays: 7,
    });
  });

  it('has what it says', () => {
    const more = `  cloud: us-gov
  filter: accountEnabled eq true
  timeouts: {page: 10s, throttled: 1h}
  include: {guests: true}
  sync: {every: 6h, fullEvery: 24h}
  deleteAfter: 14d
  exceptions: [{user: intern@acme.example}]
  additions: [new@acme.example]
`;
    const { directory, found } = normalized(entra(undefined, more));
    expect(found).toEqual([]);
    expect(directory).toMatchObject({
      connection: {
        cloud: 'us-gov',
        filter: 'accountEnabled eq true',
        timeouts: { pageMs: 10_000, throttledMs: 3_600_000 },
        fullEveryMs: 86_400_000,
      },
      include: { guests: true, disabled: false },
      syncEveryMs: 21_600_000,
      deleteAfterDays: 14,
      exceptions: [{ kind: 'user' }],
      additions: [{ key: 'new@acme.example' }],
      locations: { filter: { line: 12 }, include: { line: 14 } },
    });
  });

  it.each([
    ['{secret: {file: pw}}', { kind: 'secret', secret: { file: '/ws/pw' } }],
    [
      '{certificate: {file: certs/a.pem}, key: {env: KEY}}',
      { kind: 'certificate', certificate: '/ws/certs/a.pem', key: { env: 'KEY' } },
    ],
    ['{federated: github}', { kind: 'federated', token: 'github' }],
    ['{federated: azure-pipelines}', { kind: 'federated', token: 'azure-pipelines' }],
    ['{federated: {file: token}}', { kind: 'federated', token: { file: '/ws/token' } }],
  ])('signs in with %s', (text, credential) => {
    const { directory, found } = normalized(entra(text));
    expect(found).toEqual([]);
    expect(directory?.connection).toMatchObject({ credential });
  });

  it('may be in a cloud that has no name here', () => {
    const cloud = { login: 'https://login.cloud.example', graph: 'https://graph.cloud.example:8443' };
    const { directory, found } = normalized(entra(undefined, `  cloud: ${JSON.stringify(cloud)}\n`));
    expect(found).toEqual([]);
    expect(directory?.connection).toMatchObject({ cloud });
  });

  it('knows the moment after which its credential is of no use', () => {
    const { directory } = normalized(entra('{secret: {env: X}, expires: 2027-02-28}'));
    expect(directory?.connection).toMatchObject({
      expires: { at: '2027-03-01T00:00:00.000Z', location: { line: 10, column: 43 } },
    });
  });

  it.each([
    ['{secret: {env: X}, federated: github}', 'must have exactly one of secret, certificate (with key) and federated.'],
    ['{}', 'must have exactly one of secret, certificate (with key) and federated.'],
    [
      '{certificate: {file: a.pem}}',
      'needs certificate and key together: the one is public, the other proves that it is yours.',
    ],
    ['{key: {env: X}}', 'needs certificate and key together: the one is public, the other proves that it is yours.'],
  ])('cannot sign in with %s', (text, problem) => {
    expect(normalized(entra(text)).found).toEqual([`10:3 CONFIG_VALUE "directory.credential" ${problem}`]);
  });

  it.each([
    [entra('{secret: hunter2}'), /^10:24 CONFIG_CLEAR_SECRET "directory.credential.secret" stands here in clear/],
    [entra('{federated: jenkins}'), /^10:27 CONFIG_\w+ "directory.credential.federated" must be one of github, gitlab/],
    [entra('{secret: {env: X}, expires: 2027-02-30}'), /^10:43 CONFIG_VALUE .* is no day that exists: "2027-02-30"/],
    [entra('{secret: {env: X}, expires: soon}'), /^10:43 CONFIG_VALUE .* must be a day such as 2027-03-01/],
    [entra().replace(CLIENT, 'rollcall'), /^8:13 CONFIG_VALUE .* must be the application \(client\) id/],
    [entra().replace('Contoso.onmicrosoft.com', 'contoso'), /^7:11 CONFIG_VALUE .* must be the tenant's id or one of/],
    [entra(undefined, '  cloud: germany\n'), /^11:10 CONFIG_\w+ "directory.cloud" must be one of global, us-gov/],
    [
      entra(undefined, '  cloud: {login: "http://a", graph: "https://b"}\n'),
      /^11:18 CONFIG_VALUE "directory.cloud.login" must be a host with https:/,
    ],
    [entra(undefined, '  include: {publicFolders: true}\n'), /^11:13 CONFIG_UNKNOWN_KEY There is no "publicFolders"/],
    [entra(undefined, '  filter: (department=*)\n'), /^11:11 CONFIG_FILTER .* is an LDAP filter. Entra ID takes OData/],
    [
      entra(undefined, '  filter: accountEnabled eq true\n  include: {sharedMailboxes: true, disabled: true}\n'),
      /^11:3 warning CONFIG_FILTER The filter keeps out whom include.disabled and include.sharedMailboxes would bring/,
    ],
    [
      entra(undefined, "  filter: userType eq 'Member'\n  include: {guests: true}\n"),
      /^11:3 warning CONFIG_FILTER The filter keeps out whom include.guests would bring in/,
    ],
  ])('is told what is wrong with it: %#', (text, message) => {
    const { found } = normalized(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each([
    "  filter: department eq 'accountEnabled eq true'\n  include: {disabled: true}\n",
    "  filter: accountEnabled eq true or department eq 'Shared'\n  include: {sharedMailboxes: true}\n",
    "  filter: department eq 'a=b'\n",
  ])('is left alone with a filter that may be meant: %#', (more) => {
    expect(normalized(entra(undefined, more)).found).toEqual([]);
  });
});
