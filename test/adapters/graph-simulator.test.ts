/** The simulator's lists: pages, links, selections, members and rights. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADVANCED, errorOf, GRAPH, type SimpleClient, signIn, valuesOf } from '../support/graph/client.ts';
import { populate } from '../support/graph/people.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';

let simulator: GraphSimulator;
let tenant: Tenant;
let client: SimpleClient;

beforeEach(async () => {
  simulator = await startGraph({
    tenants: [{ domains: ['contoso.example'], apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] }],
  });
  tenant = simulator.tenant();
  client = await signIn(simulator, tenant);
});

afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

test('pages hold 100 without $top, at most 999 with it, and together everybody once', async () => {
  populate(tenant, { people: 1100 });
  const without = await client.pages('/users?$select=id');
  expect(without.map((page) => (page['value'] as unknown[]).length)).toEqual([...Array(11).fill(100)]);
  const most = await client.pages('/users?$select=id&$top=999');
  expect(most.map((page) => (page['value'] as unknown[]).length)).toEqual([999, 101]);
  expect(new Set(valuesOf(most).map(({ id }) => id)).size).toBe(1100);
  for (const top of ['1000', '0', 'x']) expect((await client.get(`/users?$top=${top}`)).status).toBe(400);
});

test('a link works as it was given, and is refused if it was taken apart and put together again', async () => {
  populate(tenant, { people: 5 });
  const { body } = await client.get('/users?$select=id,mail&$top=2');
  const link = String(body['@odata.nextLink']);
  expect(link).toMatch(`${GRAPH}/v1.0/users?`);
  expect((await client.get(link)).status).toBe(200);
  const [path = '', query = ''] = link.split('?');
  const rebuilt = `${path}?${new URLSearchParams(query)}`;
  const shortened = link.slice(0, -1);
  const otherTop = link.replace('$top=2', '$top=3');
  const forged = link.replace(/(?<=AQ!).*$/, forge);
  expect(forged).not.toBe(link);
  for (const altered of [rebuilt, shortened, otherTop, forged]) {
    const refused = await client.get(altered);
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'Request_BadRequest']);
  }
  tenant.expirePageTokens();
  expect(errorOf(await client.get(link)).code).toBe('Directory_ExpiredPageToken');
});

/** Says something else, in the same writing. */
function forge(token: string): string {
  const said = Buffer.from(decodeURIComponent(token), 'base64')
    .toString('latin1')
    .replace('"loop":false', '"loop":true ');
  const written = encodeURIComponent(Buffer.from(said, 'latin1').toString('base64'));
  return written.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
}

test('a person who comes or goes between two pages is not counted twice, nor is another missed', async () => {
  populate(tenant, { people: 6 });
  const { body } = await client.get('/users?$select=id&$top=3');
  const [, last] = (body['value'] as { id: string }[]).slice(-2);
  tenant.deleteUser(last?.id ?? '');
  const rest = valuesOf(await client.pages(String(body['@odata.nextLink'])));
  expect(rest).toHaveLength(3);
});

test('a count comes only with an advanced query, on the first page', async () => {
  populate(tenant, { people: 3 });
  expect((await client.get('/users?$count=true')).body).not.toHaveProperty(['@odata.count']);
  const pages = await client.pages('/users?$count=true&$top=2', ADVANCED);
  expect(pages.map((page) => page['@odata.count'])).toEqual([3, undefined]);
  expect((await client.get('/users/$count', ADVANCED)).body).toEqual({ text: '3' });
  expect((await client.get("/users/$count?$filter=surname eq 'Muster1'", ADVANCED)).body).toEqual({ text: '1' });
});

test('a selection gives exactly what it names, and an unknown name is refused', async () => {
  const id = tenant.addUser({ mail: 'a@contoso.example' });
  const { body } = await client.get('/users?$select=proxyAddresses,department,mail');
  expect(body['value']).toEqual([{ proxyAddresses: [], department: null, mail: 'a@contoso.example' }]);
  const refused = await client.get('/users?$select=id,homePhone');
  expect([refused.status, errorOf(refused).message]).toEqual([
    400,
    "Parsing OData Select and Expand failed: Could not find a property named 'homePhone' on type 'microsoft.graph.user'.",
  ]);
  const one = await client.get(`/users/${id}?$select=mail`);
  expect(one.body).toEqual({
    '@odata.context': `${GRAPH}/v1.0/$metadata#users(mail)/$entity`,
    mail: 'a@contoso.example',
  });
});

test('a user is found by id and by principal name, and not any more once deleted', async () => {
  const id = tenant.addUser({ mail: 'a@contoso.example' });
  expect((await client.get(`/users/${id}`)).body).toMatchObject({ id });
  expect((await client.get('/users/A@contoso.example')).body).toMatchObject({ id });
  tenant.deleteUser(id);
  expect(errorOf(await client.get(`/users/${id}`)).code).toBe('Request_ResourceNotFound');
  tenant.restoreUser(id);
  expect((await client.get(`/users/${id}`)).status).toBe(200);
  tenant.purgeUser(id);
  expect(() => tenant.restoreUser(id)).toThrow('There is no deleted user');
});

test('members are of every kind, direct, and without those who were deleted', async () => {
  const [user, deleted] = tenant.addUsers([{ displayName: 'U' }, {}]);
  const inner = tenant.addGroup({ displayName: 'I' }, [tenant.addUser()]);
  const contact = tenant.addContact({ displayName: 'C' });
  const device = tenant.addDevice('D');
  const group = tenant.addGroup({ displayName: 'G' }, [user ?? '', deleted ?? '', inner, contact, device]);
  tenant.deleteUser(deleted ?? '');
  const members = valuesOf(await client.pages(`/groups/${group}/members?$select=displayName&$top=2`));
  expect(members.map((member) => `${member['@odata.type']} ${member['displayName']}`).sort()).toEqual([
    '#microsoft.graph.device D',
    '#microsoft.graph.group I',
    '#microsoft.graph.orgContact C',
    '#microsoft.graph.user U',
  ]);
  const users = valuesOf(await client.pages(`/groups/${group}/members/microsoft.graph.user?$select=id`));
  expect(users.map(({ id }) => id)).toEqual([user]);
});

test('who may read groups and not users sees of a member that it is a user, and its id', async () => {
  tenant.revoke(tenant.apps[0]?.clientId ?? '', 'Directory.Read.All');
  tenant.grant(tenant.apps[0]?.clientId ?? '', 'GroupMember.Read.All');
  const user = tenant.addUser({ mail: 'a@contoso.example' });
  const group = tenant.addGroup({ displayName: 'G' }, [user]);
  const limited = await signIn(simulator, tenant);
  expect(valuesOf(await limited.pages(`/groups/${group}/members?$select=id,mail`))).toEqual([
    { '@odata.type': '#microsoft.graph.user', id: user, mail: null },
  ]);
  expect((await limited.get('/users')).status).toBe(403);
});

test('hidden members need their own permission', async () => {
  const group = tenant.addGroup({ displayName: 'H', visibility: 'HiddenMembership' }, [tenant.addUser()]);
  expect((await client.get(`/groups/${group}/members`)).status).toBe(403);
  expect(valuesOf(await client.pages('/groups/delta'))[0]).not.toHaveProperty('members@delta');
  tenant.grant(tenant.apps[0]?.clientId ?? '', 'Member.Read.Hidden');
  const allowed = await signIn(simulator, tenant);
  expect(valuesOf(await allowed.pages(`/groups/${group}/members`))).toHaveLength(1);
});

test('a mailbox says what it is for, to whoever may ask, one user at a time', async () => {
  const [person, room, without] = tenant.addUsers([{ mail: 'p@contoso.example' }, { mail: 'r@contoso.example' }, {}]);
  tenant.setMailbox(room ?? '', 'room');
  const path = (id: string | undefined) => `/users/${id}/mailboxSettings/userPurpose`;
  expect(errorOf(await client.get(path(room))).code).toBe('ErrorAccessDenied');
  tenant.grant(tenant.apps[0]?.clientId ?? '', 'MailboxSettings.Read');
  const allowed = await signIn(simulator, tenant);
  expect((await allowed.get(path(room))).body['value']).toBe('room');
  expect((await allowed.get(path(person))).body['value']).toBe('user');
  expect(errorOf(await allowed.get(path(without))).code).toBe('MailboxNotEnabledForRESTAPI');
  const { body } = await allowed.get(`/users/${room}?$select=id,mailboxSettings`);
  expect(body).toMatchObject({ id: room, mailboxSettings: { userPurpose: 'room' } });
});

test('the organization has its domains, the default one and the initial one marked', async () => {
  const { body } = await client.get('/organization?$select=id,verifiedDomains');
  expect(body['value']).toMatchObject([
    {
      id: tenant.id,
      verifiedDomains: [
        { name: 'contoso.example', isDefault: true, isInitial: false },
        { name: 'contoso.onmicrosoft.com', isDefault: false, isInitial: true },
      ],
    },
  ]);
});

test('the log has what was asked, and no secret', async () => {
  simulator.clearRequests();
  await client.get('/users?$select=id&$count=true', ADVANCED);
  await client.batch('/users?$top=1', '/groups');
  expect(simulator.requests).toEqual([
    {
      method: 'GET',
      host: 'graph.microsoft.com',
      path: '/v1.0/users?$select=id&$count=true',
      headers: expect.objectContaining({ consistencylevel: 'eventual' }),
      parts: [],
      status: 200,
    },
    expect.objectContaining({ method: 'POST', path: '/v1.0/$batch', parts: ['/users?$top=1', '/groups'] }),
  ]);
  expect(JSON.stringify(simulator.requests)).not.toMatch(/Bearer|client_secret/);
});
