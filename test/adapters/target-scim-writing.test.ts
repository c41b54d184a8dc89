/** What the SCIM target sends: to a service written by others, and to a small one that shows every request. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/domain/roster.ts';
import { storedGroup, user } from '../support/builders.ts';
import { acme, changesOf, converge, failuresOf, told } from '../support/scim/converging.ts';
import { type Opened, openScim } from '../support/scim/opening.ts';
import { type Peer, startPeer } from '../support/scim/peer.ts';
import { type Stub, startStub } from '../support/scim/stub.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const ann = user('Ann@acme.example', {
  aliases: ['a.lee@acme.example'],
  objectId: 'id-ann' as never,
  attributes: {
    givenName: 'Ann',
    surname: 'Lee',
    displayName: 'Ann Lee',
    homePhone: '+1 201 555-0100',
    mobile: '+1 (201) 555 0199',
    company: 'Acme Ltd',
    department: 'Sales',
  },
});
const ben = user('ben@acme.example', { objectId: 'id-ben' as never });

describe('with scimmy-routers', () => {
  let peer: Peer;
  const open = (parts = {}): Opened => openScim(peer.url, parts);
  const held = (userName: string) => [...peer.memory.users.values()].find((one) => one['userName'] === userName);
  beforeEach(async () => {
    peer = await startPeer();
  });
  afterEach(() => peer[Symbol.asyncDispose]());

  test('a user has its names, addresses, telephones, department and mark', async () => {
    expect(failuresOf(await converge(open().target, acme([ann])))).toEqual([]);
    expect(held('ann@acme.example')).toMatchObject({
      externalId: 'rollcall:acme:id-ann',
      active: true,
      name: { givenName: 'Ann', familyName: 'Lee' },
      displayName: 'Ann Lee',
      emails: [
        { value: 'ann@acme.example', type: 'work', primary: true },
        { value: 'a.lee@acme.example', type: 'other' },
      ],
      phoneNumbers: [
        { value: '+1 201 555-0100', type: 'home' },
        { value: '+1 (201) 555 0199', type: 'mobile' },
      ],
      [ENTERPRISE]: { department: 'Sales', organization: 'Acme Ltd' },
    });
  });

  test.each<[string, Partial<User>, boolean]>([
    ['active', { status: 'active' }, true],
    ['ignored', { status: 'ignored' }, true],
    ['flagged', { status: 'flagged', flaggedAt: '2026-11-20T00:00:00.000Z' as never }, false],
    ['deactivated', { status: 'deactivated' }, false],
  ])('of one who is %s active says so', async (_status, parts, expected) => {
    await converge(open().target, acme([ann]));
    await converge(open().target, acme([{ ...ann, ...parts }]));
    expect(held('ann@acme.example')?.['active']).toBe(expected);
  });

  test('in a domain that is not verified nobody is active, and there are no groups', async () => {
    const domains = [{ name: 'acme.example', status: 'pending', token: 't', verifiedAt: null, site: null } as const];
    await converge(open().target, acme([ann, storedGroup('all@acme.example', ['ann@acme.example'])], { domains }));
    expect(held('ann@acme.example')?.['active']).toBe(false);
    expect(peer.memory.groups.size).toBe(0);
  });

  test('a rename keeps the resource, and so do names that move on from one to the next', async () => {
    await converge(open().target, acme([ann, ben]));
    const ids = [held('ann@acme.example')?.id, held('ben@acme.example')?.id];
    const renamed = [
      { ...ann, address: 'ben@acme.example', aliases: [] },
      { ...ben, address: 'cy@acme.example' },
    ];
    const done = await converge(open().target, acme(renamed));
    expect(failuresOf(done)).toEqual([]);
    expect([held('ben@acme.example')?.id, held('cy@acme.example')?.id]).toEqual(ids);
    expect(await changesOf(open().target, acme(renamed))).toEqual([]);
  });

  test('two who swap their addresses come through', async () => {
    await converge(open().target, acme([ann, ben]));
    const swapped = [
      { ...ann, address: 'ben@acme.example', aliases: [] },
      { ...ben, address: 'ann@acme.example' },
    ];
    expect(failuresOf(await converge(open().target, acme(swapped)))).toEqual([]);
    expect(await changesOf(open().target, acme(swapped))).toEqual([]);
    expect(peer.memory.users.size).toBe(2);
  });

  test('whoever takes the address of somebody gone has a resource of its own', async () => {
    await converge(open().target, acme([ann, ben]));
    const id = held('ben@acme.example')?.id;
    const moved = acme([{ ...ben, address: 'ann@acme.example' }]);
    expect(failuresOf(await converge(open().target, moved))).toEqual([]);
    expect([...peer.memory.users.values()].map((one) => [one.id, one['userName']])).toEqual([[id, 'ann@acme.example']]);
    expect(await changesOf(open().target, moved)).toEqual([]);
  });

  test('who is to have a name that another system has keeps the old one', async () => {
    await converge(open().target, acme([ann, ben]));
    peer.memory.users.set('7', { id: '7', userName: 'cy@acme.example', externalId: 'hr:7' });
    const done = await converge(open().target, acme([ann, { ...ben, address: 'cy@acme.example' }]));
    expect(failuresOf(done)).toEqual(['SCIM_CONFLICT user ben@acme.example']);
    expect(held('ben@acme.example')).toBeDefined();
    peer.memory.users.delete('7');
    await converge(open().target, acme([ann, { ...ben, address: 'cy@acme.example' }]));
    expect(await changesOf(open().target, acme([ann, { ...ben, address: 'cy@acme.example' }]))).toEqual([]);
  });

  test('a new object of the same address is the same user', async () => {
    await converge(open().target, acme([ann]));
    const id = held('ann@acme.example')?.id;
    await converge(open().target, acme([{ ...ann, objectId: 'id-new' as never }]));
    expect(held('ann@acme.example')).toMatchObject({ id, externalId: 'rollcall:acme:id-new' });
  });

  test('one without a mark is taken over, and what else it has stays', async () => {
    peer.memory.users.set('7', {
      id: '7',
      userName: 'ANN@acme.example',
      title: 'Boss',
      phoneNumbers: [{ value: '+1 201 555 0000', type: 'work' }],
    });
    expect(told(await converge(open().target, acme([ann])))).toEqual(['change user ann@acme.example']);
    expect([...peer.memory.users.values()]).toMatchObject([
      { id: '7', externalId: 'rollcall:acme:id-ann', title: 'Boss' },
    ]);
    expect(peer.memory.users.get('7')?.['phoneNumbers']).toContainEqual({ value: '+1 201 555 0000', type: 'work' });
    expect(await changesOf(open().target, acme([ann]))).toEqual([]);
  });

  test('attributes that are taken away are taken away there', async () => {
    await converge(open().target, acme([ann]));
    const bare = acme([{ ...ann, aliases: [], attributes: {} }]);
    expect(failuresOf(await converge(open().target, bare))).toEqual([]);
    expect(await changesOf(open().target, bare)).toEqual([]);
    expect(held('ann@acme.example')?.['displayName']).toBeUndefined();
  });

  test('groups have users and groups in them, and follow', async () => {
    const all = storedGroup('all@acme.example', ['ann@acme.example', 'team@acme.example'], { objectId: 'g1' as never });
    const team = storedGroup('team@acme.example', ['ben@acme.example'], { objectId: 'g2' as never });
    expect(failuresOf(await converge(open().target, acme([ann, ben, all, team])))).toEqual([]);
    expect(await changesOf(open().target, acme([ann, ben, all, team]))).toEqual([]);
    const next = acme([ann, ben, { ...all, members: ['ben@acme.example'] }]);
    expect(failuresOf(await converge(open().target, next))).toEqual([]);
    expect(await changesOf(open().target, next)).toEqual([]);
    expect([...peer.memory.groups.values()]).toMatchObject([
      {
        displayName: 'all@acme.example',
        externalId: 'rollcall:acme:g1',
        members: [{ value: held('ben@acme.example')?.id }],
      },
    ]);
  });

  test('a group that is renamed keeps its resource; without groups none is asked for', async () => {
    const all = storedGroup('all@acme.example', ['ann@acme.example'], { objectId: 'g1' as never });
    await converge(open().target, acme([ann, all]));
    const [id] = peer.memory.groups.keys();
    await converge(open().target, acme([ann, { ...all, address: 'everybody@acme.example' }]));
    expect([...peer.memory.groups.values()]).toMatchObject([{ id, displayName: 'everybody@acme.example' }]);
    expect(await changesOf(open({ groups: false }).target, acme([ann]))).toEqual([]);
  });

  test('many are made in Bulk', async () => {
    const users = Array.from({ length: 450 }, (_, index) => user(`u${index}@acme.example`));
    const opened = open();
    expect(failuresOf(await converge(opened.target, acme(users)))).toEqual([]);
    expect(opened.lines.filter((line) => line === 'POST /Bulk: 200').length).toBe(5);
    expect(peer.memory.users.size).toBe(450);
    expect(await changesOf(open().target, acme(users))).toEqual([]);
  });

  test('what is another customer’s stays as it is', async () => {
    await converge(open().target, { ...acme([user('cy@globex.example')]), customer: 'globex' as never });
    await converge(open().target, acme([ann]));
    await converge(open().target, acme([]));
    expect([...peer.memory.users.values()].map((one) => one['userName'])).toEqual(['cy@globex.example']);
  });
});

describe('with the service of the tests', () => {
  let stub: Stub;
  const open = (parts = {}): Opened => openScim(stub.url, { groups: false, ...parts });
  const writes = () => stub.requests.filter((request) => !request.startsWith('GET'));
  beforeEach(async () => {
    stub = await startStub();
  });
  afterEach(() => stub[Symbol.asyncDispose]());

  test('PATCH says what differs, and no more', async () => {
    await converge(open().target, acme([ann, ben]));
    stub.requests.length = 0;
    stub.bodies.length = 0;
    await converge(open().target, acme([{ ...ann, attributes: { ...ann.attributes, surname: 'Li' } }, ben]));
    expect(writes()).toHaveLength(1);
    expect(stub.bodies.at(-1)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'name.familyName', value: 'Li' }],
    });
  });

  test('without PATCH the whole user is read and put, and keeps what is not ours', async () => {
    stub.traits.patch = false;
    await converge(open().target, acme([ann]));
    const [id = ''] = stub.store.Users.keys();
    stub.store.Users.set(id, { ...stub.store.Users.get(id), id, nickName: 'Annie' });
    await converge(open().target, acme([{ ...ann, attributes: { surname: 'Li' } }]));
    expect(writes().at(-1)).toBe(`PUT /Users/${id}`);
    expect(stub.store.Users.get(id)).toMatchObject({ nickName: 'Annie', name: { familyName: 'Li' } });
    expect(await changesOf(open().target, acme([{ ...ann, attributes: { surname: 'Li' } }]))).toEqual([]);
  });

  test('a service that says PATCH and cannot is given PUT', async () => {
    await converge(open().target, acme([ann, ben]));
    stub.fault = (request) => (request.startsWith('PATCH') ? { status: 501, body: {} } : undefined);
    const next = acme([
      { ...ann, status: 'deactivated' },
      { ...ben, status: 'deactivated' },
    ]);
    expect(failuresOf(await converge(open({ parallelism: 1 }).target, next))).toEqual([]);
    expect(writes().filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
    expect([...stub.store.Users.values()].map((one) => one['active'])).toEqual([false, false]);
  });

  test('a version that is no more the present one is read again, once', async () => {
    stub.traits.etag = true;
    await converge(open().target, acme([ann]));
    const [id = ''] = stub.store.Users.keys();
    let isFirst = true;
    stub.fault = (request) => {
      if (request.startsWith('PATCH') && isFirst) {
        isFirst = false;
        stub.store.Users.set(id, { ...stub.store.Users.get(id), id, title: 'Boss', meta: { version: 'W/"other"' } });
      }
      return undefined;
    };
    expect(failuresOf(await converge(open().target, acme([{ ...ann, aliases: [] }])))).toEqual([]);
    expect(writes().filter((request) => request.startsWith('PATCH'))).toHaveLength(2);
    expect(stub.store.Users.get(id)).toMatchObject({ title: 'Boss', emails: [{ value: 'ann@acme.example' }] });
  });

  test('members go in slices of a hundred', async () => {
    const users = Array.from({ length: 250 }, (_, index) => user(`u${index}@acme.example`));
    const all = storedGroup(
      'all@acme.example',
      users.map(({ address }) => address),
    );
    expect(failuresOf(await converge(open({ groups: true }).target, acme([...users, all])))).toEqual([]);
    const sizes = stub.bodies.flatMap(({ Operations }) => {
      const [first] = (Operations ?? []) as { path?: string; value?: unknown[] }[];
      return first?.path === 'members' ? [first.value?.length] : [];
    });
    expect(sizes).toEqual([100, 100, 50]);
    const fewer = acme([...users, { ...all, members: ['u1@acme.example'] }]);
    expect(failuresOf(await converge(open({ groups: true }).target, fewer))).toEqual([]);
    expect(await changesOf(open({ groups: true }).target, fewer)).toEqual([]);
  });

  test('a member who could not be made is left out of the group, and said', async () => {
    stub.fault = (request, { body }) =>
      request === 'POST /Users' && body['userName'] === 'ben@acme.example'
        ? { status: 400, body: { detail: 'We do not like Ben.' } }
        : undefined;
    const all = storedGroup('all@acme.example', ['ann@acme.example', 'ben@acme.example']);
    const done = await converge(open({ groups: true }).target, acme([ann, ben, all]));
    expect(failuresOf(done)).toEqual(['SCIM_REFUSED user ben@acme.example', 'SCIM_MEMBERS group all@acme.example']);
    expect(done.failures[0]?.problem.message).toContain('ben@acme.example could not be made');
    expect(done.failures[0]?.problem.message).toContain('"We do not like Ben."');
    stub.fault = () => undefined;
    expect(failuresOf(await converge(open({ groups: true }).target, acme([ann, ben, all])))).toEqual([]);
    expect(await changesOf(open({ groups: true }).target, acme([ann, ben, all]))).toEqual([]);
  });

  test('ids that mean something in an address are mere text there', async () => {
    const ids = ['../../x', 'a b', 'x?y=1#z', '%2e%2e', 'ü/"\\', '...'];
    stub.traits.nextId = () => ids.shift() ?? 'more';
    const users = Array.from({ length: 6 }, (_, index) => user(`u${index}@acme.example`));
    const all = storedGroup(
      'all@acme.example',
      users.map(({ address }) => address),
    );
    await converge(open({ groups: true, parallelism: 1 }).target, acme([...users, all]));
    const half = acme([
      ...users.slice(0, 3).map((one) => ({ ...one, status: 'deactivated' as const })),
      { ...all, members: ['u0@acme.example', 'u1@acme.example', 'u2@acme.example'] },
    ]);
    expect(failuresOf(await converge(open({ groups: true }).target, half))).toEqual([]);
    expect(await changesOf(open({ groups: true }).target, half)).toEqual([]);
    expect([...stub.store.Users.keys()]).toEqual(['../../x', 'a b', 'x?y=1#z']);
    expect(stub.requests).toContain('PATCH /Users/..%2F..%2Fx');
  });

  test('what a service does not keep, and what it writes in its own way, is no difference', async () => {
    stub.traits.keep = ({ displayName: _gone, phoneNumbers, userName, ...rest }) => ({
      ...rest,
      userName: String(userName).toUpperCase(),
      phoneNumbers: ((phoneNumbers ?? []) as { value: string }[]).map((phone) => ({
        ...phone,
        value: `tel:${phone.value.replace(/[ ()]+/g, '-')}`,
      })),
    });
    expect(failuresOf(await converge(open().target, acme([ann, ben])))).toEqual([]);
    expect(await changesOf(open().target, acme([ann, ben]))).toEqual([]);
  });

  test('without schemas nothing of an extension is sent that nobody has there', async () => {
    await converge(open().target, acme([ann]));
    expect(stub.bodies.find((body) => body['userName'] === 'ann@acme.example')).not.toHaveProperty(ENTERPRISE);
  });
});
