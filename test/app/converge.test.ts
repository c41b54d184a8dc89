/** Bringing targets in step with the rosters, and noting what could not be done. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServedTarget } from '../../src/app/compare-target.ts';
import { type ConvergeRequest, converge, notePending } from '../../src/app/converge.ts';
import { Interrupted } from '../../src/app/interrupted.ts';
import { leftBehind, repairTargets } from '../../src/app/repair.ts';
import type { CustomerId, Entry } from '../../src/domain/roster.ts';
import type { TargetFailure } from '../../src/domain/target.ts';
import type { TargetOutcome } from '../../src/ports/run.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { TargetProblem } from '../../src/ports/target.ts';
import { ACME, customer, NOW, user } from '../support/builders.ts';
import { emptyMemory, type Memory, memoryStore } from '../support/memory-store.ts';
import { emptyTarget, memoryTarget, type TargetMemory } from '../support/memory-target.ts';
import { created, createdDomain, deleted, step, verifiedDomain } from '../support/roster-builders.ts';

const GLOBEX = 'globex' as CustomerId;
const SAFETY = { maxRemovals: { count: 5, percent: 10 } };
const ALONE = customer({ safety: SAFETY });
const CUSTOMERS = [ALONE, customer({ name: GLOBEX, safety: SAFETY })];
const AWAY = { code: 'AWAY', message: 'The server is away.', hint: 'Look at it.' };

let shared: Memory;
let store: StateStore;
let held: TargetMemory;

beforeEach(() => {
  shared = emptyMemory('one');
  store = memoryStore(shared, { who: 'ann', host: 'host', pid: 1, now: () => NOW });
  held = emptyTarget();
});
afterEach(() => store[Symbol.asyncDispose]());

/** Commits a first or a further step to a customer. */
async function put(name: CustomerId, entries: readonly Entry[], gone: readonly Entry[] = []): Promise<void> {
  const run = await begin();
  const before = (await store.read([name], [])).rosters.get(name);
  const first = before?.serial === 0 ? [createdDomain(verifiedDomain(`${name}.example`))] : [];
  const changes = [...gone.map((one) => deleted(one)), ...first, ...entries.map((one) => created(one))];
  await store.commit({ ...step(changes), customer: name, run, expectedSerial: before?.serial ?? 0 });
}

function begin() {
  return store.begin({ command: 'apply', at: NOW, who: 'ann', planDigest: null });
}

function served(memory = held, name = 'edge', serves = CUSTOMERS): ServedTarget {
  return { target: memoryTarget(memory, name), serves };
}

const failures: TargetFailure[] = [];

async function request(parts: Partial<ConvergeRequest> = {}): Promise<ConvergeRequest> {
  failures.length = 0;
  return {
    targets: [served()],
    customers: CUSTOMERS,
    store,
    run: await begin(),
    allowRemovals: null,
    lockTimeoutMs: 0,
    signal: new AbortController().signal,
    onTarget: (_target, _outcomes, wrong) => void failures.push(...wrong),
    onWait: () => {},
    ...parts,
  };
}

const words = (outcomes: readonly TargetOutcome[]) =>
  outcomes.map(({ target, customer: name, outcome, added, changed, removed }) =>
    [target, name, outcome, `+${added}`, `~${changed}`, `-${removed}`].join(' '),
  );

const ann = user('ann@acme.example');
const many = Array.from({ length: 20 }, (_, index) => user(`u${index}@acme.example`));

describe('converge', () => {
  test('puts each customer in step, notes it in the run, and finds nothing to do the second time', async () => {
    await put(ACME, [ann]);
    await put(GLOBEX, [user('gus@globex.example')]);
    const first = await request();
    expect(words(await converge(first))).toEqual(['edge acme converged +1 ~0 -0', 'edge globex converged +1 ~0 -0']);
    expect(words((await store.run(first.run))?.targets ?? [])).toEqual([
      'edge acme converged +1 ~0 -0',
      'edge globex converged +1 ~0 -0',
    ]);
    expect(words(await converge(await request()))).toEqual([
      'edge acme unchanged +0 ~0 -0',
      'edge globex unchanged +0 ~0 -0',
    ]);
    expect(held.tasks).toHaveLength(1);
  });

  test('serves only the customers that the target serves, and of those only who is concerned', async () => {
    await put(ACME, [ann]);
    await put(GLOBEX, [user('gus@globex.example')]);
    const acmeAlone = await request({ targets: [served(held, 'edge', [ALONE])] });
    expect(words(await converge(acmeAlone))).toEqual(['edge acme converged +1 ~0 -0']);
    const globexAlone = await request({ customers: [customer({ name: GLOBEX })] });
    expect(words(await converge(globexAlone))).toEqual(['edge globex converged +1 ~0 -0']);
    expect([...held.held.keys()].toSorted()).toEqual(['ann@acme.example', 'gus@globex.example']);
  });

  test('does not touch what it holds of a customer that nothing was ever applied to: no state is not an empty one', async () => {
    held.held.set('old@acme.example', {
      owner: 'ours',
      customer: ACME,
      key: 'old@acme.example',
      value: 'old@acme.example',
    });
    expect(words(await converge(await request()))).toEqual([
      'edge acme unchanged +0 ~0 -0',
      'edge globex unchanged +0 ~0 -0',
    ]);
    expect(held.held.size).toBe(1);
  });

  test('a target that cannot be read fails, with its hint, and stops no other', async () => {
    await put(ACME, [ann]);
    const other = emptyTarget();
    held.unreadable = new TargetProblem(AWAY);
    const targets = [served(), served(other, 'crm')];
    const outcomes = await converge(await request({ targets, customers: [ALONE] }));
    expect(words(outcomes)).toEqual(['edge acme failed +0 ~0 -0', 'crm acme converged +1 ~0 -0']);
    expect(outcomes[0]?.message).toBe('The server is away. Look at it.');
    expect(await store.targetStandings()).toMatchObject([
      { target: 'crm', outcome: 'converged', writtenAt: 1 },
      { target: 'edge', outcome: 'failed', writtenAt: null },
    ]);
    held.unreadable = null;
    expect(words(await converge(await request({ targets, customers: [ALONE] })))).toEqual([
      'edge acme converged +1 ~0 -0',
      'crm acme unchanged +0 ~0 -0',
    ]);
  });

  test('what one entry could not do leaves the others done, and the next one finishes it', async () => {
    await put(ACME, [ann, user('ben@acme.example')]);
    held.refuse = (key) => (key.startsWith('ben') ? { customer: ACME, key, problem: AWAY } : null);
    const [outcome] = await converge(await request({ customers: [ALONE] }));
    expect(outcome).toMatchObject({ outcome: 'failed', added: 1, message: 'The server is away. Look at it.' });
    expect(failures).toEqual([{ customer: ACME, key: 'ben@acme.example', problem: AWAY }]);
    held.refuse = () => null;
    expect(words(await converge(await request({ customers: [ALONE] })))).toEqual(['edge acme converged +1 ~0 -0']);
  });

  test('a key that another system holds is a failure of its own customer', async () => {
    await put(ACME, [ann]);
    held.held.set('ann@acme.example', { owner: 'other', customer: null, key: 'ann@acme.example', value: 'x' });
    const [outcome] = await converge(await request({ customers: [ALONE] }));
    expect(outcome).toMatchObject({ outcome: 'failed' });
    expect(failures.map(({ problem }) => problem.code)).toEqual(['TARGET_FOREIGN']);
    expect(held.held.get('ann@acme.example')).toMatchObject({ owner: 'other', value: 'x' });
  });

  test('a target that somebody else is writing to is not waited for for ever', async () => {
    await put(ACME, [ann]);
    const bob = memoryStore(shared, { who: 'bob', host: 'host', pid: 2, now: () => NOW });
    await using _lock = await bob.lock('target:edge', { timeoutMs: 0, signal: new AbortController().signal });
    const [outcome] = await converge(await request({ customers: [ALONE] }));
    expect(outcome).toMatchObject({ outcome: 'failed' });
    expect(outcome?.message).toContain('target:edge is locked by bob');
    expect(held.tasks).toEqual([]);
  });

  test('an interruption leaves what is pending noted as pending', async () => {
    await put(ACME, [ann]);
    const stop = new AbortController();
    stop.abort();
    const stopped = await request({ signal: stop.signal });
    await notePending(stopped, new Map([[ACME, 1]]));
    await expect(converge(stopped)).rejects.toThrow(Interrupted);
    expect(leftBehind(stopped.targets, await store.targetStandings()).map(({ name }) => name)).toEqual([ACME, GLOBEX]);
    await converge(await request());
    expect(leftBehind(stopped.targets, await store.targetStandings())).toEqual([]);
  });

  test('a mistake of the program is no failure of the target: it is thrown, and the target stays pending', async () => {
    await put(ACME, [ann]);
    held.unreadable = new TypeError('not a function');
    const broken = await request({ customers: [ALONE] });
    await notePending(broken, new Map([[ACME, 1]]));
    await expect(converge(broken)).rejects.toThrow(TypeError);
    expect(await store.targetStandings()).toMatchObject([{ outcome: 'pending' }]);
  });
});

describe('SAF-7 what a target may lose at once', () => {
  test('entries that a plan took away go, however many they are', async () => {
    await put(ACME, [ann, ...many]);
    await converge(await request({ customers: [ALONE] }));
    await put(ACME, [], many);
    expect(words(await converge(await request({ customers: [ALONE] })))).toEqual(['edge acme converged +0 ~0 -20']);
  });

  test('entries that this state never put there block the customer past the limit, and no other', async () => {
    await put(ACME, [ann]);
    await put(GLOBEX, [user('gus@globex.example')]);
    for (const { address } of many)
      held.held.set(address, { owner: 'ours', customer: ACME, key: address, value: address });
    const outcomes = await converge(await request());
    expect(words(outcomes)).toEqual(['edge acme blocked +0 ~0 -0', 'edge globex converged +1 ~0 -0']);
    expect(outcomes[0]?.message).toContain('edge would lose 20 of 20 entries that this state never put there');
    expect(held.held.has('ann@acme.example')).toBe(false);
    expect(held.held.size).toBe(21);
    // A target that writes whole files must not take the blocked one for a customer without entries.
    expect(held.tasks.map(({ serials }) => [...serials.keys()])).toEqual([[GLOBEX]]);
  });

  test('the limit is that of safety.maxRemovals, on the entries that the target holds', async () => {
    const strict = customer({ safety: { maxRemovals: { count: 1, percent: null } } });
    await put(ACME, [ann]);
    await converge(await request({ customers: [ALONE] }));
    for (const { address } of many.slice(0, 2)) {
      held.held.set(address, { owner: 'ours', customer: ACME, key: address, value: address });
    }
    const targets = [served(held, 'edge', [strict])];
    expect(words(await converge(await request({ targets, customers: [strict] })))).toEqual([
      'edge acme blocked +0 ~0 -0',
    ]);
    held.held.delete('u0@acme.example');
    expect(words(await converge(await request({ targets, customers: [strict] })))).toEqual([
      'edge acme converged +0 ~0 -1',
    ]);
  });

  test('a state that never wrote to a target takes nothing away there: it may have taken the place of one that was lost', async () => {
    await put(ACME, [ann]);
    held.held.set('ben@acme.example', { owner: 'ours', customer: ACME, key: 'ben@acme.example', value: '' });
    const [outcome] = await converge(await request({ customers: [ALONE] }));
    expect(outcome).toMatchObject({ outcome: 'blocked' });
    expect(outcome?.message).toContain('1 of 1 entry that this state never put there, and nothing goes before');
    expect([...held.held.keys()]).toEqual(['ben@acme.example']);
    const again = await request({ customers: [ALONE], allowRemovals: 1 });
    expect(words(await converge(again))).toEqual(['edge acme converged +1 ~0 -1']);
  });

  test('one entry that always fails does not hold back what plans take away', async () => {
    const [bad = ann] = many;
    await put(ACME, [ann, ...many]);
    held.refuse = (key) => (key === bad.address ? { customer: ACME, key, problem: AWAY } : null);
    const first = await converge(await request({ customers: [ALONE] }));
    expect(words(first)).toEqual(['edge acme failed +20 ~0 -0']);
    await put(ACME, [], many.slice(1));
    expect(words(await converge(await request({ customers: [ALONE] })))).toEqual(['edge acme failed +0 ~0 -19']);
    expect([...held.held.keys()]).toEqual(['ann@acme.example']);
  });

  test('--allow-removals takes the place of the limit: exactly up to its number', async () => {
    await put(ACME, [ann]);
    for (const { address } of many)
      held.held.set(address, { owner: 'ours', customer: ACME, key: address, value: address });
    const customers = [ALONE];
    expect(words(await converge(await request({ customers, allowRemovals: 19 })))).toEqual([
      'edge acme blocked +0 ~0 -0',
    ]);
    expect(words(await converge(await request({ customers, allowRemovals: 20 })))).toEqual([
      'edge acme converged +1 ~0 -20',
    ]);
  });

  test('what the state never had counts, beside what a plan took away', async () => {
    await put(ACME, [ann, ...many]);
    await converge(await request({ customers: [ALONE] }));
    await put(ACME, [], many);
    for (let index = 0; index < 7; index += 1) {
      const key = `strange${index}@acme.example`;
      held.held.set(key, { owner: 'ours', customer: ACME, key, value: key });
    }
    const [outcome] = await converge(await request({ customers: [ALONE] }));
    expect(outcome).toMatchObject({ outcome: 'blocked' });
    expect(outcome?.message).toContain('edge would lose 7 of 28 entries');
  });
});

describe('repairTargets', () => {
  test('is a run of its own that changes no roster', async () => {
    await put(ACME, [ann]);
    const { run: _, ...parts } = await request({ customers: [ALONE] });
    const repaired = await repairTargets({ ...parts, clock: () => NOW, who: 'ann', command: 'repair' });
    expect(words(repaired.targets)).toEqual(['edge acme converged +1 ~0 -0']);
    expect(await store.run(repaired.run)).toMatchObject({ command: 'repair', outcomes: [], finishedAt: NOW });
    expect((await store.read([ACME], [])).rosters.get(ACME)?.serial).toBe(1);
  });
});
