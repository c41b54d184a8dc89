/** Readings that ask what changed since the last one: what they cost, what they find, and when all is read instead. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryCopy } from '../../src/domain/directory-copy.ts';
import { byMail, complete } from '../contract/directory-source.ts';
import {
  CLIENT,
  type EntraCustomerOptions,
  entraCustomer,
  sourceOf,
  startTenant,
  type VirtualTime,
  virtualTime,
} from '../support/entra-customer.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';
import { type KeptCopy, keptCopy } from '../support/kept-copy.ts';

let simulator: GraphSimulator;
let tenant: Tenant;
let copy: KeptCopy;
let time: VirtualTime;
let lines: string[];
let ann: string;
let ben: string;
let all: string;

beforeEach(async () => {
  simulator = await startTenant();
  tenant = simulator.tenant();
  copy = keptCopy();
  time = virtualTime();
  lines = [];
  ann = tenant.addUser({ mail: 'ann@example.test', department: 'Sales', mobilePhone: '+49 1' });
  ben = tenant.addUser({ mail: 'ben@example.test' });
  all = tenant.addGroup({ displayName: 'All', mail: 'all@example.test', mailEnabled: true }, [ann, ben]);
});
afterEach(() => simulator[Symbol.asyncDispose]());

/** Reads with the copy that the readings before have left, and keeps what this one leaves. */
async function sync(options: EntraCustomerOptions = {}) {
  simulator.clearRequests();
  const log = (line: string) => lines.push(line);
  const source = sourceOf(simulator, { ...time, log });
  const reading = await complete(
    source.read(entraCustomer({ tenant: tenant.id, ...options }), {
      signal: new AbortController().signal,
      copy: copy.read,
    }),
  );
  copy.keep(reading.copyUpdate);
  return reading;
}

async function readAll(options: EntraCustomerOptions = {}) {
  const signal = new AbortController().signal;
  return complete(sourceOf(simulator).read(entraCustomer({ tenant: tenant.id, ...options }), { signal }));
}

const asked = () =>
  simulator.requests
    .filter(({ host }) => host === 'graph.microsoft.com')
    .map(({ method, path, parts }) => ({
      request: `${method} ${path.split('?')[0]}`,
      parts: parts.map((part) => part.split('?')[0]),
    }));

/** Reads what changed and all of it: both must have found the same. */
async function syncAndCompare(options: EntraCustomerOptions = {}) {
  const changes = await sync(options);
  const requests = asked();
  const whole = await readAll(options);
  expect(changes.objects).toEqual(whole.objects);
  expect(changes.proof.digest).toBe(whole.proof.digest);
  return { ...changes, requests };
}

describe('the first reading', () => {
  it('notes where it begins, and then reads all', async () => {
    const { copyUpdate, proof } = await sync();
    expect(asked()).toEqual([
      { request: 'POST /v1.0/$batch', parts: ['/users/delta', '/groups/delta'] },
      { request: 'GET /v1.0/users', parts: [] },
      { request: 'GET /v1.0/groups', parts: [] },
      { request: 'POST /v1.0/$batch', parts: [`/groups/${all}/members`] },
    ]);
    expect(proof.since).toBeNull();
    expect(copyUpdate).toMatchObject({ from: null, removed: [], fullAt: '2026-11-21T12:00:00.000Z' });
    expect(copyUpdate?.changed.map(([id]) => id).toSorted()).toEqual([ann, ben, all].toSorted());
  });

  it('leaves nothing where nothing is to be kept', async () => {
    expect((await readAll()).copyUpdate).toBeUndefined();
  });

  it('is whole without a position, where Graph gives none', async () => {
    simulator.faults.add({ kind: 'status', status: 400 }, { where: 'part', path: '/groups/delta' });
    const { copyUpdate, objects } = await sync();
    expect(copyUpdate).toBeUndefined();
    expect(objects).toHaveLength(3);
  });

  it('leaves what changes meanwhile for the next', async () => {
    const source = sourceOf(simulator, time);
    let isFirst = true;
    const onProgress = () => {
      if (isFirst) tenant.updateUser(ann, { displayName: 'Ann in between' });
      isFirst = false;
    };
    const options = { signal: new AbortController().signal, copy: copy.read, onProgress };
    copy.keep((await complete(source.read(entraCustomer({ tenant: tenant.id }), options))).copyUpdate);
    await syncAndCompare();
  });
});

describe('a later reading', () => {
  beforeEach(async () => {
    await sync();
  });

  it('of a tenant where nothing happened is one request', async () => {
    time.pass(3_600_000);
    const { proof, objects, requests } = await syncAndCompare();
    expect(requests).toEqual([{ request: 'POST /v1.0/$batch', parts: ['/users/delta', '/groups/delta'] }]);
    expect(proof).toMatchObject({ since: '2026-11-21T12:00:00.000Z', entries: 3 });
    expect(objects).toHaveLength(3);
  });

  it('finds what changed of a user, and nothing else costs anything', async () => {
    tenant.updateUser(ann, {
      displayName: 'Ann Smith',
      mobilePhone: null,
      proxyAddresses: ['SMTP:a.smith@example.test'],
    });
    const { objects, copyUpdate, requests } = await syncAndCompare();
    expect(byMail(objects, 'ann@example.test').attributes).toEqual({ displayName: 'Ann Smith', department: 'Sales' });
    expect(copyUpdate?.changed.map(([id]) => id)).toEqual([ann]);
    expect(requests).toHaveLength(1);
  });

  it('reads a new user whole, by its id', async () => {
    const zoe = tenant.addUser({ mail: 'zoe@example.test' });
    tenant.addMember(all, zoe);
    const { objects, requests } = await syncAndCompare();
    expect(byMail(objects, 'all@example.test').members).toContain(zoe);
    expect(requests.flatMap(({ parts }) => parts)).toContain(`/users/${zoe}`);
  });

  it('believes that a user is deleted once reading it says so', async () => {
    tenant.deleteUser(ben);
    const { objects, copyUpdate, requests } = await syncAndCompare();
    expect(objects.map(({ id }) => id)).not.toContain(ben);
    expect(copyUpdate?.removed).toContain(ben);
    expect(requests.flatMap(({ parts }) => parts)).toContain(`/users/${ben}`);
  });

  it('keeps a user that is said to be deleted and is there', async () => {
    const link = JSON.parse(copy.current?.position ?? '').users;
    const body = { value: [{ id: ben, '@removed': { reason: 'deleted' } }], '@odata.deltaLink': link };
    simulator.faults.add({ kind: 'answer', status: 200, body }, { where: 'part', path: '/users/delta' });
    const { objects } = await sync();
    expect(byMail(objects, 'ben@example.test')).toMatchObject({ id: ben });
  });

  it('keeps everybody of whom nothing is said, and then has nothing to leave', async () => {
    const { users, groups } = JSON.parse(copy.current?.position ?? '');
    for (const [path, link] of [
      ['/users/delta', users],
      ['/groups/delta', groups],
    ]) {
      const body = { value: [], '@odata.deltaLink': link };
      simulator.faults.add({ kind: 'answer', status: 200, body }, { where: 'part', path });
    }
    const { objects, copyUpdate } = await sync();
    expect(objects).toHaveLength(3);
    expect(copyUpdate).toBeUndefined();
  });

  it('does not take any 404 for a deletion', async () => {
    tenant.deleteUser(ben);
    const answer = { kind: 'answer', status: 404, body: '<html>Not here</html>' } as const;
    simulator.faults.add(answer, { where: 'part', path: `/users/${ben}` });
    const reading = sourceOf(simulator, time).read(entraCustomer({ tenant: tenant.id }), {
      signal: new AbortController().signal,
      copy: copy.read,
    });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_ANSWER' } });
  });

  it('refuses somebody else in the place of who was asked for', async () => {
    const zoe = tenant.addUser({ mail: 'zoe@example.test' });
    const body = { ...JSON.parse(copy.current?.objects.get(ann) ?? '').user };
    simulator.faults.add({ kind: 'answer', status: 200, body }, { where: 'part', path: `/users/${zoe}` });
    const reading = sourceOf(simulator, time).read(entraCustomer({ tenant: tenant.id }), {
      signal: new AbortController().signal,
      copy: copy.read,
    });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_PROTOCOL' } });
  });

  it('adds and removes members', async () => {
    const zoe = tenant.addUser({ mail: 'zoe@example.test' });
    tenant.addMember(all, zoe);
    tenant.removeMember(all, ann);
    const { objects } = await syncAndCompare();
    expect(byMail(objects, 'all@example.test').members).toEqual([ben, zoe].toSorted());
  });

  it('follows a big group over its pages', async () => {
    simulator.setDelta({ memberSlice: 50, pageSize: 3, replay: true, reverse: true });
    const many = tenant.addUsers(Array.from({ length: 170 }, (_, index) => ({ mail: `u${index}@example.test` })));
    tenant.addMember(all, ...many);
    const { objects } = await syncAndCompare();
    expect(byMail(objects, 'all@example.test').members).toHaveLength(172);
  });

  it('takes in a group that gets an address, and leaves out one that loses it', async () => {
    const security = tenant.addGroup({ displayName: 'Security', mailEnabled: false }, [ann]);
    await syncAndCompare();
    tenant.updateGroup(security, { mailEnabled: true, mail: 'security@example.test' });
    tenant.updateGroup(all, { mailEnabled: false });
    const { objects } = await syncAndCompare();
    expect(byMail(objects, 'security@example.test')).toMatchObject({ members: [ann] });
    expect(objects.map(({ id }) => id)).not.toContain(all);
  });

  it('knows the members of a group that was deleted and restored', async () => {
    const unified = tenant.addGroup(
      { displayName: 'Team', mail: 'team@example.test', mailEnabled: true, groupTypes: ['Unified'] },
      [ann, ben],
    );
    await syncAndCompare();
    tenant.removeMember(unified, ann);
    tenant.deleteGroup(unified);
    tenant.restoreGroup(unified);
    expect(byMail((await syncAndCompare()).objects, 'team@example.test').members).toEqual([ben]);
    tenant.deleteGroup(unified);
    expect((await syncAndCompare()).objects).toHaveLength(3);
    tenant.restoreGroup(unified);
    expect(byMail((await syncAndCompare()).objects, 'team@example.test').members).toEqual([ben]);
  });

  it.each([
    ['gone', /\(410 resyncRequired\)/],
    ['syncStateNotFound', /\(400 syncStateNotFound\)/],
    ['resyncRequired', /\(400 resyncRequired\)/],
  ] as const)('reads all where its token is refused: %s', async (answer, line) => {
    tenant.updateUser(ann, { displayName: 'Ann Smith' });
    tenant.expireDeltaTokens(answer);
    time.pass(1000);
    const { proof, copyUpdate } = await syncAndCompare();
    expect(proof.since).toBeNull();
    expect(copyUpdate).toMatchObject({ from: null, fullAt: '2026-11-21T12:00:01.000Z' });
    expect(lines.filter((text) => text.startsWith('# Graph no longer knows'))).toEqual([expect.stringMatching(line)]);
    expect((await syncAndCompare()).proof.since).not.toBeNull();
  });

  it('reads all where a token is refused in the middle of a round', async () => {
    simulator.setDelta({ pageSize: 5 });
    for (const id of tenant.addUsers(Array.from({ length: 12 }, () => ({})))) tenant.updateUser(id, { city: 'Berlin' });
    simulator.faults.add({ kind: 'status', status: 410, code: 'SyncStateNotFound' }, { path: '/v1.0/users/delta' });
    expect((await syncAndCompare()).proof.since).toBeNull();
  });

  it('reads all where so much changed that this is less', async () => {
    tenant.addUsers(Array.from({ length: 1001 }, () => ({})));
    expect((await syncAndCompare()).proof.since).toBeNull();
    expect(lines).toContainEqual(expect.stringMatching(/^# So many users are new or deleted/));
  });

  it('reads all after so long, whatever changed', async () => {
    time.pass(7 * 86_400_000 - 1);
    expect((await sync()).proof.since).not.toBeNull();
    time.pass(1);
    expect((await sync()).proof.since).toBeNull();
  });

  it('reads all where something else is asked', async () => {
    expect((await sync({ filter: 'accountEnabled eq true' })).proof.since).toBeNull();
    tenant.grant(CLIENT, 'MailboxSettings.Read');
    expect((await sync({ filter: 'accountEnabled eq true', include: { resources: true } })).proof.since).toBeNull();
    expect((await sync({ filter: 'accountEnabled eq true', include: { resources: true } })).proof.since).not.toBeNull();
  });

  it.each<[string, (copy: DirectoryCopy) => DirectoryCopy]>([
    [
      'another tenant',
      (kept) => ({ ...kept, identity: { type: 'entra', id: '11111111-2222-4333-8444-555555555555' } }),
    ],
    ['the future', (kept) => ({ ...kept, fullAt: '2099-01-01T00:00:00.000Z' as DirectoryCopy['fullAt'] })],
    ['no place', (kept) => ({ ...kept, position: '{"users":7}' })],
    [
      'another host',
      (kept) => ({ ...kept, position: kept.position.replaceAll('graph.microsoft.com', 'elsewhere.example') }),
    ],
    ['another version', (kept) => ({ ...kept, objects: new Map([[ann, '{"person":{}}']]) })],
    ['a broken disk', (kept) => ({ ...kept, objects: new Map([[ann, '{']]) })],
    ['somebody else', (kept) => ({ ...kept, objects: new Map([[ben, kept.objects.get(ann) ?? '']]) })],
  ])('reads all where the copy is of %s', async (_, spoil) => {
    copy.set(spoil(copy.current as DirectoryCopy));
    const { proof } = await syncAndCompare();
    expect(proof.since).toBeNull();
    expect(simulator.requests.every(({ host }) => /microsoft(?:online)?\.com$/.test(host))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^# all is read, the last reading is of no use: /));
  });

  it('reads all where the copy cannot be had', async () => {
    const reading = sourceOf(simulator, time).read(entraCustomer(), {
      signal: new AbortController().signal,
      copy: async () => {
        throw new Error('the disk is full');
      },
    });
    expect((await complete(reading)).proof.since).toBeNull();
  });

  it('asks again what a mailbox is for, where its account changed', async () => {
    tenant.grant(CLIENT, 'MailboxSettings.Read');
    const options = { include: { sharedMailboxes: true } };
    await sync(options);
    tenant.updateUser(ben, { accountEnabled: false });
    tenant.setMailbox(ben, 'shared');
    expect(byMail((await syncAndCompare(options)).objects, 'ben@example.test').mailbox).toBe('shared');
    tenant.updateUser(ben, { accountEnabled: true });
    expect(byMail((await syncAndCompare(options)).objects, 'ben@example.test').mailbox).toBe('user');
  });

  it('fails where a permission was taken away', async () => {
    tenant.revoke(CLIENT, 'GroupMember.Read.All');
    const reading = sourceOf(simulator, time).read(entraCustomer(), {
      signal: new AbortController().signal,
      copy: copy.read,
    });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_CONSENT' } });
  });
});

describe.each([true, false])('members that were deleted (the group says so: %s)', (memberDeletionsInGroupDelta) => {
  it('are neither members nor unknown, and are members again once restored', async () => {
    tenant = simulator.addTenant({
      name: 'fabrikam',
      memberDeletionsInGroupDelta,
      apps: [{ clientId: CLIENT, secrets: ['s'], permissions: ['User.Read.All', 'GroupMember.Read.All'] }],
    });
    const options = { credential: { kind: 'secret', secret: { env: 's' } } } as const;
    const [cat = '', dan = ''] = tenant.addUsers([{ mail: 'cat@example.test' }, { mail: 'dan@example.test' }]);
    tenant.addGroup({ displayName: 'Both', mail: 'both@example.test', mailEnabled: true }, [cat, dan]);
    await sync(options);
    tenant.deleteUser(dan);
    const { objects } = await syncAndCompare(options);
    expect(byMail(objects, 'both@example.test')).toMatchObject({ members: [cat], unknownMembers: 0 });
    tenant.restoreUser(dan);
    expect(byMail((await syncAndCompare(options)).objects, 'both@example.test').members).toHaveLength(2);
    tenant.deleteUser(dan);
    await syncAndCompare(options);
    tenant.purgeUser(dan);
    expect((await syncAndCompare(options)).proof.since).not.toBeNull();
    expect([...(copy.current?.objects.values() ?? [])]).not.toContain('{"gone":true}');
  });
});

describe('a filter that Rollcall evaluates itself', () => {
  const options = { filter: "accountEnabled eq true and userType eq 'Member'" };

  it('costs one request where nothing happened', async () => {
    tenant.addUser({ mail: 'left@example.test', accountEnabled: false });
    await sync(options);
    expect((await syncAndCompare(options)).requests).toHaveLength(1);
  });

  it('lets users in and out as they change', async () => {
    const guest = tenant.addUser({ mail: 'guest@fabrikam.example', userType: 'Guest' });
    await sync(options);
    tenant.updateUser(ben, { accountEnabled: false });
    tenant.updateUser(guest, { userType: 'Member' });
    const { objects } = await syncAndCompare(options);
    expect(objects.map(({ id }) => id)).toEqual([...[ann, guest].toSorted(), all]);
    tenant.updateUser(ben, { accountEnabled: true });
    expect((await syncAndCompare(options)).objects).toHaveLength(4);
  });
});

describe('a filter that only Graph evaluates', () => {
  const options = { filter: "department eq 'Sales'" };

  it('has all users asked for each time, and groups by what changed', async () => {
    await sync(options);
    tenant.updateUser(ben, { department: 'Sales' });
    tenant.updateUser(ann, { department: null });
    const { objects, requests, copyUpdate } = await syncAndCompare(options);
    expect(byMail(objects, 'all@example.test')).toMatchObject({ members: [ben], unknownMembers: 1 });
    expect(requests.map(({ request }) => request)).toEqual(['POST /v1.0/$batch', 'GET /v1.0/users']);
    expect([...(copy.current?.objects.keys() ?? [])]).toEqual([all]);
    expect(copyUpdate?.changed ?? []).toEqual([]);
    tenant.deleteUser(ben);
    await syncAndCompare(options);
  });
});
