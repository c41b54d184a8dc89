/** The simulator's sign-in service: what proves an app, and in which words what does not is refused. */
import { createHash, randomUUID, sign, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfidentialClientApplication,
  type INetworkModule,
  type NetworkResponse,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, errorOf, GRAPH, LOGIN, requestToken, signIn } from '../support/graph/client.ts';
import { type AppCertificate, createTokenIssuer, makeAppCertificate } from '../support/graph/client-proof.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';

const TENANT = 'contoso.onmicrosoft.com';
const ISSUER = createTokenIssuer('https://token.actions.example');
const SUBJECT = 'repo:example/roster:ref:refs/heads/main';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let dir: string;
let certificate: AppCertificate;
let simulator: GraphSimulator;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'graph-sign-in-'));
  certificate = await makeAppCertificate(dir);
  simulator = await startGraph({
    tenants: [
      {
        domains: ['contoso.example'],
        apps: [
          { clientId: 'a-secret', secrets: ['right', { value: 'old', expires: new Date('2020-01-01') }] },
          { clientId: 'a-certificate', certificates: [certificate.certificate] },
          { clientId: 'a-pipeline', federated: [ISSUER.credential(SUBJECT)] },
          { clientId: 'a-disabled', secrets: ['right'], disabled: true },
        ],
      },
      { name: 'fabrikam', cloud: 'china' },
    ],
  });
});

afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const withSecret = { client_id: 'a-secret', client_secret: 'right' };

test('a tenant is known by its id and by each of its domains', async () => {
  for (const name of [simulator.tenant().id, TENANT, 'contoso.example']) {
    const { status, body } = await requestToken(simulator, name, withSecret);
    expect({ status, type: body['token_type'], seconds: body['expires_in'] }).toEqual({
      status: 200,
      type: 'Bearer',
      seconds: 3599,
    });
  }
});

test.each([
  ['no-such.onmicrosoft.com', withSecret, 400, 'invalid_request', 90002],
  ['contoso', withSecret, 400, 'invalid_request', 900023],
  ['fabrikam.onmicrosoft.com', withSecret, 400, 'invalid_request', 900382],
  [TENANT, { ...withSecret, client_id: 'nobody' }, 400, 'unauthorized_client', 700016],
  [TENANT, { ...withSecret, client_id: 'a-disabled' }, 400, 'unauthorized_client', 7000112],
  [TENANT, { ...withSecret, client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
  [TENANT, { ...withSecret, client_secret: 'old' }, 401, 'invalid_client', 7000222],
  [TENANT, { client_id: 'a-secret' }, 401, 'invalid_client', 7000218],
  [TENANT, { ...withSecret, scope: 'User.Read' }, 400, 'invalid_scope', 1002012],
  [TENANT, { ...withSecret, scope: 'https://graph.microsoft.us/.default' }, 400, 'invalid_resource', 500011],
])('%s with %j is refused with %i %s %i', async (tenant, form, status, error, code) => {
  const answer = await requestToken(simulator, tenant, form);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    error,
    error_description: expect.stringMatching(
      new RegExp(`^AADSTS${code}: .* Trace ID: \\S+ Correlation ID: \\S+ Timestamp: `),
    ),
    error_codes: [code],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    error_uri: `${LOGIN}/error?code=${code}`,
  });
});

function assertion(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  pss = false,
): string {
  const seconds = Math.floor(Date.now() / 1000);
  const all = {
    aud: `${LOGIN}/${TENANT}/oauth2/v2.0/token`,
    nbf: seconds,
    exp: seconds + 300,
    jti: randomUUID(),
    ...claims,
  };
  const signed = [header, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const key = pss ? { key: certificate.key, padding: 6, saltLength: 32 } : certificate.key;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function thumbprint(algorithm: string): string {
  const { raw } = new X509Certificate(certificate.certificate);
  return createHash(algorithm).update(raw).digest('base64url');
}

const OWN = { iss: 'a-certificate', sub: 'a-certificate' };

async function prove(clientId: string, client_assertion: string) {
  return await requestToken(simulator, TENANT, {
    client_id: clientId,
    client_assertion_type: JWT_BEARER,
    client_assertion,
  });
}

test('a certificate proves the app, by either signature and either thumbprint', async () => {
  const rs256 = assertion({ alg: 'RS256', x5t: thumbprint('sha1') }, OWN);
  const ps256 = assertion({ alg: 'PS256', 'x5t#S256': thumbprint('sha256') }, OWN, true);
  expect((await prove('a-certificate', rs256)).status).toBe(200);
  expect((await prove('a-certificate', ps256)).status).toBe(200);
});

test('an assertion of another key, time or place is refused', async () => {
  const header = { alg: 'RS256', x5t: thumbprint('sha1') };
  const good = assertion(header, OWN);
  const codes = async (text: string) => (await prove('a-certificate', text)).body['error_codes'];
  expect(await codes(assertion({ ...header, x5t: 'AAAA' }, OWN))).toEqual([700027]);
  expect(await codes(`${good.slice(0, good.lastIndexOf('.'))}.AAAA`)).toEqual([700027]);
  expect(await codes(assertion(header, { ...OWN, nbf: 1, exp: 2 }))).toEqual([700024]);
  expect(await codes(assertion(header, { ...OWN, aud: 'https://elsewhere.example' }))).toEqual([700023]);
  expect(await codes('no.jwt.')).toEqual([50027]);
});

test("a pipeline's token proves the app if issuer, subject and audience are registered", async () => {
  expect((await prove('a-pipeline', ISSUER.token(SUBJECT))).status).toBe(200);
  const codes = async (text: string) => (await prove('a-pipeline', text)).body['error_codes'];
  expect(await codes(ISSUER.token('repo:example/roster:pull_request'))).toEqual([700213]);
  expect(await codes(ISSUER.token(SUBJECT, { audience: 'https://github.example' }))).toEqual([700212]);
  expect(await codes(createTokenIssuer('https://other.example').token(SUBJECT))).toEqual([700211]);
  expect(await codes(createTokenIssuer(ISSUER.issuer).token(SUBJECT))).toEqual([5000127]);
  expect(await codes(ISSUER.token(SUBJECT, { now: new Date('2020-01-01') }))).toEqual([700024]);
});

test("Microsoft's own library signs in, with a secret and with a certificate, and tells a refusal by its number", async () => {
  const authenticate = async (auth: Partial<NodeAuthOptions> & { readonly clientId: string }) => {
    const app = new ConfidentialClientApplication({
      auth: { authority: `${LOGIN}/${TENANT}`, ...auth },
      system: { networkClient: NETWORK },
    });
    return (await app.acquireTokenByClientCredential({ scopes: [`${GRAPH}/.default`] }))?.tokenType;
  };
  const clientCertificate = {
    thumbprintSha256: Buffer.from(thumbprint('sha256'), 'base64url').toString('hex'),
    privateKey: certificate.key,
  };
  expect(await authenticate({ clientId: 'a-secret', clientSecret: 'right' })).toBe('Bearer');
  expect(await authenticate({ clientId: 'a-certificate', clientCertificate })).toBe('Bearer');
  const clientAssertion = async () => await Promise.resolve(ISSUER.token(SUBJECT));
  expect(await authenticate({ clientId: 'a-pipeline', clientAssertion })).toBe('Bearer');
  const wrong = authenticate({ clientId: 'a-secret', clientSecret: 'wrong' });
  await expect(wrong).rejects.toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 });
});

const NETWORK: INetworkModule = {
  sendGetRequestAsync: async (url, options) => await sendFor(url, { headers: options?.headers ?? {} }),
  sendPostRequestAsync: async (url, options) =>
    await sendFor(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
};

async function sendFor<T>(url: string, init: RequestInit): Promise<NetworkResponse<T>> {
  const response = await simulator.fetch(url, init);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as T,
  };
}

test('the discovery documents name the endpoints of this cloud and tenant', async () => {
  const { id } = simulator.tenant();
  const found = await simulator.fetch(`${LOGIN}/${TENANT}/v2.0/.well-known/openid-configuration`);
  expect(await found.json()).toMatchObject({
    issuer: `${LOGIN}/${id}/v2.0`,
    token_endpoint: `${LOGIN}/${id}/oauth2/v2.0/token`,
  });
  const instances = await simulator.fetch(`${LOGIN}/common/discovery/instance?api-version=1.1`);
  expect(await instances.json()).toMatchObject({ metadata: [{ preferred_network: 'login.microsoftonline.com' }] });
});

test('a token without consent is issued, and refused by Graph; consent counts from the next token on', async () => {
  const tenant = simulator.tenant();
  const before = await signIn(simulator, tenant);
  expect((await before.get('/users')).status).toBe(403);
  tenant.grant('a-secret', 'User.Read.All');
  expect((await before.get('/users')).status).toBe(403);
  expect((await (await signIn(simulator, tenant)).get('/users')).status).toBe(200);
  tenant.revoke('a-secret', 'User.Read.All');
});

test("Graph refuses no token, a broken one, one that is over, and another cloud's", async () => {
  const tenant = simulator.tenant();
  const client = await signIn(simulator, tenant);
  const without = await simulator.fetch(`${GRAPH}/v1.0/users`);
  expect(without.status).toBe(401);
  const broken = await createClient(simulator, 'x').get('/users');
  expect([broken.status, errorOf(broken).code]).toEqual([401, 'InvalidAuthenticationToken']);
  const elsewhere = await client.get('https://graph.microsoft.us/v1.0/users');
  expect([elsewhere.status, errorOf(elsewhere).code]).toEqual([401, 'InvalidAuthenticationToken']);
  tenant.expireAccessTokens();
  const over = await client.get('/users');
  expect([over.status, errorOf(over).message]).toEqual([401, 'Lifetime validation failed, the token is expired.']);
});

test("each cloud signs in at its own host, and the links carry its Graph's", async () => {
  const tenant = simulator.tenant('fabrikam.onmicrosoft.com');
  tenant.addApp({ secrets: ['s'], permissions: ['User.Read.All'] });
  tenant.addUsers([{}, {}]);
  const graph = 'https://microsoftgraph.chinacloudapi.cn';
  const client = await signIn(simulator, tenant, graph, 'https://login.chinacloudapi.cn');
  const { body } = await client.get('/users?$top=1&$select=id');
  expect(body['@odata.nextLink']).toMatch(`${graph}/v1.0/users?$top=1&$select=id&$skiptoken=`);
});

test('a host that is no cloud is out of reach', async () => {
  await expect(simulator.fetch('https://graph.example/v1.0/users')).rejects.toThrow(TypeError);
  await expect(simulator.fetch('http://graph.microsoft.com/v1.0/users')).rejects.toThrow(TypeError);
});
