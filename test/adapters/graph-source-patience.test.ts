/** Throttling: what Graph asks to wait for is waited for, as long as a reading may wait, and counted. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { entraCustomer, sourceOf, startTenant, type VirtualTime, virtualTime } from '../support/entra-customer.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';

let simulator: GraphSimulator;
let time: VirtualTime;
beforeEach(async () => {
  simulator = await startTenant();
  simulator.tenant().addUser();
  time = virtualTime();
});
afterEach(() => simulator[Symbol.asyncDispose]());

const read = (throttledMs = 300_000) =>
  sourceOf(simulator, time).read(entraCustomer({ timeouts: { throttledMs } }), {
    signal: new AbortController().signal,
  });

function addGroups(count: number): void {
  for (let index = 0; index < count; index += 1) {
    simulator.tenant().addGroup({ mail: `g${index}@example.test`, mailEnabled: true }, []);
  }
}

describe('a request that is to be sent later', () => {
  it('waits as many seconds as Graph says', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 17 }, { path: '/v1.0/users' });
    expect((await complete(read())).proof.throttled).toBe(1);
    expect(time.waits).toEqual([17_000]);
  });

  it('waits until the moment that Graph says, by the clock of Graph', async () => {
    const headers = { 'Retry-After': 'Sat, 21 Nov 2026 10:00:30 GMT', Date: 'Sat, 21 Nov 2026 10:00:00 GMT' };
    simulator.faults.add({ kind: 'answer', status: 503, headers, body: '' }, { path: '/v1.0/groups' });
    expect((await complete(read())).proof.throttled).toBe(1);
    expect(time.waits).toEqual([30_000]);
  });

  it.each([['never'], [null], ['-5']])('waits longer and longer where Graph says %j', async (retryAfter) => {
    simulator.faults.add({ kind: 'throttle', retryAfter }, { path: '/v1.0/users', times: 4 });
    expect((await complete(read())).proof.throttled).toBe(4);
    expect(time.waits).toEqual([1000, 2000, 4000, 8000]);
  });

  it('waits a little where Graph says at once', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 0 }, { path: '/v1.0/users', times: 3 });
    await complete(read());
    expect(time.waits).toEqual([250, 250, 250]);
  });

  it.each([503, 504])('after %i too', async (status) => {
    simulator.faults.add({ kind: 'status', status, retryAfter: 2 }, { path: '/v1.0/users', times: 2 });
    expect((await complete(read())).proof.throttled).toBe(2);
  });
});

describe('the limit on the whole wait', () => {
  it('is of the whole reading, not of one request', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 6 }, { path: '/v1.0/users' });
    simulator.faults.add({ kind: 'throttle', retryAfter: 6 }, { path: '/v1.0/groups' });
    expect(await read(10_000)).toEqual({
      status: 'failed',
      problem: {
        code: 'ENTRA_THROTTLED',
        message:
          'graph.microsoft.com answered 429 and is to be asked again in 6 s; this reading has waited 6 s of the 10 s that it may.',
        hint: expect.stringContaining('directory.timeouts.throttled'),
      },
    });
  });

  it('ends a reading at once that would have to wait beyond it', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 600 }, { path: '/v1.0/users' });
    expect(await read()).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_THROTTLED' } });
    expect(time.waits).toEqual([]);
  });

  it('ends a storm', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 1 }, { times: 100_000 });
    expect(await read(60_000)).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_THROTTLED' } });
    expect(time.waits).toHaveLength(60);
  });

  it('counts once what requests wait for together', async () => {
    addGroups(80);
    const held: (() => void)[] = [];
    // Answers four batches when all of them are there.
    const fetch = async (url: string, init: RequestInit) => {
      if (!url.endsWith('/$batch') || held.length >= 4) return simulator.fetch(url, init);
      await new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length === 4) for (const release of held) release();
      });
      return new Response('', { status: 429, headers: { 'Retry-After': '8' } });
    };
    const source = sourceOf(simulator, { ...time, fetch });
    const reading = source.read(entraCustomer({ timeouts: { throttledMs: 10_000 } }), {
      signal: new AbortController().signal,
    });
    expect((await complete(reading)).proof.throttled).toBe(4);
  });
});

describe('parts of a batch', () => {
  it('are asked again, each on its own', async () => {
    addGroups(20);
    simulator.faults.add({ kind: 'throttle', retryAfter: 3 }, { where: 'part', times: 2, skip: 5 });
    simulator.faults.add({ kind: 'status', status: 500 }, { where: 'part', skip: 9 });
    const { proof } = await complete(read());
    expect(proof).toMatchObject({ throttled: 2, entries: 21 });
    expect(time.waits).toEqual([3000]);
    expect(simulator.requests.filter(({ parts }) => parts.length > 0).map(({ parts }) => parts.length)).toEqual([
      20, 3,
    ]);
  });

  it('that fail in the end make the reading failed', async () => {
    addGroups(3);
    simulator.faults.add({ kind: 'status', status: 502 }, { where: 'part', skip: 2, times: 1000 });
    expect(await read()).toMatchObject({ status: 'failed', problem: { code: 'ENTRA_UNAVAILABLE' } });
  });

  it('that are refused make the reading failed', async () => {
    addGroups(3);
    simulator.faults.add({ kind: 'status', status: 404 }, { where: 'part', skip: 1 });
    expect(await read()).toMatchObject({
      status: 'failed',
      problem: { code: 'ENTRA_ANSWER', message: expect.stringContaining('members of groups') },
    });
  });

  it('whose token ended are asked again with a new one', async () => {
    addGroups(3);
    simulator.faults.add({ kind: 'status', status: 401 }, { where: 'part', times: 2 });
    expect((await complete(read())).proof.entries).toBe(4);
    expect(simulator.requests.filter(({ path }) => path.includes('/oauth2/'))).toHaveLength(2);
  });
});

describe('interrupting', () => {
  it('ends a wait', async () => {
    const controller = new AbortController();
    simulator.faults.add({ kind: 'throttle', retryAfter: 200 }, { path: '/v1.0/users' });
    const log = (line: string) => {
      if (line.includes('/v1.0/users')) setTimeout(() => controller.abort(), 50);
    };
    const reading = sourceOf(simulator, { log }).read(entraCustomer(), { signal: controller.signal });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'INTERRUPTED' } });
  });

  it('ends a request', async () => {
    const controller = new AbortController();
    const never = new Promise(() => undefined);
    simulator.faults.add({ kind: 'late', until: never }, { path: '/v1.0/groups' });
    const onProgress = () => setTimeout(() => controller.abort(), 50);
    const reading = sourceOf(simulator).read(entraCustomer(), { signal: controller.signal, onProgress });
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'INTERRUPTED' } });
  });
});
