/** The built program with a tenant of Entra ID, which a simulator plays over HTTPS. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../support/graph/tenant.ts';
import { type GraphOverHttps, startGraphOverHttps } from '../support/graph-https.ts';
import { person } from '../support/people.ts';
import { requirePeer } from '../support/requirements.ts';
import { changesIn, planOfText } from '../support/rollcall-plan.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';
import { type TestWorkspace, workspace } from '../support/workspace.ts';

const SECRET = 'planted~Secret/with+signs=';
const CLIENT = '5f0c1a52-7c1e-4f5e-9d3b-2a4f6c8e0b1d';

let graph: GraphOverHttps;
beforeAll(async () => {
  graph = await startGraphOverHttps();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

let tenants = 0;

/** A tenant of its own for each test, with the people of `example.test` that are named. */
function tenantOf(...names: readonly string[]): Tenant {
  tenants += 1;
  const tenant = graph.simulator.addTenant({
    name: `tenant${tenants}`,
    domains: ['example.test'],
    apps: [{ clientId: CLIENT, secrets: [SECRET], permissions: ['User.Read.All', 'GroupMember.Read.All'] }],
  });
  for (const name of names) hire(tenant, name);
  return tenant;
}

function hire(tenant: Tenant, name: string): string {
  const mail = `${name}@example.test`;
  return tenant.addUser({
    accountEnabled: true,
    displayName: name,
    mail,
    proxyAddresses: [`SMTP:${mail}`],
    userPrincipalName: mail,
    userType: 'Member',
  });
}

const HEAD = `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: example.test, verification: none}]
`;

function entra(tenant: Tenant, more = ''): string {
  return `${HEAD}directory:
  type: entra
  tenant: ${tenant.id}
  clientId: ${CLIENT}
  credential: {secret: {env: ENTRA_SECRET}}
  cloud: ${graph.cloud}
${more}`;
}

function run(made: TestWorkspace, ...args: readonly string[]) {
  return made.runWith({ env: { ENTRA_SECRET: SECRET, ACME_LDAP_PASSWORD: 'reader-secret', ...graph.env } }, ...args);
}

async function changesOf(made: TestWorkspace, ...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(made, 'plan', '--format', 'json', ...args);
  expect(code, stderr).toBe(0);
  return changesIn(planOfText(stdout));
}

async function sync(made: TestWorkspace, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(made, 'sync', '--now', ...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** What was asked of Graph, and is then forgotten. */
function asked(): readonly string[] {
  const paths = graph.simulator.requests.filter(({ path }) => path.startsWith('/v1.0/'));
  const said = paths.map(({ method, path }) => `${method} ${decodeURIComponent(path.split('?')[0] ?? '')}`);
  graph.simulator.clearRequests();
  return said;
}

describe('a tenant of Entra ID', () => {
  test('is planned from, applied, and then in step', async () => {
    const tenant = tenantOf('ann', 'bob');
    const team = tenant.addGroup({ displayName: 'Team', mail: 'team@example.test', mailEnabled: true }, []);
    tenant.addMember(team, tenant.idOf('ann@example.test'));
    using made = await workspace({ customers: { acme: entra(tenant) } });
    const { code, stdout } = await run(made, 'plan', '--format', 'json', '-o', 'plan.json');
    expect(code).toBe(0);
    const plan = planOfText(stdout);
    expect(changesIn(plan)).toEqual([
      'acme create domain example.test DOM-1',
      'acme create group team@example.test SEL-9',
      'acme create user ann@example.test SEL-1',
      'acme create user bob@example.test SEL-1',
    ]);
    expect(plan.customers[0]?.directory).toMatchObject({
      type: 'entra',
      identity: tenant.id,
      complete: true,
      objects: 3,
      since: null,
      throttled: 0,
    });
    expect(await run(made, 'apply', 'plan.json')).toMatchObject({ code: 0 });
    expect(await changesOf(made)).toEqual([]);
    const [ann] = JSON.parse((await run(made, 'users', '--format', 'json')).stdout);
    expect(ann).toMatchObject({ source: 'entra', objectId: tenant.idOf('ann@example.test') });
  });

  test('that has not changed costs a sync one request', async () => {
    const tenant = tenantOf('ann', 'bob');
    using made = await workspace({ customers: { acme: entra(tenant) } });
    await sync(made);
    expect(asked().length).toBeGreaterThan(1);
    expect(await sync(made)).toContain('acme: no changes');
    expect(asked()).toEqual(['POST /v1.0/$batch']);
    tenant.expireDeltaTokens();
    await sync(made, '--full');
    expect(asked()).toContain('GET /v1.0/users');
    // The full reading has left a copy that the next one builds on.
    await sync(made);
    expect(asked()).toEqual(['POST /v1.0/$batch']);
  });

  test('is followed change by change, and a plan that is not applied takes nothing away', async () => {
    const tenant = tenantOf('ann', 'bob');
    using made = await workspace({ customers: { acme: entra(tenant) } });
    await sync(made);
    hire(tenant, 'cleo');
    tenant.deleteUser(tenant.idOf('bob@example.test'));
    const expected = ['acme flag user bob@example.test DEL-1', 'acme create user cleo@example.test SEL-1'];
    expect(await changesOf(made)).toEqual(expected);
    expect(await changesOf(made)).toEqual(expected);
    expect(await changesOf(made, '--full')).toEqual(expected);
    await sync(made);
    expect(await changesOf(made)).toEqual([]);
    tenant.expireDeltaTokens();
    expect(await changesOf(made)).toEqual([]);
  });

  test('that refuses the app fails alone, and nobody is removed', async () => {
    const tenant = tenantOf('ann');
    const other = tenantOf('olga');
    const globex = entra(other).replaceAll('acme', 'globex').replaceAll('example.test', 'globex.test');
    using made = await workspace({ customers: { acme: entra(tenant), globex } });
    await sync(made);
    tenant.revoke(CLIENT, 'User.Read.All');
    tenant.expireAccessTokens();
    const { code, stdout, stderr } = await run(made, 'plan', '--format', 'json');
    expect(code).toBe(1);
    const plan = planOfText(stdout);
    expect(changesIn(plan)).toEqual([]);
    expect(plan.errors).toMatchObject([
      { customer: 'acme', code: 'ENTRA_CONSENT', message: expect.stringContaining('User.Read.All') },
    ]);
    expect(stderr).not.toContain(SECRET);
  });

  test('never sees its secret written anywhere', async () => {
    const tenant = tenantOf('ann');
    using made = await workspace({ customers: { acme: entra(tenant) } });
    const said = [
      await run(made, 'plan', '-v', '-o', 'plan.json'),
      await run(made, 'sync', '--now', '-v'),
      await run(made, 'check', 'directory', '-v'),
      await made.runWith({ env: { ENTRA_SECRET: `${SECRET}x`, ...graph.env } }, 'plan', '-v'),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
    expect(said.at(-1)?.stdout).toContain('ENTRA_SECRET');
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(SECRET);
    const files = readdirSync(made.root, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['plan.json', 'state.db']));
    for (const { parentPath, name } of files) {
      expect(readFileSync(`${parentPath}/${name}`).includes(SECRET), name).toBe(false);
    }
  });
});

describe('DEL-11 from LDAP to Entra ID and back', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    requirePeer('OpenLDAP');
    slapd = await startSlapd({ ldif: ['ann', 'bob', 'cleo'].map((name) => person(name)).join('') });
  });
  afterAll(async () => slapd?.stop());

  function ldap(): string {
    return `${HEAD}directory:
  type: ldap
  url: ${slapd.ldapsUrl}
  tls: {ca: ${slapd.caFile}, serverName: localhost}
  baseDN: ['${slapd.suffix}']
  bind: {dn: '${slapd.readerDN}', password: {env: ACME_LDAP_PASSWORD}}
`;
  }

  test('rebinds who is in both by address, and flags the rest', async () => {
    // Dora is only in the tenant, Cleo only in LDAP.
    const tenant = tenantOf('ann', 'bob', 'dora');
    using made = await workspace({ customers: { acme: ldap() } });
    await sync(made);

    made.write('customers/acme.yaml', entra(tenant));
    const { stdout } = await run(made, 'plan', '--all-changes');
    const [, first] = stdout.split('\n');
    expect(first).toMatch(
      /DEL-11: The directory is another one than before \(it was ldap .*\): 2 users and groups matched by address and rebound, 1 user not in the new one\./,
    );
    expect(await changesOf(made)).toEqual([
      'acme update user ann@example.test DEL-11',
      'acme update user bob@example.test DEL-11',
      'acme flag user cleo@example.test DEL-1',
      'acme create user dora@example.test SEL-1',
    ]);
    await sync(made);
    expect(await changesOf(made)).toEqual([]);
    const users: { address: string; source: string; objectId: string; status: string }[] = JSON.parse(
      (await run(made, 'users', '--format', 'json')).stdout,
    );
    expect(users.map(({ address, source, status }) => `${address} ${source} ${status}`)).toEqual([
      'ann@example.test entra active',
      'bob@example.test entra active',
      'cleo@example.test ldap flagged',
      'dora@example.test entra active',
    ]);
    expect(users[0]?.objectId).toBe(tenant.idOf('ann@example.test'));

    made.write('customers/acme.yaml', ldap());
    expect(await changesOf(made)).toEqual([
      'acme update user ann@example.test DEL-11',
      'acme update user bob@example.test DEL-11',
      'acme restore user cleo@example.test DEL-4',
      'acme flag user dora@example.test DEL-1',
    ]);
    await sync(made);
    expect(await changesOf(made)).toEqual([]);
  });
});
