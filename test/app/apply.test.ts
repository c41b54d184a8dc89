/** Carrying out a plan: customer by customer, each in one commit under its lock, with a note of what was passed over. */
import { describe, expect, test } from 'vitest';
import { type ApplyRequest, applyPlan } from '../../src/app/apply.ts';
import { configDigest } from '../../src/app/config-digest.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { plan } from '../../src/planner/plan.ts';
import type { SavedPlan } from '../../src/ports/documents.ts';
import type { RunOutcome } from '../../src/ports/run.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { configOf, customer, domain, NOW, person, reading } from '../support/builders.ts';
import { emptyMemory, memoryStore } from '../support/memory-store.ts';

const NAMES = ['acme', 'globex', 'hooli'];

const CONFIG = configOf(
  ...NAMES.map((name) => customer({ name: name as CustomerId, domains: [domain(`${name}.example`)] })),
);

function memory(shared = emptyMemory('one'), who = 'ann'): StateStore {
  return memoryStore(shared, { who, host: 'host', pid: 1, now: () => NOW });
}

/** A plan that gives every customer a user; `held` of them have no seat for it. */
async function saved(store: StateStore, held: readonly string[] = []): Promise<SavedPlan> {
  const state = await store.read(NAMES as CustomerId[], []);
  const customers = CONFIG.customers.map((one) => ({ ...one, seats: held.includes(one.name) ? 0 : null }));
  const made = plan({
    config: { customers },
    readings: new Map(
      NAMES.map((name) => [name as CustomerId, reading([person(`ann-${name}`, `ann@${name}.example`)])]),
    ),
    state,
    now: NOW,
    allowRemovals: null,
  });
  return { plan: made, configDigest: configDigest(CONFIG, NAMES as CustomerId[]), digest: 'sha256:1' };
}

function request(store: StateStore, plan: SavedPlan, parts: Partial<ApplyRequest> = {}): ApplyRequest {
  return {
    saved: plan,
    config: CONFIG,
    store,
    command: 'apply',
    who: 'ann@host',
    clock: () => NOW,
    allowRemovals: null,
    lockTimeoutMs: 0,
    signal: new AbortController().signal,
    onOutcome: () => {},
    onWait: () => {},
    onTarget: () => {},
    targets: [],
    unfinished: [],
    appliedConfig: () => ({ digest: 'sha256:1', files: {} }),
    ...parts,
  };
}

function outcomes(list: readonly RunOutcome[]): readonly string[] {
  return list.map(({ customer: name, outcome }) => `${name} ${outcome}`);
}

describe('applyPlan', () => {
  test('commits every customer, tells of each, and finishes the run', async () => {
    await using store = memory();
    const told: RunOutcome[] = [];
    const result = await applyPlan(request(store, await saved(store), { onOutcome: (one) => told.push(one) }));
    expect(result).toMatchObject({ status: 'done', run: 1, already: [] });
    expect(outcomes(told)).toEqual(['acme applied', 'globex applied', 'hooli applied']);
    expect(await store.runs(9)).toMatchObject([{ id: 1, who: 'ann@host', planDigest: 'sha256:1', finishedAt: NOW }]);
  });

  test('passes over who is blocked, and notes why', async () => {
    await using store = memory();
    const result = await applyPlan(request(store, await saved(store, ['globex']), { allowRemovals: 1000 }));
    expect(result.status === 'refused' ? [] : outcomes(result.outcomes)).toEqual([
      'acme applied',
      'globex blocked',
      'hooli applied',
    ]);
    const [run] = await store.runs(1);
    expect(run?.outcomes.find(({ customer: name }) => name === 'globex')).toMatchObject({
      outcome: 'blocked',
      changes: 0,
      message: expect.stringContaining('1 billable user for 0 seats'),
    });
  });

  test('notes who could not be planned with the serial that it has', async () => {
    await using store = memory();
    await applyPlan(request(store, await saved(store)));
    const planned = await saved(store);
    const failed: CustomerPlan = {
      customer: 'globex' as CustomerId,
      status: 'failed',
      problem: { code: 'LDAP_CONNECT', message: 'Nobody there.', hint: 'Try again.' },
      diagnostics: [],
    };
    const customers = planned.plan.customers.map((one) => (one.customer === 'globex' ? failed : one));
    const plan = { ...planned.plan, customers };
    await applyPlan(request(store, { ...planned, plan, digest: 'sha256:2' }));
    const [run] = await store.runs(1);
    expect(run?.outcomes).toContainEqual({
      customer: 'globex',
      outcome: 'failed',
      serialBefore: 1,
      serialAfter: 1,
      changes: 0,
      message: 'Nobody there.',
    });
  });

  test('tells once who has a lock that it waits for', async () => {
    const shared = emptyMemory('one');
    await using store = memory(shared);
    await using olga = memory(shared, 'olga');
    const told: string[] = [];
    const lock = await olga.lock('globex' as CustomerId, { timeoutMs: 0, signal: new AbortController().signal });
    const result = await applyPlan(
      request(store, await saved(store), {
        lockTimeoutMs: 20_000,
        onWait: (name, { who }) => {
          told.push(`${name} ${who}`);
          void lock[Symbol.asyncDispose]();
        },
      }),
    );
    expect(result.status === 'refused' ? [] : outcomes(result.outcomes)).toContain('globex applied');
    expect(told).toEqual(['globex olga']);
  });

  test('stopped after the first, it leaves the rest, and the same plan does them', async () => {
    await using store = memory();
    const planned = await saved(store);
    const stop = new AbortController();
    const stopped = await applyPlan(request(store, planned, { signal: stop.signal, onOutcome: () => stop.abort() }));
    expect(stopped).toMatchObject({ status: 'interrupted', outcomes: [{ customer: 'acme' }] });
    expect(await store.runs(9)).toMatchObject([{ finishedAt: null }]);
    const again = await applyPlan(request(store, planned));
    expect(again).toMatchObject({ status: 'done', run: 2, already: ['acme'] });
    expect(again.status === 'refused' ? [] : outcomes(again.outcomes)).toEqual(['globex applied', 'hooli applied']);
  });

  test('a second time there is nothing left to do, and no run of it', async () => {
    await using store = memory();
    const planned = await saved(store);
    await applyPlan(request(store, planned));
    expect(await applyPlan(request(store, planned))).toEqual({
      status: 'done',
      run: null,
      targets: [],
      outcomes: [],
      already: NAMES,
    });
    expect(await store.runs(9)).toHaveLength(1);
  });

  test('a customer that fails in the store ends the apply; what was committed before stays', async () => {
    await using store = memory();
    const planned = await saved(store);
    const failing: StateStore = {
      ...store,
      commit: (step) =>
        step.customer === 'globex' ? Promise.reject(new Error('the disk is full')) : store.commit(step),
    };
    await expect(applyPlan(request(failing, planned))).rejects.toThrow('the disk is full');
    const { rosters } = await store.read(NAMES as CustomerId[], []);
    expect(NAMES.map((name) => rosters.get(name as CustomerId)?.entries.length)).toEqual([1, 0, 0]);
    expect(await applyPlan(request(store, planned))).toMatchObject({ status: 'done', already: ['acme'] });
  });

  test('gives back every lock, whatever happens', async () => {
    await using store = memory();
    const planned = await saved(store);
    await applyPlan(request({ ...store, commit: () => Promise.reject(new Error('no')) }, planned)).catch(() => null);
    const lock = await store.lock('acme' as CustomerId, { timeoutMs: 0, signal: new AbortController().signal });
    await lock[Symbol.asyncDispose]();
  });

  test('is refused whole where one customer of it has moved on', async () => {
    await using store = memory();
    const planned = await saved(store);
    const other = await saved(store, []);
    const only: CustomerPlan[] = other.plan.customers.filter(({ customer: name }) => name === 'globex');
    const globex = {
      ...other,
      plan: { ...other.plan, customers: only },
      configDigest: configDigest(CONFIG, ['globex' as CustomerId]),
      digest: 'sha256:2',
    };
    await applyPlan(request(store, globex));
    const refused = await applyPlan(request(store, planned));
    expect(refused).toMatchObject({ status: 'refused', problems: [{ code: 'PLAN_STALE' }] });
    expect((await store.read(NAMES as CustomerId[], [])).rosters.get('acme' as CustomerId)?.entries ?? []).toEqual([]);
  });
});
