/** The simulator's faults, and batches: each fault hits what it was meant for, as often as it was told, and nothing else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, GRAPH, LOGIN, requestToken, type SimpleClient, signIn, valuesOf } from '../support/graph/client.ts';
import type { Fault } from '../support/graph/faults.ts';
import { populate } from '../support/graph/people.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';
import type { JsonObject } from '../support/graph/wire.ts';

let simulator: GraphSimulator;
let client: SimpleClient;

beforeEach(async () => {
  simulator = await startGraph({ tenants: [{ apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] }] });
  populate(simulator.tenant(), { people: 6, groups: 2 });
  client = await signIn(simulator, simulator.tenant());
});

afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

test.each([
  [undefined, '1'],
  [0, '0'],
  [3600, '3600'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  [null, null],
])('throttling with %j sends Retry-After %j', async (retryAfter, sent) => {
  simulator.faults.add({ kind: 'throttle', ...(retryAfter === undefined ? {} : { retryAfter }) });
  const answer = await client.get('/users');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, sent]);
  expect((await client.get('/users')).status).toBe(200);
});

test('a fault waits for its path, lets some go by, and comes as often as it was told', async () => {
  simulator.faults.add({ kind: 'status', status: 503, retryAfter: 2 }, { path: /\/groups\?/, skip: 1, times: 2 });
  const statuses: number[] = [];
  for (const path of ['/users', '/groups?$top=1', '/groups?$top=1', '/users', '/groups?$top=1', '/groups?$top=1']) {
    statuses.push((await client.get(path)).status);
  }
  expect(statuses).toEqual([200, 200, 503, 200, 503, 200]);
  expect(simulator.faults.pending).toBe(0);
  simulator.faults.add({ kind: 'status', status: 500 });
  simulator.faults.clear();
  expect((await client.get('/users')).status).toBe(200);
});

test('a body that is cut and a connection that is reset fail as the network does', async () => {
  for (const kind of ['cut', 'reset'] as const) {
    simulator.faults.add({ kind });
    await expect(client.get('/users')).rejects.toThrow(TypeError);
    expect(simulator.requests.at(-1)).toMatchObject({ status: 0 });
  }
  expect((await client.get('/users')).status).toBe(200);
});

test('an answer waits until it is let go', async () => {
  const { promise, resolve } = withResolvers();
  simulator.faults.add({ kind: 'late', until: promise });
  const late = client.get('/users');
  expect((await client.get('/groups')).status).toBe(200);
  resolve();
  expect((await late).status).toBe(200);
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

test.each(['/users?$select=id&$top=4', '/users/delta?$select=id'])('pages of %s can be bent', async (path) => {
  const whole = valuesOf(await client.pages(path));
  simulator.faults.add({ kind: 'emptyPage' });
  const pages = await client.pages(path);
  expect(pages[0]?.['value']).toEqual([]);
  expect(valuesOf(pages)).toEqual(whole);
  simulator.faults.add({ kind: 'repeat' });
  expect(valuesOf(await client.pages(path))).toHaveLength(whole.length + 1);
  simulator.faults.add({ kind: 'noValue' });
  expect((await client.get(path)).body).not.toHaveProperty('value');
  simulator.faults.add({ kind: 'errorBody' });
  const error = await client.get(path);
  expect([error.status, errorOf(error).code]).toEqual([200, 'UnknownError']);
  simulator.faults.add({ kind: 'loop' });
  const first = await client.get(path);
  const link = String(first.body['@odata.nextLink']);
  const second = await client.get(link);
  expect(second.body['value']).toEqual(first.body['value']);
  expect(second.body['@odata.nextLink']).toBe(link);
});

test('the sign-in service has its own faults', async () => {
  simulator.faults.add({ kind: 'signIn', code: 90033 }, { where: 'login' });
  simulator.faults.add({ kind: 'status', status: 502 }, { where: 'login', path: 'openid-configuration' });
  const [app] = simulator.tenant().apps;
  const form = { client_id: app?.clientId ?? '', client_secret: 's' };
  const tenant = simulator.tenant().id;
  expect((await client.get('/users')).status).toBe(200);
  expect((await requestToken(simulator, tenant, form)).body).toMatchObject({ error_codes: [90033] });
  expect((await requestToken(simulator, tenant, form)).status).toBe(200);
  const discovery = await simulator.fetch(`${LOGIN}/${tenant}/v2.0/.well-known/openid-configuration`);
  expect(discovery.status).toBe(502);
});

test('a fault that nothing could carry out is refused when it is set', () => {
  expect(() => simulator.faults.add({ kind: 'cut' }, { where: 'part' })).toThrow('A part of a batch cannot have cut.');
  expect(() => simulator.faults.add({ kind: 'signIn', code: 90033 })).toThrow('where: login');
  expect(() => simulator.faults.add({ kind: 'repeat' }, { where: 'login' })).toThrow(
    'sign-in service cannot have repeat',
  );
});

test('the parts of a batch are answered each on its own, in another order', async () => {
  const [group] = valuesOf(await client.pages('/groups?$select=id'));
  const part: Fault = { kind: 'throttle', retryAfter: 7 };
  simulator.faults.add(part, { where: 'part', path: '/members' });
  const { status, body } = await client.batch(
    '/users?$top=2&$select=id',
    `/groups/${group?.['id']}/members`,
    '/users/nobody',
  );
  expect(status).toBe(200);
  const responses = body['responses'] as readonly (JsonObject & { headers: JsonObject; body: JsonObject })[];
  expect(responses.map(({ id, status: each }) => [id, each])).toEqual([
    ['2', 404],
    ['1', 429],
    ['0', 200],
  ]);
  expect(responses[1]?.headers).toMatchObject({ 'Retry-After': '7' });
  const next = String(responses[2]?.body['@odata.nextLink']);
  expect(next).toMatch(`${GRAPH}/v1.0/users?$top=2&$select=id&$skiptoken=`);
  expect((await client.get(next)).status).toBe(200);
});

test('a part that depends on one that failed is not tried', async () => {
  const requests = [
    { id: 'a', method: 'GET', url: '/users/nobody' },
    { id: 'b', method: 'GET', url: '/users', dependsOn: ['a'] },
  ];
  const { body } = await client.post('/$batch', { requests });
  expect(body['responses']).toMatchObject([
    { id: 'b', status: 424 },
    { id: 'a', status: 404 },
  ]);
});

test('a batch of more than 20, with an id twice, or that is none, is refused as a whole', async () => {
  expect((await client.batch(...Array<string>(20).fill('/users?$top=1'))).status).toBe(200);
  expect((await client.batch(...Array<string>(21).fill('/users'))).status).toBe(400);
  const part = { id: '1', method: 'GET', url: '/users?$top=1' };
  for (const body of [{ requests: [part, part] }, {}, { requests: [{ id: '1' }] }]) {
    expect((await client.post('/$batch', body)).status).toBe(400);
  }
  expect((await simulator.fetch(`${GRAPH}/v1.0/$batch`, { method: 'POST', body: '{}' })).status).toBe(401);
  simulator.faults.add({ kind: 'throttle' }, { path: '$batch' });
  expect((await client.batch('/users')).status).toBe(429);
});
