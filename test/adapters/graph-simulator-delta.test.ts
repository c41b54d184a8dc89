/** Delta queries in the simulator: what a round tells, what it leaves out, and how tokens end. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, GRAPH, type SimpleClient, signIn, valuesOf } from '../support/graph/client.ts';
import { populate } from '../support/graph/people.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';
import type { JsonObject } from '../support/graph/wire.ts';
import type { DeltaOptions } from '../support/graph/world.ts';

let simulator: GraphSimulator;
let tenant: Tenant;
let client: SimpleClient;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  simulator = await startGraph({
    now: () => now,
    tenants: [{ apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] }],
  });
  tenant = simulator.tenant();
  client = await signIn(simulator, tenant);
});

afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

interface Round {
  readonly value: readonly JsonObject[];
  readonly deltaLink: string;
}

async function round(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Round> {
  const pages = await client.pages(path, headers);
  for (const page of pages.slice(0, -1)) expect(page).not.toHaveProperty(['@odata.deltaLink']);
  return { value: valuesOf(pages), deltaLink: String(pages.at(-1)?.['@odata.deltaLink']) };
}

const USERS = '/users/delta?$select=displayName,mail';

test('a round without changes is empty; a change shows the selected properties that were ever set', async () => {
  const id = tenant.addUser({ displayName: 'Ann', department: 'Sales' });
  const first = await round(USERS);
  expect(first.value).toEqual([{ displayName: 'Ann', id }]);
  tenant.updateUser(id, { department: 'HR' });
  const second = await round(first.deltaLink);
  expect(second.value).toEqual([]);
  tenant.updateUser(id, { mail: 'ann@contoso.example' });
  const third = await round(second.deltaLink);
  expect(third.value).toEqual([{ displayName: 'Ann', mail: 'ann@contoso.example', id }]);
  tenant.updateUser(id, { mail: null });
  expect((await round(third.deltaLink)).value).toEqual([{ displayName: 'Ann', mail: null, id }]);
  const minimal = await round(third.deltaLink, { Prefer: 'return=minimal' });
  expect(minimal.value).toEqual([{ mail: null, id }]);
});

test('a deletion, a deletion for good, a restoration and a person who only passed through', async () => {
  const [a = '', b = '', c = ''] = tenant.addUsers([{ displayName: 'A' }, { displayName: 'B' }, { displayName: 'C' }]);
  const { deltaLink } = await round(USERS);
  tenant.deleteUser(a);
  tenant.purgeUser(b);
  tenant.deleteUser(c);
  tenant.restoreUser(c);
  const passing = tenant.addUser({ displayName: 'D' });
  tenant.deleteUser(passing);
  const second = await round(deltaLink);
  expect(second.value).toEqual([
    { id: a, '@removed': { reason: 'changed' } },
    { id: b, '@removed': { reason: 'deleted' } },
    { displayName: 'C', id: c },
    { id: passing, '@removed': { reason: 'changed' } },
  ]);
  tenant.restoreUser(a);
  expect((await round(second.deltaLink)).value).toEqual([{ displayName: 'A', id: a }]);
  simulator.setDelta({ hideUndeletes: true });
  expect((await round(second.deltaLink)).value).toEqual([]);
});

test('a token of latest brings no data, and then only what came after', async () => {
  tenant.addUser({ displayName: 'Before' });
  const latest = await round(`${USERS}&$deltatoken=latest`);
  expect(latest.value).toEqual([]);
  const id = tenant.addUser({ displayName: 'After' });
  expect((await round(latest.deltaLink)).value).toEqual([{ displayName: 'After', id }]);
});

test('what changes during the first round is told, at the latest in the next', async () => {
  populate(tenant, { people: 6 });
  simulator.setDelta({ pageSize: 2 });
  const { body } = await client.get(USERS);
  const [early = ''] = (body['value'] as JsonObject[]).map(({ id }) => String(id));
  tenant.updateUser(early, { displayName: 'Changed' });
  const rest = await round(String(body['@odata.nextLink']));
  expect(rest.value).toHaveLength(4);
  expect((await round(rest.deltaLink)).value).toMatchObject([{ id: early, displayName: 'Changed' }]);
});

test('a big group comes in slices over pages; later only who joined and who left', async () => {
  const ids = tenant.addUsers(Array.from({ length: 7 }, () => ({})));
  const group = tenant.addGroup({ displayName: 'Big' }, ids);
  const small = tenant.addGroup({ displayName: 'Small' });
  simulator.setDelta({ memberSlice: 3 });
  const path = '/groups/delta?$select=displayName,members';
  const slices = (value: readonly JsonObject[]) => value.filter(({ id }) => id === group);
  const first = await round(path);
  expect(slices(first.value).map((slice) => (slice['members@delta'] as unknown[]).length)).toEqual([3, 3, 1]);
  expect(membersIn(first.value, group)).toEqual([...ids].sort());
  expect(first.value.filter(({ id }) => id === small)).toEqual([{ displayName: 'Small', id: small }]);
  const [left = '', deleted = ''] = ids;
  tenant.removeMember(group, left);
  tenant.deleteUser(deleted);
  tenant.addMember(small, ids[2] ?? '');
  const second = await round(first.deltaLink);
  const removed = [left, deleted]
    .sort()
    .map((id) => ({ '@odata.type': '#microsoft.graph.user', id, '@removed': { reason: 'deleted' } }));
  expect(slices(second.value)).toEqual([{ displayName: 'Big', id: group, 'members@delta': removed }]);
  const without = await round('/groups/delta?$select=displayName&$deltatoken=latest');
  tenant.addMember(group, left);
  expect((await round(without.deltaLink)).value).toEqual([]);
});

function membersIn(value: readonly JsonObject[], group: string): readonly string[] {
  const slices = value.filter(({ id }) => id === group).flatMap((each) => each['members@delta'] as JsonObject[]);
  return slices.map(({ id }) => String(id)).sort();
}

test('a group that is no Microsoft 365 group is deleted for good', async () => {
  const [plain = '', unified = ''] = [tenant.addGroup({}), tenant.addGroup({ groupTypes: ['Unified'] })];
  const { deltaLink } = await round('/groups/delta');
  tenant.deleteGroup(plain);
  tenant.deleteGroup(unified);
  expect((await round(deltaLink)).value).toEqual([
    { id: plain, '@removed': { reason: 'deleted' } },
    { id: unified, '@removed': { reason: 'changed' } },
  ]);
});

test('only a filter by id is taken, of 50 at most, and no $top, $orderby or $expand', async () => {
  const [a = '', b = ''] = tenant.addUsers([{}, {}, {}]);
  const filtered = await round(`${USERS}&$filter=id eq '${a}' or id eq '${b}'`);
  expect(filtered.value.map(({ id }) => id).sort()).toEqual([a, b].sort());
  const many = Array.from({ length: 51 }, () => `id eq '${a}'`).join(' or ');
  for (const more of [`$filter=${many}`, "$filter=displayName eq 'A'", '$top=5', '$orderby=mail', '$expand=manager']) {
    expect((await client.get(`/users/delta?${more}`)).status).toBe(400);
  }
});

test('a token that has ended is 410, with the way to begin again, or 400 with a code', async () => {
  const { deltaLink } = await round(USERS);
  tenant.expireDeltaTokens();
  const gone = await client.get(deltaLink);
  expect([gone.status, gone.headers.get('location')]).toEqual([
    410,
    `${GRAPH}/v1.0/users/delta?$select=displayName%2cmail&$deltatoken=`,
  ]);
  const again = await round(gone.headers.get('location') ?? '');
  expect((await client.get(again.deltaLink)).status).toBe(200);
  tenant.expireDeltaTokens('resyncRequired');
  const refused = await client.get(again.deltaLink);
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'resyncRequired']);
});

test('a token ends after seven days', async () => {
  const { deltaLink } = await round(USERS);
  now = new Date('2026-01-07T23:00:00Z');
  expect((await (await signIn(simulator, tenant)).get(deltaLink)).status).toBe(200);
  now = new Date('2026-01-08T01:00:00Z');
  expect((await (await signIn(simulator, tenant)).get(deltaLink)).status).toBe(410);
});

test('an access token is good for an hour', async () => {
  now = new Date('2026-01-01T00:59:00Z');
  expect((await client.get('/users')).status).toBe(200);
  now = new Date('2026-01-01T01:00:00Z');
  expect((await client.get('/users')).status).toBe(401);
});

test("a tenant may keep quiet in a group's delta about a member who was deleted", async () => {
  const quiet = simulator.addTenant({
    name: 'quiet',
    memberDeletionsInGroupDelta: false,
    apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }],
  });
  client = await signIn(simulator, quiet);
  const [user = ''] = quiet.addUsers([{}]);
  const group = quiet.addGroup({}, [user]);
  const { deltaLink } = await round('/groups/delta?$select=members');
  quiet.deleteUser(user);
  expect(valuesOf(await client.pages(`/groups/${group}/members`))).toEqual([]);
  expect((await round(deltaLink)).value).toEqual([]);
});

test('a token of another tenant, of another set or by another hand is refused', async () => {
  const { deltaLink } = await round(USERS);
  const other = simulator.addTenant({ name: 'other', apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] });
  const elsewhere = await (await signIn(simulator, other)).get(deltaLink);
  const asGroups = await client.get(deltaLink.replace('/users/', '/groups/'));
  const altered = await client.get(deltaLink.slice(0, -2));
  expect([elsewhere.status, asGroups.status, altered.status]).toEqual([400, 400, 400]);
});

type Step = readonly [what: number, who: number];

function take(on: Tenant, [what, who]: Step): void {
  const { users, groups } = on.directory;
  const pick = (ids: readonly string[]) => ids[who % Math.max(ids.length, 1)];
  const [user, group, deleted] = [pick(users.live.sorted()), pick(groups.live.sorted()), pick(users.deletedIds())];
  if (what === 0 || user === undefined) on.addUser({ displayName: `new ${who}` });
  else if (what === 1) on.updateUser(user, { displayName: who % 3 === 0 ? null : `renamed ${who}` });
  else if (what === 2) on.deleteUser(user);
  else if (what === 3 && deleted !== undefined) on.restoreUser(deleted);
  else if (what === 4) on.purgeUser(user);
  else if (what === 5 || group === undefined) on.addGroup({ groupTypes: who % 2 === 0 ? ['Unified'] : [] });
  else if (what === 6) on.deleteGroup(group);
  else if (what === 7) on.addMember(group, user);
  else {
    const [member] = on.directory.membersOf(group).sorted();
    if (member !== undefined) on.removeMember(group, member);
  }
}

/** What a client holds after it took in these rounds, in whatever order and however often things came. */
function merge(held: Map<string, JsonObject>, value: readonly JsonObject[]): void {
  for (const object of value) {
    const id = String(object['id']);
    if (object['@removed'] !== undefined) {
      held.delete(id);
      continue;
    }
    const before = held.get(id) ?? {};
    const members = new Set(before['members'] as readonly string[] | undefined);
    for (const member of (object['members@delta'] ?? []) as readonly JsonObject[]) {
      if (member['@removed'] === undefined) members.add(String(member['id']));
      else members.delete(String(member['id']));
    }
    held.set(id, { id, displayName: object['displayName'] ?? null, members: [...members].sort() });
  }
}

async function fullRead(set: 'users' | 'groups'): Promise<readonly JsonObject[]> {
  const objects = valuesOf(await client.pages(`/${set}?$select=id,displayName`));
  const read = objects.map(async (object) => {
    const members = set === 'users' ? [] : valuesOf(await client.pages(`/groups/${object['id']}/members?$select=id`));
    return { ...object, members: members.map(({ id }) => String(id)).sort() };
  });
  return await Promise.all(read);
}

const steps = fc.array(fc.tuple(fc.nat(8), fc.nat(50)), { minLength: 1, maxLength: 25 });
const manners: fc.Arbitrary<DeltaOptions> = fc.record({
  pageSize: fc.integer({ min: 1, max: 4 }),
  memberSlice: fc.integer({ min: 1, max: 3 }),
  replay: fc.boolean(),
  reverse: fc.boolean(),
});

test('whatever happens in a tenant, delta rounds and a full read end at the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), manners, async (rounds, manner) => {
      simulator.setDelta(manner);
      const name = `t${simulator.requests.length}`;
      tenant = simulator.addTenant({ name, apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] });
      client = await signIn(simulator, tenant);
      for (const step of rounds[0] ?? []) take(tenant, step);
      for (const set of ['users', 'groups'] as const) {
        const held = new Map<string, JsonObject>();
        const select = set === 'users' ? 'displayName' : 'displayName,members';
        let next = `/${set}/delta?$select=${select}`;
        for (const changes of rounds) {
          const { value, deltaLink } = await round(next);
          merge(held, value);
          next = deltaLink;
          for (const step of changes) take(tenant, step);
        }
        merge(held, (await round(next)).value);
        const expected = (await fullRead(set)).map((object) => [object['id'], object] as const);
        expect(new Map(held)).toEqual(new Map(expected as [string, JsonObject][]));
      }
    }),
    { numRuns: 40 },
  );
});
