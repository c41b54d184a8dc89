/** Answers that Graph should not give: a reading that cannot be trusted to be whole is failed, and none takes the token away. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { entraCustomer, sourceOf, startTenant, virtualTime } from '../support/entra-customer.ts';
import type { Fault } from '../support/graph/faults.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';
import type { Json, JsonObject } from '../support/graph/wire.ts';

let simulator: GraphSimulator;
let ids: readonly string[];
beforeEach(async () => {
  simulator = await startTenant();
  const tenant = simulator.tenant();
  ids = tenant.addUsers(Array.from({ length: 1500 }, () => ({})));
  tenant.addGroup({ mail: 'all@example.test', mailEnabled: true }, ids);
});
afterEach(() => simulator[Symbol.asyncDispose]());

const read = (include = {}) =>
  sourceOf(simulator, virtualTime()).read(entraCustomer({ include }), { signal: new AbortController().signal });
const failsAs = async (code: string, message: RegExp) => {
  expect(await read()).toMatchObject({ status: 'failed', problem: { code, message: expect.stringMatching(message) } });
};

describe('pages', () => {
  it.each<[Fault['kind'], RegExp]>([
    ['loop', /leads back to one that was read before/],
    ['noValue', /has no list of values/],
    ['errorBody', /it says 200 and holds an error \(UnknownError/],
  ])('%s', async (kind, message) => {
    for (const path of ['/v1.0/users', '/v1.0/groups']) {
      simulator.faults.clear();
      simulator.faults.add({ kind } as Fault, { path });
      await failsAs('ENTRA_PROTOCOL', message);
    }
    simulator.faults.clear();
    simulator.faults.add({ kind } as Fault, { where: 'part' });
    await failsAs('ENTRA_PROTOCOL', message);
  });

  it('that are empty and lead on, or have an object twice, lose nothing', async () => {
    simulator.faults.add({ kind: 'emptyPage' }, { path: '/v1.0/users', times: 3 });
    simulator.faults.add({ kind: 'repeat' }, { path: '/v1.0/users', times: 2 });
    simulator.faults.add({ kind: 'emptyPage' }, { where: 'part' });
    simulator.faults.add({ kind: 'repeat' }, { where: 'graph', path: '/members' });
    const { objects, proof } = await complete(read());
    expect(proof.entries).toBe(1501);
    expect(objects.at(-1)?.members).toHaveLength(1500);
  });

  it('that are empty without end', async () => {
    simulator.faults.add({ kind: 'emptyPage' }, { path: '/v1.0/users', times: 2000 });
    await failsAs('ENTRA_PROTOCOL', /1000 pages in a row were empty/);
  });

  it('whose link has expired', async () => {
    const tenant = simulator.tenant();
    const onProgress = () => tenant.expirePageTokens();
    const reading = sourceOf(simulator).read(entraCustomer({ filter: 'accountEnabled eq true' }), {
      signal: new AbortController().signal,
      onProgress,
    });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_INCOMPLETE' } });
  });

  it.each(['not JSON', '{"value":[', '[]', 'null', ''])('that are %j', async (body) => {
    simulator.faults.add({ kind: 'answer', status: 200, body }, { path: '/v1.0/groups' });
    await failsAs('ENTRA_PROTOCOL', /no JSON object, or was cut off/);
  });

  it('with a link that is no text', async () => {
    const body = { value: [], '@odata.nextLink': { href: 'x' } };
    simulator.faults.add({ kind: 'answer', status: 200, body }, { path: '/v1.0/groups' });
    await failsAs('ENTRA_PROTOCOL', /its @odata\.nextLink is no text/);
  });

  it('that lead elsewhere are answered by nobody', async () => {
    const fetched: string[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      fetched.push(new URL(url).host);
      return simulator.fetch(url, init);
    };
    for (const link of [
      'https://graph.microsoft.example/v1.0/users?$skiptoken=x',
      'https://graph.microsoft.com.example/v1.0/users',
      'https://graph.microsoft.com@elsewhere.example/v1.0/users',
      'http://graph.microsoft.com/v1.0/users',
      'https://graph.microsoft.com:8443/v1.0/users',
      'nowhere',
    ]) {
      const body = { value: [], '@odata.nextLink': link };
      simulator.faults.add({ kind: 'answer', status: 200, body }, { path: '/v1.0/users' });
      const reading = sourceOf(simulator, { fetch }).read(entraCustomer(), { signal: new AbortController().signal });
      expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_LINK' } });
    }
    expect(new Set(fetched)).toEqual(new Set(['login.microsoftonline.com', 'graph.microsoft.com']));
  });

  it('that send elsewhere are not followed', async () => {
    const headers = { Location: 'https://elsewhere.example/' };
    simulator.faults.add({ kind: 'answer', status: 307, headers, body: '' }, { path: '/v1.0/users' });
    await failsAs('ENTRA_ANSWER', /answered 307 when asked for users/);
  });
});

const USER: JsonObject = {
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  userPrincipalName: 'ann@contoso.example',
  displayName: 'Ann',
  givenName: null,
  surname: null,
  mail: 'ann@example.test',
  proxyAddresses: ['SMTP:ann@example.test'],
  accountEnabled: true,
  userType: 'Member',
  mobilePhone: null,
  companyName: null,
  department: null,
};

describe('objects', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(USER).filter(([key]) => key !== name));
  it.each<[string, Json, RegExp]>([
    ['no object', 'ann', /A user is no object/],
    ['null', null, /A user is no object/],
    ['without an id', without('id'), /A user has no id that is a GUID/],
    ['with a path for an id', { ...USER, id: '../groups' }, /A user has no id that is a GUID/],
    ['with an object for a name', { ...USER, displayName: {} }, /user 0f8fad5b-\S+ has a displayName that is no text/],
    [
      'with a text for addresses',
      { ...USER, proxyAddresses: 'SMTP:a@b' },
      /has a proxyAddresses that is no list of texts/,
    ],
    ['with a number among addresses', { ...USER, proxyAddresses: ['SMTP:a@b.example', 7] }, /no list of texts/],
    ['enabled by a text', { ...USER, accountEnabled: 'false' }, /has a accountEnabled that is neither true nor false/],
    ['without addresses', without('proxyAddresses'), /user 0f8fad5b-\S+ lacks proxyAddresses/],
    ['that does not say whether it is enabled', without('accountEnabled'), /lacks accountEnabled/],
  ])('a user %s', async (_, user, message) => {
    simulator.faults.add({ kind: 'answer', status: 200, body: { value: [user] } }, { path: '/v1.0/users' });
    await failsAs('ENTRA_OBJECT', message);
  });

  it('a user as it should be', async () => {
    simulator.faults.add({ kind: 'answer', status: 200, body: { value: [USER] } }, { path: '/v1.0/users' });
    expect((await complete(read())).objects).toMatchObject([
      { id: USER['id'], mail: ['ann@example.test'] },
      { kind: 'group' },
    ]);
  });

  it('a group without an id, and a member without one', async () => {
    simulator.faults.add(
      { kind: 'answer', status: 200, body: { value: [{ mail: 'a@b.example' }] } },
      { path: '/v1.0/groups' },
    );
    await failsAs('ENTRA_OBJECT', /A group has no id/);
    simulator.faults.add({ kind: 'answer', status: 200, body: { value: [{ id: 7 }] } }, { where: 'part' });
    await failsAs('ENTRA_OBJECT', /member of a group has no id/);
  });
});

describe('batches', () => {
  const answering = async (body: Json, message: RegExp) => {
    simulator.faults.clear();
    simulator.faults.add({ kind: 'answer', status: 200, body: body as JsonObject }, { path: '/v1.0/$batch' });
    await failsAs('ENTRA_PROTOCOL', message);
  };

  it('that answer less, more or something else than was asked', async () => {
    const response = (id: Json, status: Json = 200) => ({ id, status, body: { value: [] } });
    await answering({}, /no list of responses/);
    await answering({ responses: [] }, /a batch of 1 requests has 0 responses/);
    await answering({ responses: [response('0'), response('0')] }, /answers what was not asked/);
    await answering({ responses: [response('1')] }, /answers what was not asked/);
    await answering({ responses: [response(0)] }, /no id or no status/);
    await answering({ responses: [response('0', '200')] }, /no id or no status/);
    await answering({ responses: ['0'] }, /is no object/);
  });

  it('whose parts have strange headers or no JSON', async () => {
    const part = { id: '0', status: 200, headers: { 'x\n': 'y', ok: 7 }, body: 'bm8=' };
    await answering({ responses: [part] }, /no JSON object/);
  });

  it('that say nothing of what a mailbox is for', async () => {
    const tenant = simulator.tenant();
    tenant.grant(tenant.app('5f0c1a52-7c1e-4f5e-9d3b-2a4f6c8e0b1d')?.clientId ?? '', 'MailboxSettings.Read');
    tenant.addUser({ mail: 'room@example.test', accountEnabled: false });
    simulator.faults.add({ kind: 'answer', status: 200, body: { value: 3 } }, { where: 'part', path: 'userPurpose' });
    expect(await read({ resources: true })).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_PROTOCOL' } });
  });
});
