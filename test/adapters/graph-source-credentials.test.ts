/** How an app proves itself without a secret: by a certificate, or by the token of a pipeline or workload. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntraCredential } from '../../src/domain/config.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { complete } from '../contract/directory-source.ts';
import { entraCustomer, sourceOf, startTenant } from '../support/entra-customer.ts';
import { type AppCertificate, createTokenIssuer, makeAppCertificate } from '../support/graph/client-proof.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';

const ISSUER = createTokenIssuer('https://token.actions.example');
const SUBJECT = 'repo:contoso/roster:ref:refs/heads/main';

let dir: string;
let certificate: AppCertificate;
let other: AppCertificate;
let simulator: GraphSimulator;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-entra-'));
  certificate = await makeAppCertificate(dir, 'right');
  other = await makeAppCertificate(dir, 'other');
  simulator = await startTenant({
    app: { secrets: [], certificates: [certificate.certificate], federated: [ISSUER.credential(SUBJECT)] },
  });
  simulator.tenant().addUser();
});
afterAll(async () => {
  await simulator?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});
beforeEach(() => simulator.clearRequests());

const read = (credential: EntraCredential, options: Parameters<typeof sourceOf>[1] = {}) =>
  sourceOf(simulator, { environment: {}, ...options }).read(entraCustomer({ credential }), {
    signal: new AbortController().signal,
  });
const expectFailure = async (reading: ReturnType<typeof read>, code: string, message: RegExp, hint: RegExp) => {
  expect(await reading).toEqual({
    status: 'failed',
    problem: { code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) },
  });
};

describe('a certificate', () => {
  const withKey = (file: string, key: string): EntraCredential => ({
    kind: 'certificate',
    certificate: file,
    key: { env: key },
  });

  it('signs the app in', async () => {
    const { objects } = await complete(read(withKey(certificate.certFile, certificate.key)));
    expect(objects).toHaveLength(1);
  });

  it.each<[string, () => EntraCredential, RegExp, RegExp]>([
    [
      'that is not there',
      () => withKey('/nowhere.pem', ''),
      /^\/nowhere\.pem cannot be read \(ENOENT\)\.$/,
      /credential\.certificate/,
    ],
    [
      'that is none',
      () => withKey(certificate.keyFile, certificate.key),
      /holds no certificate as PEM/,
      /BEGIN CERTIFICATE/,
    ],
    [
      'with a key that is none',
      () => withKey(certificate.certFile, certificate.certificate),
      /is no private key as PEM/,
      /without a passphrase/,
    ],
    [
      'with the key of another',
      () => withKey(certificate.certFile, other.key),
      /do not belong together/,
      /Name the key/,
    ],
  ])('%s', async (_, credential, message, hint) => {
    await expectFailure(read(credential()), 'ENTRA_CERTIFICATE', message, hint);
    expect(simulator.requests).toEqual([]);
  });

  it('that has expired, or is not good yet', async () => {
    const credential = withKey(certificate.certFile, certificate.key);
    const later = { now: () => '2099-01-01T00:00:00.000Z' as Instant };
    await expectFailure(read(credential, later), 'ENTRA_CERTIFICATE', /has expired: it was good until/, /upload it/);
    const earlier = { now: () => '2020-01-01T00:00:00.000Z' as Instant };
    await expectFailure(read(credential, earlier), 'ENTRA_CERTIFICATE', /not today/, /clock/);
    expect(simulator.requests).toEqual([]);
  });

  it('of a kind that Entra ID does not take', async () => {
    const files = [join(dir, 'ec.key'), join(dir, 'ec.crt')] as const;
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', files[0]];
    await promisify(execFile)('openssl', ['req', '-x509', ...key, '-subj', '/CN=ec', '-out', files[1]]);
    const credential: EntraCredential = { kind: 'certificate', certificate: files[1], key: { file: files[0] } };
    const resolveSecret = async () => (await import('node:fs/promises')).readFile(files[0], 'utf8');
    await expectFailure(
      read(credential, { resolveSecret }),
      'ENTRA_CERTIFICATE',
      /type ec; Entra ID takes RSA keys/,
      /2048/,
    );
  });

  it('that the app registration does not have', async () => {
    await expectFailure(
      read(withKey(other.certFile, other.key)),
      'ENTRA_CERTIFICATE',
      /other\.crt for the app .*AADSTS700027/,
      /Upload/,
    );
  });
});

describe('a federated token', () => {
  const from = (token: Extract<EntraCredential, { kind: 'federated' }>['token']): EntraCredential => ({
    kind: 'federated',
    token,
  });
  const good = () => ISSUER.token(SUBJECT);

  it('of a file signs the app in', async () => {
    const file = join(dir, 'token');
    await writeFile(file, `${good()}\n`);
    expect((await complete(read(from({ file })))).objects).toHaveLength(1);
  });

  it('of a file that is not there, or empty', async () => {
    await expectFailure(
      read(from({ file: '/nowhere' })),
      'ENTRA_FEDERATED',
      /\/nowhere cannot be read \(ENOENT\)/,
      /federated\.file/,
    );
    const file = join(dir, 'empty');
    await writeFile(file, '\n');
    await expectFailure(read(from({ file })), 'ENTRA_FEDERATED', /is empty/, /platform/);
  });

  it('of GitLab signs the app in', async () => {
    const environment = { ROLLCALL_ID_TOKEN: good() };
    expect((await complete(read(from('gitlab'), { environment }))).objects).toHaveLength(1);
  });

  it.each([
    ['github', /ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, which are not set/, /id-token: write/],
    [
      'gitlab',
      /ROLLCALL_ID_TOKEN, which is not set/,
      /id_tokens: \{ROLLCALL_ID_TOKEN: \{aud: api:\/\/AzureADTokenExchange\}\}/,
    ],
    [
      'azure-pipelines',
      /SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID/,
      /AzureCLI@2/,
    ],
  ] as const)('of %s outside of its jobs', async (token, message, hint) => {
    await expectFailure(read(from(token)), 'ENTRA_FEDERATED', message, hint);
  });

  it.each([
    ['another branch', 'repo:contoso/roster:ref:refs/heads/other', {}, /700213/],
    ['another audience', SUBJECT, { audience: 'api://other' }, /700212/],
    ['long ago', SUBJECT, { now: new Date('2020-01-01') }, /700024/],
  ])('of %s', async (_, subject, more, message) => {
    const environment = { ROLLCALL_ID_TOKEN: ISSUER.token(subject, more) };
    await expectFailure(
      read(from('gitlab'), { environment }),
      'ENTRA_FEDERATED',
      message,
      /issuer, subject and audience/,
    );
  });

  describe('that is asked for', () => {
    const asked: IncomingMessage[] = [];
    let answer: { status: number; body: string };
    const server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    let url: string;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?run=7`;
    });
    afterAll(() => server.close());
    beforeEach(() => {
      asked.length = 0;
    });
    const both = (): Parameters<typeof sourceOf>[1] => ({
      fetch: (to, init) => (to.startsWith('http://127.0.0.1') ? fetch(to, init) : simulator.fetch(to, init)),
      environment: {
        ACTIONS_ID_TOKEN_REQUEST_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token-of-github',
        SYSTEM_OIDCREQUESTURI: url,
        SYSTEM_ACCESSTOKEN: 'job-token-of-azure',
        AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: '0f8fad5b-d9cb-469f-a165-70867728950e',
      },
    });

    it('of GitHub', async () => {
      answer = { status: 200, body: JSON.stringify({ count: 1, value: good() }) };
      expect((await complete(read(from('github'), both()))).objects).toHaveLength(1);
      expect(asked.map(({ method, url: path, headers }) => [method, path, headers.authorization])).toEqual([
        ['GET', '/token?run=7&audience=api%3A%2F%2FAzureADTokenExchange', 'Bearer job-token-of-github'],
      ]);
    });

    it('of Azure Pipelines', async () => {
      answer = { status: 200, body: JSON.stringify({ oidcToken: good() }) };
      expect((await complete(read(from('azure-pipelines'), both()))).objects).toHaveLength(1);
      expect(asked.map(({ method, url: path, headers }) => [method, path, headers.authorization])).toEqual([
        [
          'POST',
          '/token?run=7&api-version=7.1&serviceConnectionId=0f8fad5b-d9cb-469f-a165-70867728950e',
          'Bearer job-token-of-azure',
        ],
      ]);
    });

    it.each([
      [403, 'no job-token-of-github here'],
      [200, '{"value":""}'],
      [200, 'not JSON'],
    ])('and answered with %i %j', async (status, body) => {
      answer = { status, body };
      await expectFailure(
        read(from('github'), both()),
        'ENTRA_FEDERATED',
        new RegExp(`answered ${status} and gave no token`),
        /id-token: write/,
      );
    });

    it('at an address that is none', async () => {
      const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'file:///etc/passwd', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
      await expectFailure(
        read(from('github'), { environment }),
        'ENTRA_FEDERATED',
        /no address of a web server/,
        /platform/,
      );
    });
  });
});
