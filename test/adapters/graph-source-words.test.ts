/** What a reading of a tenant that failed says: what is wrong, and what to do about it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { complete } from '../contract/directory-source.ts';
import {
  CLIENT,
  type EntraCustomerOptions,
  entraCustomer,
  SECRET,
  sourceOf,
  startTenant,
  virtualTime,
} from '../support/entra-customer.ts';
import type { Fault, FaultMatch } from '../support/graph/faults.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';

let simulator: GraphSimulator;
let lines: string[];
beforeEach(async () => {
  simulator = await startTenant();
  lines = [];
});
afterEach(() => simulator[Symbol.asyncDispose]());

const read = (options: EntraCustomerOptions = {}, outside: Parameters<typeof sourceOf>[1] = {}) =>
  sourceOf(simulator, { log: (line) => lines.push(line), ...virtualTime(), ...outside }).read(entraCustomer(options), {
    signal: new AbortController().signal,
  });

async function problem(reading: Promise<DirectoryReading>) {
  const result = await reading;
  if (result.status !== 'failed') throw new Error(`the reading is ${result.status}`);
  return result.problem;
}

/** A server that answers the sign-in with an error that repeats what it was sent. */
function refusing(code: number, message: string): typeof fetch {
  return async (_, init) =>
    Response.json(
      {
        error: 'invalid_client',
        error_codes: [code],
        error_description: `AADSTS${code}: ${message} ${String(init?.body)}`,
      },
      { status: 401 },
    );
}

describe('signing in', () => {
  it.each<[string, EntraCustomerOptions, string, RegExp, RegExp]>([
    [
      'a tenant that is not there',
      { tenant: 'nosuch.onmicrosoft.com' },
      'ENTRA_TENANT',
      /no tenant nosuch\.onmicrosoft\.com in the cloud global \(AADSTS90002\)\./,
      /directory\.tenant/,
    ],
    [
      'a tenant id that is not there',
      { tenant: '11111111-2222-4333-8444-555555555555' },
      'ENTRA_TENANT',
      /AADSTS90002/,
      /directory\.tenant/,
    ],
    ['a tenant that is no name', { tenant: 'contoso' }, 'ENTRA_TENANT', /AADSTS900023/, /directory\.tenant/],
    [
      'an app that is not there',
      { clientId: '11111111-2222-4333-8444-555555555555' },
      'ENTRA_CLIENT',
      /no app 11111111-\S+ \(AADSTS700016\)/,
      /directory\.clientId/,
    ],
    [
      'another secret',
      { credential: { kind: 'secret', secret: { env: 'nothing-like-it' } } },
      'ENTRA_SECRET',
      /AADSTS7000215/,
      /the Value of the client secret, not its Secret ID/,
    ],
    [
      'another cloud',
      { cloud: 'china' },
      'ENTRA_CLOUD',
      /contoso\.onmicrosoft\.com is not in the cloud china \(AADSTS900382\)/,
      /directory\.cloud/,
    ],
  ])('with %s', async (_, options, code, message, hint) => {
    expect(await problem(read(options))).toEqual({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('with a secret that has expired, or an app that is disabled', async () => {
    simulator.tenant().addApp({ clientId: CLIENT, secrets: [{ value: SECRET, expires: new Date(0) }] });
    expect(await problem(read())).toMatchObject({
      code: 'ENTRA_SECRET_EXPIRED',
      message: expect.stringMatching(/has expired \(AADSTS7000222\)/),
      hint: expect.stringContaining('directory.credential.expires'),
    });
    simulator.tenant().addApp({ clientId: CLIENT, secrets: [SECRET], disabled: true });
    expect(await problem(read())).toMatchObject({ code: 'ENTRA_CLIENT', message: expect.stringMatching(/7000112/) });
  });

  it.each([
    [900432, 'ENTRA_CLOUD'],
    [90038, 'ENTRA_CLOUD'],
    [7000218, 'ENTRA_CREDENTIAL'],
    [50034, 'ENTRA_SIGN_IN'],
  ])('with AADSTS%i, and never shows what was sent', async (number, code) => {
    const found = await problem(read({ tenant: simulator.tenant().id }, { fetch: refusing(number, 'No.') as never }));
    expect(found).toMatchObject({ code, message: expect.stringContaining(`AADSTS${number}`) });
    expectNoSecret(found, lines);
  });

  it('where something else than Microsoft answers', async () => {
    const fetch = async () => new Response('<html>Log in to the hotel</html>', { status: 200 });
    expect(await problem(read({ tenant: simulator.tenant().id }, { fetch }))).toMatchObject({ code: 'ENTRA_SIGN_IN' });
    expect(await problem(read({}, { fetch }))).toMatchObject({
      code: 'ENTRA_TENANT',
      message: 'login.microsoftonline.com did not say which tenant contoso.onmicrosoft.com is.',
    });
  });

  it('where the secret is not to be had', async () => {
    const resolveSecret = async () => {
      throw new Error('The environment variable ENTRA_SECRET, which should hold a secret, is not set.');
    };
    expect(await problem(read({}, { resolveSecret }))).toEqual({
      code: 'SECRET_UNRESOLVED',
      message:
        'The secret of the app registration is not to be had: The environment variable ENTRA_SECRET, which should hold a secret, is not set.',
      hint: expect.stringContaining('directory.credential.secret'),
    });
    expect(await problem(read({}, { resolveSecret: async () => '' }))).toMatchObject({ code: 'SECRET_UNRESOLVED' });
    expect(simulator.requests).toEqual([]);
  });

  it('again where the service says that an error passes', async () => {
    simulator.faults.add({ kind: 'signIn', code: 90055 }, { where: 'login', path: '/token' });
    simulator.faults.add({ kind: 'signIn', code: 90090 }, { where: 'login', path: '/openid-configuration' });
    simulator.faults.add({ kind: 'signIn', code: 90033 }, { where: 'login', path: '/token' });
    expect((await complete(read())).proof.throttled).toBe(3);
  });
});

describe('permissions that lack', () => {
  const GROUPS = ['GroupMember.Read.All'] as const;
  it.each([
    ['users', GROUPS, 'User.Read.All'],
    ['groups', ['User.Read.All'] as const, 'GroupMember.Read.All'],
  ])('of %s', async (what, permissions, lacks) => {
    simulator.tenant().changeApp(CLIENT, { permissions: [...permissions] });
    expect(await problem(read())).toEqual({
      code: 'ENTRA_CONSENT',
      message: expect.stringMatching(
        new RegExp(
          `may not read the ${what}: it lacks the application permission ${lacks} \\(Authorization_RequestDenied`,
        ),
      ),
      hint: expect.stringMatching(new RegExp(`${lacks}.* grant admin consent\\.$`)),
    });
  });

  it('of members of groups', async () => {
    simulator.tenant().addGroup({ mail: 'all@example.test', mailEnabled: true, visibility: 'HiddenMembership' });
    expect(await problem(read())).toMatchObject({
      code: 'ENTRA_CONSENT',
      message: expect.stringMatching(/members of groups: .*Member\.Read\.Hidden/),
    });
  });

  it('of kinds of mailboxes', async () => {
    simulator.tenant().addUser({ mail: 'room@example.test', accountEnabled: false });
    expect(await problem(read({ include: { resources: true } }))).toMatchObject({
      code: 'ENTRA_CONSENT',
      message: expect.stringContaining('MailboxSettings.Read'),
    });
  });
});

describe('filters', () => {
  it.each([
    ["department eq 'Sales", /filter "department eq 'Sales": /],
    ["departement eq 'Sales'", /Could not find a property named 'departement'/],
    ['accountEnabled is true', /position/],
    ["contains(displayName,'x')", /filter "contains\(displayName,'x'\)"/],
  ])('%s that Graph does not take', async (filter, message) => {
    expect(await problem(read({ filter }))).toEqual({
      code: 'ENTRA_FILTER',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('directory.filter'),
    });
  });

  it('says behind what the mistake is, where Graph gives the position', async () => {
    const body = {
      error: { code: 'BadRequest', message: "Invalid filter clause: Syntax error at position 14 in 'x'." },
    };
    simulator.faults.add({ kind: 'answer', status: 400, body }, { path: '/v1.0/users' });
    const { message } = await problem(read({ filter: 'accountEnabled is true' }));
    expect(message).toContain(', which is behind "accountEnabled".');
  });
});

describe('the network', () => {
  const failing = (code: string, message = 'no') => ({
    fetch: async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
    },
  });

  it.each([
    ['ENOTFOUND', 'ENTRA_CONNECT', /login\.microsoftonline\.com: the host name does not exist/, /DNS/],
    ['EAI_AGAIN', 'ENTRA_CONNECT', /could not be looked up/, /DNS/],
    ['ECONNREFUSED', 'ENTRA_CONNECT', /nothing listens/, /firewall/],
    ['ENETUNREACH', 'ENTRA_CONNECT', /no way to the host/, /VPN/],
    ['ECONNRESET', 'ENTRA_CONNECT', /connection was lost \(ECONNRESET\)/, /Run it again/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'ENTRA_TLS', /not signed by an authority/, /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 'ENTRA_TLS', /not valid today/, /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ENTRA_TLS', /for another name\. no/, /proxy/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'ENTRA_TLS', /TLS failed/, /TLS 1\.2/],
  ])('with %s', async (node, code, message, hint) => {
    expect(await problem(read({}, failing(node)))).toEqual({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('that never answers', async () => {
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    expect(await problem(read({ timeouts: { pageMs: 20 } }, { fetch }))).toMatchObject({
      code: 'ENTRA_TIMEOUT',
      message: 'login.microsoftonline.com did not answer within 0.02 seconds.',
    });
  });

  it('that loses a connection now and then', async () => {
    simulator.tenant().addUser();
    simulator.faults.add({ kind: 'reset' }, { path: '/v1.0/users', times: 2 });
    simulator.faults.add({ kind: 'cut' }, { path: '/v1.0/groups' });
    simulator.faults.add({ kind: 'status', status: 500 }, { path: '/v1.0/groups', times: 2 });
    simulator.faults.add({ kind: 'reset' }, { where: 'login', path: '/token' });
    const { objects, proof } = await complete(read());
    expect(objects).toHaveLength(1);
    expect(proof.throttled).toBe(0);
  });

  it.each<[Fault, string, RegExp]>([
    [{ kind: 'reset' }, 'ENTRA_CONNECT', /^graph\.microsoft\.com: the connection was lost/],
    [{ kind: 'cut' }, 'ENTRA_CONNECT', /^graph\.microsoft\.com: the connection was lost/],
    [
      { kind: 'status', status: 500 },
      'ENTRA_UNAVAILABLE',
      /^Graph answered 500 when asked for users: InternalServerError/,
    ],
  ])('that fails for good: %o', async (fault, code, message) => {
    simulator.faults.add(fault, { path: '/v1.0/users', times: 1000 });
    expect(await problem(read())).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('tokens', () => {
  it('that end in the middle of a reading are renewed', async () => {
    const tenant = simulator.tenant();
    tenant.addUsers(Array.from({ length: 2500 }, () => ({})));
    const controller = new AbortController();
    const reading = sourceOf(simulator).read(entraCustomer(), {
      signal: controller.signal,
      onProgress: () => tenant.expireAccessTokens(),
    });
    expect((await complete(reading)).objects).toHaveLength(2500);
    const signIns = simulator.requests.filter(({ path }) => path.includes('/oauth2/'));
    expect(signIns).toHaveLength(4);
  });

  it('are asked for again before they end', async () => {
    const time = virtualTime();
    simulator.tenant().addUsers(Array.from({ length: 1500 }, () => ({})));
    const onProgress = () => time.pass(56 * 60 * 1000);
    const reading = sourceOf(simulator, time).read(entraCustomer(), {
      signal: new AbortController().signal,
      onProgress,
    });
    await complete(reading);
    expect(simulator.requests.map(({ status }) => status)).not.toContain(401);
    expect(simulator.requests.filter(({ path }) => path.includes('/oauth2/'))).toHaveLength(3);
  });

  it('that Graph never takes are said to be of another cloud', async () => {
    simulator.faults.add({ kind: 'status', status: 401 }, { times: 1000 });
    expect(await problem(read())).toMatchObject({
      code: 'ENTRA_TOKEN',
      hint: expect.stringContaining('directory.cloud'),
    });
  });
});

/** Faults of every kind, for what is shown then. */
const LOUD: readonly (readonly [Fault, FaultMatch])[] = [
  [
    { kind: 'signIn', code: 90033 },
    { where: 'login', path: '/token' },
  ],
  [{ kind: 'throttle' }, { path: '/v1.0/users' }],
  [{ kind: 'status', status: 401 }, { path: '/v1.0/users' }],
  [
    { kind: 'status', status: 500 },
    { path: '/v1.0/groups', times: 1000 },
  ],
];

it('shows no secret and no token, in no line and no problem', async () => {
  for (const [fault, match] of LOUD) simulator.faults.add(fault, match);
  const found = await problem(read());
  expect(lines.length).toBeGreaterThan(3);
  expectNoSecret(found, lines);
  const echo = async (url: string, init: RequestInit) => {
    if (!url.includes('graph.microsoft.com')) return simulator.fetch(url, init);
    const message = `You sent ${JSON.stringify(init.headers)}`;
    return Response.json({ error: { code: 'BadRequest', message } }, { status: 400 });
  };
  const echoed = await problem(read({}, { fetch: echo }));
  expect(echoed.message).toContain('Bearer ***');
  expectNoSecret(echoed, lines);
});

function expectNoSecret(found: unknown, said: readonly string[]): void {
  const shown = JSON.stringify(found) + said.join('\n');
  for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
    expect(shown).not.toContain(form);
  }
  expect(shown).not.toMatch(/eyJ[\w-]{10,}/);
}
