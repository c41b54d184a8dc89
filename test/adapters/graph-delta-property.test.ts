/** Whatever happens in a tenant: what readings by change have found is what reading all finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { CLIENT, entraCustomer, SECRET, sourceOf, virtualTime } from '../support/entra-customer.ts';
import { startGraph } from '../support/graph/simulator.ts';
import type { ExpiredAnswer, Tenant } from '../support/graph/tenant.ts';
import { keptCopy } from '../support/kept-copy.ts';
import { numberFrom } from '../support/property.ts';

/** What is known of a tenant to the one who changes it. */
interface World {
  readonly tenant: Tenant;
  readonly users: Map<string, 'live' | 'deleted'>;
  readonly groups: Map<string, 'live' | 'deleted'>;
  readonly members: Map<string, Set<string>>;
  /** Of the last object that was made. */
  serial: number;
}

type Event = (world: World) => void;

/** Microsoft 365 groups alone can be restored. */
function isUnified(tenant: Tenant, group: string): boolean {
  return JSON.stringify(tenant.directory.groups.get(group)?.fields['groupTypes']).includes('Unified');
}

const pick = fc.nat(1000);
const DEPARTMENTS = ['Sales', 'IT', null] as const;

function chosen(from: Map<string, 'live' | 'deleted'>, state: 'live' | 'deleted', index: number): string | undefined {
  const ids = [...from].flatMap(([id, each]) => (each === state ? [id] : []));
  return ids[index % Math.max(ids.length, 1)];
}

const hire = fc.record({ isGuest: fc.boolean(), isEnabled: fc.boolean(), hasMail: fc.boolean() }).map(
  ({ isGuest, isEnabled, hasMail }): Event =>
    (world) => {
      const { tenant, users } = world;
      world.serial += 1;
      const mail = `user${world.serial}@example.test`;
      const more = hasMail ? { mail, proxyAddresses: [`SMTP:${mail}`] } : {};
      const fields = { userType: isGuest ? 'Guest' : 'Member', accountEnabled: isEnabled, ...more };
      users.set(tenant.addUser({ userPrincipalName: `${world.serial}@contoso.example`, ...fields }), 'live');
    },
);
const change = fc
  .tuple(
    pick,
    fc.oneof(
      fc.record({ accountEnabled: fc.boolean() }),
      fc.record({ userType: fc.constantFrom('Member', 'Guest', null) }),
      fc.record({ department: fc.constantFrom(...DEPARTMENTS), mobilePhone: fc.constantFrom('+49 1', null) }),
      fc.record({ displayName: fc.string({ maxLength: 5 }), surname: fc.constantFrom('Smith', null) }),
      fc.record({
        mail: fc.constantFrom('new@example.test', null),
        proxyAddresses: fc.constantFrom([], ['smtp:x@example.test']),
      }),
    ),
  )
  .map(
    ([index, changes]): Event =>
      ({ tenant, users }) => {
        const id = chosen(users, 'live', index);
        if (id !== undefined) tenant.updateUser(id, changes);
      },
  );
const leave = fc.tuple(pick, fc.constantFrom('delete', 'restore', 'purge')).map(
  ([index, what]): Event =>
    ({ tenant, users, members }) => {
      const id = chosen(users, what === 'restore' ? 'deleted' : 'live', index) ?? chosen(users, 'deleted', index);
      if (id === undefined) return;
      if (what === 'purge') {
        tenant.purgeUser(id);
        users.delete(id);
        for (const all of members.values()) all.delete(id);
      } else if (users.get(id) === 'deleted') {
        tenant.restoreUser(id);
        users.set(id, 'live');
      } else {
        tenant.deleteUser(id);
        users.set(id, 'deleted');
      }
    },
);
const found = fc.record({ isMail: fc.boolean(), canRestore: fc.boolean(), first: pick }).map(
  ({ isMail, canRestore, first }): Event =>
    (world) => {
      const { tenant, users, groups, members } = world;
      world.serial += 1;
      const member = chosen(users, 'live', first);
      const id = tenant.addGroup(
        {
          displayName: `Group ${world.serial}`,
          mailEnabled: isMail,
          groupTypes: canRestore ? ['Unified'] : [],
          ...(isMail ? { mail: `group${world.serial}@example.test` } : {}),
        },
        member === undefined ? [] : [member],
      );
      groups.set(id, 'live');
      members.set(id, new Set(member === undefined ? [] : [member]));
    },
);
const regroup = fc.tuple(pick, pick, fc.boolean()).map(
  ([group, other, isGroup]): Event =>
    ({ tenant, users, groups, members }) => {
      const id = chosen(groups, 'live', group);
      const member = isGroup ? chosen(groups, 'live', other) : chosen(users, 'live', other);
      if (id === undefined || member === undefined || member === id) return;
      const all = members.get(id) ?? new Set();
      if (all.has(member)) tenant.removeMember(id, member);
      else tenant.addMember(id, member);
      if (!all.delete(member)) all.add(member);
    },
);
const rework = fc.tuple(pick, fc.constantFrom('rename', 'mail', 'delete', 'restore', 'purge')).map(
  ([index, what]): Event =>
    ({ tenant, groups, members }) => {
      const id = chosen(groups, what === 'restore' ? 'deleted' : 'live', index);
      if (id === undefined) return;
      const isForGood = what === 'purge' || (what === 'delete' && !isUnified(tenant, id));
      if (what === 'rename') tenant.updateGroup(id, { displayName: `Renamed ${index}` });
      if (what === 'mail')
        tenant.updateGroup(id, { mailEnabled: index % 2 === 0, mail: `changed${index}@example.test` });
      if (what === 'delete') tenant.deleteGroup(id);
      if (what === 'restore') tenant.restoreGroup(id);
      if (what === 'purge') tenant.purgeGroup(id);
      if (what === 'delete' || what === 'restore') groups.set(id, what === 'delete' ? 'deleted' : 'live');
      if (!isForGood) return;
      groups.delete(id);
      members.delete(id);
      for (const all of members.values()) all.delete(id);
    },
);
/** Deleted and restored before anybody asks; a group loses a member first. */
const bounce = fc.tuple(pick, pick, fc.boolean()).map(
  ([index, member, isUser]): Event =>
    ({ tenant, users, groups, members }) => {
      const user = chosen(users, 'live', index);
      if (isUser && user !== undefined) {
        tenant.deleteUser(user);
        tenant.restoreUser(user);
      }
      const unified = [...groups].filter(([id, state]) => state === 'live' && isUnified(tenant, id)).map(([id]) => id);
      const group = unified[index % Math.max(unified.length, 1)];
      if (isUser || group === undefined) return;
      const all = members.get(group) ?? new Set();
      const leaving = [...all][member % Math.max(all.size, 1)];
      if (leaving !== undefined && tenant.directory.find(leaving) !== undefined) {
        tenant.removeMember(group, leaving);
        all.delete(leaving);
      }
      tenant.deleteGroup(group);
      tenant.restoreGroup(group);
    },
);
const expire = fc.constantFrom<ExpiredAnswer>('gone', 'syncStateNotFound', 'resyncRequired').map(
  (answer): Event =>
    ({ tenant }) =>
      tenant.expireDeltaTokens(answer),
);
const events = fc.oneof(
  { weight: 3, arbitrary: hire },
  { weight: 4, arbitrary: change },
  { weight: 4, arbitrary: leave },
  { weight: 2, arbitrary: found },
  { weight: 5, arbitrary: regroup },
  { weight: 3, arbitrary: rework },
  { weight: 3, arbitrary: bounce },
  { weight: 1, arbitrary: expire },
);

const story = fc.record({
  rounds: fc.array(fc.array(events, { maxLength: 12 }), { minLength: 2, maxLength: 6 }),
  filter: fc.constantFrom(null, null, "accountEnabled eq true and userType eq 'Member'", "department eq 'Sales'"),
  pageSize: fc.constantFrom(1, 2, 200),
  memberSlice: fc.constantFrom(1, 3, 1000),
  replay: fc.boolean(),
  reverse: fc.boolean(),
});

it('finds by changes what reading all finds', { timeout: 300_000 }, async () => {
  let readingsByChange = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ rounds, filter, ...delta }) => {
      await using simulator = await startGraph({
        tenants: [
          { apps: [{ clientId: CLIENT, secrets: [SECRET], permissions: ['User.Read.All', 'GroupMember.Read.All'] }] },
        ],
        delta,
      });
      const tenant = simulator.tenant();
      const world: World = { tenant, users: new Map(), groups: new Map(), members: new Map(), serial: 0 };
      const source = sourceOf(simulator, virtualTime());
      const customer = entraCustomer({ tenant: tenant.id, filter });
      const signal = new AbortController().signal;
      const copy = keptCopy();
      for (const round of rounds) {
        for (const event of round) event(world);
        const changes = await complete(source.read(customer, { signal, copy: copy.read }));
        const whole = await complete(source.read(customer, { signal }));
        expect(changes.objects).toEqual(whole.objects);
        expect(changes.proof.digest).toBe(whole.proof.digest);
        copy.keep(changes.copyUpdate);
        if (changes.proof.since !== null) readingsByChange += 1;
      }
    }),
    { numRuns: numberFrom('ROLLCALL_RUNS') ?? 150 },
  );
  expect(readingsByChange).toBeGreaterThan(0);
});
