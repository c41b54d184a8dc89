/** Looking over whom a target serves, and committing that: against a target and a state in memory. */
import { beforeEach, describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/app/apply.ts';
import { importPlan, type ReviewRequest, reviewTarget, withoutDirectory } from '../../src/app/import-target.ts';
import type { Config, CustomerConfig } from '../../src/domain/config.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { FoundEntry } from '../../src/domain/target.ts';
import type { PlanRecord } from '../../src/planner/document.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { TargetProblem } from '../../src/ports/target.ts';
import { ACME, customer, domain, NOW, user } from '../support/builders.ts';
import { emptyMemory, memoryStore } from '../support/memory-store.ts';
import { emptyTarget, memoryTarget, type TargetMemory } from '../support/memory-target.ts';
import { created, createdDomain, step, verifiedDomain } from '../support/roster-builders.ts';

const GLOBEX = customer({ name: 'globex' as CustomerId, domains: [domain('globex.example')] });
const WORKSPACE = { planTtlMs: 60_000 } as Config['workspace'];

let store: StateStore;
let held: TargetMemory;

beforeEach(() => {
  store = memoryStore(emptyMemory('one'), { who: 'ann', host: 'host', pid: 1, now: () => NOW });
  held = emptyTarget();
});

function put(key: string, owner: FoundEntry['owner'], name: CustomerId = ACME): void {
  held.held.set(key, { owner, customer: name, key, value: key });
}

function request(
  customers: readonly CustomerConfig[] = [customer()],
  parts: Partial<ReviewRequest> = {},
): ReviewRequest {
  return {
    config: { workspace: WORKSPACE, customers } as Config,
    customers,
    served: { target: memoryTarget(held), serves: customers },
    reader: store,
    signal: new AbortController().signal,
    ...parts,
  };
}

async function commit(name: CustomerId, ...addresses: readonly string[]): Promise<void> {
  const run = await store.begin({ command: 'apply', at: NOW, who: 'ann', planDigest: null });
  const before = (await store.read([name], [])).rosters.get(name)?.serial ?? 0;
  const first = before === 0 ? [createdDomain(verifiedDomain('acme.example'))] : [];
  const changes = [...first, ...addresses.map((address) => created(user(address)))];
  await store.commit({ ...step(changes), customer: name, run, expectedSerial: before });
}

describe('a review', () => {
  test('is of what carries our mark and of what carries none, never of another system’s', async () => {
    put('ours@acme.example', 'ours');
    put('nobodys@acme.example', 'nobody');
    put('theirs@acme.example', 'other');
    const { taken, found } = await reviewTarget(request());
    expect(taken.flatMap(({ users }) => users.map(({ address }) => address.display))).toEqual([
      'nobodys@acme.example',
      'ours@acme.example',
    ]);
    expect(found).toBe(2);
    expect(held.tasks).toEqual([]);
  });

  test('leaves out what a roster wants there, and counts it', async () => {
    await commit(ACME, 'ann@acme.example');
    put('ann@acme.example', 'ours');
    put('ben@acme.example', 'nobody');
    const { taken, held: by, found } = await reviewTarget(request());
    expect(taken.flatMap(({ users }) => users.map(({ address }) => address.display))).toEqual(['ben@acme.example']);
    expect([by.state, found]).toEqual([1, 2]);
  });

  test('says what of the not taken carries our mark', async () => {
    put('a@else.example', 'ours');
    put('b@else.example', 'nobody');
    expect([...(await reviewTarget(request())).marked]).toEqual(['a@else.example']);
  });

  test('is of the customers that are chosen and served', async () => {
    put('ann@acme.example', 'nobody');
    put('gus@globex.example', 'nobody');
    const served = { target: memoryTarget(held), serves: [GLOBEX] };
    const { taken, notTaken } = await reviewTarget(request([customer(), GLOBEX], { served }));
    expect(taken.map(({ customer: { name } }) => name)).toEqual(['globex']);
    expect(notTaken).toMatchObject([{ address: 'ann@acme.example', why: 'unmanaged' }]);
    await expect(reviewTarget(request([customer()], { served }))).rejects.toMatchObject({ code: 'IMPORT_NOT_SERVED' });
  });

  test('fails with the target', async () => {
    held.unreadable = new TargetProblem({ code: 'AWAY', message: 'It is away.', hint: 'Look at it.' });
    await expect(reviewTarget(request())).rejects.toMatchObject({ code: 'AWAY' });
  });
});

describe('what is taken over', () => {
  test('is planned for customers with a directory; the others are named', async () => {
    put('ann@acme.example', 'nobody');
    put('gus@globex.example', 'nobody');
    const customers = [customer(), { ...GLOBEX, directory: null }];
    const review = await reviewTarget(request(customers));
    expect(withoutDirectory(review).map(({ name }) => name)).toEqual(['globex']);
    const { plan } = importPlan(review, { workspace: WORKSPACE, customers } as Config, NOW);
    expect(plan.customers).toMatchObject([{ customer: 'acme', status: 'ready', stateSerial: 0, directory: null }]);
  });

  test('is committed as a run of its own, unless the state has moved on', async () => {
    put('ann@acme.example', 'nobody');
    const { config } = request();
    const planned = async () => importPlan(await reviewTarget(request()), config, NOW);
    const apply = (record: PlanRecord) =>
      applyPlan({
        saved: { ...record, digest: 'sha256:0' },
        config,
        store,
        command: 'import',
        who: 'ann',
        clock: () => NOW,
        allowRemovals: null,
        lockTimeoutMs: 0,
        signal: new AbortController().signal,
        onOutcome: () => {},
        onTarget: () => {},
        onWait: () => {},
        targets: [],
        unfinished: [],
        appliedConfig: null,
      });
    const before = await planned();
    await commit(ACME, 'ben@acme.example');
    expect(await apply(before)).toMatchObject({ status: 'refused', problems: [{ code: 'PLAN_STALE' }] });

    expect(await apply(await planned())).toMatchObject({
      status: 'done',
      outcomes: [{ outcome: 'applied', changes: 1 }],
    });
    expect((await store.runs(1))[0]).toMatchObject({ command: 'import', targets: [] });
    expect(await store.appliedConfig(ACME)).toBeNull();
    expect(held.tasks).toEqual([]);
  });
});
