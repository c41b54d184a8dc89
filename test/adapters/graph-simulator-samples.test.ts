/** The simulator's answers against the bodies that Microsoft publishes, and against the list of Graph's properties. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADVANCED, type SimpleClient, signIn, valuesOf } from '../support/graph/client.ts';
import { populate } from '../support/graph/people.ts';
import { DEFAULTS, faultOf, NOT_LISTABLE, PROPERTIES } from '../support/graph/schema.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';
import type { Json, JsonObject } from '../support/graph/wire.ts';

let simulator: GraphSimulator;
let tenant: Tenant;
let client: SimpleClient;

const PERMISSIONS = ['User.Read.All', 'GroupMember.Read.All', 'MailboxSettings.Read', 'Organization.Read.All'] as const;

beforeAll(async () => {
  simulator = await startGraph();
  tenant = simulator.tenant();
  tenant.addApp({ secrets: ['s'], permissions: PERMISSIONS });
  client = await signIn(simulator, tenant);
});

afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
});

function sample(name: string): JsonObject {
  return JSON.parse(
    readFileSync(new URL(`../support/graph/samples/${name}.json`, import.meta.url), 'utf8'),
  ) as JsonObject;
}

/** Only names and types: what a client may count on. */
function shape(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, each]) => [name, shape(each)]));
}

async function freshTenant(name: string): Promise<{ tenant: Tenant; client: SimpleClient }> {
  const fresh = simulator.addTenant({ name, apps: [{ secrets: ['s'], permissions: PERMISSIONS }] });
  return { tenant: fresh, client: await signIn(simulator, fresh) };
}

test('a list of users is the published one, to the last member', async () => {
  const fresh = await freshTenant('list');
  const published = sample('users-list');
  for (const user of published['value'] as readonly JsonObject[]) fresh.tenant.addUser(withoutNulls(user));
  const { body } = await fresh.client.get('/users');
  const byName = [...(body['value'] as JsonObject[])].sort((one, other) =>
    String(one['displayName']) < String(other['displayName']) ? -1 : 1,
  );
  expect({ ...body, value: byName }).toEqual(published);
});

test('an advanced query gives a count, as published', async () => {
  const fresh = await freshTenant('count');
  const published = sample('users-list-advanced-count');
  for (const user of published['value'] as readonly JsonObject[]) fresh.tenant.addUser(withoutNulls(user));
  const select = '$select=displayName,mail,mailNickname,userPrincipalName';
  const { body } = await fresh.client.get(
    `/users?$count=true&${select}&$filter=endsWith(mail,'a@contoso.com')`,
    ADVANCED,
  );
  const { '@odata.context': context, ...rest } = body;
  const { '@odata.context': publishedContext, ...publishedRest } = published;
  expect(rest).toEqual(publishedRest);
  expect(context).toMatch(String(publishedContext));
});

test('delta rounds of users are as published: first, next and last page, no change, changes', async () => {
  const fresh = await freshTenant('delta');
  const first = sample('users-delta-1-initial-with-removed');
  const [white, dennis, , room] = first['value'] as readonly JsonObject[];
  const [gone] = ['86462606-fde0-4fc4-9e0c-a20eb73e54c6'];
  for (const user of [white, dennis, room]) fresh.tenant.addUser(user ?? {});
  fresh.tenant.addUser({ id: gone ?? '' });
  fresh.tenant.deleteUser(gone ?? '');
  simulator.setDelta({ removedInInitial: true });
  const start = '/users/delta?$select=displayName,givenName,surname';
  const { body: all } = await fresh.client.get(start);
  expect(all['@odata.context']).toBe(first['@odata.context']);
  // A soft deletion is `changed`; the sample's is `deleted`.
  const told = new Set((all['value'] as JsonObject[]).map((each) => JSON.stringify(shape(each))));
  expect(told).toEqual(new Set((first['value'] as JsonObject[]).map((each) => JSON.stringify(shape(each)))));
  simulator.setDelta({ removedInInitial: false, pageSize: 2 });
  const { body: page } = await fresh.client.get(start);
  expect(Object.keys(page)).toEqual(Object.keys(sample('users-delta-2-nextlink')));
  const { body: last } = await fresh.client.get(String(page['@odata.nextLink']));
  expect(Object.keys(last)).toEqual(Object.keys(sample('users-delta-3-final-deltalink')));
  expect(last['@odata.context']).toBe(sample('users-delta-3-final-deltalink')['@odata.context']);
  const { body: none } = await fresh.client.get(String(last['@odata.deltaLink']));
  expect(shape(none)).toEqual(shape(sample('users-delta-4-no-changes')));
  fresh.tenant.updateUser(String(white?.['id']), { displayName: 'Cameron Black' });
  fresh.tenant.deleteUser(String(dennis?.['id']));
  const { body: changes } = await fresh.client.get(String(none['@odata.deltaLink']));
  expect(shape(changes)).toEqual(shape(sample('users-delta-5-changes-removed-changed')));
  simulator.setDelta({ pageSize: 200 });
});

test('delta rounds of groups are as published: members, none, and one who left', async () => {
  const fresh = await freshTenant('groups');
  const published = sample('groups-delta-1-initial-members');
  const [full, empty] = published['value'] as readonly JsonObject[];
  const members = full?.['members@delta'] as readonly { readonly id: string }[];
  for (const { id } of members) fresh.tenant.addUser({ id });
  for (const [group, ids] of [
    [full, members.map(({ id }) => id)],
    [empty, []],
  ] as const) {
    const { displayName, description, id } = group as { displayName: string; description: string; id: string };
    fresh.tenant.addGroup({ displayName, description, id, mail: null }, ids);
  }
  simulator.setDelta({ pageSize: 2 });
  fresh.tenant.addGroup({ id: 'ffffffff-58f3-4a94-9b37-ffff2e085957', displayName: 'Last' });
  const [first, second] = await fresh.client.pages('/groups/delta?$select=displayName,description,members');
  const { '@odata.nextLink': link, ...rest } = first ?? {};
  const { '@odata.nextLink': publishedLink, ...publishedRest } = published;
  expect(rest['value']).toEqual(
    byId(publishedRest['value'] as JsonObject[]).map((group) => ({ ...group, ...sortedMembers(group) })),
  );
  expect(shape(link)).toBe(shape(publishedLink));
  fresh.tenant.removeMember(String(full?.['id']), members[0]?.id ?? '');
  const { body } = await fresh.client.get(String(second?.['@odata.deltaLink']));
  const publishedChange = (sample('groups-delta-2-member-removed')['value'] as JsonObject[])[0]?.[
    'members@delta'
  ] as JsonObject[];
  const [change = {}] = body['value'] as JsonObject[];
  expect(shape((change['members@delta'] as JsonObject[])[0])).toEqual(shape(publishedChange[0]));
  const { body: defaults } = await fresh.client.get('/groups/delta');
  const names = Object.keys((sample('groups-delta-3-default-properties')['value'] as JsonObject[])[0] ?? {});
  const known = new Set([...DEFAULTS.group, 'members@delta']);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  expect((defaults['value'] as JsonObject[])[0]).toHaveProperty('groupTypes');
  simulator.setDelta({ pageSize: 200 });
});

test('members are as published: a type, an id, and what was selected', async () => {
  const user = tenant.addUser({ mail: 'member@contoso.example' });
  const group = tenant.addGroup({ displayName: 'Members' }, [user]);
  const published = sample('group-transitive-members')['value'] as JsonObject[];
  const [member] = valuesOf(await client.pages(`/groups/${group}/members?$select=id,mail`));
  expect(shape(member)).toEqual(shape(published[0]));
});

test.each([
  ['error-400-count-without-consistencylevel', '/users/$count', 400],
  ['error-400-search-without-consistencylevel', '/users?$search="displayName:x"', 400],
  ['error-403-authorization-requestdenied', '/organization', 403],
  ['error-501-select-not-listable', '/users?$select=id,mailboxSettings', 501],
])('%s is answered to %s', async (name, path, status) => {
  const denied = simulator.addTenant({ name, apps: [{ secrets: ['s'], permissions: ['User.Read.All'] }] });
  const answer = await (await signIn(simulator, denied)).get(path);
  const published = sample(name)['error'] as JsonObject;
  const error = answer.body['error'] as JsonObject;
  expect(answer.status).toBe(status);
  expect([error['code'], error['message']]).toEqual([published['code'], published['message']]);
  // The sample of 2019 has no client-request-id yet.
  expect(shape(error['innerError'])).toEqual({
    'client-request-id': 'string',
    ...(shape(published['innerError'] ?? null) as JsonObject),
  });
});

test('too many requests are refused as published', async () => {
  simulator.faults.add({ kind: 'throttle', retryAfter: 10 });
  const answer = await client.get('/users');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '10']);
  expect(shape(answer.body)).toEqual(shape(sample('error-429-too-many-requests')));
});

test('a lost sync state is refused as was observed', async () => {
  const { body } = await client.get('/users/delta?$deltatoken=latest');
  tenant.expireDeltaTokens('syncStateNotFound');
  const answer = await client.get(String(body['@odata.deltaLink']));
  expect(answer.status).toBe(400);
  const { 'client-request-id': _, ...inner } = (answer.body['error'] as JsonObject)['innerError'] as JsonObject;
  const published = sample('error-410-syncstatenotfound-observed')['error'] as JsonObject;
  expect(shape({ ...(answer.body['error'] as JsonObject), innerError: inner })).toEqual(shape(published));
});

test('the parts of a batch are as published', async () => {
  const denied = simulator.addTenant({ name: 'batch', apps: [{ secrets: ['s'], permissions: ['User.Read.All'] }] });
  denied.addUser();
  const { body } = await (await signIn(simulator, denied)).batch(
    '/users?$select=id,displayName,userPrincipalName',
    '/groups',
  );
  const published = sample('batch-response');
  const [refused, given] = published['responses'] as JsonObject[];
  const { '@odata.count': _, ...withoutCount } = (given?.['body'] ?? {}) as JsonObject;
  expect(shape(body)).toEqual({ responses: [shape(refused), shape({ ...given, body: withoutCount })] });
});

test('every property of every answer is one of Graph, with a value of its type', async () => {
  const fresh = await freshTenant('properties');
  populate(fresh.tenant, { people: 200, groups: 3 });
  const listable = [...PROPERTIES.user.keys()].filter((name) => !NOT_LISTABLE.has(name));
  const users = valuesOf(await fresh.client.pages(`/users?$top=999&$select=${listable.join(',')}`));
  const groups = valuesOf(await fresh.client.pages(`/groups?$select=${[...PROPERTIES.group.keys()].join(',')}`));
  const changes = valuesOf(await fresh.client.pages('/users/delta'));
  expect([users.length, groups.length, changes.length]).toEqual([200, 3, 200]);
  for (const [kind, objects] of [
    ['user', [...users, ...changes]],
    ['group', groups],
  ] as const) {
    for (const object of objects) {
      for (const [name, value] of Object.entries(object)) {
        expect(faultOf(kind, name, value)).toBeNull();
      }
    }
  }
});

test('what Graph does not have cannot be put into a tenant', () => {
  expect(() => tenant.addUser({ homePhone: '1' } as object)).toThrow("Graph's user has no property homePhone.");
  expect(() => tenant.addUser({ accountEnabled: 'yes' } as object)).toThrow('user.accountEnabled is Edm.Boolean');
  expect(() => tenant.addUser({ proxyAddresses: null } as object)).toThrow('user.proxyAddresses cannot be null.');
  expect(() => tenant.addGroup({ members: [] } as object)).toThrow("Graph's group has no property members.");
});

function withoutNulls(user: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(user).filter(([, value]) => value !== null));
}

function byId(objects: readonly JsonObject[]): readonly JsonObject[] {
  return [...objects].sort((one, other) => (String(one['id']) < String(other['id']) ? -1 : 1));
}

function sortedMembers(group: JsonObject): JsonObject {
  const members = group['members@delta'];
  return Array.isArray(members) ? { 'members@delta': byId(members as JsonObject[]) } : {};
}
